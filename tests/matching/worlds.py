"""Random little workspaces: raw layers and a specification, as a store would give them.

A world has up to 7 firms, 4 parks and 3 years, few enough to try every plan. Its numbers are
decimals of every size, and half of its limits are exact sums of what some firms need, so that
a plan which just fits is common. `RULES` names what a world can be about; every other rule is
switched on now and then as well. Nothing here is worked out for a solver: what a number means
is left to whoever reads the frames.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from shapely import LineString, Point, box

from geo_relocation.matching import MatchSpecification
from geo_relocation.model import schema

CRS = "EPSG:9210"
SOUTH = "Thuận An"
"""Name of the district that firms leave."""

RULES = (
    "land",
    "land-step",
    "leasable",
    "share",
    "factor",
    "outline",
    "assumed-land",
    "wastewater",
    "sector",
    "env-level",
    "opening",
    "own-years",
    "deadline",
    "batch",
    "moves-quota",
    "moves-carried",
    "land-quota",
    "land-carried",
    "exclusion",
    "lock",
    "priority",
    "compulsory",
    "wish",
    "specialisation",
    "later-year",
    "homes",
    "change",
    "receives",
    "south",
    "own-park",
    "road",
    "routes",
    "verdicts",
    "cities",
    "finished",
    "no-place",
)
"""What a world can be about."""

_BY_YEAR = {
    "land-step", "opening", "own-years", "deadline", "batch", "moves-quota", "moves-carried",
    "land-quota", "land-carried", "later-year",
}  # fmt: skip


@dataclass(frozen=True)
class World:
    """Raw layers and what is asked of them.

    Attributes
    ----------
    rule, seed
        What made it.
    sites, findings, parks, roads, decisions, events, homes, approved
        Frames of those layers; None where the workspace has none.
    south
        Names of the districts that firms leave.
    specification
        What is asked; `who` is always written out.
    """

    rule: str
    seed: int
    sites: gpd.GeoDataFrame
    parks: gpd.GeoDataFrame
    specification: MatchSpecification
    findings: pd.DataFrame | None = None
    decisions: pd.DataFrame | None = None
    events: pd.DataFrame | None = None
    roads: gpd.GeoDataFrame | None = None
    homes: gpd.GeoDataFrame | None = None
    approved: pd.DataFrame | None = None
    south: tuple[str, ...] = field(default=())

    @property
    def years(self) -> tuple[int, ...]:
        """Calendar years of the scenario."""
        return self.specification.phases


def worlds(count: int, *, first_seed: int = 0) -> list[tuple[str, int]]:
    """Rule and seed of so many worlds, every rule in turn."""
    return [(RULES[i % len(RULES)], first_seed + i) for i in range(count)]


def random_world(rule: str, seed: int) -> World:
    """The world of a rule and a seed; the same pair gives the same world."""
    return _Maker(rule, np.random.default_rng([seed, RULES.index(rule)])).world(seed)


class _Maker:
    """Draws one world, part by part."""

    def __init__(self, rule: str, rng: np.random.Generator) -> None:
        self.rule, self.rng = rule, rng
        years = 3 if rule in _BY_YEAR else int(rng.integers(1, 3))
        self.years = list(range(2026, 2026 + years))
        self.firms = int(rng.integers(2, 8 if years == 1 else 7 if years == 2 else 6))
        self.park_count = int(rng.integers(1, 5 if years < 3 else 4))
        self.site_ids = [f"s{i}" for i in range(self.firms)]
        self.park_ids = [f"p{i}" for i in range(self.park_count)]
        self.on = {rule} | {r for r in RULES if rng.random() < 0.07}
        if "land-step" in self.on and rule != "opening":
            self.on -= {"opening"}  # what a step before the opening means is tested by itself
        elif rule == "opening":
            self.on -= {"land-step"}
        # Sizes: from hundredths of a square metre's worth of digits to whole hectares.
        self.digits = int(rng.choice([0, 1, 2, 4, 6]))

    def has(self, *rules: str) -> bool:
        return bool(self.on & set(rules))

    def pick(self, *values: Any) -> Any:
        return values[int(self.rng.integers(len(values)))]

    def decimal(self, low: float, high: float, digits: int | None = None) -> Decimal:
        """A decimal between two bounds with so many digits after the point."""
        digits = self.digits if digits is None else digits
        scale = 10**digits
        return Decimal(int(self.rng.integers(int(low * scale), int(high * scale) + 1))) / scale

    def some(self, values: list[Any]) -> list[Any]:
        return [value for value in values if self.rng.random() < 0.5]

    def limit(self, needs: list[Decimal]) -> Decimal:
        """What a park or a year has: the sum of some needs exactly, a hair less, or anything."""
        total = sum(self.some(needs), Decimal(0))
        kind = self.rng.random()
        if kind < 0.5:
            return total
        hair = Decimal(1).scaleb(-self.digits - 1)
        if kind < 0.65:
            return max(total - hair, Decimal(0))
        return self.decimal(0, float(sum(needs, Decimal(0))))

    def world(self, seed: int) -> World:
        factor = self.pick("1.15", "0.875", "1.3333") if self.has("factor") else "1"
        sites = [self._site(site) for site in self.site_ids]
        needs = [
            Decimal(repr(row["land_needed_m2"] or 0))
            or Decimal(repr(row["land_m2"] or 0)) * Decimal(factor)
            for row in sites
        ]
        water = [Decimal(repr(row.get("wastewater_m3d") or 0)) for row in sites]
        parks = [self._park(park, needs, water) for park in self.park_ids]
        decisions = self._decisions() if self.has(*_DECIDED) else None
        findings = self._findings() if self.has("own-park", "verdicts", "cities") else None
        events = self._events(sites) if self.has("finished") else None
        return World(
            self.rule,
            seed,
            _layer("sites", sites),
            _layer("parks", parks),
            self._specification(needs, factor),
            findings=findings,
            decisions=decisions,
            events=events,
            roads=self._roads() if self.has("road") else None,
            homes=self._homes() if self.has("homes") else None,
            approved=self._approved() if self.has("change") else None,
            south=(SOUTH,) if self.has("south") else (),
        )

    def _place(self) -> tuple[float, float]:
        """A point in kilometres; on one of two roads where the world has roads."""
        if self.has("road"):
            return float(self.decimal(0, 40, 3)), float(self.pick(0, 200))
        return float(self.decimal(0, 60, 3)), float(self.decimal(0, 60, 3))

    def _site(self, site_id: str) -> dict[str, Any]:
        row: dict[str, Any] = {
            "site_id": site_id,
            "name": f"Cơ sở {site_id}",
            "land_m2": float(self.decimal(300, 20_000)),
            "land_needed_m2": None,
            "geometry": _point(self._place()),
        }
        if self.rng.random() < 0.3:
            row["land_needed_m2"] = float(self.decimal(300, 20_000))
        if self.has("outline", "assumed-land") and self.rng.random() < 0.5:
            row |= {"land_m2": None, "land_needed_m2": None}
            if self.has("outline"):
                x, y = self._place()
                # Whole multiples of a quarter metre, so that the area is a short decimal.
                sides = self.rng.integers(60, 600, 2) / 4
                row["geometry"] = box(
                    1000 * x, 1000 * y, 1000 * x + float(sides[0]), 1000 * y + float(sides[1])
                )
        if self.has("no-place") and self.rng.random() < 0.3:
            row["geometry"] = None
        return row | self._site_rules()

    def _site_rules(self) -> dict[str, Any]:
        """What a firm states where a rule asks for it."""
        row: dict[str, Any] = {}
        if self.has("wastewater"):
            digits = int(self.pick(0, 1, 2, 3, 5))
            known = float(self.decimal(1, 90, digits))
            row["wastewater_m3d"] = self.pick(None, 0.0, known, known)
        if self.has("sector", "specialisation"):
            row["vsic"] = self.pick("1010", "16", "C31", None)
        if self.has("env-level"):
            row["env_level"] = self.pick("I", "II", "III", "none", None)
        if self.has("own-years"):
            row["earliest_phase"] = self.pick(None, None, 2025, *self.years[1:])
            row["latest_phase"] = self.pick(None, None, *self.years, 2040)
        if self.has("priority"):
            row["priority"] = self.pick(None, 0.0, 0.125, 1.1, 2.0, 3.3, 0.001, 7.77)
        if self.has("wish"):
            row["wish_place"] = self.pick(None, "p0", f"{self.park_ids[-1]};p0", "elsewhere")
        if self.has("cities"):
            row["old_district"] = self.pick("Dĩ An", "Thuận An", None)
        return row

    def _park(self, park_id: str, needs: list[Decimal], water: list[Decimal]) -> dict[str, Any]:
        free = self.limit(needs) / 10_000
        row: dict[str, Any] = {
            "park_id": park_id,
            "name": f"Khu {park_id}",
            "status": "operating",
            "free_ha": float(free),
            "rent_usd_m2": self.pick(None, 40.0, 90.0, float(self.decimal(20, 120, 2))),
            "geometry": _point(self._place()),
        }
        if self.has("leasable") and self.rng.random() < 0.7:
            leasable = float(self.limit(needs) / 2_500)
            row |= {"free_ha": None, "leasable_ha": leasable}
            row["occupancy_pct"] = float(self.pick("75", "62.5", "80", "0", "99.9", "33.3"))
        if self.has("share") and self.rng.random() < 0.7:
            row |= {"free_ha": None, "area_ha": float(self.limit(needs) * 4 / 10_000) or None}
        if self.has("no-place") and self.rng.random() < 0.3:
            row["geometry"] = None
        return row | self._park_rules(water)

    def _park_rules(self, water: list[Decimal]) -> dict[str, Any]:
        """What a park states where a rule asks for it."""
        row: dict[str, Any] = {}
        if self.has("wastewater"):
            row["wastewater_m3d"] = self.pick(None, float(self.limit(water)))
        if self.has("sector"):
            row["accepted_sectors"] = self.pick(None, "10;31")
            row["refused_sectors"] = self.pick(None, "16")
        if self.has("specialisation"):
            row["specialisation"] = self.pick(None, "10", "16;31")
        if self.has("env-level"):
            row["env_level_max"] = self.pick(None, "I", "II", "III", "none")
        if self.has("opening"):
            row["opens"] = self.pick(None, *self.years, self.years[-1] + 1)
            row["status"] = self.pick("operating", "planned", "unknown")
        if self.has("receives"):
            row["receives"] = self.pick(None, True, False)
            row["status"] = self.pick("operating", "converting", "removed")
        if self.has("south"):
            row["old_district"] = self.pick(None, SOUTH, "Bàu Bàng")
            row["receives"] = self.pick(None, True)
        return row

    def _specification(self, needs: list[Decimal], factor: str) -> MatchSpecification:
        factors: dict[str, Any] = {
            "detour": float(self.pick("1", "1.3")),
            "land_needed": float(factor),
            "unreachable": "forbid" if self.has("road") else "straight-line",
        }
        if self.has("assumed-land"):
            factors["assumed_land_m2"] = float(self.decimal(500, 9_000))
        raw = {
            "phases": self.years,
            "who": self._who(),
            "where": self._where(needs),
            "limits": self._limits(needs),
            "factors": factors,
            "weights": self._weights(),
            "exclusions": self._exclusions() if self.has("exclusion") else [],
            "locks": [],
        }
        if self.has("lock"):
            raw["locks"] = self._locks(raw["exclusions"])
        return MatchSpecification.model_validate(raw)

    def _limits(self, needs: list[Decimal]) -> dict[str, Any]:
        limits: dict[str, Any] = {"wastewater": self.rng.random() < 0.9}
        limits["carry_over"] = self.has("moves-carried", "land-carried")
        if self.has("moves-quota", "moves-carried"):
            quota = {year: int(self.rng.integers(0, 4)) for year in self.years}
            limits["moves_per_year"] = _without_some(quota, self.rng)
        if self.has("land-quota", "land-carried"):
            ha = {year: float(self.limit(needs) / 10_000) for year in self.years}
            limits["land_ha_per_year"] = _without_some(ha, self.rng)
        if self.has("batch"):
            limits["batches"] = {"1": self.years[0], "2": self.years[-1]}
        limits["deadlines"] = self.rng.random() < 0.8
        return limits

    def _weights(self) -> dict[str, float]:
        weights = {
            "later_phase_per_year": float(self.pick("0", "3", "0.75")),
            "rent_per_usd_m2": float(self.pick("0.1", "0", "0.025")),
        }
        if self.has("homes"):
            weights["homes"] = float(self.pick("0.5", "0.25"))
        if self.has("change"):
            weights["change"] = float(self.pick("4", "2.5", "0"))
        return weights

    def _where(self, needs: list[Decimal]) -> dict[str, Any]:
        where: dict[str, Any] = {}
        if self.has("land-step"):
            where["land"] = self._steps(needs)
        if self.has("share"):
            where["assumed_free_share"] = float(self.pick("0.25", "0.3"))
        if self.has("opening"):
            where["unknown_opening"] = self.pick("first", "last", "never")
        if self.has("receives") and self.rng.random() < 0.3:
            where["exclude_parks"] = [self.park_ids[0]]
        return where

    def _who(self) -> dict[str, Any]:
        who: dict[str, Any] = {"verdicts": ["conflict", "check", "clear"], "routes": []}
        if self.has("verdicts"):
            who["verdicts"] = self.pick(["conflict"], ["conflict", "check"])
        if self.has("routes"):
            who["routes"] = self.pick(["relocate"], ["relocate", "close"])
        if self.has("cities"):
            who["cities"] = ["Dĩ An"]
        who["compulsory_weight"] = int(self.pick(1, 3, 10))
        return who

    def _steps(self, needs: list[Decimal]) -> list[dict[str, Any]]:
        """Land by park and year, each park and year once."""
        return [
            {"park": park, "ha": float(self.limit(needs) / 10_000), "from_year": year}
            for park in self.some(self.park_ids)
            for year in [self.pick(None, self.years[0]), *self.some(self.years[1:])]
        ]

    def _exclusions(self) -> list[dict[str, str]]:
        named = [{"site": site, "park": self.pick(*self.park_ids)} for site in self.site_ids]
        return [*self.some(named), *self.some([{"site": self.site_ids[0]}])]

    def _locks(self, exclusions: list[dict[str, str]]) -> list[dict[str, Any]]:
        banned = {one["site"] for one in exclusions}
        found = []
        for site in self.some([s for s in self.site_ids if s not in banned])[:2]:
            lock: dict[str, Any] = {"site": site}
            kind = self.pick("park", "year", "both", "window")
            if kind in {"park", "both"}:
                lock["park"] = self.pick(*self.park_ids)
            if kind in {"year", "both"}:
                lock["phase"] = self.pick(*self.years)
            if kind == "window":
                lock["earliest"] = self.pick(*self.years)
            found.append(lock)
        return found

    def _decisions(self) -> pd.DataFrame:
        """Runs of the program and, sometimes, a person's override between them."""
        rows = []
        for site in self.site_ids:
            first = self._decision(f"d1-{site}", site, "2026-01-05T03:00:00")
            rows.append(first)
            if self.rng.random() < 0.4:
                changed = self._decision(f"d2-{site}", site, "2026-02-05T03:00:00")
                changed |= {"replaces": first["decision_id"], "ground": "CV 12", "author": "An"}
                rows.append(changed)
            if self.rng.random() < 0.4:
                rows.append(self._decision(f"d3-{site}", site, "2026-03-05T03:00:00"))
        order = self.rng.permutation(len(rows))
        return schema("decisions").conform(pd.DataFrame([rows[i] for i in order]))

    def _decision(self, name: str, site: str, at: str) -> dict[str, Any]:
        return {
            "decision_id": name,
            "site_id": site,
            "run_id": "r",
            "ruleset": "x",
            "ruleset_version": "1",
            "ruleset_hash": "",
            "decided_at": at,
            "route": self.pick("relocate", "relocate", "stay", "close"),
            "compulsory": self.pick(True, False, None) if self.has("compulsory") else None,
            "batch": self.pick(None, "1", "2", "9") if self.has("batch") else None,
            "deadline": (
                self.pick(None, *(f"{year}-12-31" for year in self.years), "2025-06-30")
                if self.has("deadline")
                else None
            ),
            "triggers": "{}",
            "input_hash": "",
            "author": "geo-relocation",
        }

    def _findings(self) -> pd.DataFrame:
        own = self.has("own-park")
        rows = [
            {
                "site_id": site,
                "run_id": "r",
                "verdict": (
                    self.pick("conflict", "check", "clear") if self.has("verdicts") else "conflict"
                ),
                "reason": "residential",
                "park_id": self.pick(None, *self.park_ids) if own else None,
                "in_park": self.pick(True, True, None) if own else None,
            }
            for site in self.site_ids
        ]
        return schema("findings").conform(pd.DataFrame(rows))

    def _events(self, sites: list[dict[str, Any]]) -> pd.DataFrame:
        """How some firms came to an end of the list; the column `status` follows it."""
        rows = []
        for number, row in enumerate(sites):
            state = self.pick("candidate", "done", "converted", "closed", "removed", "agreed")
            row["status"] = state
            if state != "candidate":
                rows.append(
                    {
                        "event_id": f"e{number}",
                        "site_id": row["site_id"],
                        "at": "2026-01-02T03:00:00",
                        "recorded_at": "2026-01-02T03:00:00",
                        "kind": "transition",
                        "from_state": "candidate",
                        "to_state": state,
                        "author": "An",
                        "ground": "CV 1",
                    }
                )
        return schema("events").conform(pd.DataFrame(rows, columns=schema("events").columns))

    def _roads(self) -> gpd.GeoDataFrame:
        """Two straight roads that do not meet."""
        lines = [LineString([(0, 1000 * y), (40_000, 1000 * y)]) for y in (0, 200)]
        frame = gpd.GeoDataFrame({"road_id": ["r0", "r1"]}, geometry=lines, crs=CRS)
        return schema("roads").conform(frame)

    def _homes(self) -> gpd.GeoDataFrame:
        rows = [
            {"site_id": site, "workers": self.pick(None, 1, 12, 40)}
            for site in self.site_ids
            for _ in range(int(self.rng.integers(0, 3)))
        ]
        rows = rows or [{"site_id": self.site_ids[0], "workers": 3}]
        points = [_point(self._place()) for _ in rows]
        frame = gpd.GeoDataFrame(rows, geometry=points, crs=CRS)
        return frame.assign(workers=frame["workers"].astype("Int64"))

    def _approved(self) -> pd.DataFrame:
        rows = [
            {"plan_id": "old", "site_id": site, "park_id": self.pick(None, *self.park_ids)}
            for site in self.site_ids
        ]
        for row in rows:
            row["phase"] = None if row["park_id"] is None else self.years[0]
            row["reason_code"] = "cheapest"
        return schema("assignments").conform(pd.DataFrame(rows))


_DECIDED = ("routes", "compulsory", "deadline", "batch")
"""Rules that need decisions."""


def _point(xy: tuple[float, float]) -> Point:
    return Point(1000.0 * xy[0], 1000.0 * xy[1])


def _layer(layer: str, rows: list[dict[str, Any]]) -> gpd.GeoDataFrame:
    """Rows as a layer of the data dictionary."""
    plain = [{k: v for k, v in row.items() if k != "geometry"} for row in rows]
    shapes = [row["geometry"] for row in rows]
    return schema(layer).conform(gpd.GeoDataFrame(plain, geometry=shapes, crs=CRS))


def _without_some(quota: dict[int, Any], rng: np.random.Generator) -> dict[int, Any]:
    """A quota from which a year may be missing."""
    return {year: value for year, value in quota.items() if rng.random() < 0.85}
