"""The raw layers of a workspace, and the rows of them that a plan touches."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely
from pyproj import CRS

from geo_relocation.geo.crs import WGS84, transform
from geo_relocation.standing.decisions import in_force
from geo_relocation.standing.list import COMMITTED, FINISHED, state_as_of
from geo_relocation.standing.new_units import NewUnits, new_units
from geo_relocation.standing.units import (
    Districts,
    city_codes,
    districts,
    south_area,
    south_codes,
)

if TYPE_CHECKING:
    from geo_relocation.matching.specification import MatchSpecification

Row = dict[str, Any]

_HA = 10_000
_M2_DIGITS = 2


@dataclass(frozen=True)
class Layers:
    """Layers as a store gives them, geometry in one projected CRS in metres.

    Attributes
    ----------
    sites, parks
        All of them, in scope or not, receiving or not.
    findings
        Of one screening run; None: none was made.
    decisions, events
        The whole history, superseded rows included; None: there is none.
    roads, admin_units, crosswalk
        Layers, and the table that names old districts; None where there is none.
    approved
        Assignments of the plan that this one is based on; None: of none.
    south
        Districts that firms leave, by code or name, as the scheme has them.
    support
        What the sites of the plan cost: `site_id`, `phase` (year), `park_kind`, `payer`, `vnd`, and
        `unknown`, how many items could not be computed; None where nobody says.
    """

    sites: pd.DataFrame
    parks: pd.DataFrame
    findings: pd.DataFrame | None = None
    decisions: pd.DataFrame | None = None
    events: pd.DataFrame | None = None
    roads: pd.DataFrame | None = None
    admin_units: pd.DataFrame | None = None
    crosswalk: pd.DataFrame | None = None
    approved: pd.DataFrame | None = None
    south: tuple[str, ...] = ()
    support: pd.DataFrame | None = None


def rows(frame: pd.DataFrame | None) -> list[Row]:
    """The rows of a frame as dictionaries."""
    if frame is None:
        return []
    return [
        dict(zip(frame.columns, values, strict=True))
        for values in frame.itertuples(index=False, name=None)
    ]


def known(value: object) -> bool:
    """Whether a cell holds something."""
    return value is not None and not bool(pd.isna(value))


def exact(value: float) -> Fraction:
    """The decimal that a number is written as."""
    return Fraction(repr(float(value)))


@dataclass(frozen=True)
class Facts:
    """What the rules look up about the sites and parks of a plan.

    Attributes
    ----------
    layers, spec
        What was given.
    named
        Ids of the sites that the plan names.
    """

    layers: Layers
    spec: MatchSpecification
    named: frozenset[str]

    def _of_named(self, frame: pd.DataFrame | None) -> pd.DataFrame | None:
        return None if frame is None else frame[frame["site_id"].isin(self.named)]

    @cached_property
    def sites(self) -> dict[str, Row]:
        """Sites of the plan by id."""
        return {row["site_id"]: row for row in rows(self._of_named(self.layers.sites))}

    @cached_property
    def parks(self) -> dict[str, Row]:
        """All parks by id."""
        return {row["park_id"]: row for row in rows(self.layers.parks)}

    @cached_property
    def findings(self) -> dict[str, Row]:
        """The finding on each site."""
        return {row["site_id"]: row for row in rows(self._of_named(self.layers.findings))}

    @cached_property
    def decisions(self) -> dict[str, Row]:
        """The decision in force on each site."""
        some = self._of_named(self.layers.decisions)
        return {} if some is None else {row["site_id"]: row for row in rows(in_force(some))}

    @cached_property
    def states(self) -> dict[str, str]:
        """State of each site by the history of the list."""
        some, events = self._of_named(self.layers.sites), self.layers.events
        if some is None or events is None:
            return {}
        told = state_as_of(events[events["site_id"].isin(self.named)], some)
        return dict(zip(told["site_id"], told["state"].astype(str), strict=True))

    @cached_property
    def approved(self) -> dict[str, Row]:
        """Where the plan that this one is based on puts each site."""
        some = rows(self._of_named(self.layers.approved))
        return {row["site_id"]: row for row in some if known(row["park_id"])}

    @cached_property
    def support(self) -> dict[tuple[str, int, str], list[Row]]:
        """What each site costs, by year and kind of park."""
        found: dict[tuple[str, int, str], list[Row]] = {}
        for row in rows(self._of_named(self.layers.support)):
            key = (row["site_id"], int(row["phase"]), row["park_kind"])
            found.setdefault(key, []).append(row)
        return found

    def paid(self, site: Row, park: Row, year: int) -> list[Row]:
        """What a site costs each payer if it moves to a park in a year."""
        kind = str(park["kind"]) if known(park["kind"]) else ""
        return self.support.get((site["site_id"], year, kind), [])

    def finished(self, site: str) -> bool:
        """Whether a site has been dealt with, or has left the list."""
        return self.states.get(site) in FINISHED

    def kept(self, site: str) -> bool:
        """Whether a site has signed, or is moving, to where the approved plan puts it."""
        return self.states.get(site) in COMMITTED and site in self.approved

    @cached_property
    def districts(self) -> Districts:
        """The old district-level units."""
        layers = self.layers
        return districts(
            layers.admin_units, layers.crosswalk, sites=layers.sites, named=layers.south
        )

    @cached_property
    def cities(self) -> dict[str, str]:
        """Code of the old city of each site."""
        some = self.layers.sites[self.layers.sites["site_id"].isin(self.named)]
        codes = city_codes(some, self.layers.findings, self.districts)
        return dict(zip(some["site_id"], codes, strict=True))

    @cached_property
    def units(self) -> NewUnits:
        """The wards and communes since 2025-07-01."""
        layers = self.layers
        return new_units(layers.admin_units, layers.crosswalk, sites=layers.sites)

    def unit(self, site: Row) -> str | None:
        """Code of the unit that a site is in: found by screening, else stated, else by name."""
        found = self.findings.get(site["site_id"], {}).get("unit_code")
        for code in (found, site["new_unit_code"]):
            if known(code):
                return str(code)
        return self.units.code(site["new_unit"])

    @cached_property
    def south_area(self) -> shapely.Geometry | None:
        """The land that firms leave."""
        codes = south_codes(self.layers.south, self.districts)
        return south_area(self.layers.admin_units, codes)

    def refuses(self, park: Row) -> bool:
        """Whether a park says that it does not receive, or is one no more."""
        receives = park["receives"]
        return (known(receives) and not receives) or park["status"] in {"converting", "removed"}

    def in_south(self, park: Row) -> bool:
        """Whether a park stands in the part of the scheme that firms leave."""
        code = self.districts.code(park["old_district"])
        if code is not None:
            return code in south_codes(self.layers.south, self.districts)
        point = middle(park["geometry"])
        if self.south_area is None or point is None:
            return False
        return bool(shapely.intersects(self.south_area, point))

    def gate(self, park: Row) -> shapely.Point | None:
        """Gate of a park; a point on its surface where none is stated."""
        lon, lat, crs = park["gate_lon"], park["gate_lat"], getattr(self.layers.parks, "crs", None)
        if not (known(lon) and known(lat)) or crs is None:
            return middle(park["geometry"])
        x, y = transform(np.array([lon], float), np.array([lat], float), WGS84, CRS(crs))
        return shapely.Point(float(x[0]), float(y[0]))

    def need(self, site: Row) -> Fraction | None:
        """Land that a firm needs, m²; None where it is not known."""
        factors, geometry = self.spec.factors, site["geometry"]
        if known(site["land_needed_m2"]) and site["land_needed_m2"] > 0:
            return exact(site["land_needed_m2"])
        plot = site["land_m2"] if known(site["land_m2"]) and site["land_m2"] > 0 else None
        if plot is None and geometry is not None and geometry.area > 0:
            plot = round(geometry.area, _M2_DIGITS)
        if plot is None:
            plot = factors.assumed_land_m2
        return None if plot is None else exact(plot) * exact(factors.land_needed)

    def free_land(self, park: Row) -> Fraction | None:
        """Free land of a park by its layer, m²; None where it is not known."""
        if known(park["free_ha"]) and park["free_ha"] >= 0:
            return exact(park["free_ha"]) * _HA
        if known(park["leasable_ha"]) and known(park["occupancy_pct"]):
            left = exact(park["leasable_ha"]) * (1 - exact(park["occupancy_pct"]) / 100)
            if left >= 0:
                return left * _HA
        share = self.spec.where.assumed_free_share
        if share is None:
            return None
        if known(park["area_ha"]) and park["area_ha"] > 0:
            return exact(park["area_ha"]) * _HA * exact(share)
        outline = 0.0 if park["geometry"] is None else round(park["geometry"].area, _M2_DIGITS)
        return exact(outline) * exact(share) if outline > 0 else None

    def land(self, park: Row, year: int) -> Fraction:
        """Land that a park can give up to the end of a year, m²."""
        steps = [
            step
            for step in self.spec.where.land
            if step.park == park["park_id"] and (step.from_year or 0) <= year
        ]
        if steps:
            return exact(max(steps, key=lambda step: step.from_year or 0).ha) * _HA
        return self.free_land(park) or Fraction(0)


def middle(geometry: shapely.Geometry | None) -> shapely.Point | None:
    """A point that stands for a place; None where there is none."""
    if geometry is None or geometry.is_empty:
        return None
    return shapely.point_on_surface(geometry)
