"""What holds when a plan is made."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import pandas as pd

from geo_relocation.matching.naming import Known
from geo_relocation.standing.days import today
from geo_relocation.standing.decisions import in_force
from geo_relocation.standing.list import committed, finished
from geo_relocation.standing.names import ParkNames
from geo_relocation.standing.new_units import NewUnits, new_units
from geo_relocation.standing.units import Districts


@dataclass(frozen=True)
class Standing:
    """What holds when a plan is made.

    Attributes
    ----------
    decided
        The decision in force of each site of the register, by site id; None where nothing was
        decided on any of them.
    finished, committed
        Sites of which the scheme asks no more, and those whose firm has signed or is moving.
    districts
        The old district-level units.
    years
        Calendar years of the scheme that remain.
    batches
        First year of each batch as it was decided.
    units
        The wards and communes since 2025-07-01.
    events
        The history of the list; None: there is none.
    """

    decided: pd.DataFrame | None
    finished: frozenset[str]
    committed: frozenset[str]
    districts: Districts
    years: tuple[int, ...]
    batches: Mapping[str, int]
    units: NewUnits
    events: pd.DataFrame | None

    @classmethod
    def of(
        cls,
        sites: pd.DataFrame,
        decisions: pd.DataFrame | None,
        events: pd.DataFrame | None,
        *,
        districts: Districts,
        years: Collection[int] | None = None,
        batches: Mapping[str, int] | None = None,
        units: NewUnits | None = None,
    ) -> Standing:
        """What holds by the layers.

        Parameters
        ----------
        sites, decisions, events, districts
            Layers as they are, and the districts they name.
        years
            Calendar years of the scheme that remain; None: the present one.
        batches
            First year of each batch as it was decided; None: not known.
        units
            The wards and communes since 2025-07-01; None: those that the sites name.
        """
        decided = None
        if decisions is not None:
            known = decisions[decisions["site_id"].isin(sites["site_id"])]
            decided = None if known.empty else in_force(known).set_index("site_id")
        return cls(
            decided=decided,
            finished=frozenset() if events is None else finished(events),
            committed=frozenset() if events is None else committed(events),
            districts=districts,
            years=(today().year,) if years is None else tuple(years),
            batches=batches or {},
            units=new_units(None, sites=sites) if units is None else units,
            events=events,
        )

    def known(self, parks: ParkNames | None) -> Known:
        """The names that a scenario may use; those of parks are given."""
        decided = self.decided
        groups, batches = (
            None if decided is None else frozenset(decided[column].dropna())
            for column in ("group", "batch")
        )
        return Known(self.districts, self.units, parks, groups=groups, batches=batches)
