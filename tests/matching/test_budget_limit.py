"""Plans under a support budget: worked out by hand, against every plan there is, and checked."""

from __future__ import annotations

import itertools
from fractions import Fraction

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo_relocation.errors import ConflictingLocksError, ScenarioError, UsageError
from geo_relocation.matching import MatchSpecification, explain, solve
from geo_relocation.matching.plan.changes import change_words, smallest_changes
from geo_relocation.matching.plan.spending import spending
from geo_relocation.matching.verify import verify
from geo_relocation.model.told import said
from geo_relocation.scenarios import parse_scenario
from geo_relocation.words import say

COLUMNS = ["site_id", "phase", "park_kind", "payer", "vnd", "unknown"]
PARK = {"park_id": "p", "free_ha": 900.0, "kind": "industrial_park"}
YEARS = (2026, 2027)


def table(*rows):
    """Rows of site, year, payer, đồng; then the kind of the park and how many are not known."""
    whole = [(*row, "industrial_park", 0)[:6] if len(row) == 4 else row for row in rows]
    return pd.DataFrame(
        [(site, year, kind, payer, vnd, none) for site, year, payer, vnd, kind, none in whole],
        columns=COLUMNS,
    )


def every_year(amounts, payer="district"):
    """The same support in each year."""
    return table(*((site, year, payer, vnd) for site, vnd in amounts.items() for year in YEARS))


def asked(*budget, **limits):
    rows = [
        {"year": year, "million_vnd": million} | ({"payer": payer[0]} if payer else {})
        for year, million, *payer in budget
    ]
    return MatchSpecification.model_validate(
        {"phases": YEARS, "limits": {"budget": rows} | limits, "factors": {"detour": 1.0}}
    )


def world(province, sites, paid, spec, parks=(PARK,)):
    rows = [{"site_id": one} if isinstance(one, str) else one for one in sites]
    return province(rows, list(parks), spec, support=lambda *_: paid)


def planned(problem):
    plan = problem.assignment(solve(problem, work=5).chosen)
    assert verify(problem, plan) == []
    return dict(zip(plan["site_id"], plan["phase"], strict=True))


@pytest.mark.parametrize(
    ("million", "first_year"), [(70.0, 2), (69.999999, 1), (40.0, 1), (29.0, 0), (0.0, 0)]
)
def test_what_the_year_cannot_pay_moves_to_the_next(province, million, first_year):
    """30 and 40 million: both just fit into 70; one đồng less, and one of them waits."""
    paid = every_year({"a": 30_000_000, "b": 40_000_000})
    plan = planned(world(province, "ab", paid, asked((2026, million))))
    assert set(plan) == {"a", "b"}
    assert list(plan.values()).count(2026) == first_year


def test_firms_that_take_nothing_move_in_a_year_without_money(province):
    paid = every_year({"a": 30_000_000, "b": 0})
    plan = planned(world(province, "abc", paid, asked((2026, 0.0), (2027, 0.0))))
    assert plan == {"b": 2026, "c": 2026}


def test_a_firm_moves_in_the_year_in_which_it_costs_less(province):
    """The lease runs out: in 2027 both fit, in 2026 neither does beside the other."""
    paid = table(
        ("a", 2026, "district", 50_000_000), ("a", 2027, "district", 20_000_000),
        ("b", 2026, "district", 60_000_000), ("b", 2027, "district", 30_000_000),
    )  # fmt: skip
    spec = asked((2026, 40.0), (2027, 50.0))
    assert planned(world(province, "ab", paid, spec)) == {"a": 2027, "b": 2027}


def test_each_payer_has_a_budget_and_all_together_one(province):
    paid = table(
        ("a", 2026, "district", 10_000_000), ("a", 2026, "finance", 5_000_000),
        ("b", 2026, "district", 10_000_000), ("c", 2026, "finance", 5_000_000),
    )  # fmt: skip
    # Each alone fits. a and c take 10 of finance, a and b take 20 of district, b and c 15 of all.
    for budget, here in (
        ([(2026, 10.0, "finance"), (2026, 20.0, "district")], {"a", "b", "c"}),
        ([(2026, 5.0, "finance"), (2026, 10.0, "district")], {"b", "c"}),
        ([(2026, 9.0, "finance"), (2026, 15.0)], {"b", "c"}),
        ([(2026, 4.0, "Sở Tài chính")], {"b"}),
    ):
        plan = planned(world(province, "abc", paid, asked(*budget)))
        assert len(plan) == 3
        assert {site for site, year in plan.items() if year == 2026} == here


def test_what_a_year_leaves_goes_on_where_the_scenario_says_so(province):
    paid = every_year({"a": 60_000_000})
    budget = [(2026, 30.0), (2027, 30.0)]
    assert planned(world(province, "a", paid, asked(*budget))) == {}
    assert planned(world(province, "a", paid, asked(*budget, carry_over=True))) == {"a": 2027}


def test_set_offs_bring_the_others_nothing(province):
    paid = every_year({"a": -50_000_000, "b": 10_000_000})
    plan = planned(world(province, "ab", paid, asked((2026, 5.0), (2027, 5.0))))
    assert plan == {"a": 2026}


def test_the_kind_of_the_park_counts(province):
    """Only the cluster costs money; it is nearer, and its year is spent."""
    cluster = PARK | {"park_id": "c", "kind": "cluster", "xy": (1, 0)}
    far = PARK | {"xy": (30, 0)}
    paid = table(("a", 2026, "industry", 9_000_000, "cluster", 0))
    for million, park in ((9.0, "c"), (8.0, "p")):
        spec = asked((2026, million))
        spec = spec.model_copy(update={"phases": (2026,)})
        problem = world(province, "a", paid, spec, [cluster, far])
        (row,) = problem.assignment(solve(problem, work=5).chosen).to_dict("records")
        assert row["park_id"] == park


def test_the_verifier_refuses_what_costs_more(province):
    paid = every_year({"a": 30_000_000, "b": 40_000_000})
    both = pd.DataFrame({"site_id": ["a", "b"], "park_id": "p", "phase": 2026})
    for budget, broken in (
        ([(2026, 70.0)], []),
        ([(2026, 69.999999)], ["support-budget"]),
        ([(2026, 0.0, "finance"), (2026, 1.0, "district")], ["support-budget"]),
    ):
        problem = world(province, "ab", paid, asked(*budget))
        assert [one.rule for one in verify(problem, both)] == broken
    (one,) = verify(problem, both)
    assert "70" in say(one.message, "vi")
    assert "Ban chỉ đạo cấp huyện" in say(one.message, "vi")


def test_a_plan_under_a_budget_is_not_passed_where_nobody_says_what_firms_cost(province):
    problem = world(province, "a", every_year({"a": 1}), asked((2026, 1.0)))
    frames = problem.frames.__class__(**{**vars(problem.frames), "support": None})
    blind = problem.__class__(**{**vars(problem), "frames": frames})
    plan = problem.assignment(solve(problem, work=1).chosen)
    assert [one.rule for one in verify(blind, plan)] == ["support-budget"]
    with pytest.raises(UsageError, match="support budget"):
        province([{"site_id": "a"}], [PARK], asked((2026, 1.0)))


def test_who_is_left_out_is_told_why_and_what_would_place_it(province):
    paid = every_year({"a": 30_000_000, "b": 40_250_000})
    problem = world(province, "ab", paid, asked((2026, 30.0), (2027, 10.0, "district")))
    # In 2027 the district has 10: b lacks 30.25 there, and 40.25 − 30 = 10.25 in 2026 beside
    # nobody; a is in 2026.
    solution = solve(problem, work=5)
    tried = smallest_changes(problem, solution.chosen)
    rows = explain(problem, solution, plan_id="x", smallest_change=change_words(tried))
    row = rows.set_index("site_id").loc["b"]
    assert row["reason_code"] == "support-budget"
    assert "ngân sách hỗ trợ" in said(row["reason"], "vi")
    assert "support budget" in said(row["reason"], "en")
    (change,) = tried["b"].changes
    assert (change.kind, change.phase, change.amount) == ("support-budget", 2027, 30.3)
    assert "30,3 triệu đồng" in said(row["smallest_change"], "vi")
    assert "Ban chỉ đạo cấp huyện" in said(row["smallest_change"], "vi")
    for more, placed in ((30.3, 2), (30.2, 1)):
        raised = asked((2026, 30.0), (2027, 10.0 + more, "district"))
        assert len(planned(world(province, "ab", paid, raised))) == placed


def test_where_two_budgets_lack_no_single_one_is_said_to_do(province):
    paid = every_year({"a": 10_000_000})
    spec = asked(*((year, 1.0, *payer) for year in YEARS for payer in ((), ("district",))))
    problem = world(province, "a", paid, spec)
    solution = solve(problem, work=5)
    (tried,) = smallest_changes(problem, solution.chosen).values()
    assert tried.changes == ()
    assert [str(lever) for lever in tried.untried] == ["support-budgets", "horizon"]


def test_a_firm_that_waits_for_money_is_told_so(province):
    paid = every_year({"a": 30_000_000})
    problem = world(province, "a", paid, asked((2026, 29.0)))
    (row,) = explain(problem, solve(problem, work=5), plan_id="x").to_dict("records")
    assert (row["phase"], row["reason_code"]) == (2027, "cheaper-quota")
    assert "ngân sách hỗ trợ năm 2026 đã hết" in said(row["reason"], "vi")


def test_what_cannot_be_computed_is_said_or_left_out(province):
    paid = table(
        ("a", 2026, "district", 0, "industrial_park", 2),
        ("b", 2026, "district", 1_000_000),
        ("c", 2026, "finance", 0, "industrial_park", 1),
    )
    budget = (2026, 1.0, "district")
    problem = world(province, "abc", paid, asked(budget))
    assert planned(problem) == dict.fromkeys("abc", 2026)
    (note,) = (one for one in problem.notes if one.code == "support-unknown")
    assert note.count == 1  # nobody limits what finance pays
    assert "chưa tính được" in say(note.message, "vi")
    strict = world(province, "abc", paid, asked(budget, budget_unknown="leave-out"))
    assert planned(strict) == {"b": 2026, "c": 2026}
    rows = explain(strict, solve(strict, work=1), plan_id="x").set_index("site_id")
    assert "chưa tính được khoản hỗ trợ" in said(rows.loc["a", "reason"], "vi")
    plan = pd.DataFrame({"site_id": ["a"], "park_id": "p", "phase": 2026})
    assert [one.rule for one in verify(strict, plan)] == ["support-unknown"]


def test_locks_that_cost_more_than_the_budget_cannot_hold(province):
    paid = every_year({"a": 30_000_000, "b": 40_000_000})
    raw = asked((2026, 69.0)).model_dump()
    raw["locks"] = [{"site": site, "phase": 2026} for site in "ab"]
    problem = world(province, "ab", paid, MatchSpecification.model_validate(raw))
    with pytest.raises(ConflictingLocksError):
        solve(problem, work=1)


def test_the_plan_says_what_is_used_of_what(province):
    paid = every_year({"a": 30_000_000, "b": 40_000_000, "c": 0})
    problem = world(province, "abc", paid, asked((2026, 45.0), (2027, 50.0), carry_over=True))
    solution = solve(problem, work=5)
    found = spending(problem, solution.chosen)
    first, second = found
    assert first.dong + second.dong == 70_000_000
    assert second.most == Fraction(95_000_000) - first.dong
    assert [one.firms for one in found] == [1, 1]
    assert first.summary() == {
        "year": 2026, "payer": None, "spent_vnd": first.dong, "limit_vnd": 45_000_000,
        "carried_vnd": 0, "firms": 1,
    }  # fmt: skip
    told = say(second.words, "vi")
    assert "2027" in told
    assert "tất cả các đơn vị chi trả" in told
    assert "chuyển từ trước sang" in told


@pytest.mark.parametrize(
    ("budget", "limits", "idle"),
    [
        ([(2026, 70.0)], {}, ["2026"]),
        ([(2026, 69.0)], {}, []),
        ([(2026, 500.0, "finance")], {}, ["2026"]),
        # What is left of 2026 is used in 2027.
        ([(2026, 100.0), (2027, 10.0)], {"carry_over": True}, []),
        ([(2026, 10.0), (2027, 70.0)], {"carry_over": True}, ["2027"]),
    ],
)
def test_a_budget_that_nothing_can_reach_is_named(province, budget, limits, idle):
    paid = every_year({"a": 30_000_000, "b": 40_000_000})
    problem = world(province, "ab", paid, asked(*budget, **limits))
    said_idle = [say(one.message, "en") for one in problem.notes if one.code == "no-effect"]
    assert [words for words in said_idle if "limits.budget" in words and idle] == said_idle
    assert len(said_idle) == len(idle)
    assert all(year in words for year, words in zip(idle, said_idle, strict=True))


def test_mistakes_in_a_budget_are_listed_together():
    text = """
id = "x"
title = "x"
phases = [2026]
[limits]
budget = [
  { year = 2026, million_vnd = 1 }, { year = 2026, million_vnd = 2 },
  { year = 2031, million_vnd = 1, payer = "finance" },
]
"""
    with pytest.raises(ScenarioError) as caught:
        parse_scenario(text)
    told = str(caught.value)
    assert "2026 is stated twice for all payers" in told
    assert "limits.budget: 2031 is not a phase" in told
    for wrong in ('payer = "employer"', 'payer = "Sở Y tế"', "million_vnd = -1"):
        row = f"{{ year = 2026, million_vnd = 1, {wrong} }}"
        if "million" in wrong:
            row = f"{{ year = 2026, {wrong} }}"
        with pytest.raises(ScenarioError):
            parse_scenario(f'id = "x"\ntitle = "x"\nphases = [2026]\n[limits]\nbudget = [{row}]\n')


AMOUNT = st.sampled_from([0, 1, 7_000_000, 10_000_000, 13_000_001, -4_000_000])
LIMIT = st.sampled_from([0.0, 7.0, 10.0, 17.0, 20.000001, 23.000001])


@settings(max_examples=60, deadline=None)
@given(
    paid=st.lists(AMOUNT, min_size=16, max_size=16),
    budget=st.dictionaries(
        st.tuples(st.sampled_from(YEARS), st.sampled_from([None, "finance", "district"])),
        LIMIT,
        min_size=1,
    ),
    carry=st.booleans(),
)
def test_no_plan_there_is_is_better(province, paid, budget, carry):
    """Four firms, two years, two payers: every plan tried, with sums written anew."""
    keys = list(itertools.product("abcd", YEARS, ("finance", "district")))
    cost = dict(zip(keys, paid, strict=True))
    rows = [(s, y, p, vnd) for (s, y, p), vnd in cost.items() if vnd]
    spec = asked(
        *((year, most, *([payer] if payer else [])) for (year, payer), most in budget.items()),
        carry_over=carry,
    )
    problem = world(province, "abcd", table(*rows), spec)

    def takes(site, year, payer):
        some = [payer] if payer else ["finance", "district"]
        return max(sum(cost[site, year, one] for one in some), 0)

    def holds(plan):
        for payer in (None, "finance", "district"):
            left = Fraction(0)
            for year in YEARS:
                if (year, payer) not in budget:
                    if carry:
                        break
                    continue
                used = sum(takes(s, y, payer) for s, y in plan.items() if y == year)
                left += Fraction(repr(budget[year, payer])) * 1_000_000 - used
                if left < 0:
                    return False
                left = left if carry else Fraction(0)
        return True

    plans = (
        {site: year for site, year in zip("abcd", years, strict=True) if year}
        for years in itertools.product((None, *YEARS), repeat=4)
    )
    best = min((4 - len(p), list(p.values()).count(2027)) for p in plans if holds(p))
    found = planned(problem)
    assert holds(found)
    assert (4 - len(found), list(found.values()).count(2027)) == best
