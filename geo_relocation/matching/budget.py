"""The support budget: what is asked of it, and what each firm takes of it by year and park.

What firms cost is not worked out here: whoever builds a problem hands over a table of
`SUPPORT_COLUMNS`, in whole đồng.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import pandas as pd
from pydantic import BaseModel, ConfigDict, Field, field_validator

from geo_relocation.arrays import IntArray, Mask
from geo_relocation.matching.stated import fraction
from geo_relocation.messages import Message, _
from geo_relocation.model.money import Payer

SUPPORT_COLUMNS = ("site_id", "phase", "park_kind", "payer", "vnd", "unknown")
"""Columns of a table of support: what a site is paid by a payer if it moves in that year to a park
of that kind (empty: of none that is known), in đồng, and how many items of it could not be
computed. What has no row is 0."""

SupportOf = Callable[[pd.DataFrame, pd.DataFrame, Sequence[int]], pd.DataFrame]
"""Makes that table for some sites, all kinds of some parks, and some years."""

VND_PER_MILLION = 1_000_000

_MOST_MILLION = 1e9
"""Beyond any budget; sums in đồng stay whole numbers of the machine."""


class BudgetLimit(BaseModel):
    """Support that can be paid to the firms that move in a year.

    Attributes
    ----------
    year
        Calendar year of the move.
    payer
        Who pays, by code or name; None: all who pay, together.
    million_vnd
        Most that is paid, million đồng.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    year: int
    payer: Payer | None = None
    million_vnd: float = Field(ge=0, le=_MOST_MILLION)

    @field_validator("payer", mode="before")
    @classmethod
    def _by_name(cls, value: object) -> object:
        """The code of a payer that is named as people do."""
        if not isinstance(value, str):
            return value
        wanted = value.strip().casefold()
        for payer in Payer:
            if wanted in {payer.value, payer.vi.casefold(), payer.en.casefold()}:
                return payer
        return value

    @field_validator("payer")
    @classmethod
    def _of_the_state(cls, value: Payer | None) -> Payer | None:
        """No employer: what employers pay by labour law is no support."""
        if value is Payer.EMPLOYER:
            raise ValueError(_("what employers pay is in no support budget"))
        return value


def mistakes(budget: Sequence[BudgetLimit], years: Iterable[int]) -> list[Message]:
    """Budgets of years that are not planned (of none where `years` is empty), or stated twice."""
    planned, stated = set(years), [(one.year, one.payer) for one in budget]
    found = [
        _("limits.{name}: {year} is not a phase", name="budget", year=year)
        for year in dict.fromkeys(one.year for one in budget)
        if planned and year not in planned
    ]
    for year, payer in dict.fromkeys(one for one in stated if stated.count(one) > 1):
        who = payer or _("all payers")
        found.append(_("limits.budget: {year} is stated twice for {who}", year=year, who=who))
    return found


@dataclass(frozen=True)
class Series:
    """The budgets of one payer.

    Attributes
    ----------
    payer
        Who pays; None: all together.
    quota
        Year → đồng, as it was stated.
    """

    payer: Payer | None
    quota: dict[int, Fraction]


def series_of(budget: Sequence[BudgetLimit]) -> tuple[Series, ...]:
    """The budgets payer by payer, in the order in which payers are first named."""
    return tuple(
        Series(
            payer,
            {
                one.year: fraction(one.million_vnd) * VND_PER_MILLION
                for one in budget
                if one.payer is payer
            },
        )
        for payer in dict.fromkeys(one.payer for one in budget)
    )


@dataclass(frozen=True)
class Funds:
    """What firms take of the budgets.

    Attributes
    ----------
    series
        The budgets; empty where none is asked.
    kind
        Of each park, its place on the last axis of the tables.
    dong
        What a firm takes of each series if it moves in a phase to a park of a kind, đồng:
        (series, firms, phases, kinds). 0 in years without a budget, and where set-offs outweigh
        support.
    unknown
        Whether some item of what it would take cannot be computed: (firms, phases, kinds).
    """

    series: tuple[Series, ...]
    kind: IntArray
    dong: IntArray
    unknown: Mask

    @classmethod
    def of(
        cls,
        budget: Sequence[BudgetLimit],
        table: pd.DataFrame | None,
        *,
        sites: Sequence[str],
        parks: pd.DataFrame,
        phases: Sequence[int],
    ) -> Funds:
        """What firms take, from a table of support.

        Parameters
        ----------
        budget
            What is asked.
        table
            As `SUPPORT_COLUMNS` says; None only where no budget is asked.
        sites
            Ids, in the order of the firms.
        parks
            The layer, in the order of the parks.
        phases
            Calendar years.
        """
        series = series_of(budget)
        kinds = kinds_of(parks)
        distinct = sorted(set(kinds))
        kind = np.array([distinct.index(one) for one in kinds], dtype=np.int64)
        shape = (len(sites), len(phases), len(distinct))
        dong = np.zeros((len(series), *shape), dtype=np.int64)
        unknown = np.zeros(shape, dtype=bool)
        if not series:
            return cls(series, kind, dong, unknown)
        if table is None:
            raise ValueError("a budget is asked, and nobody says what firms cost")
        at = tuple(
            pd.Index(known).get_indexer(table[column])
            for known, column in ((sites, "site_id"), (phases, "phase"), (distinct, "park_kind"))
        )
        here = np.logical_and.reduce([place >= 0 for place in at])
        for number, one in enumerate(series):
            asked = here & table["phase"].isin(list(one.quota)).to_numpy()
            if one.payer is not None:
                asked &= (table["payer"] == one.payer.value).to_numpy()
            where = tuple(place[asked] for place in at)
            np.add.at(dong[number], where, table["vnd"].to_numpy(dtype=np.int64)[asked])
            np.logical_or.at(unknown, where, table["unknown"].to_numpy()[asked] > 0)
        return cls(series, kind, np.maximum(dong, 0), unknown)

    def positions(self, firm: IntArray, park: IntArray, phase: IntArray) -> IntArray:
        """Where some moves stand in the list of firms × phases × kinds of park."""
        at = (firm, phase, self.kind[park])
        return np.asarray(np.ravel_multi_index(at, self.unknown.shape), dtype=np.int64)

    def taken(self, firm: IntArray, park: IntArray, phase: IntArray) -> IntArray:
        """What some moves take of each series, đồng: (series, moves)."""
        found: IntArray = self.dong[:, firm, phase, self.kind[park]]
        return found


def kinds_of(parks: pd.DataFrame) -> list[str]:
    """Kind of each park; empty where it is not known."""
    return ["" if pd.isna(kind) else str(kind) for kind in parks["kind"]]


def budget_years(budget: Sequence[BudgetLimit]) -> tuple[int, ...]:
    """The years that have a budget, ascending."""
    return tuple(sorted({one.year for one in budget}))
