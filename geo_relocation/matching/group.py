"""Which firms a scenario means, and where a group of them goes.

One filter serves both questions: who is in scope of a plan (`Who`), and whom a rule is about
(`GroupRule`). `matching.who` answers it where plans are made, `check.meaning` for the checker.
"""

from __future__ import annotations

from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from geo_relocation.messages import _
from geo_relocation.model.enums import ListState, Route, Verdict

Scalar = str | int | float | bool


class Part(BaseModel):
    """Base of all parts: unknown keys are mistakes, values do not change once read."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class Span(Part):
    """Sizes from one to another, both included.

    Attributes
    ----------
    min, max
        The bounds; None: none on that side.
    """

    min: float | None = Field(default=None, ge=0)
    max: float | None = Field(default=None, ge=0)

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if self.min is None and self.max is None:
            raise ValueError(_("the size names neither min nor max"))
        if self.min is not None and self.max is not None and self.min > self.max:
            raise ValueError(_("the size has its min above its max"))
        return self


class Filter(Part):
    """Which firms are meant: those that meet everything that is named.

    Attributes
    ----------
    routes
        Routes of the decision in force, exactly as named.
    cities, units
        Old district-level units, and the wards and communes since 2025-07-01, by code or name,
        as people write it.
    sectors
        Divisions or finer codes of VSIC, or the words for them.
    land_m2, workers
        Present land and number of workers. A firm of which it is not known does not meet it.
    groups, batches
        Of the decision in force.
    states
        States by the history of the list.
    sites
        Ids.
    in_parks
        Parks that the firm stands in now, by id or name.
    where
        Attribute of the sites layer → value, or list of values, that it must have.
    """

    routes: tuple[Route, ...] = ()
    cities: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    sectors: tuple[str, ...] = ()
    land_m2: Span | None = None
    workers: Span | None = None
    groups: tuple[str, ...] = ()
    batches: tuple[str, ...] = ()
    states: tuple[ListState, ...] = ()
    sites: tuple[str, ...] = ()
    in_parks: tuple[str, ...] = ()
    where: dict[str, Scalar | list[Scalar]] = Field(default_factory=dict)


class Who(Filter):
    """Which sites are to be placed; empty lists filter nothing.

    Attributes
    ----------
    verdicts
        Screening verdicts that put a site in scope, exactly as named. Where neither they nor
        routes are named, what holds decides: the route in force *relocate* once decisions exist,
        before that the verdict *conflict*. Routes need decisions.
    compulsory_weight
        What leaving out a compulsory firm counts, where an encouraged one counts 1.
    """

    verdicts: tuple[Verdict, ...] = ()
    compulsory_weight: int = Field(default=10, ge=1, le=1000)


class GroupRule(Part):
    """Where a group of firms goes: these parks and no others, rather these, or never these.

    Attributes
    ----------
    kind
        ``must``: every firm of the group that one of the parks may take goes to one of them, and
        none goes elsewhere; ``prefer``: another park costs `price_km` more; ``never``: none goes
        to one of them.
    firms
        The group, of the firms in scope; left out: all of them.
    parks
        Parks by id or name, and kinds of parks: ``KCN``, ``CCN``, ``south``, ``north``.
    price_km
        What *prefer* is worth, kilometre-equivalents.
    source
        Who asks for it, or where it stands.
    """

    kind: Literal["must", "prefer", "never"]
    firms: Filter = Field(default_factory=Filter)
    parks: tuple[str, ...]
    price_km: float | None = Field(default=None, gt=0)
    source: str = ""

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if not self.parks:
            raise ValueError(_("the rule names no park"))
        if self.kind == "prefer" and self.price_km is None:
            raise ValueError(_("a rule that prefers needs its price: price_km"))
        if self.kind != "prefer" and self.price_km is not None:
            raise ValueError(
                _("price_km is the price of a rule that prefers, not of {kind}", kind=self.kind)
            )
        return self
