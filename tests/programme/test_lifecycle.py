"""The list's life: states, time travel, complaints, overdue firms, enforcement."""

from __future__ import annotations

import datetime as dt
from functools import cache
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo_relocation.assessment import assess, load_deadlines, load_shipped, override
from geo_relocation.errors import DataError, IllegalTransitionError, UsageError
from geo_relocation.model import schema
from geo_relocation.model.enums import ListState
from geo_relocation.programme import (
    complain,
    correct,
    diff,
    history,
    next_states,
    open_complaints,
    overdue,
    record_step,
    resolve,
    transition,
    transitions,
)
from geo_relocation.standing.decisions import in_force
from geo_relocation.standing.list import state_as_of
from geo_relocation.words import say

EMPTY = schema("events").empty()
SITES = schema("sites").conform(pd.DataFrame({"site_id": ["A", "B"]}))
PATH = ("listed", "reviewed", "approved", "agreed", "matched", "contracted", "moving", "done")


def day(number: int, hour: int = 9) -> dt.datetime:
    """A moment in 2026, `number` days after 1 January, in UTC."""
    return dt.datetime(2026, 1, 1, hour, tzinfo=dt.UTC) + dt.timedelta(days=number)


def entry(number: int, late: int = 0, **more: Any) -> dict[str, Any]:
    """Who, why and when of an entry."""
    given = {"author": "Sở Công Thương", "ground": "Tờ trình", "at": day(number)}
    return given | {"recorded_at": day(number + late, 10)} | more


PAPER = {"document_no": "QĐ 1", "document_date": dt.date(2026, 1, 1)}


def walk(*states: str, site: str = "A", start: int = 0) -> pd.DataFrame:
    """A history that goes through `states`, a day apart."""
    events = EMPTY
    for number, state in enumerate(states, start=start):
        step = transition(events, site, state, **entry(number), **PAPER)
        events = pd.concat([events, step], ignore_index=True)
    return events


@cache
def whole_way() -> pd.DataFrame:
    return walk(*PATH)


def test_the_whole_way():
    events = whole_way()
    assert list(events["from_state"]) == ["candidate", *PATH[:-1]]
    pd.testing.assert_frame_equal(events, schema("events").conform(events))
    for number, state in enumerate(PATH):
        assert state_as_of(events, SITES, day(number))["state"].tolist() == [state, "candidate"]


def test_every_state_can_be_reached_and_only_ends_are_ends():
    reached, front = {ListState.CANDIDATE}, [ListState.CANDIDATE]
    while front:
        for state in next_states(front.pop()):
            if state not in reached:
                reached.add(state)
                front.append(state)
    assert reached == set(ListState)
    assert {state for state in ListState if not next_states(state)} == {
        "done",
        "converted",
        "closed",
    }
    pairs = [(step.source, step.target) for step in transitions()]
    assert len(pairs) == len(set(pairs))


@pytest.mark.parametrize("source", list(ListState))
def test_only_steps_of_the_table_are_taken(source):
    state = EMPTY
    if source != ListState.CANDIDATE:
        wrong = walk("listed")
        fix = correct(wrong, wrong["event_id"].iloc[0], source, **entry(1))
        state = pd.concat([wrong, fix], ignore_index=True)
    for target in ListState:
        # Enforcement needs more than the table: its own tests are below.
        if target in next_states(source) and target != ListState.ENFORCED:
            made = transition(state, "A", target, **entry(2), **PAPER).iloc[0]
            assert (made["from_state"], made["to_state"]) == (source, target)
        else:
            with pytest.raises(IllegalTransitionError):
                transition(state, "A", target, **entry(2), **PAPER)


def test_errors_teach():
    with pytest.raises(IllegalTransitionError, match=r"it may go to: listed .*, removed"):
        transition(EMPTY, "A", "approved", **entry(0), **PAPER)
    with pytest.raises(IllegalTransitionError, match="no state 'gone'"):
        transition(EMPTY, "A", "gone", **entry(0))
    with pytest.raises(IllegalTransitionError, match="this is an end"):
        transition(whole_way(), "A", "moving", **entry(20))
    with pytest.raises(IllegalTransitionError, match="without a document"):
        transition(walk("listed", "reviewed"), "A", "approved", **entry(5))
    with pytest.raises(UsageError, match="author and its ground"):
        transition(EMPTY, "A", "listed", **entry(0, author=" "))
    with pytest.raises(UsageError, match="no time zone"):
        transition(EMPTY, "A", "listed", **entry(0, at=dt.datetime(2026, 1, 1)))  # noqa: DTZ001
    with pytest.raises(DataError, match="what is to come"):
        transition(EMPTY, "A", "listed", **entry(5, recorded_at=day(4)))
    with pytest.raises(IllegalTransitionError, match="record a correction"):
        transition(walk("listed", start=5), "A", "reviewed", **entry(3))


def test_as_of_a_day_and_as_known_on_a_day():
    events = walk("listed")
    step = transition(events, "A", "reviewed", **entry(3, late=7))
    events = pd.concat([events, step], ignore_index=True)

    def state(when, **known):
        return state_as_of(events, SITES, when, **known)["state"].iloc[0]

    assert state(day(2)) == "listed"
    assert state(day(3)) == "reviewed"
    assert state(day(3), known_at=day(5)) == "listed"
    assert state(day(3), known_at=day(20)) == "reviewed"


def test_a_day_ends_at_midnight_in_vietnam():
    evening = dt.datetime(2026, 1, 5, 16, 59, tzinfo=dt.UTC)
    night = dt.datetime(2026, 1, 5, 17, 1, tzinfo=dt.UTC)
    for at, expected in ((evening, "listed"), (night, "candidate")):
        events = transition(EMPTY, "A", "listed", **entry(0, at=at, recorded_at=day(9)))
        assert state_as_of(events, SITES, dt.date(2026, 1, 5))["state"].iloc[0] == expected


def test_diff_between_two_days():
    events = pd.concat([walk("listed", "reviewed"), walk("listed", site="B", start=5)])
    changes = diff(events, SITES, day(1), day(6))
    assert changes[["site_id", "state_a", "state_b"]].to_numpy().tolist() == [
        ["B", "candidate", "listed"]
    ]
    assert diff(events, SITES, day(6), day(7)).empty


@given(st.permutations(range(len(PATH))))
@settings(max_examples=10, deadline=None)
def test_order_of_the_rows_does_not_matter(order):
    shuffled = whole_way().iloc[list(order)]
    for number, state in enumerate(PATH):
        assert state_as_of(shuffled, SITES, day(number))["state"].iloc[0] == state


def test_a_correction_sets_the_state_and_keeps_the_wrong_entry():
    events = walk("listed", "reviewed", "approved")
    wrong = events["event_id"].iloc[-1]
    fix = correct(events, wrong, "reviewed", **entry(5, ground="Nhầm cơ sở"))
    after = pd.concat([events, fix], ignore_index=True)
    assert state_as_of(after, SITES, day(5))["state"].iloc[0] == "reviewed"
    assert state_as_of(after, SITES, day(3))["state"].iloc[0] == "approved"
    assert fix["refers_to"].item() == wrong
    pd.testing.assert_frame_equal(after.iloc[:3], events)
    transition(after, "A", "approved", **entry(6), **PAPER)
    with pytest.raises(DataError, match="no entry 'event-x'"):
        correct(events, "event-x", "listed", **entry(5))


@pytest.fixture
def decision():
    """A decision that compels site A, in the middle of housing, to relocate by the end of 2028."""
    finding = {
        "run_id": "screen-1",
        "site_id": "A",
        "verdict": "conflict",
        "reason": "residential",
        "in_park": False,
        "residential_share": 0.8,
        "city_code": "725",
    }
    return assess(
        SITES[SITES["site_id"] == "A"].reset_index(drop=True),
        schema("findings").conform(pd.DataFrame([finding])),
        load_shipped("any-of-four-2024"),
        deadlines=load_deadlines("committee-2023"),
        author="Sở Công Thương",
        decided_at=day(0),
        run_id="assess-1",
    )


def test_decided_overridden_complained_about_and_reversed(decision):
    """The history of a case, in which nothing that was written changes."""
    decisions, events = decision, EMPTY
    written: list[tuple[pd.DataFrame, pd.DataFrame]] = [(decisions.copy(), events.copy())]

    def keep(more_decisions=None, more_events=None):
        nonlocal decisions, events
        for before, _ in written:
            pd.testing.assert_frame_equal(decisions.iloc[: len(before)], before)
        for _, before in written:
            pd.testing.assert_frame_equal(events.iloc[: len(before)], before)
        decisions = (
            pd.concat([decisions, more_decisions]) if more_decisions is not None else decisions
        )
        decisions = decisions.reset_index(drop=True)
        events = (
            pd.concat([events, more_events], ignore_index=True)
            if more_events is not None
            else events
        )
        written.append((decisions.copy(), events.copy()))

    person = {"author": "Nguyễn A", "ground": "Biên bản 3"}
    keep(override(decisions.iloc[0], route="close", decided_at=day(2), **person))
    first = in_force(decisions).iloc[0]
    keep(None, complain(first, **entry(10, author="Công ty A", ground="Không đồng ý đóng cửa")))
    complaint = events["event_id"].iloc[-1]
    assert list(open_complaints(events)["event_id"]) == [complaint]
    with pytest.raises(DataError, match="is upheld, but no decision"):
        resolve(events, complaint, "upheld", **entry(20))
    with pytest.raises(DataError, match="is upheld, but no decision"):
        resolve(events, complaint, "upheld", new_decision=decisions.iloc[1], **entry(20))
    keep(override(first, route="relocate", decided_at=day(20, 8), author="B", ground="QĐ 9"))
    reversed_ = in_force(decisions).iloc[0]
    keep(None, resolve(events, complaint, "upheld", new_decision=reversed_, **entry(20)))
    assert open_complaints(events).empty
    assert list(open_complaints(events, day(15))["event_id"]) == [complaint]
    with pytest.raises(DataError, match="answered already"):
        resolve(events, complaint, "rejected", **entry(21))

    story = history(decisions, events, "A")
    assert list(story["kind"]) == ["decision", "override", "complaint", "override", "outcome"]
    assert [say(what, "vi") for what in story["what"]] == [
        "Di dời",
        "Chấm dứt hoạt động",
        "Khiếu nại",
        "Di dời",
        "Kết quả giải quyết: Chấp nhận khiếu nại",
    ]
    assert story["refers_to"].iloc[4] == complaint
    assert story["refers_to"].iloc[2] == first["decision_id"]
    routes = [in_force(decisions, day(n)).iloc[0]["route"] for n in (1, 5, 25)]
    assert routes == ["relocate", "close", "relocate"]


def test_complaint_rejected_needs_no_new_decision(decision):
    events = complain(decision.iloc[0], **entry(3))
    answer = resolve(events, events["event_id"].item(), "rejected", **entry(9)).iloc[0]
    assert (answer["outcome"], answer["decision_id"]) == ("rejected", "assess-1:A")
    with pytest.raises(DataError, match="before decision"):
        complain(decision.iloc[0], **entry(-3))
    with pytest.raises(UsageError, match="no outcome named 'won'"):
        resolve(events, events["event_id"].item(), "won", **entry(9))


LATE = dt.datetime(2029, 1, 1, 9, tzinfo=dt.UTC)
ENFORCE = {"author": "UBND", "ground": "QĐ cưỡng chế", "at": LATE, "recorded_at": LATE} | PAPER


def visited(events: pd.DataFrame) -> pd.DataFrame:
    """The same history with a visit and a notice."""
    visit = record_step("A", **entry(40, ground="Vận động lần 1"))
    notice = record_step("A", **entry(60, ground="Thông báo"), **PAPER)
    return pd.concat([events, visit, notice], ignore_index=True)


def test_overdue_firms_with_the_steps_taken(decision):
    events = visited(walk("listed", "reviewed", "approved"))
    states = state_as_of(events, SITES, LATE)
    row = overdue(decision, events, states, LATE).iloc[0]
    assert row["deadline"] == pd.Timestamp("2028-12-31")
    assert (row["days_overdue"], row["state"], row["steps"]) == (1, "approved", 2)
    assert row["step_list"] == "10/02/2026 Vận động lần 1; 02/03/2026 Thông báo (QĐ 1)"
    assert row["enforceable"]
    assert row["obstacles"] == ""
    # On the last day of the deadline nobody is late.
    last_day = dt.date(2028, 12, 31)
    assert overdue(decision, events, states, last_day).empty
    done = visited(walk(*PATH))
    assert overdue(decision, done, state_as_of(done, SITES, LATE), LATE).empty


def test_enforcement_needs_all_of_its_ground(decision):
    events = visited(walk("listed", "reviewed", "approved"))
    row = decision.iloc[0]
    made = transition(events, "A", "enforced", decision=row, **ENFORCE).iloc[0]
    assert made["decision_id"] == "assess-1:A"

    def refused(history_, decision_, told, **more):
        with pytest.raises(IllegalTransitionError, match=told):
            transition(history_, "A", "enforced", decision=decision_, **(ENFORCE | more))

    refused(events, None, "no decision in force")
    refused(walk("listed", "reviewed", "approved"), row, "no step")
    early = {"at": day(90), "recorded_at": day(90)}
    refused(events, row, "deadline has not passed", **early)
    last_day = dt.datetime(2028, 12, 31, 9, tzinfo=dt.UTC)
    refused(events, row, "deadline has not passed", at=last_day, recorded_at=last_day)
    encouraged = override(
        row, route="relocate", author="A", ground="B", decided_at=day(1), compulsory=False
    ).iloc[0]
    refused(events, encouraged, "does not compel")
    no_deadline = pd.Series(dict(row) | {"deadline": pd.NaT})
    refused(events, no_deadline, "has no deadline")
    # Approval that was never given: the state was reached by correction only.
    wrong = walk("listed")
    fix = correct(wrong, wrong["event_id"].iloc[0], "agreed", **entry(3))
    refused(visited(pd.concat([wrong, fix], ignore_index=True)), row, "not approved")


def test_open_complaints_show_on_the_overdue_list(decision):
    events = visited(walk("listed", "reviewed", "approved"))
    events = pd.concat([events, complain(decision.iloc[0], **entry(70))], ignore_index=True)
    states = state_as_of(events, SITES, LATE)
    assert overdue(decision, events, states, LATE)["open_complaints"].item() == 1
