"""Parameters that change nothing say so, with the reason; those that do something are silent."""

from __future__ import annotations

import pytest

from geo_relocation.matching import MatchSpecification, solve
from geo_relocation.matching.idle import CODE
from geo_relocation.model.told import recalled, stored
from geo_relocation.words import say

SITES = [{"site_id": s, "land_m2": 5e4, "xy": (i, 0)} for i, s in enumerate("ab")]
PARKS = [
    {"park_id": "p", "free_ha": 20.0, "xy": (10, 0)},
    {"park_id": "q", "free_ha": 20.0, "xy": (90, 0), "opens": 2028, "status": "planned"},
    {"park_id": "shut", "free_ha": 20.0, "xy": (5, 0), "receives": False},
]
YEARS = [2026, 2027, 2028]


def problem_of(province, **raw):
    asked = {"factors": {"detour": 1.0}, "phases": YEARS} | raw
    return province(SITES, PARKS, MatchSpecification.model_validate(asked))


def said(problem):
    return [
        say(recalled(stored(note.message)), "vi") for note in problem.notes if note.code == CODE
    ]


def land(park, ha, year=None):
    return {"where": {"land": [{"park": park, "ha": ha, "from_year": year}]}}


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (land("p", 20.0), "như khi không nêu"),
        (land("p", 20.0, 2028), "Muốn hoãn, nêu where.opens = { p = 2028 }"),
        (land("p", 50.0, 2028), "trước 2028 khu vẫn có 20 ha"),
        (land("p", 50.0, 2031), "sau năm cuối được xét (2028)"),
        (land("q", 50.0, 2027), "khu mở năm 2028, trước đó không nhận ai"),
        (land("shut", 50.0), "khu không tiếp nhận di dời"),
        ({"where": {"opens": {"q": 2028}}}, "khu vốn mở như vậy"),
        ({"where": {"opens": {"p": 2020}}}, "khu vốn mở như vậy"),
        ({"where": {"opens": {"shut": 2027}}}, "khu không tiếp nhận di dời"),
        ({"where": {"parks": ["p", "shut"]}}, "where.parks: nêu shut"),
        ({"where": {"exclude_parks": ["shut"]}}, "where.exclude_parks: nêu shut"),
        ({"where": {"assumed_free_share": 0.3}}, "không khu nào phải giả định đất trống"),
        ({"where": {"unknown_opening": "never"}}, "không khu nào phải giả định năm mở"),
        ({"exclusions": [{"site": "a", "park": "shut"}]}, "exclusions: a không vào shut"),
        ({"exclusions": [{"site": "zz"}]}, "cơ sở ngoài phạm vi"),
        ({"limits": {"moves_per_year": {2026: 5}}}, "tất cả trong phạm vi chỉ 2 cơ sở"),
        ({"limits": {"land_ha_per_year": {2026: 10.0}}}, "tất cả trong phạm vi chỉ 10 ha"),
        ({"limits": {"carry_over": True}}, "không có hạn mức năm nào"),
        ({"limits": {"wastewater": False}}, "không khu nào nêu công suất nước thải"),
        ({"limits": {"deadlines": False}}, "không cơ sở nào có thời hạn"),
        ({"weights": {"refused_wish": 3.0}}, "không cơ sở nào ghi nơi mong muốn"),
        ({"weights": {"wrong_specialisation": 3.0}}, "không khu nhận nào ghi chuyên ngành"),
        ({"weights": {"rent_per_usd_m2": 3.0}}, "không khác nhau về giá thuê"),
        ({"weights": {"change": 3.0}}, "--replan"),
        ({"weights": {"later_phase_per_year": 3.0}, "phases": [2026]}, "chỉ xét một năm"),
        ({"factors": {"assumed_land_m2": 500.0}}, "không cơ sở nào thiếu diện tích"),
        ({"factors": {"unreachable": "forbid"}}, "lớp đường không nối được"),
        ({"who": {"compulsory_weight": 3}}, "không cơ sở nào trong phạm vi là bắt buộc"),
    ],
)
def test_a_parameter_that_changes_nothing_says_so(province, raw, words) -> None:
    (message,) = said(problem_of(province, **raw))[:1]
    assert words in " ".join(said(problem_of(province, **raw))), message


@pytest.mark.parametrize(
    "raw",
    [
        {},
        land("p", 25.0),
        land("q", 25.0),
        land("q", 25.0, 2028),
        {"where": {"opens": {"q": 2026}}},
        {"where": {"opens": {"p": 2027}}},
        {"where": {"parks": ["p"]}},
        {"where": {"exclude_parks": ["p"]}},
        {"exclusions": [{"site": "a", "park": "p"}, {"site": "b"}]},
        {"limits": {"moves_per_year": {2026: 1}, "carry_over": True}},
        {"limits": {"wastewater": True, "deadlines": True}},
        {"weights": {"later_phase_per_year": 3.0, "refused_wish": 10.0}},
    ],
)
def test_a_parameter_that_does_something_is_not_noted(province, raw) -> None:
    assert said(problem_of(province, **raw)) == []


def test_a_park_is_opened_early_and_delayed_as_asked(province) -> None:
    """The nearer park is used from its first year on, and the verifier goes by the same year."""

    def years(**opens):
        where = {"opens": opens, "exclude_parks": ["q"]} if opens else {"exclude_parks": ["q"]}
        problem = problem_of(province, where=where)
        return set(solve(problem, work=1).assignment(problem)["phase"])

    assert years() == {2026}
    assert years(p=2028) == {2028}
    early = problem_of(province, where={"opens": {"q": 2026}, "parks": ["q"]})
    assert set(solve(early, work=1).assignment(early)["phase"]) == {2026}
    late = problem_of(province, where={"parks": ["q"]})
    assert set(solve(late, work=1).assignment(late)["phase"]) == {2028}
