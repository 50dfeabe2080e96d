"""Fixtures of the assessment tests."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

from geo_relocation.assessment import RuleSet, assess, load_deadlines, load_shipped

from .frames import DECIDED_AT


@pytest.fixture
def any_of_four() -> RuleSet:
    return load_shipped("any-of-four-2024")


@pytest.fixture
def decide() -> Callable[..., pd.DataFrame]:
    """`assess` with the arguments that tests rarely care about."""

    def run(sites: pd.DataFrame, findings: pd.DataFrame, rules: RuleSet, **more: Any) -> Any:
        given = {"deadlines": load_deadlines("committee-2023"), "author": "Sở Công Thương"}
        given |= {"decided_at": DECIDED_AT, "run_id": "assess-1"} | more
        return assess(sites, findings, rules, **given)

    return run
