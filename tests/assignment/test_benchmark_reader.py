"""Published cases are read as they are published, decimals included."""

from __future__ import annotations

import pytest

from benchmarks.instances import published
from benchmarks.sample import FAMILY, scenario
from geo_relocation.assignment.construct import greedy
from geo_relocation.assignment.exact import solve_exactly


def test_decimals_are_read_and_the_best_known_value_is_reached(tmp_path):
    (tmp_path / "d").mkdir()
    (tmp_path / "BEST.csv").write_text("instance,best_known\nd/a,932615.75\nd/b,3\n")
    (tmp_path / "d/a").write_text("2 2\n932600.5 1.25\n932613.5 9\n1.5 1.5\n1 1\n2 1\n")
    (tmp_path / "d/b").write_text("1 2\n1 2\n1 1\n2\n")
    decimal, whole = published(tmp_path)
    model = decimal.model
    # Job 0 costs 932600.5 with agent 0, whose room of 2 then has none for job 1 (1.5 + 1.5).
    found = solve_exactly(model, start=greedy(model), work=1.0, seconds=None, seed=1)
    reached = model.cost_of(found.chosen) * decimal.cost_unit
    assert (decimal.best_known, reached) == (932615.75, 932609.5)
    assert (whole.best_known, whole.cost_unit, whole.model.cost.tolist()) == (3.0, 1.0, [1, 2])


@pytest.mark.parametrize("name", FAMILY)
def test_the_cases_on_the_sample_are_scenarios_without_mistakes(name):
    assert scenario(name).mistakes() == []
