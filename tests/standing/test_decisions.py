"""The decision in force: against a reading in plain words, in both orders, and as SQL."""

from __future__ import annotations

import datetime as dt
import itertools

import pandas as pd
import psycopg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo_relocation.model import schema
from geo_relocation.standing.decisions import in_force, in_force_query
from geo_relocation.workspace import create_workspace

START = dt.datetime(2026, 1, 1, 2, tzinfo=dt.UTC)


def frame(rows):
    """Decisions from (site, day, override?) in the order given; the id tells the row."""
    return schema("decisions").conform(
        pd.DataFrame(
            [
                {
                    "decision_id": f"d{number:02}",
                    "site_id": site,
                    "run_id": "r",
                    "ruleset": "x",
                    "ruleset_version": "1",
                    "ruleset_hash": "h",
                    "decided_at": START + dt.timedelta(days=day),
                    "route": "stay" if override else "relocate",
                    "triggers": "[]",
                    "input_hash": "h",
                    "author": "a",
                    "replaces": "before" if override else None,
                }
                for number, (site, day, override) in enumerate(rows)
            ]
        )
    )


ROWS = st.lists(
    st.tuples(st.sampled_from("AB"), st.integers(0, 3), st.booleans()), min_size=1, max_size=6
)


def plainly(rows, last_day):
    """What holds by the words of the rule: the last override if there is one, else the last run."""
    found = {}
    for site in sorted({site for site, _, _ in rows}):
        mine = [(d, n, o) for n, (s, d, o) in enumerate(rows) if s == site and d <= last_day]
        made = [one for one in mine if one[2]] or mine
        if made:
            found[site] = f"d{max(made)[1]:02}"
    return found


@settings(max_examples=60)
@given(rows=ROWS, last=st.integers(0, 3), data=st.data())
def test_the_last_override_stands_else_the_last_run(rows, last, data) -> None:
    decisions = frame(rows)
    shuffled = decisions.iloc[data.draw(st.permutations(range(len(rows))))]
    day = (START + dt.timedelta(days=last)).date()
    for given_rows in (decisions, shuffled):
        now = in_force(given_rows).set_index("site_id")["decision_id"].to_dict()
        assert now == plainly(rows, 3)
        then = in_force(given_rows, day).set_index("site_id")["decision_id"].to_dict()
        assert then == plainly(rows, last)


def test_a_day_ends_at_midnight_in_vietnam() -> None:
    # 20:00 UTC on the first is three in the morning of the second in Vietnam.
    decisions = frame([("A", 0, False)]).assign(decided_at=pd.Timestamp("2026-01-01 20:00Z"))
    assert in_force(decisions, dt.date(2026, 1, 1)).empty
    assert len(in_force(decisions, dt.date(2026, 1, 2))) == 1


@pytest.mark.postgis
def test_the_query_says_the_same_as_the_function(postgis_workspace_url) -> None:
    rows = [
        (f"S{number}", day, override)
        for number, order in enumerate(itertools.permutations([(0, True), (1, False), (1, True)]))
        for day, override in order
    ] + [("T", 0, False), ("T", 2, False), ("U", 1, False), ("U", 1, False)]
    with create_workspace(postgis_workspace_url) as made, made.store.transaction() as transaction:
        transaction.append("decisions", frame(rows))
    query = in_force_query("georeloc.decisions")
    with psycopg.connect(postgis_workspace_url) as connection:
        found = connection.execute(f"SELECT site_id, decision_id FROM ({query}) d").fetchall()
    expected = in_force(frame(rows))[["site_id", "decision_id"]]
    assert sorted(found) == sorted(expected.itertuples(index=False, name=None))
    assert dict(found) == plainly(rows, 3)
