"""The checker against every rule written anew, and on what a solver's own frames would hide."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from geo_relocation.matching import Layers, MatchSpecification
from geo_relocation.matching.check import check
from geo_relocation.model import schema
from tests.matching.twin import Twin
from tests.matching.worlds import RULES, World, random_world

PLANS = 12


def layers_of(world: World) -> Layers:
    return Layers(
        sites=world.sites,
        parks=world.parks,
        findings=world.findings,
        decisions=world.decisions,
        events=world.events,
        roads=world.roads,
        south=world.south,
    )


def allowed(twin: Twin, plan: dict[str, tuple[str, int]]) -> bool:
    """Whether the rules written anew have nothing against a plan."""
    if set(plan) - set(twin.sites) or set(twin.locks) - set(plan):
        return False
    single = all(place in twin.choices(twin.sites[site]) for site, place in plan.items())
    return single and twin.holds(plan)


def random_plans(world: World, twin: Twin) -> list[dict[str, tuple[str, int]]]:
    """The best plan, that plan with a firm put elsewhere, and plans by chance."""
    rng = np.random.default_rng(world.seed)
    best = twin.best()
    good = {} if best is None else {s: place for s, place in best.plan.items() if place}
    sites, parks = list(world.sites["site_id"]), list(world.parks["park_id"])

    def anywhere() -> tuple[str, int]:
        return str(rng.choice(parks)), int(rng.choice(world.years))

    found = [good]
    for number in range(PLANS):
        plan = dict(good) if number % 2 else {}
        for site in sites if number % 2 == 0 else [rng.choice(sites)]:
            if rng.random() < 0.6:
                plan[str(site)] = anywhere()
        found.append(plan)
    return found


def frame(plan: dict[str, tuple[str, int]]) -> pd.DataFrame:
    rows = [(site, *place) for site, place in plan.items()]
    return pd.DataFrame(rows, columns=["site_id", "park_id", "phase"])


@pytest.mark.parametrize("rule", RULES)
def test_a_plan_is_accepted_where_and_only_where_the_rules_allow_it(rule: str) -> None:
    for seed in range(2):
        world = random_world(rule, seed)
        twin, layers = Twin(world), layers_of(world)
        for plan in random_plans(world, twin):
            broken = check(layers, world.specification, frame(plan))
            assert (not broken) == allowed(twin, plan), [str(one) for one in broken]


SITE = {"site_id": "a", "xy": (0, 0), "land_m2": 1e5}
PARK = {"park_id": "p", "xy": (1, 0), "free_ha": 20.0, "status": "operating"}
MOVE = frame({"a": ("p", 2026)})


def told(small_frame, site=None, park=None, **more) -> Layers:
    return Layers(
        sites=small_frame("sites", [SITE | (site or {})]),
        parks=small_frame("parks", [PARK | (park or {})]),
        **more,
    )


def rules(layers: Layers, plan: pd.DataFrame = MOVE, **raw) -> set[str]:
    raw = {"phases": [2026, 2027], "who": {"verdicts": ["conflict"]}} | raw
    spec = MatchSpecification.model_validate(raw)
    return {violation.rule for violation in check(layers, spec, plan)}


def decision(name: str, route: str, at: str, replaces: str | None = None) -> dict[str, object]:
    return {
        "decision_id": name, "site_id": "a", "run_id": "r", "ruleset": "x",
        "ruleset_version": "1", "ruleset_hash": "", "decided_at": at, "route": route,
        "triggers": "{}", "input_hash": "", "author": "An", "replaces": replaces,
    }  # fmt: skip


def test_a_firm_that_a_person_let_stay_is_out_of_scope_whatever_a_later_run_says(small_frame):
    rows = [
        decision("d1", "relocate", "2026-01-01"),
        decision("d2", "stay", "2026-01-02", replaces="d1"),
        decision("d3", "relocate", "2026-01-03"),
    ]
    for count, found in ((1, set()), (2, {"out-of-scope"}), (3, {"out-of-scope"})):
        decisions = schema("decisions").conform(pd.DataFrame(rows[:count]))
        layers = told(small_frame, decisions=decisions)
        assert rules(layers, who={"routes": ["relocate"], "verdicts": []}) == found
        # Where nothing is asked, the route in force is.
        assert rules(layers, who={"verdicts": [], "routes": []}) == found


def event(to_state: str, at: str = "2026-01-01") -> dict[str, str]:
    return {
        "event_id": f"e-{at}", "site_id": "a", "at": at, "recorded_at": at,
        "kind": "transition", "to_state": to_state, "author": "An", "ground": "CV 1",
    }  # fmt: skip


@pytest.mark.parametrize("state", ["done", "converted", "closed", "removed"])
def test_a_firm_that_is_finished_is_placed_by_nobody(small_frame, state):
    events = schema("events").conform(pd.DataFrame([event(state)]))
    # The register's own column is not asked: the history of the list tells.
    assert rules(told(small_frame, events=events)) == {"finished"}
    events = schema("events").conform(pd.DataFrame([event(state), event("listed", "2026-02-01")]))
    assert rules(told(small_frame, site={"status": state}, events=events)) == set()


def test_a_firm_that_signed_keeps_the_park_of_the_plan_it_is_based_on(small_frame):
    events = schema("events").conform(pd.DataFrame([event("contracted")]))
    parks = small_frame("parks", [PARK, PARK | {"park_id": "q"}])
    for before, found in (("p", set()), ("q", {"committed"})):
        approved = {"plan_id": "x", "site_id": "a", "park_id": before, "phase": 2026}
        approved |= {"reason_code": "cheapest", "reason": "x"}
        layers = Layers(
            sites=small_frame("sites", [SITE]),
            parks=parks,
            events=events,
            approved=schema("assignments").conform(pd.DataFrame([approved])),
        )
        assert rules(layers) == found


def test_a_firm_without_a_place_is_not_placed(small_frame):
    assert rules(told(small_frame, site={"xy": None})) == {"no-location"}


def test_a_verdict_that_was_not_asked_is_out_of_scope(small_frame):
    row = {"site_id": "a", "run_id": "r", "reason": "residential"}
    for verdict, found in (("conflict", set()), ("clear", {"out-of-scope"})):
        findings = schema("findings").conform(pd.DataFrame([row | {"verdict": verdict}]))
        assert rules(told(small_frame, findings=findings)) == found
    nobody = schema("findings").conform(pd.DataFrame([row | {"site_id": "b", "verdict": "clear"}]))
    assert rules(told(small_frame, findings=nobody)) == {"out-of-scope"}


def test_a_city_is_asked_by_code_and_by_the_names_people_write(small_frame):
    crosswalk = pd.DataFrame({"old_district_code": ["725"], "old_district": ["Thuận An"]})
    inside = told(small_frame, site={"old_district": "TP.Thuận An"}, crosswalk=crosswalk)
    outside = told(small_frame, site={"old_district": "Dĩ An"}, crosswalk=crosswalk)
    for city in ("725", "Thuận An", "thành phố THUAN AN"):
        who = {"verdicts": ["conflict"], "cities": [city]}
        assert rules(inside, who=who) == set()
        assert rules(outside, who=who) == {"out-of-scope"}


def test_a_southern_park_is_known_by_code_and_name(small_frame):
    crosswalk = pd.DataFrame({"old_district_code": ["725"], "old_district": ["Thuận An"]})
    silent = {"old_district": "Tp Thuận An"}
    layers = told(small_frame, park=silent, crosswalk=crosswalk, south=("725",))
    assert rules(layers) == {"south"}
    stated = told(
        small_frame, park=silent | {"receives": True}, crosswalk=crosswalk, south=("725",)
    )
    assert rules(stated) == set()


def test_a_name_of_the_south_that_has_no_code_is_known_however_it_is_written(small_frame):
    for written, found in (("Thuận An", {"south"}), ("TP. THUẬN AN", {"south"}), ("Xứ lạ", set())):
        layers = told(small_frame, park={"old_district": written}, south=("Thuận An",))
        assert rules(layers) == found, written


def test_the_land_of_a_park_is_what_its_occupancy_leaves(small_frame):
    let = {"free_ha": None, "leasable_ha": 40.0}
    for occupancy, found in ((75.0, set()), (75.001, {"land"}), (None, {"land", "no-land-data"})):
        layers = told(small_frame, park=let | {"occupancy_pct": occupancy})
        assert rules(layers) == found


def test_land_that_is_stated_twice_is_no_land(small_frame):
    steps = [{"park": "p", "ha": ha, "from_year": 2026} for ha in (5.0, 50.0)]
    assert "land-stated-twice" in rules(told(small_frame), where={"land": steps})


def test_sums_are_exact(small_frame):
    """Forty needs of 1,234.5 m² fill 4.938 ha; a millionth of a square metre less is too little."""
    sites = small_frame(
        "sites", [SITE | {"site_id": f"s{i:02}", "land_m2": 1234.5} for i in range(40)]
    )
    plan = frame({f"s{i:02}": ("p", 2026) for i in range(40)})
    for ha, found in ((4.938, set()), (4.9379999999, {"land"})):
        parks = small_frame("parks", [PARK | {"free_ha": ha}])
        assert rules(Layers(sites=sites, parks=parks), plan) == found
    # 0.1 + 0.2 is not more than 0.3 m³ a day.
    sites = small_frame(
        "sites", [SITE | {"site_id": s, "wastewater_m3d": w} for s, w in (("a", 0.1), ("b", 0.2))]
    )
    parks = small_frame("parks", [PARK | {"wastewater_m3d": 0.3}])
    both = frame({"a": ("p", 2026), "b": ("p", 2026)})
    assert rules(Layers(sites=sites, parks=parks), both) == set()
