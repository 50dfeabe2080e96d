"""What support costs by firm, year and payer: arrays for whoever plans under a budget.

The cost of a firm depends on the year of its move (policies, prices and what is left of a lease
change) and, for a few policies, on the kind of the new place; on nothing else of a plan. So a
budget is a table, not a function of the whole plan, and a limit on it is linear:

    Σ  dong[site, year, payer] × (1 where the plan moves the site in that year)  ≤  limit
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from geo_relocation.arrays import IntArray
from geo_relocation.lazy import np, pd
from geo_relocation.model.enums import ParkKind
from geo_relocation.model.money import Payer, SupportOutcome
from geo_relocation.support.catalogue import Catalogue
from geo_relocation.support.estimate import Estimate, estimate
from geo_relocation.support.firms import gather_firms
from geo_relocation.support.parameters import NONE_GIVEN, Parameters

PAYERS: tuple[Payer, ...] = tuple(payer for payer in Payer if payer is not Payer.EMPLOYER)
"""Who pays what a budget adds up, in the order of the last axis."""

_PARK = "the new place"


@dataclass(frozen=True)
class Budget:
    """Support by firm, year and payer.

    Attributes
    ----------
    site_ids
        Of the first axis, in the order of the sites.
    years
        Of the second axis.
    payers
        Of the third axis of `dong`.
    dong
        Đồng of the items that could be computed if the firm moves in that year; a set-off counts
        negative. What employers pay is not in it.
    unknown
        How many items of the firm that a payer would pay could not be computed in that year: where
        it is above 0, `dong` is no more than a part.
    """

    site_ids: tuple[str, ...]
    years: tuple[int, ...]
    payers: tuple[Payer, ...]
    dong: IntArray
    unknown: IntArray


def support_budget(
    sites: pd.DataFrame,
    years: Sequence[int],
    known: Catalogue,
    parameters: Parameters = NONE_GIVEN,
    *,
    as_of: dt.date | None = None,
    cities: Sequence[str | None] | None = None,
    decisions: pd.DataFrame | None = None,
    findings: pd.DataFrame | None = None,
    park_kind: ParkKind | None = None,
) -> Budget:
    """What each firm would cost each payer, for each year in which it may move.

    Parameters
    ----------
    sites
        Rows of that layer.
    years
        Calendar years.
    known, parameters
        The policies and what they need, see `estimate`.
    as_of
        The day as of which policies are asked in every year; None: the middle of each year.
    cities, decisions, findings
        As for `gather_firms`.
    park_kind
        Kind of the new place; None: not known, so that policies which depend on it are unknown.

    Returns
    -------
    Budget
        `dong` and `unknown` have the shape (sites, years, payers).
    """
    ids = tuple(sites["site_id"])
    dong = np.zeros((len(ids), len(years), len(PAYERS)), dtype=np.int64)
    unknown = np.zeros_like(dong)
    parks = None
    if park_kind is not None:
        parks = pd.DataFrame({"park_id": [_PARK], "kind": [park_kind.value]})
    for place, year in enumerate(years):
        firms = gather_firms(
            sites,
            as_of=as_of,
            cities=cities,
            decisions=decisions,
            findings=findings,
            plan=pd.DataFrame({"site_id": list(ids), "park_id": _PARK, "phase": year}),
            parks=parks,
            assumed=parameters.assumed,
        )
        _add(estimate(firms, known, parameters), ids, dong[:, place], unknown[:, place])
    return Budget(ids, tuple(years), PAYERS, dong, unknown)


def _add(found: Estimate, ids: Sequence[str], dong: IntArray, unknown: IntArray) -> None:
    """Add the items of a year to the tables of sites × payers."""
    row = {site: number for number, site in enumerate(ids)}
    column: dict[Payer, int] = {payer: number for number, payer in enumerate(PAYERS)}
    for item in found.items:
        if item.counted:
            dong[row[item.firm.site_id], column[item.payer]] += item.counted
        elif item.outcome is SupportOutcome.NOT_COMPUTED and item.payer in column:
            unknown[row[item.firm.site_id], column[item.payer]] += 1
