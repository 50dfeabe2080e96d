"""Numbers of a column are read as their typist meant them, or left empty and reported."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo_relocation.model.told import said
from geo_relocation.text.numbers import parse_numbers
from geo_relocation.text.problems import PROBLEM_COLUMNS


def column(*values):
    return pd.Series(list(values), dtype=object)


def read(*values, **options):
    parsed = parse_numbers(column(*values), **options)
    return [None if np.isnan(v) else v for v in parsed.values], parsed.problems


def kinds(problems):
    return list(problems["kind"])


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1.234,5", 1234.5), ("1,234.5", 1234.5), ("1.234.567", 1234567), ("1,234,567", 1234567),
        ("1 234", 1234), ("1 234,5", 1234.5), ("1\u00a0234\u202f567", 1234567), ("1'234", 1234),
        ("1’234.5", 1234.5), ("12,5", 12.5), ("12.5", 12.5), ("0,125", 0.125), ("0.125", 0.125),
        ("1234.567", 1234.567), (" 12 ", 12), ("-5", -5), ("−3,5", -3.5), ("+7", 7), (".5", 0.5),
        ("1E+05", 1e5), ("1.2e3", 1200), ("１２", 12), ("12.", 12), ("1.234.567,89", 1234567.89),
        ("999.999.999.999", 999_999_999_999),
    ],
)  # fmt: skip
def test_a_telling_text_is_read_alone(text, number):
    values, problems = read(text)
    assert values == [pytest.approx(number)]
    assert problems.empty


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("abc", "not-a-number"), ("12 34", "not-a-number"), ("1.23.456", "not-a-number"),
        ("1.234,5.6", "not-a-number"), ("500-600", "number-range"),
        ("500 - 600 m2", "number-range"),
        ("500 đến 600", "number-range"), ("#REF!", "excel-error"), ("#N/A", "excel-error"),
        ("chưa rõ", "stated-missing"), ("n/a", "stated-missing"), ("12 quả", "unknown-unit"),
        ("1,2,3", "not-a-number"), ("12/5", "not-a-number"),
    ],
)  # fmt: skip
def test_a_text_without_one_number_is_left_empty_and_named(text, kind):
    values, problems = read(text)
    assert values == [None]
    assert kinds(problems) == [kind]
    assert problems.loc[0, "position"] == 0
    assert problems.loc[0, "value"] == text


@pytest.mark.parametrize("blank", [None, "", "  ", "-", "—", "...", np.nan, pd.NA])
def test_blank_cells_are_empty_without_a_word(blank):
    values, problems = read(blank, "1")
    assert values == [None, 1]
    assert problems.empty


def test_the_column_tells_what_a_lone_mark_means():
    assert read("1.234", "12,5")[0] == [1234, 12.5]
    assert read("1.234", "12.5")[0] == [1.234, 12.5]
    assert read("1,234", "12.5")[0] == [1234, 12.5]
    assert read("1,234", "12,5")[0] == [1.234, 12.5]
    _, problems = read("1.234", "12,5")
    assert kinds(problems) == ["decimal-decided"]
    assert pd.isna(problems.loc[0, "position"])
    assert problems.loc[0, "action"] == "kept"


def test_without_evidence_threes_are_groups_and_that_is_said():
    for mark in ".,":
        values, problems = read(f"1{mark}234", f"2{mark}500")
        assert values == [1234, 2500]
        assert kinds(problems) == ["decimal-assumed"]
        assert problems.loc[0, "action"] == "assumed"


def test_two_lone_marks_without_evidence_are_not_guessed():
    values, problems = read("1.234", "2,500")
    assert values == [None, None]
    assert kinds(problems) == ["ambiguous-number"] * 2
    assert set(problems["action"]) == {"ask"}


def test_a_mixed_column_decides_only_by_a_clear_majority():
    mostly = ["12,5"] * 19 + ["12.5"]
    values, problems = read(*mostly, "1.234")
    assert values[-1] == 1234
    assert "mixed-decimals" in kinds(problems)
    assert problems.loc[problems["kind"] == "decimal-decided", "action"].tolist() == ["assumed"]
    values, problems = read("12,5", "12.5", "1.234")
    assert values == [12.5, 12.5, None]
    assert kinds(problems) == ["mixed-decimals", "ambiguous-number"]


def test_whole_numbers_need_no_evidence():
    values, problems = read("1.234", "2,500", 12.0, integer=True)
    assert values == [1234, 2500, 12]
    assert problems.empty
    values, problems = read("12,5", 12.5, integer=True)
    assert values == [None, None]
    assert kinds(problems) == ["not-an-integer"] * 2


def test_units_convert_and_a_cell_goes_before_its_header():
    values, problems = read("2 ha", "2,5ha", "3000 m2", "500", 7, unit="m²", source_unit="m2")
    assert values == [20_000, 25_000, 3000, 500, 7]
    assert kinds(problems) == ["unit-converted"]
    assert "(2 ô)" in said(problems.loc[0, "message"], "vi")
    values, problems = read("2", 3, unit="m²", source_unit="ha")
    assert values == [20_000, 30_000]
    assert kinds(problems) == ["unit-converted"]
    assert read("5 tỷ", "500 triệu đồng", unit="triệu đồng")[0] == [5000, 500]


def test_an_unknown_unit_is_asked_for():
    values, problems = read("2", 3, "4 ha", unit="m²", source_unit="công")
    assert values == [None, None, 40_000]
    assert kinds(problems)[0] == "unknown-unit"
    assert set(problems.loc[problems["kind"] == "unknown-unit", "action"]) == {"ask"}
    assert read("3 người", unit="m²")[0] == [None]


def test_approximate_numbers_are_taken_and_said():
    values, problems = read("khoảng 500", "~ 1.000,5", "≥20")
    assert values == [500, 1000.5, 20]
    assert kinds(problems) == ["approximate-number"] * 3


def test_booleans_and_infinity_are_no_numbers():
    values, problems = read(True, float("inf"))
    assert values == [None, None]
    assert kinds(problems) == ["not-a-number"] * 2


def test_index_and_name_stay():
    given = pd.Series(["1", "2"], index=[7, 9], name="a", dtype=object)
    parsed = parse_numbers(given)
    assert list(parsed.values.index) == [7, 9]
    assert parsed.values.name == "a"
    assert tuple(parsed.problems.columns) == PROBLEM_COLUMNS
    empty = parse_numbers(pd.Series([], dtype=object), unit="m²", source_unit="ha")
    assert empty.values.dtype == float
    assert tuple(empty.problems.columns) == PROBLEM_COLUMNS


numbers = st.decimals(-(10**9), 10**9, allow_nan=False, places=2)


@given(st.lists(numbers, min_size=1), st.sampled_from(["vi", "en"]))
def test_a_column_written_in_one_way_comes_back(given_numbers, language):
    texts = [f"{n:,.2f}" for n in given_numbers]
    if language == "vi":
        texts = [t.translate(str.maketrans(".,", ",.")) for t in texts]
    values, problems = read(*texts)
    assert values == [pytest.approx(float(n)) for n in given_numbers]
    assert problems.empty


@given(st.lists(st.one_of(st.text(max_size=12), st.floats(), st.none(), st.booleans())))
def test_nothing_breaks_it_and_every_loss_is_reported(cells):
    parsed = parse_numbers(column(*cells), unit="m²")
    blank = {"", *"-–—−_./…*"}
    for position, cell in enumerate(cells):
        if np.isnan(parsed.values.iloc[position]):
            lost = isinstance(cell, bool) or (isinstance(cell, float) and not np.isnan(cell))
            if isinstance(cell, str) and any(c.isalnum() for c in cell):
                lost = True
            assert not lost or position in set(parsed.problems["position"].dropna())
        else:
            assert cell not in blank


def test_a_hundred_thousand_texts_take_seconds():
    import time

    texts = pd.Series([f"{n // 1000}.{n % 1000:03d},{n % 100:02d}" for n in range(1000, 101_000)])
    begin = time.perf_counter()
    parsed = parse_numbers(texts, unit="m²", source_unit="ha")
    assert time.perf_counter() - begin < 30
    assert parsed.values.notna().all()
