"""What each firm in scope needs: frames in, `Firms` out."""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely

from geo_relocation.arrays import FloatArray, IntArray, Mask, TextArray
from geo_relocation.matching.problem import Firms, Note
from geo_relocation.matching.reasons import FirmBarrier
from geo_relocation.matching.specification import MatchSpecification
from geo_relocation.matching.stated import M2_DIGITS, floats, fraction, fractions, times
from geo_relocation.model.enums import EnvLevel
from geo_relocation.model.sectors import division
from geo_relocation.standing.decisions import in_force


def firms(
    sites: pd.DataFrame,
    decisions: pd.DataFrame | None,
    specification: MatchSpecification,
) -> tuple[Firms, list[Note]]:
    """The firms in scope as arrays, with what was assumed about them."""
    notes: list[Note] = []
    decided = None
    if decisions is not None and not decisions.empty:
        decided = in_force(decisions).set_index("site_id").reindex(sites["site_id"])
    xy = _places(sites)
    land = _land(sites, specification, notes)
    weight, compulsory = _weights(sites, decided, specification)
    earliest, latest = _years(sites, decided, specification, notes)
    wastewater = sites["wastewater_m3d"].to_numpy(dtype=float)
    _count(
        notes, np.isnan(wastewater), "wastewater-unknown", "chưa có số liệu nước thải: tính là 0"
    )
    severities = {str(one): one.severity for one in EnvLevel}
    level = sites["env_level"].to_numpy(dtype=object)
    severity = np.array([severities.get(v, 0) for v in level], dtype=np.int64)
    unknown = np.array([not isinstance(v, str) for v in level], dtype=bool)
    _count(notes, unknown, "env-level-unknown", "chưa rõ mức ô nhiễm: xét như không thuộc danh mục")
    banned = {e.site for e in specification.exclusions if e.park is None}
    barrier = np.full(len(sites), FirmBarrier.NONE, dtype=object)
    barrier[land == None] = FirmBarrier.NO_LAND  # noqa: E711 - element by element
    barrier[np.isnan(xy[:, 0])] = FirmBarrier.NO_LOCATION
    barrier[sites["site_id"].isin(banned).to_numpy(dtype=bool)] = FirmBarrier.SITE_EXCLUDED
    locked = sites["site_id"].isin([lock.site for lock in specification.locks])
    made = Firms(
        site_id=sites["site_id"].to_numpy(dtype=object),
        name=sites["name"].astype(object).where(sites["name"].notna(), "").to_numpy(dtype=object),
        xy=xy,
        land_m2=np.nan_to_num(floats(land)),
        exact_land=land,
        wastewater=np.nan_to_num(wastewater),
        division=np.array([division(code) for code in sites["vsic"]], dtype=object),
        severity=severity,
        weight=floats(weight),
        exact_weight=weight,
        compulsory=compulsory,
        earliest=earliest,
        latest=latest,
        barrier=barrier,
        locked=locked.to_numpy(dtype=bool),
    )
    return made, notes


def _count(notes: list[Note], mask: Mask, code: str, words: str) -> None:
    """Note how many firms something was assumed of."""
    if count := int(np.count_nonzero(mask)):
        notes.append(Note(code, f"{count} cơ sở {words}.", count))


def _places(sites: pd.DataFrame) -> FloatArray:
    """Representative point of each site, NaN where it has no geometry."""
    geometry = sites["geometry"].to_numpy()
    xy = np.full((len(sites), 2), np.nan)
    there = np.flatnonzero(~(shapely.is_missing(geometry) | shapely.is_empty(geometry)))
    points = shapely.point_on_surface(geometry[there])
    xy[there, 0], xy[there, 1] = shapely.get_x(points), shapely.get_y(points)
    return xy


def _land(sites: pd.DataFrame, specification: MatchSpecification, notes: list[Note]) -> TextArray:
    """Land needed, m², exact; None where nothing is known and nothing may be assumed."""
    factors = specification.factors
    stated = sites["land_needed_m2"].to_numpy(dtype=float)
    plot = sites["land_m2"].to_numpy(dtype=float)
    outline = np.round(shapely.area(sites["geometry"].to_numpy()), M2_DIGITS)
    by_outline = ~(plot > 0) & (outline > 0)
    plot = np.where(by_outline, outline, np.where(plot > 0, plot, np.nan))
    none = np.isnan(plot)
    if factors.assumed_land_m2 is not None:
        plot = np.where(none, factors.assumed_land_m2, plot)
    known = stated > 0
    _count(notes, by_outline & ~known, "land-from-outline", "lấy diện tích theo ranh vẽ")
    if factors.assumed_land_m2 is not None:
        words = f"chưa có diện tích: giả định {factors.assumed_land_m2:g} m²"
        _count(notes, none & ~known, "land-assumed", words)
    words = (
        f"tính nhu cầu đất = {factors.land_needed:g} × đất hiện tại ({factors.land_needed_source})"
    )
    _count(notes, ~known & ~np.isnan(plot), "land-factor", words)
    derived = times(fractions(plot), fraction(factors.land_needed))
    needed: TextArray = np.where(known, fractions(stated), derived)
    return needed


def _weights(
    sites: pd.DataFrame, decided: pd.DataFrame | None, specification: MatchSpecification
) -> tuple[TextArray, Mask]:
    """Priority weight, exact, and whether the move is compulsory.

    Parameters
    ----------
    decided
        The decision in force of each site, in their order; None: nothing was decided.
    """
    priority = sites["priority"].to_numpy(dtype=float)
    weight = fractions(np.where(priority > 0, priority, 1.0))
    compulsory = np.zeros(len(sites), dtype=bool)
    if decided is not None:
        named = decided["compulsory"].astype("boolean").fillna(False)
        compulsory = named.to_numpy(dtype=bool)
    return weight * np.where(compulsory, specification.who.compulsory_weight, 1), compulsory


def _years(
    sites: pd.DataFrame,
    decided: pd.DataFrame | None,
    specification: MatchSpecification,
    notes: list[Note],
) -> tuple[IntArray, IntArray]:
    """First and last year of each firm: its own, its batch's, its deadline's and its lock's."""
    first, last = specification.phases[0], specification.phases[-1]
    earliest = sites["earliest_phase"].fillna(first).to_numpy(dtype=np.int64).copy()
    latest = sites["latest_phase"].fillna(last).to_numpy(dtype=np.int64).copy()
    if specification.limits.deadlines and decided is not None:
        deadline = pd.to_datetime(decided["deadline"]).dt.year
        latest = np.minimum(latest, deadline.fillna(last).to_numpy(dtype=np.int64))
    if specification.limits.batches and decided is not None:
        batch = decided["batch"]
        opens = batch.map(specification.limits.batches)
        earliest = np.maximum(earliest, opens.fillna(first).to_numpy(dtype=np.int64))
        unnamed = (batch.notna() & opens.isna()).to_numpy(dtype=bool)
        _count(
            notes,
            unnamed,
            "batch-unnamed",
            "thuộc đợt không nêu trong kịch bản: không ràng buộc năm",
        )
        without = batch.isna().to_numpy(dtype=bool)
        _count(notes, without, "batch-none", "chưa xếp đợt: không ràng buộc năm theo đợt")
    row = {site: i for i, site in enumerate(sites["site_id"])}
    for lock in specification.locks:
        i = row.get(lock.site)
        if i is not None:
            earliest[i] = max(earliest[i], lock.phase or lock.earliest or earliest[i])
            latest[i] = min(latest[i], lock.phase or lock.latest or latest[i])
    return earliest, latest
