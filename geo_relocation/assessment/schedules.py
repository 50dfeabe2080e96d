"""Deadlines by old city and batch policies: dated files, several versions of each."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from geo_relocation.assessment.reading import (
    duplicates,
    read_toml,
    schema_mistakes,
    shipped,
    shipped_text,
    tables,
)
from geo_relocation.assessment.ruleset import PolicyStatus, content_hash
from geo_relocation.errors import RuleSetError
from geo_relocation.messages import Text, _
from geo_relocation.model.enums import Route, Words


@dataclass(frozen=True)
class _Policy:
    """What all dated policy files have."""

    id: str
    version: str
    words: Words
    source: str
    date: str
    status: PolicyStatus
    assumptions: tuple[Words, ...]
    routes: tuple[Route, ...]
    data: Mapping[str, Any]

    @cached_property
    def hash(self) -> str:
        """SHA-256 of the content, in hexadecimal."""
        return content_hash(self.data)


@dataclass(frozen=True)
class CityDeadline:
    """By when the sites of one old city are to have changed."""

    code: str
    name: str
    deadline: dt.date
    stated: str


@dataclass(frozen=True)
class Deadlines(_Policy):
    """One published version of the deadlines.

    Attributes
    ----------
    routes
        Routes that have a deadline.
    enforcement_from
        The first day of enforcement where the source names one.
    """

    cities: Mapping[str, CityDeadline]
    enforcement_from: dt.date | None


@dataclass(frozen=True)
class Batch:
    """One round (đợt) of the scheme.

    Attributes
    ----------
    year
        Calendar year in which its firms move.
    listed
        When its list is drawn up, if known.
    cities
        Codes of the old cities it is open to; None for all.
    quota_firms, quota_land_ha
        The most firms, and the most land in hectares, that it takes; None for no limit.
    """

    id: str
    year: int
    listed: dt.date | None
    cities: frozenset[str] | None
    quota_firms: int | None
    quota_land_ha: float | None


@dataclass(frozen=True)
class BatchPolicy(_Policy):
    """Who goes first, and how many a year.

    Attributes
    ----------
    routes
        Routes whose sites are put into batches.
    order
        Criteria of precedence, the most important first.
    """

    pilot_cities: frozenset[str]
    order: tuple[str, ...]
    batches: tuple[Batch, ...]


def parse_deadlines(text: str) -> Deadlines:
    """Read deadlines from TOML.

    Raises
    ------
    RuleSetError
        With all mistakes listed.
    """
    data = read_toml(text, _("The deadlines file"))
    mistakes, sound = schema_mistakes(data, "deadlines")
    twice = duplicates(city["code"] for city in tables(sound.get("city")) if "code" in city)
    mistakes += [_("city code {name:q} occurs more than once.", name=code) for code in twice]
    _refuse(data, mistakes)
    cities = {
        raw["code"]: CityDeadline(
            raw["code"], raw["name"], dt.date.fromisoformat(raw["deadline"]), raw["stated"]
        )
        for raw in data["city"]
    }
    return Deadlines(
        **_common(data), cities=cities, enforcement_from=_date(data, "enforcement_from")
    )


def parse_batch_policy(text: str) -> BatchPolicy:
    """Read a batch policy from TOML.

    Raises
    ------
    RuleSetError
        With all mistakes listed.
    """
    return batch_policy_from_data(read_toml(text, _("The batch policy")))


def batch_policy_from_data(data: Mapping[str, Any]) -> BatchPolicy:
    """A batch policy from its content, as a file has it or a run keeps it.

    Raises
    ------
    RuleSetError
        With all mistakes listed.
    """
    mistakes, sound = schema_mistakes(data, "batches")
    rows = tables(sound.get("batch"))
    twice = duplicates(row["id"] for row in rows if "id" in row)
    mistakes += [_("batch id {name:q} occurs more than once.", name=name) for name in twice]
    years = [row["year"] for row in rows if "year" in row]
    if years != sorted(years):
        mistakes.append(_("the batches do not follow each other by year."))
    _refuse(data, mistakes)
    batches = tuple(
        Batch(
            id=raw["id"],
            year=raw["year"],
            listed=_date(raw, "listed"),
            cities=frozenset(raw["cities"]) if "cities" in raw else None,
            quota_firms=raw.get("quota_firms"),
            quota_land_ha=raw.get("quota_land_ha"),
        )
        for raw in data["batch"]
    )
    return BatchPolicy(
        **_common(data),
        pilot_cities=frozenset(data.get("pilot_cities", ())),
        order=tuple(data["order"]),
        batches=batches,
    )


def shipped_deadlines() -> tuple[str, ...]:
    """Ids of the deadlines that come with the program."""
    return tuple(shipped("deadlines"))


def load_deadlines(name: str) -> Deadlines:
    """Deadlines that come with the program.

    Raises
    ------
    UnknownNameError
        If there are none of that id.
    """
    return parse_deadlines(shipped_text(_("set of deadlines"), "deadlines", name))


def shipped_batch_policies() -> tuple[str, ...]:
    """Ids of the batch policies that come with the program."""
    return tuple(shipped("batches"))


def load_batch_policy(name: str) -> BatchPolicy:
    """A batch policy that comes with the program.

    Raises
    ------
    UnknownNameError
        If there is none of that id.
    """
    return parse_batch_policy(shipped_text(_("batch policy"), "batches", name))


def _refuse(data: Mapping[str, Any], mistakes: list[Text]) -> None:
    if mistakes:
        raise RuleSetError(_("The policy {name:q}", name=str(data.get("id", ""))), mistakes)


def _date(raw: Mapping[str, Any], key: str) -> dt.date | None:
    return dt.date.fromisoformat(raw[key]) if key in raw else None


def _common(data: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": data["id"],
        "version": data["version"],
        "words": Words(data["vi"], data["en"]),
        "source": data["source"],
        "date": data["date"],
        "status": PolicyStatus.of(data["status"]),
        "assumptions": tuple(Words(a["vi"], a["en"]) for a in tables(data.get("assumption"))),
        "routes": tuple(Route.of(route) for route in data["routes"]),
        "data": data,
    }
