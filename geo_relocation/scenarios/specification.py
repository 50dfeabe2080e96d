"""Scenario files: read, checked as a whole, with all mistakes reported at once."""

from __future__ import annotations

import tomllib
from collections.abc import Collection
from contextlib import suppress
from importlib import resources
from typing import Any

from pydantic import Field, ValidationError

from geo_relocation.errors import ScenarioError, UnknownNameError
from geo_relocation.matching.specification import MatchSpecification

_FOLDER = "geo_relocation.scenarios.shipped"
_NAMES = ("id", "title", "description")


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
    """

    id: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]*$", max_length=60)
    title: str
    description: str = ""

    @property
    def match(self) -> MatchSpecification:
        """The specification without the names."""
        return MatchSpecification.model_validate(self.model_dump(exclude=set(_NAMES)))


def parse_scenario(
    text: str,
    *,
    known_parks: Collection[str] | None = None,
    known_sites: Collection[str] | None = None,
) -> Scenario:
    """Read a scenario and check it as a whole.

    Parameters
    ----------
    text
        Content of the TOML file.
    known_parks, known_sites
        Ids that exist; names outside them are mistakes. None: not checked.

    Raises
    ------
    ScenarioError
        With every mistake of syntax, field, contradiction and name.
    """
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ScenarioError("The scenario", [f"not valid TOML: {error}"]) from error
    mistakes: list[str] = []
    scenario = _validated(raw, mistakes)
    mistakes += _unknown_names(raw, known_parks, known_sites)
    if scenario is None or mistakes:
        raise ScenarioError(f"Scenario {raw.get('id', 'without id')!r}", mistakes)
    return scenario


def _validated(raw: dict[str, Any], mistakes: list[str]) -> Scenario | None:
    """The scenario, or None with the mistakes of its fields added to the list."""
    try:
        scenario = Scenario.model_validate(raw)
    except ValidationError as error:
        bad = error.errors()
        mistakes += [f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in bad]
        # The good parts are still checked against each other, so that one run tells all.
        broken = {one["loc"][0] for one in bad} | set(_NAMES)
        with suppress(ValidationError):
            good = {key: value for key, value in raw.items() if key not in broken}
            mistakes += MatchSpecification.model_validate(good).mistakes()
        return None
    mistakes += scenario.mistakes()
    return scenario


def _unknown_names(
    raw: dict[str, Any], parks: Collection[str] | None, sites: Collection[str] | None
) -> list[str]:
    """Names of parks and sites in the file that do not exist."""
    where = raw.get("where")
    where = where if isinstance(where, dict) else {}
    named = [("where.parks", "park", _texts(where.get("parks")))]
    named.append(("where.exclude_parks", "park", _texts(where.get("exclude_parks"))))
    named.append(("where.land", "park", _texts(where.get("land"), "park")))
    for part in ("locks", "exclusions"):
        named.append((part, "park", _texts(raw.get(part), "park")))
        named.append((part, "site", _texts(raw.get(part), "site")))
    known = {"park": parks, "site": sites}
    return [
        f"{place}: there is no {kind} {name!r}"
        for place, kind, names in named
        for name in names
        if (listed := known[kind]) is not None and name not in listed
    ]


def _texts(value: object, key: str | None = None) -> list[str]:
    """The texts of a list, or of one key of a list of tables; whatever else is skipped."""
    items = value if isinstance(value, list) else []
    if key is not None:
        items = [item.get(key) for item in items if isinstance(item, dict)]
    return [item for item in items if isinstance(item, str)]


def shipped_scenarios() -> dict[str, Scenario]:
    """The scenarios that come with the program, by id."""
    found = {}
    for entry in sorted(resources.files(_FOLDER).iterdir(), key=lambda e: e.name):
        if entry.name.endswith(".toml"):
            scenario = parse_scenario(entry.read_text("utf-8"))
            found[scenario.id] = scenario
    return found


def load_shipped(name: str) -> Scenario:
    """The shipped scenario of that id.

    Raises
    ------
    UnknownNameError
        If none has it.
    """
    known = shipped_scenarios()
    if name not in known:
        raise UnknownNameError("scenario", name, list(known))
    return known[name]
