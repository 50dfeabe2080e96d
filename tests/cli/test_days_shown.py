"""A day that is shown is Vietnam's day, wherever it is shown."""

import pandas as pd
import pytest

from geo_relocation.model import schema
from geo_relocation.publish.webmap.encoding import encode_column
from geo_relocation.standing.days import day_of, local_time, said_day
from geo_relocation.workspace import open_workspace

EVENING = pd.Timestamp("2026-11-25T23:30:00Z")
"""In Vietnam it was 06:30 of the next day."""


@pytest.mark.parametrize(
    ("value", "day"),
    [
        (EVENING, "2026-11-26"),
        (EVENING.to_pydatetime(), "2026-11-26"),
        ("2026-11-25T23:30:00Z", "2026-11-26"),
        (pd.Timestamp("2026-11-25T16:59:59Z"), "2026-11-25"),
        (pd.Timestamp("2026-11-25T17:00:00Z"), "2026-11-26"),
        (pd.Timestamp("2026-11-25T23:30:00"), "2026-11-25"),
        ("2028-12-31", "2028-12-31"),
        (pd.Timestamp("2028-12-31").date(), "2028-12-31"),
    ],
)
def test_the_day_of_an_instant_and_of_a_date(value, day):
    assert day_of(value).isoformat() == day
    assert said_day(value, "en") == day
    assert encode_column(pd.Series([pd.Timestamp(value)])) == [day]


def test_a_clock_in_vietnam():
    assert str(local_time(EVENING)) == "2026-11-26 06:30:00"
    assert str(local_time(pd.Timestamp("2026-11-25"))) == "2026-11-25 00:00:00"


@pytest.fixture
def late(run, province):
    """The small province with a decision, an import and an event of that evening."""

    assert run("assess", "--rules", "any-of-four-2024", workspace=province).code == 0
    with open_workspace(province) as opened, opened.writing() as transaction:
        decisions = transaction.read("decisions", where={"site_id": "A"})
        changed = decisions.assign(
            decision_id="late", decided_at=pd.Timestamp("2098-11-25T23:30:00Z")
        )
        transaction.append("decisions", schema("decisions").conform(changed))
        event = {
            "event_id": "e1", "site_id": "A", "at": EVENING, "recorded_at": EVENING,
            "kind": "transition", "from_state": "candidate", "to_state": "listed",
            "author": "a", "ground": "g",
        }  # fmt: skip
        transaction.append("events", schema("events").conform(pd.DataFrame([event])))
    return province


def test_an_explanation_says_the_day_in_vietnam(run, late):
    said = run("explain", "A", "--lang", "en", workspace=late).out
    assert "Decided on: 2098-11-26" in said


def test_a_table_on_the_terminal_shows_the_clock_of_vietnam_and_json_the_instant(run, late):
    assert "2026-11-26 06:30:00" in run("list", "history", "A", workspace=late).out
    events = run("list", "history", "A", "--json", workspace=late).json
    assert any("2026-11-25" in str(event) for event in events)


def test_a_day_on_the_command_line_is_a_day_in_vietnam(run, late, monkeypatch):
    monkeypatch.setenv("TZ", "America/Los_Angeles")
    before = run("list", "show", "--as-of", "2026-11-25", "--json", workspace=late).json
    after = run("list", "show", "--as-of", "2026-11-26", "--json", workspace=late).json
    assert "listed" not in str([row for row in before if row["site_id"] == "A"])
    assert "listed" in str([row for row in after if row["site_id"] == "A"])
