"""Every reason of random plans is derived anew, from the frames, by code that is written here.

The plan is the program's; what a reason says about it is checked against the rules as `Twin`
reads them: a limit that is named is broken by the firm at every place it is named for, a change
that is named suffices and a unit less does not, and a kind of change that is not named fails at
every park and year.
"""

from __future__ import annotations

import json
import math
import re
from dataclasses import replace
from fractions import Fraction

import pytest

from geo_relocation.errors import ConflictingLocksError, DataError
from geo_relocation.matching import explain, solve
from geo_relocation.matching.plan.changes import smallest_changes
from geo_relocation.matching.rules import RULES
from geo_relocation.model.told import said
from tests.matching.test_proof import problem_of
from tests.matching.twin import SEVERITY, Twin, known, stated
from tests.matching.worlds import random_world, worlds

SHORT, EVERY = 60, 700
YEARS = r"((?:\d{4}(?:–\d{4})?(?:, )?)+)"
AMOUNT = r"([\d.,]+) (ha|m²)"
LIMITS = {"moves": ("moves_per_year",), "land-quota": ("land_ha_per_year",)}


def years_of(text: str) -> list[int]:
    found = []
    for part in text.strip(", ").split(", "):
        first, _, last = part.partition("–")
        found += range(int(first), int(last or first) + 1)
    return found


class Judge:
    """A plan of a world, and what the rules say about one firm more in it."""

    def __init__(self, world, plan):
        self.world, self.twin, self.plan = world, Twin(world), plan
        limits = world.specification.limits
        self.quotas = {
            kind: Twin(
                replace(
                    world,
                    specification=world.specification.model_copy(
                        update={
                            "limits": limits.model_copy(
                                update={
                                    name: {}
                                    for name in ("moves_per_year", "land_ha_per_year")
                                    if name not in names
                                }
                            )
                        }
                    ),
                )
            )
            for kind, names in LIMITS.items()
        }

    def rows(self, site, park, year):
        plan = {s: at for s, at in self.plan.items() if s != site} | {site: (park, year)}
        return [(s, *at) for s, at in plan.items()]

    def breaks(self, limit, site, park, year):
        """Whether the firm at a place, the rest as planned, breaks one kind of limit."""
        rows = self.rows(site, park, year)
        if limit == "land":
            return not self.twin._land_holds(rows)
        if limit == "wastewater":
            return not self.twin._water_holds(rows)
        twin = self.quotas[limit]
        return not twin._quotas_hold(self.rows(site, park, year))

    def fits(self, twin, site, park, year):
        """Whether the firm may go to a place and the plan holds with it."""
        row = twin.sites.get(site)
        if row is None or (park, year) not in twin.choices(row):
            return False
        return twin.holds(
            {s: at for s, at in self.plan.items() if s != site} | {site: (park, year)}
        )

    def places(self, site):
        """Allowed places at which a firm would fit if it were alone in the world."""
        twin, row = self.twin, self.twin.sites[site]
        found = []
        for place in twin.choices(row):
            if place is not None and twin._land_holds([(site, *place)]):
                found += [place] if twin._water_holds([(site, *place)]) else []
        return found

    def cost(self, site, place):
        return self.twin.cost(self.twin.sites[site], self.twin.parks[place[0]], place[1])


def check_obstacle(judge, site, park, text, years):
    """Each limit that is named is broken in each year it is named for, and none is left out."""
    told = {year: set() for year in years}
    for clause in re.split(r" và |; ", text):
        if found := re.fullmatch(rf"hết lượt dời năm {YEARS}", clause):
            limit, named = "moves", years_of(found[1])
        elif found := re.fullmatch(rf"hạn mức đất năm {YEARS} thiếu {AMOUNT}", clause):
            limit, named = "land-quota", years_of(found[1])
        elif found := re.fullmatch(rf"(?:năm {YEARS} )?thiếu [\d.,]+ m³/ngày nước thải", clause):
            limit, named = "wastewater", years_of(found[1]) if found[1] else years
        else:
            found = re.fullmatch(rf"(?:năm {YEARS} )?thiếu {AMOUNT}", clause)
            assert found, clause
            limit, named = "land", years_of(found[1]) if found[1] else years
        for year in named:
            told[year].add(limit)
            assert judge.breaks(limit, site, park, year), (clause, park, year)
    assert all(told.values()), text


def allowed_years(judge, site, park):
    """Years that are allowed in a park by all rules that concern the firm alone."""
    return [
        year for p, year in filter(None, judge.twin.choices(judge.twin.sites[site])) if p == park
    ]


def with_land(judge, site, park, years):
    """Of some years those from which on the park has land at all: earlier ones say nothing."""
    row = judge.twin.parks[park]
    return [
        y for y in years if any(judge.twin.land(row, t) > 0 for t in judge.twin.years if t <= y)
    ]


def check_alternatives(judge, row):
    for other in json.loads(row.alternatives or "[]"):
        park, site = other["park_id"], row.site_id
        years = with_land(judge, site, park, allowed_years(judge, site, park))
        assert other["phase"] in years
        assert round(other["cost_km"] * 1000) == judge.cost(site, (park, other["phase"]))
        if other["obstacle"] is None:
            assert judge.fits(judge.twin, site, park, other["phase"])
        else:
            check_obstacle(judge, site, park, said(other["obstacle"], "vi"), years)


def check_placed(judge, row):
    site, own = row.site_id, (row.park_id, int(row.phase))
    cheaper = [p for p in judge.places(site) if judge.cost(site, p) < judge.cost(site, own)]
    if row.reason_code == "cheapest":
        assert not cheaper
        many = int(re.search(r"rẻ nhất trong (\d+) khu được phép", row.reason)[1])
        allowed = {park for park, _ in filter(None, judge.twin.choices(judge.twin.sites[site]))}
        assert len({park for park, _ in judge.places(site)}) <= many <= len(allowed)
        return
    said = re.search(
        r"rẻ hơn nhưng không vào được: (.*?\))(?: và \d+ khu khác)?(?:;|\.$)", row.reason
    )
    named = re.findall(rf"Khu (p\d+)(?: năm {YEARS})? \((.*?)\)", said[1])
    assert named
    for park, years, what in named:
        mine = [
            year
            for year in with_land(judge, site, park, allowed_years(judge, site, park))
            if judge.cost(site, (park, year)) < judge.cost(site, own)
        ]
        assert mine, (park, row.reason)
        assert not years or years_of(years) == mine
        check_obstacle(judge, site, park, what, mine)
    if len(named) < 3:
        assert {park for park, _ in cheaper} <= {park for park, _, _ in named}
    limits = {"cheaper-quota": {"moves", "land-quota"}, "cheaper-is-full": {"land", "wastewater"}}
    limits["cheaper-too-small"] = {"land"}
    park = named[0][0]
    best = min(
        (y for y in with_land(judge, site, park, allowed_years(judge, site, park))),
        key=lambda year: judge.cost(site, (park, year)),
    )
    binding = [one for one in limits[row.reason_code] if judge.breaks(one, site, park, best)]
    assert binding


EVERYWHERE = {
    "moves-quota": "moves",
    "land-quota": "land-quota",
    "no-room": "land",
    "no-wastewater": "wastewater",
}
SINGLE = {
    "no-location": lambda judge, site: site["geometry"] is None,
    "no-land": lambda judge, site: judge.twin.need(site) is None,
    "site-excluded": lambda judge, site: any(
        e.site == site["site_id"] and e.park is None for e in judge.world.specification.exclusions
    ),
    "no-year": lambda judge, site: not list(judge.twin.allowed_years(site)),
}


def check_left_out(judge, row):
    site, places = judge.twin.sites[row.site_id], judge.places(row.site_id)
    for place in filter(None, judge.twin.choices(site)):
        assert not judge.fits(judge.twin, row.site_id, *place)
    if row.reason_code in SINGLE:
        assert SINGLE[row.reason_code](judge, site)
    elif row.reason_code == "no-park":
        assert not places
        check_no_park(judge, site, row.reason)
    elif row.reason_code in EVERYWHERE:
        for place in places:
            assert judge.breaks(EVERYWHERE[row.reason_code], row.site_id, *place)
        check_counts(judge, row.site_id, row.reason)
    else:
        assert row.reason_code == "several-limits"
        every = [
            (park, year)
            for park in {park for park, _ in places}
            for year in with_land(judge, row.site_id, park, allowed_years(judge, row.site_id, park))
        ]
        for limit in EVERYWHERE.values():
            assert not all(judge.breaks(limit, row.site_id, *place) for place in every)
        check_counts(judge, row.site_id, row.reason)


CLAUSES = {
    r"(\d+) khu được phép chỉ nhận được trong năm [\d–, ]+, đã hết lượt dời": "moves",
    r"(\d+) khu được phép chỉ nhận được trong năm [\d–, ]+, hạn mức đất còn thiếu": "land-quota",
    r"(\d+) khu được phép đều không đủ đất": "land",
    r"(\d+) khu được phép đều không đủ công suất nước thải": "wastewater",
}


def check_counts(judge, site, reason):
    """A limit is said of no more parks than those in which it binds throughout."""
    told = 0
    for pattern, limit in CLAUSES.items():
        for found in re.finditer(pattern, reason):
            binds = 0
            for park in judge.twin.parks:
                years = with_land(judge, site, park, allowed_years(judge, site, park))
                binds += bool(years) and all(judge.breaks(limit, site, park, y) for y in years)
            assert int(found[1]) <= binds, reason
            told += 1
    for park, what in re.findall(r"Khu (p\d+): (.*?)(?=; Khu|\))", reason):
        years = with_land(judge, site, park, allowed_years(judge, site, park))
        check_obstacle(judge, site, park, what, years)
        told += 1
    assert told, reason


def holds_for(judge, site, park, barrier):
    """Whether a rule forbids a firm in a park."""
    twin, spec, name = judge.twin, judge.world.specification, park["park_id"]
    accepted = str(park["accepted_sectors"]).split(";") if known(park["accepted_sectors"]) else []
    refused = str(park["refused_sectors"]).split(";") if known(park["refused_sectors"]) else []
    sector = str(site["vsic"]).removeprefix("C")[:2] if known(site["vsic"]) else None
    years = list(twin.allowed_years(site))
    lock = twin.locks.get(site["site_id"])
    if lock:
        years = [y for y in years if lock.phase in (None, y) and y >= (lock.earliest or y)]
    dirty = SEVERITY[site["env_level"]] if known(site["env_level"]) else 0
    stated_receives = known(park["receives"])
    return {
        "park-excluded": lambda: (
            name in spec.where.exclude_parks
            or bool(spec.where.parks and name not in spec.where.parks)
        ),
        "not-receiving": lambda: (
            (stated_receives and not park["receives"])
            or park["status"] in ("converting", "removed")
        ),
        "south": lambda: not stated_receives and park["old_district"] in judge.world.south,
        "no-land-data": lambda: (
            twin.base(park) is None and all(step.park != name for step in spec.where.land)
        ),
        "excluded": lambda: any(
            e.site == site["site_id"] and e.park == name for e in spec.exclusions
        ),
        "locked-elsewhere": lambda: bool(lock and lock.park and lock.park != name),
        "own-park": lambda: twin.found.get(site["site_id"], {}).get("park_id") == name,
        "sector": lambda: (
            sector is not None and (sector in refused or bool(accepted and sector not in accepted))
        ),
        "sector-unknown": lambda: sector is None and bool(accepted),
        "env-level": lambda: (
            known(park["env_level_max"]) and dirty > SEVERITY[park["env_level_max"]]
        ),
        "too-small": lambda: all(
            twin.need(site) > twin.land(park, y) for y in years if y >= twin.opens(park)
        ),
        "wastewater": lambda: (
            known(park["wastewater_m3d"]) and twin.water(site) > stated(park["wastewater_m3d"])
        ),
        "not-open": lambda: all(y < twin.opens(park) for y in years),
        "unreachable": lambda: twin.gate(park) is not None and math.isinf(twin.way(site, park)),
        "no-place": lambda: twin.gate(park) is None,
    }[barrier]()


def check_no_park(judge, site, reason):
    words = {rule.vi: rule.code for rule in RULES}
    groups = re.findall(r"(\d+) khu: (.*?)(?=; \d+ khu: |\)\.$)", reason)
    assert sum(int(many) for many, _ in groups) == len(judge.twin.parks)
    for many, why in groups:
        holds = [p for p in judge.twin.parks.values() if holds_for(judge, site, p, words[why])]
        assert int(many) <= len(holds), reason


class Changed(Twin):
    """A world with one thing changed for one firm."""

    def __init__(self, world, *, extra=None, free=None):
        self.extra, self.free = extra or {}, free
        super().__init__(world)

    def base(self, park):
        found = super().base(park)
        return Fraction(0) if found is None and park["park_id"] in self.extra else found

    def land(self, park, year):
        found = super().land(park, year)
        return found if year < self.opens(park) else found + self.extra.get(park["park_id"], 0)

    def allowed_years(self, site):
        if self.free and site["site_id"] == self.free[0]:
            lawful = set(super().allowed_years(site))
            return iter([y for y in self.years if y in lawful or y in self.free[1]])
        return super().allowed_years(site)


def set_park(world, park, **values):
    parks = world.parks.copy()
    for column, value in values.items():
        parks.loc[parks["park_id"] == park, column] = value
    return replace(world, parks=parks)


def set_spec(world, part, **values):
    old = getattr(world.specification, part)
    new = old.model_copy(update=values)
    return replace(world, specification=world.specification.model_copy(update={part: new}))


def more_water(world, park, much):
    there = world.parks.set_index("park_id")["wastewater_m3d"][park]
    return set_park(world, park, wastewater_m3d=exactly(stated(there) + much))


def exactly(value):
    """The float that a decimal is written as; of longer ones the next above."""
    found = float(value)
    return found if stated(found) >= value else math.nextafter(found, math.inf)


def more_quota(world, name, year, much):
    quota = dict(getattr(world.specification.limits, name))
    quota[year] = (
        exactly(stated(quota[year]) + much)
        if name == "land_ha_per_year"
        else (quota[year] + int(much))
    )
    return set_spec(world, "limits", **{name: quota})


MUCH = Fraction(10**7)


def any_place(judge, twin, site, parks=None):
    return any(
        judge.fits(twin, site, park, year)
        for park in (parks or judge.twin.parks)
        for year in judge.twin.years
    )


def by_park(change):
    """Worlds in which one park after the other is changed."""

    def changed(judge, site, much):
        for park in judge.twin.parks:
            yield change(judge.world, park, much), [park]

    return changed


def by_water(judge, site, much):
    for park, row in judge.twin.parks.items():
        if known(row["wastewater_m3d"]):
            yield Changed(more_water(judge.world, park, much)), [park]


def by_quota(name):
    """Worlds in which the quota of one year after the other is raised."""

    def changed(judge, site, much):
        for year in getattr(judge.world.specification.limits, name):
            yield Changed(more_quota(judge.world, name, year, much)), list(judge.twin.parks)

    return changed


def by_sector(judge, site, much):
    if known(judge.twin.sites[site]["vsic"]):
        for park in judge.twin.parks:
            open_to_all = set_park(judge.world, park, accepted_sectors=None, refused_sectors=None)
            yield Changed(open_to_all), [park]


def by_years(judge, site, much):
    yield Changed(judge.world, free=(site, judge.twin.years)), list(judge.twin.parks)


def by_opening(world, park, much):
    return Changed(set_park(world, park, opens=world.years[0]))


def by_taking_part(world, park, much):
    where = world.specification.where
    named = (*where.parks, park) if where.parks else ()
    others = tuple(one for one in where.exclude_parks if one != park)
    return Changed(set_spec(world, "where", parks=named, exclude_parks=others))


def by_exclusion(judge, site, much):
    spec = judge.world.specification
    for one in spec.exclusions:
        if one.site == site and one.park is not None:
            left = tuple(other for other in spec.exclusions if other != one)
            changed = spec.model_copy(update={"exclusions": left})
            yield Changed(replace(judge.world, specification=changed)), list(judge.twin.parks)


WORLDS_BY = {
    "land": by_park(lambda world, park, much: Changed(world, extra={park: much * 10_000})),
    "wastewater": by_water,
    "moves-quota": by_quota("moves_per_year"),
    "land-quota": by_quota("land_ha_per_year"),
    "sector": by_sector,
    "env-level": by_park(lambda w, park, much: Changed(set_park(w, park, env_level_max="I"))),
    "years": by_years,
    "opening": by_park(by_opening),
    "park": by_park(by_taking_part),
    "receives": by_park(lambda w, park, much: Changed(set_park(w, park, receives=True))),
    "exclusion": by_exclusion,
}
"""For each kind of change the worlds in which one thing is changed by so much."""

STEPS = {"land": Fraction(1, 100), "wastewater": Fraction(1, 10), "moves-quota": Fraction(1),
         "land-quota": Fraction(1, 100)}  # fmt: skip


def opens_somewhere(judge, kind, site, much=MUCH):
    """Whether some change of a kind, by an amount, lets the firm in anywhere."""
    return any(
        any_place(judge, twin, site, parks) for twin, parks in WORLDS_BY[kind](judge, site, much)
    )


def check_change(judge, site, change):
    """The change suffices at the place it names; a step less of it suffices nowhere."""
    world, park, year = judge.world, change.park_id, change.phase
    much = Fraction(round(change.amount * 100), 100)
    if change.kind == "land":
        twin = Changed(world, extra={park: much * 10_000})
    elif change.kind == "wastewater":
        twin = Changed(more_water(world, park, much))
    elif change.kind in ("moves-quota", "land-quota"):
        name = "moves_per_year" if change.kind == "moves-quota" else "land_ha_per_year"
        twin = Changed(more_quota(world, name, year, much))
    elif change.kind == "years":
        twin = Changed(world, free=(site, [year]))
    elif change.kind == "opening":
        twin = Changed(set_park(world, park, opens=year))
    else:
        assert opens_somewhere(judge, change.kind, site)
        mine = [t for t, parks in WORLDS_BY[change.kind](judge, site, MUCH) if park in parks]
        assert any(judge.fits(t, site, park, year) for t in mine)
        return
    assert judge.fits(twin, site, park, year), change
    if change.kind in STEPS and much > 0:
        assert not opens_somewhere(judge, change.kind, site, much - STEPS[change.kind]), change


def in_vietnamese(reasons):
    """What is stored, as a reader is told it; no figure of it is a sentence of any language."""
    for stored_text in reasons:
        assert json.loads(stored_text)["say"]
        english = said(stored_text, "en")
        assert not re.search("[À-ỹ]", english.replace("Khu ", "")), english
    return [said(one, "vi") for one in reasons]


def check_reasons(rule, seed):
    """All reasons and changes of the plan of one world; how many there were of each."""
    world = random_world(rule, seed)
    try:
        problem = problem_of(world)
        solution = solve(problem, work=1)
    except (ConflictingLocksError, DataError):
        return {}
    plan = {
        row.site_id: (row.park_id, int(row.phase))
        for row in solution.assignment(problem).itertuples(index=False)
    }
    judge, seen = Judge(world, plan), {}
    rows = explain(problem, solution, plan_id="x")
    for row in rows.assign(reason=in_vietnamese(rows["reason"])).itertuples(index=False):
        seen[row.reason_code] = seen.get(row.reason_code, 0) + 1
        check_alternatives(judge, row)
        (check_placed if row.site_id in plan else check_left_out)(judge, row)
    for site, tried in smallest_changes(problem, solution.chosen).items():
        kinds = {change.kind for change in tried.changes}
        assert kinds == {kind for kind in WORLDS_BY if opens_somewhere(judge, kind, site)}, (
            site,
            tried,
        )
        for change in tried.changes:
            seen[change.kind] = seen.get(change.kind, 0) + 1
            check_change(judge, site, change)
        if not kinds:
            seen["no single change"] = seen.get("no single change", 0) + 1
    return seen


@pytest.mark.parametrize(("rule", "seed"), worlds(SHORT, first_seed=40_000))
def test_every_reason_of_a_plan_is_true(rule, seed):
    check_reasons(rule, seed)


@pytest.mark.nightly
@pytest.mark.parametrize(("rule", "seed"), worlds(EVERY, first_seed=50_000))
def test_every_reason_of_many_plans_is_true(rule, seed):
    check_reasons(rule, seed)
