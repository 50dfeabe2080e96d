"""Figures that a province, a ministry or an employer sets: given with their source, or not had.

Nothing here has a value of its own. A file of parameters gives values, each with its source; it may
also assume evidence where the register lacks it, and say otherwise who pays. All of it is shown
beside whatever is worked out with it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from geo_relocation.errors import RuleSetError
from geo_relocation.messages import Text, _
from geo_relocation.model.money import Payer
from geo_relocation.model.toml import read_toml
from geo_relocation.standing.units import Districts
from geo_relocation.support.facts import Value, evidence_registry
from geo_relocation.support.policy import Parameter
from geo_relocation.support.tables import Table, exact, is_finite

_NUMBER = (int, float)


@dataclass(frozen=True)
class Given:
    """The value of a parameter.

    Attributes
    ----------
    parameter
        What it is.
    value
        For all firms: a number, or the evidence that counts; None where only cities have one.
    by_city
        Code of the old district-level city → value there.
    source
        Who says so.
    valid_from, valid_to
        Days of validity, both included; None: open.
    """

    parameter: Parameter
    value: Fraction | str | None
    by_city: Mapping[str, Fraction]
    source: str
    valid_from: dt.date | None
    valid_to: dt.date | None

    def at(self, city: str | None, day: dt.date) -> Fraction | str | None:
        """The value in a city on a day; None where it has none."""
        early = self.valid_from is not None and day < self.valid_from
        late = self.valid_to is not None and day > self.valid_to
        if early or late:
            return None
        return self.by_city.get(city or "", self.value)


@dataclass(frozen=True)
class Assumption:
    """A value that stands in for evidence which the register lacks.

    Attributes
    ----------
    key
        Of the evidence.
    value
        In its place.
    source
        Who says so.
    """

    key: str
    value: Value
    source: str


@dataclass(frozen=True)
class Parameters:
    """What a user gave.

    Attributes
    ----------
    given
        Values by the name of the parameter.
    assumed
        Assumptions by the key of the evidence.
    payers
        Who pays, by policy, where it is not who the policy says.
    """

    given: Mapping[str, Given] = field(default_factory=dict)
    assumed: Mapping[str, Assumption] = field(default_factory=dict)
    payers: Mapping[str, Payer] = field(default_factory=dict)


NONE_GIVEN = Parameters()


def parse_parameters(
    text: str,
    known: Mapping[str, Parameter],
    *,
    policies: frozenset[str],
    districts: Districts | None = None,
) -> Parameters:
    """Read a file of parameters.

    Parameters
    ----------
    text
        Its content, TOML.
    known
        Parameters that there are, by name.
    policies
        Ids of the policies that there are.
    districts
        Cities that there are; None: cities are named by code.

    Raises
    ------
    RuleSetError
        With all mistakes: unknown names, values that do not fit, values without a source.
    """
    what = _("The file of parameters")
    try:
        raw = read_toml(text)
    except ValueError as error:
        raise RuleSetError(what, [_("the text is not TOML: {words}", words=str(error))]) from error
    mistakes: list[Text] = []
    file = Table(raw, "", mistakes)
    given, assumed, payers = {}, {}, {}
    for name, one in (file.get("parameter", dict) or {}).items():
        with file.inside(one, f"parameter.{name}") as inner:
            if name in known:
                given[name] = _given(inner, known[name], districts)
            else:
                inner.wrong("", _("nothing is called {name:q}", name=name))
                inner.forget()
    for key, one in (file.get("assume", dict) or {}).items():
        with file.inside(one, f"assume.{key}") as inner:
            found = _assumption(inner, key)
            if found is not None:
                assumed[key] = found
    chosen = file.get("payer", dict) or {}
    with file.inside(chosen, "payer") as inner:
        for policy in chosen:
            if policy not in policies:
                inner.wrong(policy, _("there is no policy {name:q}", name=policy))
            payers[policy] = inner.code(policy, Payer, Payer.NOBODY)
    file.finish()
    if mistakes:
        raise RuleSetError(what, mistakes)
    return Parameters(given, assumed, payers)


def _given(table: Table, parameter: Parameter, districts: Districts | None) -> Given:
    value = table.choice("value", parameter.choices)
    by_city = {}
    for name, one in (table.get("by_city", dict) or {}).items():
        code = districts.code(name) if districts is not None else name
        if code is None:
            table.wrong("by_city", _("there is no city {name:q}", name=name))
        elif type(one) not in _NUMBER or not is_finite(one):
            table.wrong(f"by_city.{name}", _("{value:q} is no number", value=str(one)))
        else:
            by_city[code] = exact(one)
    if value is None and not by_city:
        table.wrong("value", _("this is missing"))
    return Given(
        parameter,
        value,
        by_city,
        table.text("source", needed=True),
        table.day("valid_from"),
        table.day("valid_to"),
    )


def _assumption(table: Table, key: str) -> Assumption | None:
    known = evidence_registry().get(key)
    if known is None or known.origin == "derived":
        table.wrong("", _("there is no evidence {key:q} that could be assumed", key=key))
        table.forget()
        return None
    value = table.evidence("value", known)
    source = table.text("source", needed=True)
    return None if value is None else Assumption(key, value, source)
