"""Rules on groups of firms: hand-computed worlds, the checker's own judgement, refusals."""

from __future__ import annotations

import pandas as pd
import pytest

from geo_relocation.errors import ConflictingLocksError, ImpossibleRuleError
from geo_relocation.matching import MatchSpecification, solve
from geo_relocation.matching.demand import summaries
from geo_relocation.matching.plan.changes import smallest_changes
from geo_relocation.matching.verify import verify
from geo_relocation.model import schema
from geo_relocation.words import say

SITES = [
    {"site_id": "w1", "vsic": "16", "land_m2": 10_000.0, "xy": (0, 0)},
    {"site_id": "w2", "vsic": "31", "land_m2": 20_000.0, "xy": (0, 0), "land_needed_m2": 30_000.0},
    {"site_id": "x", "vsic": "25", "land_m2": 10_000.0, "xy": (0, 0), "old_district": "Dĩ An"},
]
PARKS = [
    {"park_id": "near", "name": "KCN Gần", "free_ha": 20.0, "xy": (5, 0)},
    {"park_id": "far", "name": "CCN Xa", "kind": "cluster", "free_ha": 20.0, "xy": (25, 0)},
]


def spec(*rules, **more):
    raw = {"phases": [2026], "factors": {"detour": 1.0}, "rules": list(rules)}
    raw["weights"] = {"rent_per_usd_m2": 0.0}
    return MatchSpecification.model_validate(raw | more)


def where(problem):
    plan = solve(problem, work=1).assignment(problem)
    assert verify(problem, plan) == []
    return dict(zip(plan["site_id"], plan["park_id"], strict=True))


WOOD = {"sectors": ["gỗ"]}


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ({"kind": "must", "firms": WOOD, "parks": ["CCN Xa"]}, "far far near"),
        ({"kind": "never", "firms": WOOD, "parks": ["KCN"]}, "far far near"),
        ({"kind": "never", "firms": {"cities": ["Dĩ An"]}, "parks": ["gần"]}, "near near far"),
        ({"kind": "must", "parks": ["CCN"]}, "far far far"),
        # The other park is 20 km further: a price beyond that moves the group, one below does not.
        ({"kind": "prefer", "firms": WOOD, "parks": ["cluster"], "price_km": 21}, "far far near"),
        ({"kind": "prefer", "firms": WOOD, "parks": ["cluster"], "price_km": 19}, "near near near"),
        ({"kind": "must", "firms": {"sites": ["w1"]}, "parks": ["far"]}, "far near near"),
        (
            {"kind": "must", "firms": {"land_m2": {"min": 20000}}, "parks": ["far"]},
            "near far near",
        ),
    ],
)
def test_a_group_goes_where_its_rule_sends_it(province, rule, expected) -> None:
    problem = province(SITES, PARKS, spec(rule))
    assert where(problem) == dict(zip(("w1", "w2", "x"), expected.split(), strict=True))


def test_the_south_can_be_ruled_out_by_name(province) -> None:
    parks = [PARKS[0] | {"old_district": "Thuận An", "receives": True}, PARKS[1]]
    for side, park in (("phía nam", "far"), ("north", "near")):
        problem = province(
            SITES,
            parks,
            spec({"kind": "never", "parks": [side]}),
            south_districts=["Thuận An"],
        )
        assert set(where(problem).values()) == {park}


def test_what_a_preference_costs_is_a_term_of_its_own(province) -> None:
    rule = {"kind": "prefer", "firms": WOOD, "parks": ["CCN"], "price_km": 7.5}
    problem = province(SITES, PARKS, spec(rule, weights={"rent_per_usd_m2": 0.0}))
    solution = solve(problem, work=1)
    assert solution.cost == pytest.approx(3 * 5.0 + 2 * 7.5)
    far, near = (problem.terms_of(link, 0)["preferences"] for link in (0, 1))
    assert (far, near) == (0.0, 7.5)
    doubled = spec(rule, weights={"rent_per_usd_m2": 0.0, "preferences": 4.0})
    assert set(where(province(SITES, PARKS, doubled)).values()) == {"far", "near"}


def test_each_rule_states_demand_and_supply_before_the_search(province) -> None:
    rules = (
        {"kind": "must", "firms": WOOD, "parks": ["CCN Xa"], "source": "CV 12"},
        {"kind": "never", "firms": {"sectors": ["10"]}, "parks": ["near"]},
    )
    problem = province(SITES, PARKS, spec(*rules))
    first, second = (note for note in problem.notes if note.code == "rule")
    assert say(first.message, "vi").startswith("Quy tắc 1: 2 cơ sở (thuộc các ngành 16 ")
    assert say(first.message, "vi").endswith(
        "hiện có 3 ha, cần 4 ha, phải về CCN Xa, nơi có 20 ha."
    )
    assert say(first.message, "en").endswith(
        "on 3 ha today, which need 4 ha, must go to CCN Xa, 20 ha."
    )
    assert "no firm in scope is of its group" in say(second.message, "en")
    solution = solve(problem, work=1)
    one, two = summaries(problem, solution.chosen)
    assert one == {
        "number": 1, "kind": "must", "who": one["who"], "parks": ["far"], "price_km": None,
        "source": "CV 12", "firms": 2, "land_ha": 3.0, "demand_ha": 4.0, "supply_ha": 20.0,
        "barred": 0, "placed": 2, "placed_in_parks": 2,
    }  # fmt: skip
    assert one["who"]["sectors"] == ["16", "31"]
    assert (two["firms"], two["placed"]) == (0, 0)


def test_a_rule_that_lacks_land_is_refused_with_the_hectares(province) -> None:
    parks = [PARKS[0], PARKS[1] | {"free_ha": 3.25}]
    rule = {"kind": "must", "firms": WOOD, "parks": ["far"]}
    problem = province(SITES, parks, spec(rule))
    with pytest.raises(ImpossibleRuleError) as caught:
        solve(problem, work=1)
    assert "need 4 ha and must go to CCN Xa, where there are 3.25 ha: 0.75 ha lack" in str(
        caught.value
    )
    assert "thiếu 0,75 ha" in say(caught.value.what, "vi")
    # All rules that lack land are named at once; one that has just enough is not.
    also = {"kind": "must", "firms": {"sites": ["x"]}, "parks": ["far"]}
    wide = {"kind": "must", "parks": ["CCN"]}
    with pytest.raises(ImpossibleRuleError, match=r"(?s)rule 1.*rule 3"):
        solve(province(SITES, parks, spec(rule, also, wide)), work=1)
    exact = [PARKS[0], PARKS[1] | {"free_ha": 4.0}]
    assert where(province(SITES, exact, spec(rule)))["w2"] == "far"


def test_rules_that_lack_land_only_together_are_refused_too(province) -> None:
    parks = [PARKS[0], PARKS[1] | {"free_ha": 4.0}]
    rules = [
        {"kind": "must", "firms": {"sites": list(sites)}, "parks": ["far"]}
        for sites in (("w1", "w2"), ("x",))
    ]
    with pytest.raises(ConflictingLocksError, match=r"rules 1, 2 cannot hold together: 3 firms"):
        solve(province(SITES, parks, spec(*rules)), work=1)


def test_a_group_goes_before_others_where_land_is_short(province) -> None:
    """Three firms want the only park there is room in; the rule's firm outweighs any priority."""
    sites = [row | {"priority": 1.0 if row["site_id"] == "w1" else 9.0} for row in SITES]
    parks = [{"park_id": "near", "name": "KCN", "free_ha": 4.0, "xy": (5, 0)}]
    free = province(sites, parks, spec())
    assert "w1" not in where(free)
    rule = {"kind": "must", "firms": {"sites": ["w1"]}, "parks": ["near"]}
    assert where(province(sites, parks, spec(rule)))["w1"] == "near"


def test_a_firm_that_none_of_the_parks_may_take_is_left_out_and_counted(province) -> None:
    parks = [PARKS[0], PARKS[1] | {"refused_sectors": "31"}]
    problem = province(SITES, parks, spec({"kind": "must", "firms": WOOD, "parks": ["far"]}))
    assert where(problem) == {"w1": "far", "x": "near"}
    (note,) = [one for one in problem.notes if one.code == "rule-barred"]
    assert note.count == 1
    assert "1 vì khu không nhận ngành này" in say(note.message, "vi")
    # What would place it: the sector accepted there, or the rule dropped.
    solution = solve(problem, work=1)
    (changes,) = smallest_changes(problem, solution.chosen).values()
    kinds = {str(one.kind) for one in changes.changes}
    assert {"sector", "group-rule"} <= kinds


def plan_of(**places):
    rows = [(site, park, 2026) for site, park in places.items()]
    return pd.DataFrame(rows, columns=["site_id", "park_id", "phase"])


def test_the_checker_finds_every_way_to_break_a_rule(province) -> None:
    must = {"kind": "must", "firms": WOOD, "parks": ["far"]}
    never = {"kind": "never", "firms": {"sites": ["x"]}, "parks": ["CCN"]}
    problem = province(SITES, PARKS, spec(must, never))
    assert verify(problem, plan_of(w1="far", w2="far", x="near")) == []
    assert verify(problem, plan_of(w1="far", w2="far")) == []
    found = verify(problem, plan_of(w1="near", w2="far", x="far"))
    assert {(one.rule, one.site_id) for one in found} == {("group-rule", "w1"), ("group-rule", "x")}
    (lacking,) = verify(problem, plan_of(w1="far", x="near"))
    assert (lacking.rule, lacking.site_id) == ("group-rule", "w2")
    assert "rule 1 of the scenario demands a place" in str(lacking.message)


def test_a_firm_that_signed_keeps_its_place_against_a_rule(province) -> None:
    approved = schema("assignments").conform(
        pd.DataFrame(
            [{"plan_id": "a", "site_id": "w1", "park_id": "near", "phase": 2026, "reason": ""}]
        )
    )
    event = {
        "event_id": "1", "site_id": "w1", "at": "2026-02-01T03:00:00Z",
        "recorded_at": "2026-02-01T03:00:00Z", "kind": "transition",
        "from_state": "candidate", "to_state": "contracted", "author": "a", "ground": "g",
    }  # fmt: skip
    problem = province(
        SITES,
        PARKS,
        spec({"kind": "must", "firms": WOOD, "parks": ["far"]}),
        events=schema("events").conform(pd.DataFrame([event])),
        approved=approved,
    )
    assert where(problem) == {"w1": "near", "w2": "far", "x": "near"}
