"""What each park has to give: frames in, `Parks` out."""

from __future__ import annotations

from collections.abc import Collection
from fractions import Fraction

import numpy as np
import pandas as pd
import shapely
from pyproj import CRS

from geo_relocation.arrays import Flag, FloatArray, IntArray, TextArray
from geo_relocation.geo.crs import WGS84, transform
from geo_relocation.matching.problem import Note, Parks
from geo_relocation.matching.reasons import ParkBarrier
from geo_relocation.matching.rules import named
from geo_relocation.matching.specification import MatchSpecification
from geo_relocation.matching.stated import M2_DIGITS, floats, fraction, fractions
from geo_relocation.model.enums import ParkStatus
from geo_relocation.model.told import told
from geo_relocation.standing.units import Districts

M2_PER_HA = 10_000
_CLOSED = (str(ParkStatus.CONVERTING), str(ParkStatus.REMOVED))


def parks(
    frame: pd.DataFrame,
    specification: MatchSpecification,
    *,
    south: Flag,
) -> tuple[Parks, list[Note]]:
    """All parks as arrays, in the order of the frame, with what was assumed about them.

    Parameters
    ----------
    frame
        Layer `parks`, in the order of the ids.
    specification
        What is asked, resolved.
    south
        Whether each park stands in the part of the scheme that firms leave; see `in_south`.
    """
    notes: list[Note] = []
    barrier = park_barriers(frame, specification, south)
    notes += _assumed_to_receive(frame, barrier)
    land, basis = free_land(frame, specification)
    barrier[(barrier == ParkBarrier.NONE) & (basis == "")] = ParkBarrier.NO_LAND_DATA
    used = barrier == ParkBarrier.NONE
    opens, vague = openings(frame, specification)
    notes += _assumed_to_open(specification, int((vague & used).sum()))
    if shares := int(np.count_nonzero(used & (basis == "share"))):
        share = specification.where.assumed_free_share or 0.0
        words = told("matching.assumed-free-share", count=shares, share=share)
        notes.append(Note("assumed-free-share", words, shares))
    for code, kind in (
        ("no-land-data", ParkBarrier.NO_LAND_DATA),
        ("not-receiving", ParkBarrier.NOT_RECEIVING),
    ):
        if count := int(np.count_nonzero(barrier == kind)):
            words = told("matching.parks-not-used", count=count, why=named(kind).words)
            notes.append(Note(code, words, count))
    exact = _by_phase(frame, specification, land, opens)
    made = Parks(
        park_id=frame["park_id"].to_numpy(dtype=object),
        name=frame["name"].astype(object).where(frame["name"].notna(), "").to_numpy(dtype=object),
        xy=_gates(frame),
        barrier=barrier,
        opens=opens,
        land_m2=floats(exact),
        exact_land=exact,
        land_basis=_with_overrides(frame, specification, basis),
        wastewater=_wastewater(frame, specification, used, notes),
        rent=_rent(frame, used, notes),
        south=south,
    )
    return made, notes


def in_south(
    frame: pd.DataFrame,
    districts: Districts,
    south: Collection[str],
    area: shapely.Geometry | None,
) -> tuple[Flag, list[Note]]:
    """Whether each park stands in the part of the scheme that firms leave.

    The district it names decides; the place decides for a park that names none, or one that
    nobody knows.

    Parameters
    ----------
    frame
        Layer `parks`.
    districts
        The old district-level units.
    south
        Codes of those that firms leave.
    area
        Their land; None: not known.
    """
    stated = frame["old_district"].astype(object)
    codes = districts.codes(stated)
    found = np.array([code in south for code in codes], dtype=bool)
    silent = np.array([code is None for code in codes], dtype=bool)
    if area is not None:
        inside = shapely.intersects(area, shapely.point_on_surface(frame["geometry"].to_numpy()))
        found |= silent & inside
    strange = silent & stated.notna().to_numpy(dtype=bool)
    notes = []
    if count := int(strange.sum()):
        names = list(dict.fromkeys(stated[strange].astype(str)))
        if area is not None:
            words = told("matching.district-by-place", count=count, names=names)
        else:
            words = told("matching.district-not-south", count=count, names=names)
        notes.append(Note("district-unknown", words, count))
    return found, notes


def park_barriers(frame: pd.DataFrame, specification: MatchSpecification, south: Flag) -> TextArray:
    """Why a park takes nobody. What is entered in `receives` goes before what is inferred."""
    where = specification.where
    ids = frame["park_id"]
    named = ids.isin(where.parks).to_numpy(dtype=bool) if where.parks else np.ones(len(ids), bool)
    receives = frame["receives"].astype("boolean")
    closed = frame["status"].isin(_CLOSED).to_numpy(dtype=bool)
    refused = receives.eq(False).fillna(False).to_numpy(dtype=bool)
    silent = receives.isna().to_numpy(dtype=bool)
    barrier = np.full(len(frame), ParkBarrier.NONE, dtype=object)
    barrier[silent & south] = ParkBarrier.SOUTH
    barrier[refused | closed] = ParkBarrier.NOT_RECEIVING
    barrier[~named | ids.isin(where.exclude_parks).to_numpy(dtype=bool)] = ParkBarrier.PARK_EXCLUDED
    return barrier


def _assumed_to_receive(frame: pd.DataFrame, barrier: TextArray) -> list[Note]:
    """Parks that do not say whether they receive, and what was assumed of them."""
    notes = []
    silent = frame["receives"].isna().to_numpy(dtype=bool)
    if count := int((silent & (barrier == ParkBarrier.NONE)).sum()):
        words = told("matching.receives-assumed", count=count)
        notes.append(Note("receives-assumed", words, count))
    if count := int((barrier == ParkBarrier.SOUTH).sum()):
        words = told("matching.south-assumed", count=count)
        notes.append(Note("south-assumed", words, count))
    return notes


def free_land(
    frame: pd.DataFrame, specification: MatchSpecification
) -> tuple[TextArray, TextArray]:
    """Free land in m², exact, and what it was taken from; an empty basis where it is not known."""
    free, leasable, area, taken = (
        fractions(frame[name].to_numpy(dtype=float))
        for name in ("free_ha", "leasable_ha", "area_ha", "occupancy_pct")
    )
    outline = fractions(np.round(shapely.area(frame["geometry"].to_numpy()), M2_DIGITS))
    share = specification.where.assumed_free_share
    land = np.full(len(frame), Fraction(0), dtype=object)
    basis = np.full(len(frame), "", dtype=object)
    for i in range(len(frame)):
        unlet = None
        if leasable[i] is not None and taken[i] is not None:
            unlet = leasable[i] * (1 - taken[i] / 100)
        if free[i] is not None and free[i] >= 0:
            land[i], basis[i] = free[i] * M2_PER_HA, "free"
        elif unlet is not None and unlet >= 0:
            land[i], basis[i] = unlet * M2_PER_HA, "leasable"
        elif share is not None:
            stated = area[i] * M2_PER_HA if area[i] and area[i] > 0 else outline[i] or Fraction(0)
            land[i], basis[i] = stated * fraction(share), "share" if stated else ""
    overridden = frame["park_id"].isin([step.park for step in specification.where.land])
    basis[(basis == "") & overridden.to_numpy(dtype=bool)] = "scenario"
    return land, basis


def _with_overrides(
    frame: pd.DataFrame, specification: MatchSpecification, basis: TextArray
) -> TextArray:
    """The basis of the land, with what the scenario overrides marked."""
    named = frame["park_id"].isin([step.park for step in specification.where.land])
    return np.where(named.to_numpy(dtype=bool), "scenario", basis).astype(object)


def openings(frame: pd.DataFrame, specification: MatchSpecification) -> tuple[IntArray, Flag]:
    """First year of each park, and whether it was assumed.

    What the scenario says goes before what the layer says. A year after the last phase means
    never.
    """
    first, last = specification.phases[0], specification.phases[-1]
    rule = specification.where.unknown_opening
    assumed = {"first": first, "last": last, "never": last + 1}[rule]
    chosen = frame["park_id"].map(specification.where.opens).astype("Int64")
    stated = chosen.fillna(frame["opens"].astype("Int64"))
    running = (frame["status"] == str(ParkStatus.OPERATING)).to_numpy(dtype=bool)
    vague: Flag = stated.isna().to_numpy(dtype=bool) & ~running
    opens: IntArray = stated.fillna(first).to_numpy(dtype=np.int64).copy()
    opens[vague] = assumed
    return opens, vague


def _assumed_to_open(specification: MatchSpecification, count: int) -> list[Note]:
    """Parks whose opening was assumed."""
    if not count:
        return []
    first, last = specification.phases[0], specification.phases[-1]
    rule = specification.where.unknown_opening
    if rule == "never":
        words = told("matching.opening-never", count=count)
    else:
        year = first if rule == "first" else last
        words = told("matching.opening-from", count=count, year=year)
    return [Note("opening-assumed", words, count)]


def _by_phase(
    frame: pd.DataFrame, specification: MatchSpecification, land: TextArray, opens: IntArray
) -> TextArray:
    """Land that can be given up to each phase, exact: nothing before a park opens."""
    years = np.asarray(specification.phases)
    table = np.repeat(land[:, None], len(years), axis=1)
    row = {park: i for i, park in enumerate(frame["park_id"])}
    steps = sorted(specification.where.land, key=lambda step: step.from_year or 0)
    for step in steps:
        if step.park in row:
            table[row[step.park], years >= (step.from_year or 0)] = fraction(step.ha) * M2_PER_HA
    table[years[None, :] < opens[:, None]] = Fraction(0)
    return table


def _wastewater(
    frame: pd.DataFrame,
    specification: MatchSpecification,
    used: Flag,
    notes: list[Note],
) -> FloatArray:
    """Wastewater capacity; no limit where none is stated, or where the scenario ignores it."""
    stated = frame["wastewater_m3d"].to_numpy(dtype=float)
    if not specification.limits.wastewater:
        return np.full(len(frame), np.inf)
    if count := int((np.isnan(stated) & used).sum()):
        words = told("matching.wastewater-unlimited", count=count)
        notes.append(Note("wastewater-unlimited", words, count))
    return np.where(np.isnan(stated), np.inf, stated)


def _rent(frame: pd.DataFrame, used: Flag, notes: list[Note]) -> FloatArray:
    """Rent; the median of the known ones stands in, so that silence is no advantage."""
    rent = frame["rent_usd_m2"].to_numpy(dtype=float)
    known = rent[used & ~np.isnan(rent)]
    middle = float(np.median(known)) if len(known) else 0.0
    count = int((np.isnan(rent) & used).sum())
    if count and len(known):
        words = told("matching.rent-assumed", count=count, usd=middle)
        notes.append(Note("rent-assumed", words, count))
    return np.where(np.isnan(rent), middle, rent)


def _gates(frame: pd.DataFrame) -> FloatArray:
    """Gate of each park; a point on its surface where none is stated; NaN without either."""
    geometry = frame["geometry"].to_numpy()
    xy = np.full((len(frame), 2), np.nan)
    there = np.flatnonzero(~(shapely.is_missing(geometry) | shapely.is_empty(geometry)))
    middle = shapely.point_on_surface(geometry[there])
    xy[there, 0], xy[there, 1] = shapely.get_x(middle), shapely.get_y(middle)
    lon, lat = frame["gate_lon"].to_numpy(dtype=float), frame["gate_lat"].to_numpy(dtype=float)
    stated = ~(np.isnan(lon) | np.isnan(lat))
    if stated.any() and getattr(frame, "crs", None) is not None:
        gate = transform(lon[stated], lat[stated], WGS84, CRS(frame.crs))
        xy[stated, 0], xy[stated, 1] = gate
    return xy
