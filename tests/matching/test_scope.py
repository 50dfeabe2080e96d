"""Who is in scope: a table of known answers, before and after decisions."""

from __future__ import annotations

import pandas as pd
import pytest

from geo_relocation.errors import DataError, EmptyWorkspaceError, ScenarioError
from geo_relocation.matching import MatchSpecification, solve
from geo_relocation.matching.verify import verify
from geo_relocation.model import schema
from geo_relocation.words import say

VERDICTS = {"a": "conflict", "b": "conflict", "c": "check", "d": "clear", "e": "conflict"}
ROUTES = {"a": "relocate", "b": "convert", "c": "relocate", "d": "undecided"}
"""Route by the newest run; nothing was decided on e. An override sends d away from relocate."""

SITES = [
    {"site_id": site, "land_m2": 1e4, "xy": (i, 0), "old_district": city, "vsic": "C16"}
    for i, (site, city) in enumerate(
        zip("abcde", ["TP.Thuận An", "Dĩ An", "Thuận An", None, "TP Dĩ An"], strict=True)
    )
]
PARKS = [{"park_id": "p", "free_ha": 90.0, "xy": (10, 0)}]
FINDINGS = schema("findings").conform(
    pd.DataFrame(
        [
            {"site_id": site, "run_id": "s", "verdict": verdict, "reason": "residential"}
            for site, verdict in VERDICTS.items()
        ]
    )
)


def decision(site, route, day=1, *, override=False, **more):
    return {
        "decision_id": f"{site}-{day}",
        "site_id": site,
        "run_id": "r",
        "ruleset": "x",
        "ruleset_version": "1",
        "ruleset_hash": "h",
        "decided_at": f"2026-01-{day:02}T03:00:00Z",
        "route": route,
        "triggers": "[]",
        "input_hash": "h",
        "author": "a",
        "replaces": "before" if override else None,
    } | more


def decisions(*rows):
    return schema("decisions").conform(pd.DataFrame(list(rows)))


DECIDED = decisions(*(decision(site, route) for site, route in ROUTES.items()))


def spec(**raw):
    return MatchSpecification.model_validate({"factors": {"detour": 1.0}} | raw)


def built(province, specification, **more):
    return province(SITES, PARKS, specification, findings=FINDINGS, **more)


def inside(problem):
    return "".join(problem.firms.site_id)


@pytest.mark.parametrize(
    ("who", "before", "after"),
    [
        ({}, "abe", "ac"),
        ({"verdicts": ["conflict"]}, "abe", "abe"),
        ({"verdicts": ["check", "clear"]}, "cd", "cd"),
        ({"routes": ["relocate"]}, None, "ac"),
        ({"routes": ["convert", "undecided"]}, None, "bd"),
        ({"routes": ["relocate"], "verdicts": ["conflict"]}, None, "a"),
        ({"cities": ["thuan an"]}, "a", "ac"),
        ({"cities": ["THÀNH PHỐ DĨ AN"], "verdicts": ["conflict"]}, "be", "be"),
        ({"where": {"site_id": ["a", "b", "d"]}}, "ab", "a"),
    ],
)
def test_what_is_asked_and_what_holds_decide_who_is_in(province, who, before, after) -> None:
    asked = spec(who=who)
    if before is None:
        with pytest.raises(EmptyWorkspaceError, match="none has been assessed"):
            built(province, asked)
    else:
        problem = built(province, asked)
        assert (inside(problem), problem.scope.decided) == (before, False)
        assert say(problem.scope.words, "vi").startswith("Chưa có kết luận nào")
    problem = built(province, asked, decisions=DECIDED)
    assert (inside(problem), problem.scope.decided) == (after, True)
    assert say(problem.scope.words, "vi").startswith(f"Phạm vi: {len(after)} cơ sở")
    assert problem.scope.firms == len(after)
    # What was resolved is written out: resolved again, also without decisions, it is the same.
    again = built(province, problem.specification, decisions=DECIDED)
    assert again.specification == problem.specification
    assert inside(again) == after


def test_the_scope_is_said_in_codes(province) -> None:
    asked = {"cities": ["Dĩ An"], "sectors": ["16"], "land_m2": {"min": 100}}
    summary = built(province, spec(who=asked)).scope.summary()
    assert summary == {
        "routes": [], "verdicts": ["conflict"], "cities": ["Dĩ An"], "years": [2026],
        "firms": 2, "decided": False, "units": [], "sectors": ["16"], "groups": [],
        "batches": [], "states": [], "sites": [], "in_parks": [], "where": {},
        "land_m2": {"min": 100.0, "max": None}, "workers": None,
    }  # fmt: skip
    summary = built(province, spec(), decisions=DECIDED).scope.summary()
    assert summary["routes"] == ["relocate"]
    assert set(summary["verdicts"]) == {"conflict", "check", "clear"}
    assert summary["decided"] is True


@pytest.mark.parametrize("order", [[0, 1, 2], [2, 0, 1], [1, 2, 0], [2, 1, 0]])
def test_an_override_decides_though_the_program_ran_again(province, order) -> None:
    rows = [
        decision("a", "relocate", 1),
        decision("a", "stay", 2, override=True, deadline="2026-12-31"),
        decision("a", "relocate", 3),
    ]
    made = decisions(*(rows[i] for i in order), decision("b", "relocate"))
    assert inside(built(province, spec(), decisions=made)) == "b"
    assert inside(built(province, spec(who={"routes": ["relocate"]}), decisions=made)) == "b"
    staying = built(
        province,
        spec(who={"routes": ["stay"]}, phases=[2026, 2027]),
        decisions=made,
    )
    assert inside(staying) == "a"
    # Its deadline is the override's too, for the problem and for the verifier.
    assert staying.firms.latest.tolist() == [2026]
    late = pd.DataFrame([("a", "p", 2027)], columns=["site_id", "park_id", "phase"])
    assert {one.rule for one in verify(staying, late)} == {"out-of-years"}


def test_sites_that_nobody_decided_on_or_decided_otherwise_are_counted(province) -> None:
    notes = {one.code: one.count for one in built(province, spec(), decisions=DECIDED).notes}
    assert (notes["not-decided"], notes["out-of-scope"]) == (1, 3)
    by_verdict = spec(who={"verdicts": ["conflict"]})
    notes = {one.code: one.count for one in built(province, by_verdict, decisions=DECIDED).notes}
    assert notes["other-route"] == 1
    assert "not-decided" not in notes


def state(site, to, day=1):
    return {
        "event_id": f"{site}{day}",
        "site_id": site,
        "at": f"2026-02-{day:02}T03:00:00Z",
        "recorded_at": f"2026-02-{day:02}T03:00:00Z",
        "kind": "transition",
        "from_state": "candidate",
        "to_state": to,
        "author": "a",
        "ground": "g",
    }


def events(*rows):
    return schema("events").conform(pd.DataFrame(list(rows)))


def test_the_history_of_the_list_says_who_is_out_not_the_register(province) -> None:
    history = events(state("a", "removed"), state("b", "removed", 1), state("b", "candidate", 5))
    problem = built(province, spec(), events=history)
    assert inside(problem) == "be"
    assert {one.code: one.count for one in problem.notes}["finished"] == 1
    claimed = [row | {"status": "done"} if row["site_id"] == "e" else row for row in SITES]
    problem = province(claimed, PARKS, spec(), findings=FINDINGS, events=history)
    assert inside(problem) == "be"
    assert {one.code: one.count for one in problem.notes}["status-ignored"] == 1


def test_a_firm_that_signed_stays_in_a_replan_whatever_the_scope(province) -> None:
    approved = schema("assignments").conform(
        pd.DataFrame(
            [
                {"plan_id": "x", "site_id": s, "park_id": "p", "phase": 2026, "reason": ""}
                for s in "abd"
            ]
        )
    )
    history = events(state("d", "contracted"), state("b", "done"))
    fresh = built(province, spec(), events=history)
    assert inside(fresh) == "ae"
    again = built(province, spec(), events=history, approved=approved)
    assert inside(again) == "ade"
    plan = solve(again, work=1).assignment(again).set_index("site_id")["park_id"]
    assert plan["d"] == "p"
    signed = built(province, spec(), events=events(state("a", "moving")))
    assert {one.code: one.count for one in signed.notes}["committed-free"] == 1


def test_years_and_batches_that_are_left_out_are_those_that_hold(province) -> None:
    made = decisions(
        decision("a", "relocate", batch="1"),
        decision("c", "relocate", batch="2", deadline="2029-06-30"),
        decision("e", "relocate", batch="9"),
    )
    more = {"decisions": made, "years": (2027, 2028, 2029, 2030), "batch_years": {"1": 2026, "2": 2028}}  # noqa: E501 # fmt: skip
    problem = built(province, spec(), **more)
    assert problem.phases == (2027, 2028, 2029, 2030)
    assert problem.specification.limits.batches == {"1": 2026, "2": 2028}
    assert problem.firms.earliest.tolist() == [2027, 2028, 2027]
    assert problem.firms.latest.tolist() == [2030, 2029, 2030]
    assert {one.code: one.count for one in problem.notes}["batch-years-unknown"] == 1
    # Years that are named are exactly those, and then batches bind only where they are named.
    named = built(province, spec(phases=[2026, 2028]), **more)
    assert named.phases == (2026, 2028)
    assert named.firms.earliest.tolist() == [2026, 2026, 2026]
    codes = {one.code for one in named.notes}
    assert {"batches-not-asked", "years-past"} <= codes
    free = built(province, spec(limits={"batches": {}}), **more)
    assert free.firms.earliest.tolist() == [2027, 2027, 2027]
    over = {"limits": {"moves_per_year": {2026: 1, 2027: 5}}}
    quota = built(province, spec(**over), **more)
    assert quota.specification.limits.moves_per_year == {2027: 5}
    assert {one.code: one.count for one in quota.notes}["quota-outside"] == 1


def test_a_scheme_that_has_ended_leaves_no_year(province) -> None:
    with pytest.raises(DataError, match="none of the scheme remains"):
        built(province, spec(), years=())
    assert built(province, spec(phases=[2031]), years=()).phases == (2031,)


def test_all_wrong_names_are_told_at_once(province) -> None:
    asked = spec(
        who={"cities": ["Thuận Anh", "Phường Thuận An"]},
        where={"parks": ["q"], "opens": {"x": 2027}},
    )
    with pytest.raises(ScenarioError) as caught:
        built(province, asked)
    listed = "\n".join(map(str, caught.value.mistakes))
    for part in (
        "'Thuận Anh'",
        "'Phường Thuận An'",
        "TP.Thuận An",
        "Dĩ An",
        "'q'",
        "'x'",
        "known: p",
    ):
        assert part in listed, part


def test_a_park_in_a_city_of_the_south_receives_only_where_it_says_so(province) -> None:
    """The scheme has codes, the parks have names."""
    units = schema("admin_units").empty()
    crosswalk = pd.DataFrame(
        {"old_district_code": ["725", "719"], "old_district": ["Thành phố Thuận An", "Bàu Bàng"]}
    )
    parks = [
        {"park_id": "s", "free_ha": 90.0, "old_district": "TP. Thuận An"},
        {"park_id": "t", "free_ha": 90.0, "old_district": "Thuận An", "receives": True},
        {"park_id": "n", "free_ha": 90.0, "old_district": "H. Bàu Bàng"},
        {"park_id": "x", "free_ha": 90.0, "old_district": "Xứ lạ"},
    ]
    problem = province(
        SITES, parks, spec(), findings=FINDINGS, crosswalk=crosswalk, admin_units=units,
        south_districts=("718", "725"),
    )  # fmt: skip
    barred = dict(zip(problem.parks.park_id, problem.parks.barrier, strict=True))
    assert barred == {"n": "none", "s": "south", "t": "none", "x": "none"}
    assert {one.code: one.count for one in problem.notes}["district-unknown"] == 1
