"""The solver on cases whose answer is known; `test_proof.py` tries every plan."""

from __future__ import annotations

import pandas as pd
import pytest

from geo_relocation.errors import ConflictingLocksError
from geo_relocation.matching import MatchSpecification, solve
from geo_relocation.matching.verify import verify
from geo_relocation.progress import CollectedProgress


def test_swapping_land_and_demand_is_not_allowed(province) -> None:
    """One large firm into one small park: a solver with the sides swapped would place it."""
    problem = province(
        [{"site_id": "big", "land_m2": 20e4}], [{"park_id": "small", "free_ha": 10.0}]
    )
    solution = solve(problem, work=10)
    assert solution.unplaced == solution.unplaced_bound == 1
    fits = province([{"site_id": "s", "land_m2": 10e4}], [{"park_id": "p", "free_ha": 20.0}])
    assert solve(fits, work=10).placed == 1
    # Each alone would fit, both together would not: the sum of demands is what binds.
    two = [{"site_id": s, "land_m2": 6e4} for s in ("a", "b")]
    assert solve(province(two, [{"park_id": "p", "free_ha": 10.0}]), work=10).placed == 1


def test_placement_goes_before_cost(province) -> None:
    """The near firm alone would be cheaper; placing both costs more and comes first."""
    sites = [{"site_id": "near", "xy": (1, 0)}, {"site_id": "far", "xy": (50, 0)}]
    parks = [
        {"park_id": "here", "xy": (0, 0), "free_ha": 10.0},
        {"park_id": "there", "xy": (500, 0), "free_ha": 10.0},
    ]
    solution = solve(province(sites, parks), work=10)
    assert (solution.placed, solution.cost) == (2, pytest.approx(500.0 - 50.0 + 1.0))


def test_nobody_in_scope_is_a_result(province) -> None:
    spec = MatchSpecification.model_validate({"who": {"where": {"site_id": "nobody"}}})
    problem = province([{"site_id": "a"}], [{"park_id": "p", "free_ha": 1.0}], spec)
    solution = solve(problem, work=1)
    assert (str(solution.status), solution.placed, solution.gap) == ("empty", 0, 0.0)
    assert verify(problem, solution.assignment(problem)) == []


def test_locks_that_cannot_hold_are_named_and_no_others(province) -> None:
    spec = MatchSpecification.model_validate(
        {"locks": [{"site": s, "park": "p"} for s in ("a", "b")] + [{"site": "c", "park": "q"}]}
    )
    sites = [{"site_id": s, "land_m2": 6e4} for s in ("a", "b", "c")]
    parks = [{"park_id": "p", "free_ha": 10.0}, {"park_id": "q", "free_ha": 10.0}]
    with pytest.raises(ConflictingLocksError, match=r"2 locks cannot hold together: a, b\."):
        solve(province(sites, parks, spec), work=10)


def test_a_lock_to_a_park_that_refuses_says_why(province) -> None:
    spec = MatchSpecification.model_validate({"locks": [{"site": "a", "park": "p"}]})
    problem = province(
        [{"site_id": "a", "vsic": "20"}],
        [{"park_id": "p", "free_ha": 99.0, "refused_sectors": "20"}],
        spec,
    )
    with pytest.raises(ConflictingLocksError, match="sector not accepted"):
        solve(problem, work=10)


def test_same_seed_and_work_give_the_same_plan(province) -> None:
    sites = [
        {"site_id": f"s{i:02}", "xy": (i * 7 % 31, i * 3 % 17), "land_m2": 1e4 * (1 + i % 5)}
        for i in range(40)
    ]
    parks = [{"park_id": f"p{i}", "xy": (i * 10, 5), "free_ha": 20.0} for i in range(5)]
    problem = province(sites, parks)
    one, again, two = (solve(problem, work=20, seed=7, threads=t) for t in (1, 1, 2))
    pd.testing.assert_frame_equal(one.assignment(problem), again.assignment(problem))
    pd.testing.assert_frame_equal(one.assignment(problem), two.assignment(problem))


def test_compiling_is_shown_as_a_task_of_its_own(province):
    progress = CollectedProgress()
    problem = province([{"site_id": "a"}], [{"park_id": "p", "free_ha": 50.0}])
    solve(problem, work=1, progress=progress)
    assert [task.split()[0] for task in progress.tasks] == ["Preparing", "Matching"]
