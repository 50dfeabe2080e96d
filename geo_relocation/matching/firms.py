"""What each firm in scope needs: frames in, `Firms` out."""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely

from geo_relocation.arrays import FloatArray, IntArray, Mask, TextArray
from geo_relocation.matching.problem import Firms, Note
from geo_relocation.matching.specification import MatchSpecification
from geo_relocation.matching.stated import M2_DIGITS, floats, fraction, fractions, times
from geo_relocation.model.enums import EnvLevel
from geo_relocation.model.reasons import FirmBarrier
from geo_relocation.model.sectors import division
from geo_relocation.model.told import told
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
    if count := int(np.count_nonzero(np.isnan(wastewater))):
        words = told("matching.wastewater-unknown", count=count)
        notes.append(Note("wastewater-unknown", words, count))
    severities = {str(one): one.severity for one in EnvLevel}
    level = sites["env_level"].to_numpy(dtype=object)
    severity = np.array([severities.get(v, 0) for v in level], dtype=np.int64)
    unknown = np.array([not isinstance(v, str) for v in level], dtype=bool)
    if count := int(np.count_nonzero(unknown)):
        words = told("matching.env-level-unknown", count=count)
        notes.append(Note("env-level-unknown", words, count))
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
    if count := int(np.count_nonzero(by_outline & ~known)):
        words = told("matching.land-from-outline", count=count)
        notes.append(Note("land-from-outline", words, count))
    assumed = factors.assumed_land_m2
    if assumed is not None and (count := int(np.count_nonzero(none & ~known))):
        words = told("matching.land-assumed", count=count, m2=assumed)
        notes.append(Note("land-assumed", words, count))
    if count := int(np.count_nonzero(~known & ~np.isnan(plot))):
        words = told(
            "matching.land-factor",
            count=count,
            factor=factors.land_needed,
            source=factors.land_needed_source or told("matching.assumed"),
        )
        notes.append(Note("land-factor", words, count))
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
        if count := int((batch.notna() & opens.isna()).sum()):
            notes.append(Note("batch-unnamed", told("matching.batch-unnamed", count=count), count))
        if count := int(batch.isna().sum()):
            notes.append(Note("batch-none", told("matching.batch-none", count=count), count))
    row = {site: i for i, site in enumerate(sites["site_id"])}
    for lock in specification.locks:
        i = row.get(lock.site)
        if i is not None:
            earliest[i] = max(earliest[i], lock.phase or lock.earliest or earliest[i])
            latest[i] = min(latest[i], lock.phase or lock.latest or latest[i])
    return earliest, latest
