"""The firms of a plan as arrays: what indicators are computed from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from typing import Self

import numpy as np
import pandas as pd

from geo_relocation.arrays import FloatArray, Mask, TextArray
from geo_relocation.model import split_codes
from geo_relocation.model.enums import ZoneCategory
from geo_relocation.model.money import SupportOutcome
from geo_relocation.model.sectors import division
from geo_relocation.support.estimate import Estimate, Item

SMALL_WORKERS = 100
"""Most workers of a small firm of industry (NĐ 80/2021/NĐ-CP, Điều 5), told by workers alone."""

PUBLIC_WORKS = (ZoneCategory.PUBLIC, ZoneCategory.GREEN, ZoneCategory.TRANSPORT)
"""Schools, health and offices; parks and sport; roads and utilities."""

_WAYS = ("home_workers", "before_km", "after_km")


@dataclass(frozen=True)
class Rows:
    """A plan's firms in scope, or a part of them, one element each.

    Attributes
    ----------
    site, park
        Ids; the park is None for a firm left out.
    land_m2, distance_km, cost_km
        As the plan states them; NaN for a firm left out.
    workers
        Of the site; NaN where not known.
    rent_usd_m2
        Of the park; NaN where not stated.
    elsewhere
        Whether its park is specialised, but not in the division of the firm.
    refused
        Whether its site wishes for other parks.
    changed
        Whether its park is another one in the plan that this one is based on.
    vacated_m2, vacated_public_m2
        Land that it leaves, and of that what the zones foresee for public works; NaN where not
        known.
    home_workers, home_before_km, home_after_km
        Workers whose homes are known, and their mean way to the old site and to the park; NaN
        where none is known.
    support_vnd
        Support that can be computed; NaN where nothing of it can.
    support_unknown
        1 where some support cannot be computed, else 0; NaN where nobody worked it out.
    """

    site: TextArray
    park: TextArray
    land_m2: FloatArray
    distance_km: FloatArray
    cost_km: FloatArray
    workers: FloatArray
    rent_usd_m2: FloatArray
    elsewhere: Mask
    refused: Mask
    changed: Mask
    vacated_m2: FloatArray
    vacated_public_m2: FloatArray
    home_workers: FloatArray
    home_before_km: FloatArray
    home_after_km: FloatArray
    support_vnd: FloatArray
    support_unknown: FloatArray

    @classmethod
    def of(
        cls,
        assignments: pd.DataFrame,
        sites: pd.DataFrame,
        parks: pd.DataFrame,
        approved: pd.DataFrame | None = None,
        support: Estimate | None = None,
        after_use: pd.DataFrame | None = None,
        homes: pd.DataFrame | None = None,
    ) -> Self:
        """The firms of a plan.

        Parameters
        ----------
        assignments
            The plan's rows of that layer.
        sites, parks
            The layers, also with rows that the plan does not name.
        approved
            Rows of the plan that this one is based on; None where it is based on none.
        support
            What the firms placed get; None where nobody worked it out.
        after_use
            What becomes of the land that they leave; None where nobody worked it out.
        homes
            Ways of their workers, as `ways_of_workers` gives them; None where no homes are given.
        """
        site = assignments["site_id"].to_numpy(dtype=object)
        named = assignments["park_id"]
        park = named.astype(object).where(named.notna(), None).to_numpy(dtype=object)
        own = sites.drop_duplicates("site_id").set_index("site_id").reindex(site)
        there = parks.drop_duplicates("park_id").set_index("park_id").reindex(park)
        lived = pd.DataFrame(columns=["site_id", *_WAYS]) if homes is None else homes
        lived = lived.set_index("site_id").reindex(site)
        money, unknown = _support(site, support.items if support else (), asked=bool(support))
        return cls(
            site=site,
            park=park,
            land_m2=_numbers(assignments["land_m2"]),
            distance_km=_numbers(assignments["distance_km"]),
            cost_km=_numbers(assignments["cost_km"]),
            workers=_numbers(own["workers"]),
            rent_usd_m2=_numbers(there["rent_usd_m2"]),
            elsewhere=_elsewhere(own["vsic"], there["specialisation"]),
            refused=_refused(own["wish_place"], park),
            changed=_changed(site, park, approved),
            vacated_m2=_vacated(site, after_use, tuple(ZoneCategory)),
            vacated_public_m2=_vacated(site, after_use, PUBLIC_WORKS),
            home_workers=_numbers(lived["home_workers"]),
            home_before_km=_numbers(lived["before_km"]),
            home_after_km=_numbers(lived["after_km"]),
            support_vnd=money,
            support_unknown=unknown,
        )

    def __len__(self) -> int:
        """Number of firms."""
        return len(self.site)

    @property
    def is_placed(self) -> Mask:
        """Who has a park."""
        return np.array([one is not None for one in self.park], dtype=bool)

    @property
    def placed(self) -> Self:
        """Those who have a park."""
        return self.take(self.is_placed)

    @property
    def left_out(self) -> Self:
        """Those who have none."""
        return self.take(~self.is_placed)

    @property
    def small(self) -> Self:
        """Those known to have few workers."""
        return self.take(self.workers <= SMALL_WORKERS)

    def take(self, chosen: Mask) -> Self:
        """A part of the firms."""
        return type(self)(*(getattr(self, one.name)[chosen] for one in fields(self)))

    def paid(self, items: Iterable[Item]) -> Self:
        """The same firms with the support of some items only."""
        money, unknown = _support(self.site, items, asked=True)
        return replace(self, support_vnd=money, support_unknown=unknown)


def _numbers(values: pd.Series) -> FloatArray:
    found: FloatArray = values.to_numpy(dtype=float, na_value=np.nan)
    return found


def _elsewhere(vsic: pd.Series, specialisation: pd.Series) -> Mask:
    pairs = zip(vsic.map(division), specialisation, strict=True)
    wrong = [bool(wanted := split_codes(special)) and of not in wanted for of, special in pairs]
    return np.array(wrong, dtype=bool)


def _refused(wishes: pd.Series, park: TextArray) -> Mask:
    refused = [
        given is not None and bool(wanted := split_codes(wish)) and given not in wanted
        for wish, given in zip(wishes, park, strict=True)
    ]
    return np.array(refused, dtype=bool)


def _changed(site: TextArray, park: TextArray, approved: pd.DataFrame | None) -> Mask:
    if approved is None:
        return np.zeros(len(site), dtype=bool)
    placed = approved[approved["park_id"].notna()]
    before = dict(zip(placed["site_id"], placed["park_id"], strict=True))
    pairs = zip(site, park, strict=True)
    return np.array([to is not None and before.get(of, to) != to for of, to in pairs], dtype=bool)


def _vacated(
    site: TextArray, after_use: pd.DataFrame | None, uses: tuple[ZoneCategory, ...]
) -> FloatArray:
    """Land that each firm leaves for some uses, m²; 0 where it leaves land for others only."""
    if after_use is None:
        return np.full(len(site), np.nan)
    land = after_use[after_use["land_m2"].notna()]
    wanted = land["category"].isin([use.value for use in uses])
    of_each = land["land_m2"].where(wanted, 0.0).groupby(land["site_id"]).sum()
    return _numbers(of_each.reindex(site))


def _support(
    site: TextArray, items: Iterable[Item], *, asked: bool
) -> tuple[FloatArray, FloatArray]:
    """Money that can be computed of each firm, and whether some cannot."""
    money: dict[str, int] = {}
    lacking: set[str] = set()
    for item in items:
        if item.outcome is SupportOutcome.COMPUTED:
            money[item.firm.site_id] = money.get(item.firm.site_id, 0) + item.counted
        elif item.outcome is SupportOutcome.NOT_COMPUTED:
            lacking.add(item.firm.site_id)
    unknown = [float(one in lacking) if asked else np.nan for one in site]
    return (
        np.array([money.get(one, np.nan) for one in site], dtype=float),
        np.array(unknown, dtype=float),
    )
