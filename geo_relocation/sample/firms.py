"""Attributes of the synthetic sites: sectors, workers, breaches, wishes. All invented."""

# ruff: noqa: PLR2004 - the proportions of a drawing stand where they are used

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geo_relocation.arrays import FloatArray, Mask
from geo_relocation.model.enums import LandOrigin, ListState, Ownership, RecordKind, Route
from geo_relocation.sample.drawing import from_degrees
from geo_relocation.sample.tables import rows

WORKERS_PER_SITE = 289_000 / 2_900
"""The press figure of the workers concerned over the number of firms."""

_UNKNOWN = 0.12  # share of answers that a register does not have
_TREND = 0.78  # workers grow more slowly than land
_PREFIX = "Cơ sở mẫu"


def commune_seeds() -> dict[str, FloatArray]:
    """Rough middles of the old southern communes, metres, by code."""
    seeds = rows("communes.csv")
    degrees = np.array([[float(row["lon"]), float(row["lat"])] for row in seeds])
    points = from_degrees(degrees[:, 0], degrees[:, 1])
    return {row["code"]: point for row, point in zip(seeds, points, strict=True)}


def commune_codes(sites: pd.DataFrame) -> list[str]:
    """The old commune whose middle is nearest, within the site's own city."""
    homes = {row["old_ward_code"]: row["old_district_code"] for row in rows("admin_crosswalk.csv")}
    seeds = commune_seeds()
    codes = np.array(list(seeds))
    points = np.array(list(seeds.values()))
    city = np.array([homes[code] for code in codes])
    middles = shapely.get_coordinates(shapely.centroid(sites["geometry"].to_numpy()))
    away = np.hypot(*(middles[:, None, :] - points[None]).transpose(2, 0, 1))
    away[sites["district"].to_numpy()[:, None] != city[None]] = np.inf
    return [str(codes[nearest]) for nearest in away.argmin(axis=1)]


def describe(
    sites: pd.DataFrame, planned_codes: pd.Series, receiving: list[str], rng: np.random.Generator
) -> pd.DataFrame:
    """All attributes but the location.

    Parameters
    ----------
    sites
        `district`, `commune_code`, `park_id`, `land_m2` of each site.
    planned_codes
        Planned land-use code at each site, empty where there is no plan.
    receiving
        Ids of the parks that firms may ask for.
    rng
        Source of randomness.
    """
    frame = pd.DataFrame(index=sites.index)
    frame["site_id"] = [f"S{n:04d}" for n in range(1, len(sites) + 1)]
    sector = _sectors(len(sites), rng)
    frame["vsic"] = sector["vsic"]
    frame["vsic_version"] = rng.choice(["2018", "2025"], len(sites), p=[0.9, 0.1])
    frame["activity"] = sector["activity"]
    frame["name"] = [f"{_PREFIX} {n:04d}" for n in range(1, len(sites) + 1)]
    _add_address(frame, sites, rng)
    _add_land(frame, sites, planned_codes, rng)
    _add_people(frame, sites, sector, rng)
    _add_environment(frame, sites, sector, rng)
    _add_wishes(frame, receiving, rng)
    tenant = sites["park_id"].notna()
    frame.loc[tenant, "landholder"] = "Chủ hạ tầng khu công nghiệp (mẫu)"
    frame.loc[tenant, "land_origin"] = LandOrigin.SUBLEASE.value
    frame["status"] = ListState.CANDIDATE.value
    frame["note"] = "Doanh nghiệp không có thật; mọi giá trị do máy tạo"
    frame.loc[tenant, "note"] = (
        "Bên thuê không có thật trong KCN Bình Đường; mọi giá trị do máy tạo"
    )
    frame["source"] = "Dữ liệu mẫu do dự án tạo"
    frame["record_kind"] = RecordKind.SAMPLE.value
    return frame


def _sectors(count: int, rng: np.random.Generator) -> pd.DataFrame:
    """A sector for each site, in the mix of the table."""
    table = pd.DataFrame(rows("sectors.csv"))
    share = table["share"].astype(float).to_numpy()
    return table.iloc[rng.choice(len(table), count, p=share / share.sum())].reset_index(drop=True)


def _add_address(frame: pd.DataFrame, sites: pd.DataFrame, rng: np.random.Generator) -> None:
    """Old and new units, and an address in words for most."""
    units: dict[str, list[dict[str, str]]] = {}
    for row in rows("admin_crosswalk.csv"):
        units.setdefault(row["old_ward_code"], []).append(row)
    chosen = [units[code] for code in sites["commune_code"]]
    old = [unit[0] for unit in chosen]
    frame["old_commune"] = [unit["old_ward"] for unit in old]
    frame["old_commune_code"] = list(sites["commune_code"])
    frame["old_district"] = [unit["old_district"] for unit in old]
    frame["old_district_code"] = [unit["old_district_code"] for unit in old]
    # A divided commune leads to several new units: only geometry can tell, so it stays empty.
    whole = [unit[0] if len(unit) == 1 else {} for unit in chosen]
    frame["new_unit"] = [unit.get("new_ward") for unit in whole]
    frame["new_unit_code"] = [unit.get("new_ward_code") for unit in whole]
    house, quarter = rng.integers(1, 900, len(frame)), rng.integers(1, 12, len(frame))
    frame["address"] = [
        f"Số {number} (mẫu), khu phố {part}, {unit['old_ward']}, {unit['old_district']}, Bình Dương"
        for number, part, unit in zip(house, quarter, old, strict=True)
    ]
    blank = rng.random(len(frame)) < 0.05
    frame.loc[
        blank, ["old_commune", "old_commune_code", "new_unit", "new_unit_code", "address"]
    ] = None


def _add_land(
    frame: pd.DataFrame, sites: pd.DataFrame, planned: pd.Series, rng: np.random.Generator
) -> None:
    """Land, workshop, how the land is held, land-use codes as a register has them."""
    count = len(frame)
    misstated = rng.random(count) < 0.03
    factor = np.where(misstated, rng.uniform(0.8, 1.2, count), 1.0)
    land = sites["land_m2"].to_numpy() * factor
    frame["land_m2"] = land.round(0)
    frame["workshop_m2"] = (land * rng.uniform(0.35, 0.72, count)).round(0)
    origins = [LandOrigin.STATE_LEASE, LandOrigin.SUBLEASE, LandOrigin.OWNED, LandOrigin.UNKNOWN]
    frame["land_origin"] = rng.choice(
        [one.value for one in origins], count, p=[0.3, 0.25, 0.38, 0.07]
    )
    leased = frame["land_origin"].isin([LandOrigin.STATE_LEASE, LandOrigin.SUBLEASE])
    years = pd.Series(rng.integers(2026, 2058, count), index=frame.index)
    frame["lease_end"] = pd.to_datetime(years.astype(str) + "-12-31").where(leased)
    frame["landholder"] = frame["land_origin"].map({LandOrigin.SUBLEASE.value: "Chủ đất mẫu"})
    frame["land_code_current"] = _sometimes(
        rng.choice(["SKC", "CLN", "ODT"], count, p=[0.7, 0.2, 0.1]), rng
    )
    frame["land_code_planned"] = _sometimes(planned.to_numpy(object), rng)


def _add_people(
    frame: pd.DataFrame, sites: pd.DataFrame, sector: pd.DataFrame, rng: np.random.Generator
) -> None:
    """Ownership, age, workers, capital and revenue."""
    count = len(frame)
    land_ha = sites["land_m2"].to_numpy() / 1e4
    density = sector["workers_per_ha"].astype(float).to_numpy()
    raw = density * land_ha**_TREND * np.exp(rng.normal(0, 0.55, count))
    workers = np.maximum(3, np.round(raw * (WORKERS_PER_SITE * count / raw.sum())))
    frame["workers"] = workers.astype(int)
    women = rng.binomial(workers.astype(int), np.clip(sector["women"].astype(float), 0.05, 0.95))
    frame["workers_women"] = _sometimes(women.astype(object), rng)
    frame["workers_migrant"] = _sometimes(
        rng.binomial(workers.astype(int), 0.72).astype(object), rng
    )
    large = workers > np.quantile(workers, 0.8)
    owner = rng.choice(
        [
            one.value
            for one in (Ownership.DOMESTIC, Ownership.HOUSEHOLD, Ownership.FDI, Ownership.STATE)
        ],
        count,
        p=[0.68, 0.12, 0.19, 0.01],
    ).astype(object)
    owner[large & (owner == "household")] = "fdi"
    frame["ownership"] = owner
    frame["start_year"] = np.clip(2022 - rng.gamma(4.0, 3.6, count), 1986, 2022).astype(int)
    capital = workers * np.exp(rng.normal(np.log(320), 0.6, count))
    frame["capital_mvnd"] = _sometimes(capital.round(-1).astype(object), rng)
    frame["revenue_mvnd"] = _sometimes(
        (capital * rng.uniform(0.6, 3.0, count)).round(-1).astype(object), rng
    )


def _add_environment(
    frame: pd.DataFrame, sites: pd.DataFrame, sector: pd.DataFrame, rng: np.random.Generator
) -> None:
    """Pollution level, wastewater, and the three kinds of breach, some of them unknown."""
    count = len(frame)
    frame["env_level"] = sector["env_level"]
    water = sector["wastewater_m3_ha"].astype(float) * sites["land_m2"].to_numpy() / 1e4
    frame["wastewater_m3d"] = (water * rng.uniform(0.5, 1.6, count) + 1).round(1)
    licensed = rng.random(count) < 0.7
    frame["env_licence"] = [f"GPMT mẫu {n}" if yes else None for n, yes in enumerate(licensed, 1)]
    risk = sector["env_level"].map({"I": 0.45, "II": 0.28, "III": 0.18, "none": 0.08}).to_numpy()
    _add_breach(frame, "env", rng.random(count) < risk, 0.62, rng)
    fire = rng.random(count) < 0.21
    _add_breach(frame, "fire", fire, 0.8, rng)
    frame["fire_accepted"] = _sometimes(
        np.where(fire, rng.random(count) < 0.3, True).astype(object), rng
    )
    _add_breach(frame, "construction", rng.random(count) < 0.24, 0.55, rng)
    frame["technology_renewed"] = _sometimes((rng.random(count) < 0.3).astype(object), rng)


def _add_breach(
    frame: pd.DataFrame,
    kind: str,
    breach: Mask,
    fixable: float,
    rng: np.random.Generator,
) -> None:
    """A breach and whether it can be fixed; a verdict only where there is a breach."""
    known = _sometimes(breach.astype(object), rng)
    verdict = _sometimes((rng.random(len(frame)) < fixable).astype(object), rng, missing=0.25)
    found = np.array([value is True or value is np.True_ for value in known])
    frame[f"{kind}_breach"] = known
    verdict[~found] = None
    frame[f"{kind}_fixable"] = verdict


def _add_wishes(frame: pd.DataFrame, receiving: list[str], rng: np.random.Generator) -> None:
    """What the firm asked for, and where it would go."""
    count = len(frame)
    routes = [Route.RELOCATE, Route.CONVERT, Route.CHANGE_TECHNOLOGY, Route.STAY, Route.CLOSE]
    wish = rng.choice([one.value for one in routes], count, p=[0.30, 0.18, 0.14, 0.32, 0.06])
    frame["wish"] = _sometimes(wish.astype(object), rng, missing=0.2)
    moving = (frame["wish"] == "relocate").to_numpy()
    picks = [rng.choice(receiving, rng.integers(1, 4), replace=False) for _ in range(count)]
    named = moving & (rng.random(count) < 0.6)
    frame["wish_place"] = [
        ";".join(pick) if yes else None for pick, yes in zip(picks, named, strict=True)
    ]
    frame["consent"] = _sometimes(
        (moving | (rng.random(count) < 0.25)).astype(object), rng, missing=0.3
    )
    needed = frame["land_m2"] * rng.choice([0.7, 0.85, 1.0, 1.2, 1.5], count)
    frame["land_needed_m2"] = needed.round(-1).where(rng.random(count) < 0.35)
    frame["earliest_phase"] = pd.Series(rng.integers(2026, 2029, count), index=frame.index).where(
        rng.random(count) < 0.15
    )


def _sometimes(
    values: NDArray[np.object_], rng: np.random.Generator, *, missing: float = _UNKNOWN
) -> NDArray[np.object_]:
    """The values with some of them unknown."""
    known = values.astype(object)
    known[rng.random(len(known)) < missing] = None
    return known
