from __future__ import annotations

import pandas as pd
import pytest

from geo_relocation.text.booleans import parse_booleans


def read(*values):
    parsed = parse_booleans(pd.Series(list(values), dtype=object))
    assert parsed.values.dtype == "boolean"
    return [None if pd.isna(v) else bool(v) for v in parsed.values], list(parsed.problems["kind"])


@pytest.mark.parametrize(
    "word", ["có", "Có", "CO", "x", "X", "đã", "đạt", "yes", "TRUE", "1", 1, 1.0, True, "✓", "rồi"]
)
def test_yes(word):
    assert read(word) == ([True], [])


@pytest.mark.parametrize(
    "word", ["không", "Ko", "chưa", "chưa có", "không đạt", "No", "false", "0", 0, False, "✗"]
)
def test_no(word):
    assert read(word) == ([False], [])


@pytest.mark.parametrize("word", ["gì", "2", 2, "có thể", "#REF!", "chưa rõ"])
def test_neither(word):
    values, kinds = read(word)
    assert values == [None]
    assert len(kinds) == 1


def test_a_blank_is_not_a_no():
    assert read("x", None, "✓") == ([True, None, True], ["blank-not-false"])
    assert read("có", None, "không") == ([True, None, False], [])
    assert read(None, "") == ([None, None], [])
