"""Scenario files: read, checked as a whole, with all mistakes reported at once."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from contextlib import suppress
from functools import partial
from importlib import resources
from typing import Any

from pydantic import Field, ValidationError

from geo_relocation.errors import ScenarioError, UnknownNameError
from geo_relocation.matching.naming import Known, renamed
from geo_relocation.matching.plan.explain import STORED_BESIDE
from geo_relocation.matching.specification import MatchSpecification
from geo_relocation.messages import Text, _, mistakes_of
from geo_relocation.model.toml import read_toml
from geo_relocation.scenarios.extending import EXTENDS, Base, Bases, whole
from geo_relocation.standing.names import ParkNames
from geo_relocation.standing.new_units import NewUnits
from geo_relocation.standing.units import Districts

_FOLDER = "geo_relocation.scenarios.shipped"
_NAMES = ("id", "title", "description", EXTENDS)


class Scenario(MatchSpecification):
    """A named specification.

    Attributes
    ----------
    id
        Short name, used by commands and in names of files, and stored with the plan: letters
        without marks, digits, ``-`` and ``_``.
    title
        Name for people, in Vietnamese.
    description
        What the scenario is for.
    extends
        Id of the scenario, or of the plan, that it was made from by changes; the changes are
        in it already.
    """

    id: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]*$", max_length=60)
    title: str
    description: str = ""
    extends: str = ""

    @property
    def match(self) -> MatchSpecification:
        """The specification without the names."""
        plain = self.model_dump(exclude=set(_NAMES), exclude_unset=True)
        return MatchSpecification.model_validate(plain)

    @classmethod
    def stored(cls, text: str) -> Scenario:
        """The scenario of a plan from what is stored with it, without the scope and the notes."""
        return cls.model_validate(stored_content(text))


def stored_content(text: str) -> dict[str, Any]:
    """The plain content of a plan's scenario, without what is stored beside it."""
    return {key: value for key, value in json.loads(text).items() if key not in STORED_BESIDE}


def parse_scenario(
    text: str,
    *,
    known_parks: Mapping[str, object] | Collection[str] | None = None,
    known_sites: Collection[str] | None = None,
    known_districts: Districts | None = None,
    known_units: NewUnits | None = None,
    known_groups: Collection[str] | None = None,
    known_batches: Collection[str] | None = None,
    bases: Bases | None = None,
    opens: Mapping[str, int] | None = None,
) -> Scenario:
    """Read a scenario and check it as a whole.

    Parameters
    ----------
    text
        Content of the TOML file.
    known_parks
        Parks that exist, ids with their names: a park may be named by either.
    known_sites
        Ids of sites that exist.
    known_districts
        Cities that exist.
    known_units
        Wards and communes since 2025-07-01 that exist.
    known_groups, known_batches
        Groups and batches that a decision in force names. Of all these, names outside them are
        mistakes; None: not checked.
    bases
        Finds what a scenario extends; None: the shipped scenarios.
    opens
        Opening year of parks by the layer, by id, for land that moves with an opening.

    Raises
    ------
    ScenarioError
        With every mistake of syntax, field, contradiction and name.
    """
    try:
        raw = read_toml(text)
    except ValueError as error:
        raise ScenarioError(
            _("The scenario"), [_("not valid TOML: {reason}", reason=str(error))]
        ) from error
    mistakes = _empty_lists(raw)
    known = Known(
        districts=known_districts,
        units=known_units,
        parks=None if known_parks is None else ParkNames.of(_with_names(known_parks)),
        sites=known_sites,
        groups=known_groups,
        batches=known_batches,
    )
    names = partial(renamed, known=known)
    raw, unknown = whole(raw, bases=bases or shipped_base, read=names, opens=opens or {})
    scenario = _validated(raw, mistakes)
    mistakes += unknown
    if scenario is None or mistakes:
        raise ScenarioError(_("Scenario {name:q}", name=str(raw.get("id", "–"))), mistakes)
    return scenario


def _validated(raw: dict[str, Any], mistakes: list[Text]) -> Scenario | None:
    """The scenario, or None with the mistakes of its fields added to the list."""
    try:
        scenario = Scenario.model_validate(raw)
    except ValidationError as error:
        bad = error.errors()
        mistakes += mistakes_of(error)
        # The good parts are still checked against each other, so that one run tells all.
        broken = {one["loc"][0] for one in bad} | set(_NAMES)
        with suppress(ValidationError):
            good = {key: value for key, value in raw.items() if key not in broken}
            mistakes += MatchSpecification.model_validate(good).mistakes()
        return None
    mistakes += scenario.mistakes()
    return scenario


def _with_names(known: Mapping[str, object] | Collection[str]) -> Mapping[str, object]:
    return known if isinstance(known, Mapping) else dict.fromkeys(known, "")


def _empty_lists(raw: Mapping[str, Any]) -> list[Text]:
    """Lists that are written and empty, which may mean nobody, everybody or what holds."""
    found: list[Text] = []
    if raw.get("phases") == []:
        found.append(_("phases: the list is empty; leave it out for the years that remain"))
    who = raw.get("who")
    who = who if isinstance(who, dict) else {}
    rules = raw.get("rules")
    parts = [("who", who)]
    for number, rule in enumerate(rules if isinstance(rules, list) else (), start=1):
        if isinstance(rule, dict):
            parts.append((f"rules.{number}", {"parks": rule.get("parks")}))
            if isinstance(firms := rule.get("firms"), dict):
                parts.append((f"rules.{number}.firms", firms))
    for place, part in parts:
        found += [
            _(
                "{place}.{name}: the list is empty; leave it out, or name what is meant",
                place=place,
                name=name,
            )
            for name, value in part.items()
            if value == [] and not (name == "routes" and who.get("verdicts") and place == "who")
        ]
    return found


def shipped_base(name: str) -> Base:
    """The content of a shipped scenario, to be extended.

    Raises
    ------
    UnknownNameError
        If none has that id.
    """
    return Base(name, read_toml(shipped_text(name)))


def shipped_text(name: str) -> str:
    """The file of a shipped scenario, whose names no workspace has been asked for yet.

    Raises
    ------
    UnknownNameError
        If none has that id.
    """
    known = {read_toml(text)["id"]: text for text in _shipped_texts()}
    if name not in known:
        raise UnknownNameError(_("scenario"), name, list(known))
    return known[name]


def shipped_scenarios() -> dict[str, Scenario]:
    """The scenarios that come with the program, by id."""
    return {scenario.id: scenario for scenario in map(parse_scenario, _shipped_texts())}


def _shipped_texts() -> list[str]:
    """The files that come with the program, in the order of their names."""
    entries = sorted(resources.files(_FOLDER).iterdir(), key=lambda entry: entry.name)
    return [entry.read_text("utf-8") for entry in entries if entry.name.endswith(".toml")]


def load_shipped(name: str) -> Scenario:
    """The shipped scenario of that id.

    Raises
    ------
    UnknownNameError
        If none has it.
    """
    return parse_scenario(shipped_text(name))
