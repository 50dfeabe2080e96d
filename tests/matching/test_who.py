"""Who a filter means: known answers, found and checked by code that shares nothing."""

from __future__ import annotations

import pandas as pd
import pytest

from geo_relocation.errors import EmptyWorkspaceError, ScenarioError
from geo_relocation.matching import MatchSpecification
from geo_relocation.matching.verify import verify
from geo_relocation.model import schema
from geo_relocation.scenarios import parse_scenario
from geo_relocation.standing.new_units import NewUnits
from geo_relocation.words import say

SITES = [
    {"site_id": "a", "vsic": "C1622", "land_m2": 500.0, "workers": 10, "new_unit_code": "25978"},
    {"site_id": "b", "vsic": "31", "land_m2": 5000.0, "workers": 100, "new_unit": "P. Thuận An"},
    {"site_id": "c", "vsic": "2511", "land_m2": 5000.5, "new_unit": "Xã Thuận An"},
    {"site_id": "d", "land_m2": None, "workers": 9, "new_unit_code": "25979"},
    {"site_id": "e", "vsic": "16.2", "land_m2": 90000.0, "workers": 11, "old_district": "Dĩ An"},
]
NAMES = {"a": "Phường Thuận An", "d": "Xã Thuận An"}
SITES = [
    {"xy": (i, 0)} | ({"new_unit": NAMES[row["site_id"]]} if row["site_id"] in NAMES else {}) | row
    for i, row in enumerate(SITES)
]
PARKS = [{"park_id": "p", "name": "KCN Một", "free_ha": 900.0, "xy": (10, 0)}]
FINDINGS = schema("findings").conform(
    pd.DataFrame(
        [
            {"site_id": site, "run_id": "s", "verdict": "conflict", "reason": "residential"}
            | ({"unit_code": "25979"} if site == "e" else {})
            | ({"park_id": "p", "in_park": True} if site == "a" else {})
            for site in "abcde"
        ]
    )
)
GROUPS = {"a": ("compulsory", "1"), "b": ("encouraged", "2"), "c": ("compulsory", "2")}


def decisions():
    rows = [
        {
            "decision_id": site, "site_id": site, "run_id": "r", "ruleset": "x",
            "ruleset_version": "1", "ruleset_hash": "h", "decided_at": "2026-01-01T03:00:00Z",
            "route": "relocate", "triggers": "[]", "input_hash": "h", "author": "a",
            "group": group, "batch": batch,
        }
        for site, (group, batch) in GROUPS.items()
    ]  # fmt: skip
    return schema("decisions").conform(pd.DataFrame(rows))


def events():
    row = {
        "event_id": "1", "site_id": "b", "at": "2026-02-01T03:00:00Z",
        "recorded_at": "2026-02-01T03:00:00Z", "kind": "transition", "from_state": "candidate",
        "to_state": "approved", "author": "a", "ground": "g",
    }  # fmt: skip
    return schema("events").conform(pd.DataFrame([row]))


def built(province, who, **more):
    raw = {"who": {"verdicts": ["conflict"]} | who, "limits": {"batches": {}}, "phases": [2026]}
    specification = MatchSpecification.model_validate(raw | {"factors": {"detour": 1.0}})
    given = {"findings": FINDINGS, "decisions": decisions(), "events": events()} | more
    return province(SITES, PARKS, specification, **given)


@pytest.mark.parametrize(
    ("who", "inside", "vi", "en"),
    [
        ({"sectors": ["gỗ"]}, "abe", "16 Chế biến gỗ", "16 Wood"),
        ({"sectors": ["C16"]}, "ae", "16 Chế biến gỗ", "16 Wood"),
        ({"sectors": ["1622"]}, "a", "1622", "1622"),
        ({"sectors": ["16.2", "cơ khí"]}, "ace", "25 Sản xuất", "25 "),
        ({"units": ["P.Thuận An"]}, "ab", "“Phường Thuận An”", "'Phường Thuận An'"),
        ({"units": ["xã thuận an"]}, "cde", "“Xã Thuận An”", "'Xã Thuận An'"),
        ({"units": ["25979"]}, "cde", "“Xã Thuận An”", "'Xã Thuận An'"),
        ({"land_m2": {"max": 5000}}, "ab", "nhiều nhất 5.000 m²", "at most 5,000 m²"),
        ({"land_m2": {"min": 5000, "max": 5000.5}}, "bc", "ít nhất 5.000 m²", "at least 5,000 m²"),
        ({"workers": {"min": 10}}, "abe", "ít nhất 10 lao động", "at least 10 workers"),
        ({"groups": ["Compulsory"]}, "ac", "nhóm “compulsory”", "group 'compulsory'"),
        ({"batches": ["2"]}, "bc", "đợt “2”", "batch '2'"),
        ({"states": ["approved"]}, "b", "Đã phê duyệt", "Approved"),
        ({"states": ["candidate"]}, "acde", "Dự kiến", "Candidate"),
        ({"sites": ["e", "a"]}, "ae", "danh sách e, a", "list e, a"),
        ({"in_parks": ["một"]}, "a", "“p”", "'p'"),
        ({"sectors": ["16"], "workers": {"min": 11}}, "e", "ít nhất 11", "at least 11"),
    ],
)
def test_every_filter_means_those_it_says_and_the_checker_agrees(
    province, who, inside, vi, en
) -> None:
    problem = built(province, who)
    assert "".join(problem.firms.site_id) == inside
    assert problem.scope.firms == len(inside)
    for language, part in (("vi", vi), ("en", en)):
        assert part in say(problem.scope.words, language)
    plan = pd.DataFrame([(s, "p", 2026) for s in "abcde"], columns=["site_id", "park_id", "phase"])
    outside = {one.site_id for one in verify(problem, plan) if one.rule == "out-of-scope"}
    assert outside == set("abcde") - set(inside)


def test_a_firm_whose_size_is_not_known_is_left_out_and_counted(province) -> None:
    problem = built(province, {"workers": {"max": 1000}})
    assert "".join(problem.firms.site_id) == "abde"
    (note,) = [one for one in problem.notes if one.code == "size-unknown"]
    assert note.count == 1
    assert "số liệu Lao động" in say(note.message, "vi")


@pytest.mark.parametrize("field", ["groups", "batches"])
def test_what_only_decisions_know_needs_them(province, field) -> None:
    with pytest.raises(EmptyWorkspaceError, match="none has been assessed"):
        built(province, {field: ["1"]}, decisions=None)


UNITS = NewUnits.of([("1", "Phường Bình Hòa"), ("2", "Xã Bình Hòa"), ("3", "Phường An Phú")])


def test_every_unknown_name_is_told_at_once_with_those_written_alike() -> None:
    text = """
id = "x"
title = "X"
[who]
sectors = ["xin chào"]
units = ["Bình Hoà", "An Phu Dong", "p an phú"]
groups = ["bắt buộc"]
batches = ["9"]
sites = ["CS-0O1"]
states = ["xong"]
routes = ["Di dời"]
in_parks = ["KCN Hai"]
land_m2 = { min = 9, max = 1 }
workers = {}
[[rules]]
kind = "must"
firms = { cities = [] }
parks = ["KCN Ba"]
[[rules]]
kind = "prefer"
parks = ["CCN"]
[[rules]]
kind = "never"
parks = []
"""
    with pytest.raises(ScenarioError) as caught:
        parse_scenario(
            text,
            known_parks={"p": "KCN Một"},
            known_sites={"CS-001", "CS-777"},
            known_units=UNITS,
            known_groups={"compulsory"},
            known_batches={"1", "2"},
        )
    listed = "\n".join(map(str, caught.value.mistakes))
    for part in (
        "who.sectors: there is no sector 'xin chào' (known: 10 Food",
        "'Bình Hoà' may be any of Phường Bình Hòa (1), Xã Bình Hòa (2)",
        "no ward or commune 'An Phu Dong' (alike: Phường An Phú (3)",
        "names the group 'bắt buộc' (known: compulsory)",
        "names the batch '9' (known: 1, 2)",
        "there is no site 'CS-0O1' (alike: CS-001",
        "who.states.0: it must be",
        "no park 'KCN Hai'",
        "min above its max",
        "neither min nor max",
        "rules.1.firms.cities: the list is empty",
        "rules.1.parks: there is no park 'KCN Ba'",
        "needs its price",
        "rules.3.parks: the list is empty",
    ):
        assert part in listed, part
    assert "'p an phú'" not in listed
    assert "routes" not in listed


@pytest.mark.parametrize(
    "field", ["verdicts", "cities", "units", "sectors", "groups", "batches", "states", "sites"]
)
def test_no_empty_list_means_nobody_or_all(field) -> None:
    with pytest.raises(ScenarioError, match=f"who.{field}: the list is empty"):
        parse_scenario(f'id = "x"\ntitle = "X"\n[who]\n{field} = []\n')
