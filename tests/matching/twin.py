"""Every plan of a tiny world tried: the rules of docs/matching.md written anew, from frames.

Nothing of the program is used but the specification's fields. Numbers are the decimals that
the frames state, as fractions, so that a sum is equal to a limit or it is not.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from statistics import median
from typing import Any

import pandas as pd
import shapely
from pyproj import Transformer

from tests.matching.worlds import World

Row = dict[str, Any]
Choice = tuple[str, int] | None
SEVERITY = {"none": 0, "III": 1, "II": 2, "I": 3}
FINISHED = {"done", "converted", "closed", "removed"}


def known(value: object) -> bool:
    return value is not None and value is not pd.NaT and not bool(pd.isna(value))


def stated(value: object) -> Fraction:
    """The decimal that a float was written as."""
    return Fraction(repr(float(value)))


@dataclass(frozen=True)
class Best:
    """The best plan there is, and what no plan can go below."""

    left: Fraction
    metres: int
    fewest_left: int
    plan: dict[str, Choice]


class Twin:
    """One world, read row by row."""

    def __init__(self, world: World) -> None:
        self.world, self.spec = world, world.specification
        self.years = list(self.spec.phases)
        self.parks = {row["park_id"]: row for row in _rows(world.parks)}
        self.decided = {} if world.decisions is None else _in_force(_rows(world.decisions))
        self.found = {row["site_id"]: row for row in _rows(world.findings)}
        self.sites = {row["site_id"]: row for row in _rows(world.sites) if self.in_scope(row)}
        self.locks = {lock.site: lock for lock in self.spec.locks}
        self.needs = {name: self.need(site) for name, site in self.sites.items()}
        self.waters = {name: self.water(site) for name, site in self.sites.items()}
        self.lands = {
            (name, year): self.land(park, year)
            for name, park in self.parks.items()
            for year in self.years
        }

    # Who

    def in_scope(self, site: Row) -> bool:
        who, finding = self.spec.who, self.found.get(site["site_id"], {})
        if site["status"] in FINISHED:
            return False
        if self.world.findings is not None and finding.get("verdict") not in who.verdicts:
            return False
        if who.routes and self.decision(site).get("route") not in who.routes:
            return False
        return not who.cities or site["old_district"] in who.cities

    def decision(self, site: Row) -> Row:
        return self.decided.get(site["site_id"], {})

    def weight(self, site: Row) -> Fraction:
        stands = known(site["priority"]) and site["priority"] > 0
        weight = stated(site["priority"]) if stands else Fraction(1)
        must = self.decision(site).get("compulsory")
        return weight * self.spec.who.compulsory_weight if known(must) and must else weight

    def need(self, site: Row) -> Fraction | None:
        """Land needed, m²."""
        factor = stated(self.spec.factors.land_needed)
        if known(site["land_needed_m2"]) and site["land_needed_m2"] > 0:
            return stated(site["land_needed_m2"])
        if known(site["land_m2"]) and site["land_m2"] > 0:
            return stated(site["land_m2"]) * factor
        if site["geometry"] is not None and site["geometry"].area > 0:
            return stated(round(site["geometry"].area, 2)) * factor
        assumed = self.spec.factors.assumed_land_m2
        return None if assumed is None else stated(assumed) * factor

    def water(self, site: Row) -> Fraction:
        return stated(site["wastewater_m3d"]) if known(site["wastewater_m3d"]) else Fraction(0)

    # Where

    def base(self, park: Row) -> Fraction | None:
        """Free land by the layer, m²."""
        if known(park["free_ha"]):
            return stated(park["free_ha"]) * 10_000
        if known(park["leasable_ha"]) and known(park["occupancy_pct"]):
            left = 1 - stated(park["occupancy_pct"]) / 100
            return stated(park["leasable_ha"]) * left * 10_000
        share = self.spec.where.assumed_free_share
        if share is None:
            return None
        if known(park["area_ha"]) and park["area_ha"] > 0:
            return stated(park["area_ha"]) * 10_000 * stated(share)
        outline = 0.0 if park["geometry"] is None else round(park["geometry"].area, 2)
        return stated(outline) * stated(share) if outline > 0 else None

    def receives(self, park: Row) -> bool:
        where, name = self.spec.where, park["park_id"]
        if name in where.exclude_parks or (where.parks and name not in where.parks):
            return False
        if park["status"] in {"converting", "removed"}:
            return False
        if known(park["receives"]):
            if not park["receives"]:
                return False
        elif park["old_district"] in self.world.south:
            return False
        return self.base(park) is not None or any(s.park == name for s in where.land)

    def opens(self, park: Row) -> int:
        if known(park["opens"]):
            return int(park["opens"])
        if park["status"] == "operating":
            return self.years[0]
        last = self.years[-1]
        return {"first": self.years[0], "last": last, "never": last + 1}[
            self.spec.where.unknown_opening
        ]

    def land(self, park: Row, year: int) -> Fraction:
        """Land given up to the end of a year at most, m²."""
        if year < self.opens(park):
            return Fraction(0)
        base = self.base(park)
        found = (-1, Fraction(0) if base is None else base)
        for step in self.spec.where.land:
            start = step.from_year or 0
            if step.park == park["park_id"] and start <= year:
                found = max(found, (start, stated(step.ha) * 10_000), key=lambda one: one[0])
        return found[1]

    @cached_property
    def middle_rent(self) -> float:
        used = [p["rent_usd_m2"] for p in self.parks.values() if self.receives(p)]
        rents = [float(rent) for rent in used if known(rent)]
        return median(rents) if rents else 0.0

    # Both

    def allowed_years(self, site: Row) -> Iterator[int]:
        decision, limits = self.decision(site), self.spec.limits
        for year in self.years:
            if known(site["earliest_phase"]) and year < site["earliest_phase"]:
                continue
            if known(site["latest_phase"]) and year > site["latest_phase"]:
                continue
            deadline = decision.get("deadline")
            if limits.deadlines and known(deadline) and year > deadline.year:
                continue
            batch = decision.get("batch")
            if known(batch) and year < limits.batches.get(batch, year):
                continue
            yield year

    def may_go(self, site: Row, park: Row) -> bool:
        name = site["site_id"]
        if any(e.site == name and e.park in {None, park["park_id"]} for e in self.spec.exclusions):
            return False
        found = self.found.get(name, {})
        inside = known(found.get("in_park")) and found["in_park"]
        if inside and found["park_id"] == park["park_id"]:
            return False
        sector = _division(site["vsic"])
        accepted, refused = _codes(park["accepted_sectors"]), _codes(park["refused_sectors"])
        if (accepted and sector not in accepted) or sector in refused:
            return False
        limit = park["env_level_max"]
        dirty = SEVERITY[site["env_level"]] if known(site["env_level"]) else 0
        if known(limit) and dirty > SEVERITY[limit]:
            return False
        if site["geometry"] is None or self.gate(park) is None or self.need(site) is None:
            return False
        demanded = self.world.roads is not None and self.spec.factors.unreachable == "forbid"
        return not demanded or not math.isinf(self.way(site, park))

    def gate(self, park: Row) -> tuple[float, float] | None:
        if known(park["gate_lon"]) and known(park["gate_lat"]):
            to_metres = Transformer.from_crs("EPSG:4326", self.world.parks.crs, always_xy=True)
            return to_metres.transform(park["gate_lon"], park["gate_lat"])
        return _middle(park["geometry"])

    def way(self, site: Row, park: Row) -> float:
        """Way in metres; by straight roads that do not meet, where there are roads."""
        here, there = _middle(site["geometry"]), self.gate(park)
        if self.world.roads is None:
            return math.dist(here, there) * self.spec.factors.detour
        (one, start), (other, end) = (self._on_road(xy) for xy in (here, there))
        if one != other:
            return math.inf
        line = self.world.roads.geometry.iloc[one]
        access = line.distance(shapely.Point(here)) + line.distance(shapely.Point(there))
        return abs(start - end) + access

    def _on_road(self, xy: tuple[float, float]) -> tuple[int, float]:
        point = shapely.Point(xy)
        lines = list(self.world.roads.geometry)
        number = min(range(len(lines)), key=lambda i: lines[i].distance(point))
        return number, lines[number].project(point)

    def cost(self, site: Row, park: Row, year: int) -> int:
        """Metre-equivalents; every term is rounded to whole ones."""
        weights, name = self.spec.weights, site["site_id"]
        sector, special = _division(site["vsic"]), _codes(park["specialisation"])
        wishes, before = _codes(site["wish_place"]), None
        if self.world.approved is not None:
            rows = self.world.approved
            before = rows.loc[rows["site_id"] == name, "park_id"].iloc[0]
        rent = park["rent_usd_m2"] if known(park["rent_usd_m2"]) else self.middle_rent
        terms = [
            self.way(site, park) / 1000.0 * weights.distance,
            self.homes(name, park) * weights.homes,
            weights.wrong_specialisation * bool(special and sector not in special),
            float(rent) * weights.rent_per_usd_m2,
            weights.refused_wish * bool(wishes and park["park_id"] not in wishes),
            weights.change * bool(known(before) and before != park["park_id"]),
            (year - self.years[0]) * weights.later_phase_per_year,
        ]
        return sum(round(term * 1000) for term in terms)

    def homes(self, site: str, park: Row) -> float:
        """Mean way of the workers, km."""
        if self.world.homes is None:
            return 0.0
        total = heads = 0.0
        for row in _rows(self.world.homes):
            many = float(row["workers"]) if known(row["workers"]) else 1.0
            if row["site_id"] == site and many > 0:
                xy = (row["geometry"].x, row["geometry"].y)
                total += many * math.dist(xy, self.gate(park))
                heads += many
        return total / heads * self.spec.factors.detour / 1000.0 if heads else 0.0

    # Plans

    def choices(self, site: Row) -> list[Choice]:
        """What a single firm may do, by all rules that concern it alone."""
        lock = self.locks.get(site["site_id"])
        found: list[Choice] = []
        for name, park in self.parks.items():
            if not self.receives(park) or not self.may_go(site, park):
                continue
            for year in self.allowed_years(site):
                if year < self.opens(park) or (lock and not _keeps(lock, name, year)):
                    continue
                found.append((name, year))
        return found if lock else [*found, None]

    def holds(self, plan: dict[str, Choice]) -> bool:
        """Whether the plan so far stays within everything that firms share."""
        placed = [(site, *where) for site, where in plan.items() if where]
        return self._land_holds(placed) and self._water_holds(placed) and self._quotas_hold(placed)

    def _land_holds(self, placed: list[tuple[str, str, int]]) -> bool:
        for name in {park for _, park, _ in placed}:
            for year in self.years:
                inside = (self.needs[s] for s, p, when in placed if p == name and when <= year)
                if sum(inside) > self.lands[name, year]:
                    return False
        return True

    def _water_holds(self, placed: list[tuple[str, str, int]]) -> bool:
        if not self.spec.limits.wastewater:
            return True
        return all(
            sum(self.waters[s] for s, p, _ in placed if p == name) <= stated(park["wastewater_m3d"])
            for name, park in self.parks.items()
            if known(park["wastewater_m3d"])
        )

    def _quotas_hold(self, placed: list[tuple[str, str, int]]) -> bool:
        limits = self.spec.limits
        moves = {year: Fraction(most) for year, most in limits.moves_per_year.items()}
        land = {year: stated(ha) * 10_000 for year, ha in limits.land_ha_per_year.items()}
        for quota, amount in ((moves, dict.fromkeys(self.sites, 1)), (land, self.needs)):
            carried: Fraction | float = Fraction(0)
            for year in self.years:
                if year not in quota:
                    carried = math.inf if limits.carry_over else Fraction(0)
                    continue
                used = sum(amount[s] for s, _, when in placed if when == year)
                room = quota[year] + carried
                if used > room:
                    return False
                carried = room - used if limits.carry_over else Fraction(0)
        return True

    def best(self) -> Best | None:
        """The best plan; None where the locks cannot all hold."""
        if set(self.locks) - set(self.sites):
            return None
        weights = {name: self.weight(site) for name, site in self.sites.items()}
        costs = {
            name: {
                choice: 0 if choice is None else self.cost(site, self.parks[choice[0]], choice[1])
                for choice in self.choices(site)
            }
            for name, site in self.sites.items()
        }
        found = self._least(weights, costs)
        if found is None:
            return None
        nothing = {name: dict.fromkeys(mine, 0) for name, mine in costs.items()}
        fewest = self._least(dict.fromkeys(weights, Fraction(1)), nothing)
        return Best(found[0], found[1], int(fewest[0]), found[2])

    def _least(
        self, weights: dict[str, Fraction], costs: dict[str, dict[Choice, int]]
    ) -> tuple[Fraction, int, dict[str, Choice]] | None:
        """Depth first over all plans; a branch ends when it cannot get better or fit any more."""
        names = sorted(costs, key=lambda name: (len(costs[name]), -weights[name]))
        ahead = [0] * (len(names) + 1)
        for i in range(len(names) - 1, -1, -1):
            ahead[i] = ahead[i + 1] + min(
                (cost for choice, cost in costs[names[i]].items() if choice), default=0
            )
        best: tuple[Fraction, int, dict[str, Choice]] | None = None

        def grow(i: int, left: Fraction, spent: int, plan: dict[str, Choice]) -> None:
            nonlocal best
            if best is not None and (left, spent + ahead[i]) >= best[:2]:
                return
            if i == len(names):
                best = (left, spent, dict(plan))
                return
            name = names[i]
            for choice, cost in sorted(
                costs[name].items(), key=lambda one: (one[0] is None, one[1])
            ):
                plan[name] = choice
                if choice is None or self.holds(plan):
                    grow(i + 1, left + (weights[name] if choice is None else 0), spent + cost, plan)
                del plan[name]

        grow(0, Fraction(0), 0, {})
        return best


def _rows(frame: pd.DataFrame | None) -> list[Row]:
    if frame is None:
        return []
    return [dict(zip(frame.columns, row, strict=True)) for row in frame.itertuples(index=False)]


def _in_force(rows: list[Row]) -> dict[str, Row]:
    """A person's newest override, else the newest run's decision."""
    found: dict[str, Row] = {}
    for row in sorted(rows, key=lambda row: (known(row["replaces"]), row["decided_at"])):
        found[row["site_id"]] = row
    return found


def _middle(shape: shapely.Geometry | None) -> tuple[float, float] | None:
    if shape is None or shape.is_empty:
        return None
    point = shapely.point_on_surface(shape)
    return point.x, point.y


def _division(code: object) -> str | None:
    return str(code).removeprefix("C")[:2] if known(code) else None


def _codes(value: object) -> list[str]:
    return str(value).split(";") if known(value) else []


def _keeps(lock: Any, park: str, year: int) -> bool:
    return (
        (lock.park is None or lock.park == park)
        and (lock.phase is None or lock.phase == year)
        and (lock.earliest is None or year >= lock.earliest)
        and (lock.latest is None or year <= lock.latest)
    )
