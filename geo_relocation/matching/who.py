"""Which sites a filter means, in arrays: the one answer to "who", for scope and rules alike."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
import shapely

from geo_relocation.arrays import FloatArray, Mask, TextArray
from geo_relocation.matching.group import Filter, Span
from geo_relocation.matching.standing import Standing
from geo_relocation.matching.stated import M2_DIGITS
from geo_relocation.model.enums import ListState
from geo_relocation.model.sectors import vsic_digits
from geo_relocation.standing.list import state_as_of
from geo_relocation.standing.new_units import unit_codes
from geo_relocation.standing.units import city_codes


@dataclass(frozen=True)
class Register:
    """Sites and what is known about them, as filters ask it.

    Attributes
    ----------
    sites, findings
        Layer, and the findings of one run; None: none was made.
    standing
        What holds.
    """

    sites: pd.DataFrame
    findings: pd.DataFrame | None
    standing: Standing

    def meets(self, asked: Filter) -> Mask:
        """Which sites meet everything that a resolved filter names."""
        keep = np.ones(len(self.sites), dtype=bool)
        for one in self._parts(asked):
            keep &= one
        return keep

    def _parts(self, asked: Filter) -> Iterator[Mask]:
        """What each part of a filter that is named leaves."""
        for name, column in _COLUMNS.items():
            if wanted := getattr(asked, name):
                yield among(getattr(self, column), wanted)
        if asked.sectors:
            codes = tuple(asked.sectors)
            yield np.array([code is not None and code.startswith(codes) for code in self.sectors])
        for span, sizes in ((asked.land_m2, self.land_m2), (asked.workers, self.workers)):
            if span is not None:
                yield within(span, sizes)
        for name, value in asked.where.items():
            values = value if isinstance(value, list) else [value]
            yield self.sites[name].isin(values).to_numpy(dtype=bool)

    @cached_property
    def site_ids(self) -> TextArray:
        """Ids."""
        return objects(self.sites["site_id"])

    @cached_property
    def verdicts(self) -> TextArray:
        """Verdict of screening; None where none was given."""
        return self._found("verdict")

    @cached_property
    def origins(self) -> TextArray:
        """Park that each site is certain to stand in."""
        return self._found("park_id")

    @cached_property
    def routes(self) -> TextArray:
        """Route in force."""
        return self._decided("route")

    @cached_property
    def groups(self) -> TextArray:
        """Group by the decision in force."""
        return self._decided("group")

    @cached_property
    def batches(self) -> TextArray:
        """Batch by the decision in force."""
        return self._decided("batch")

    @cached_property
    def cities(self) -> TextArray:
        """Code of the old city."""
        return city_codes(self.sites, self.findings, self.standing.districts)

    @cached_property
    def units(self) -> TextArray:
        """Code of the unit since 2025-07-01."""
        return unit_codes(self.sites, self.findings, self.standing.units)

    @cached_property
    def states(self) -> TextArray:
        """State by the history of the list."""
        if self.standing.events is None:
            return np.full(len(self.sites), ListState.CANDIDATE.value, dtype=object)
        return objects(state_as_of(self.standing.events, self.sites)["state"])

    @cached_property
    def sectors(self) -> TextArray:
        """Digits of the VSIC code."""
        return np.array([vsic_digits(code) for code in self.sites["vsic"]], dtype=object)

    @cached_property
    def land_m2(self) -> FloatArray:
        """Present land."""
        return present_land(self.sites)

    @cached_property
    def workers(self) -> FloatArray:
        """Workers; NaN where not known."""
        workers: FloatArray = self.sites["workers"].to_numpy(dtype=float, na_value=np.nan)
        return workers

    def _found(self, column: str) -> TextArray:
        if self.findings is None:
            return np.full(len(self.sites), None, dtype=object)
        values = self.findings.drop_duplicates("site_id").set_index("site_id")[column]
        return objects(self.sites["site_id"].map(values))

    def _decided(self, column: str) -> TextArray:
        if self.standing.decided is None:
            return np.full(len(self.sites), None, dtype=object)
        return objects(self.sites["site_id"].map(self.standing.decided[column]))


_COLUMNS = {
    "routes": "routes",
    "cities": "cities",
    "units": "units",
    "groups": "groups",
    "batches": "batches",
    "states": "states",
    "sites": "site_ids",
    "in_parks": "origins",
}
"""Lists of a filter, and what of the register each is about."""


def objects(values: pd.Series) -> TextArray:
    """A column as an array of texts."""
    found: TextArray = values.to_numpy(dtype=object)
    return found


def among(values: TextArray, wanted: Collection[str]) -> Mask:
    """Which values are of a list."""
    names = {str(one) for one in wanted}
    return np.array([isinstance(value, str) and value in names for value in values], dtype=bool)


def present_land(sites: pd.DataFrame) -> FloatArray:
    """Present land, m²: as stated, else the area of the outline; NaN where neither is known."""
    stated = sites["land_m2"].to_numpy(dtype=float)
    outline = np.round(shapely.area(sites["geometry"].to_numpy()), M2_DIGITS)
    land: FloatArray = np.where(stated > 0, stated, np.where(outline > 0, outline, np.nan))
    return land


def within(span: Span, sizes: FloatArray) -> Mask:
    """Which sizes lie in a span; one that is not known does not."""
    low = -np.inf if span.min is None else span.min
    high = np.inf if span.max is None else span.max
    inside: Mask = (sizes >= low) & (sizes <= high)
    return inside
