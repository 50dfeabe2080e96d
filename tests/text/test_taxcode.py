from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo_relocation.text.taxcode import check_tax_code, parse_tax_codes

WEIGHTS = (31, 29, 23, 19, 17, 13, 7, 5, 3)


def with_check_digit(nine: str) -> str | None:
    """The ten digits, or None where no digit checks: written apart from the library."""
    check = 10 - sum(w * int(d) for w, d in zip(WEIGHTS, nine, strict=True)) % 11
    return f"{nine}{check}" if check < 10 else None


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("0312687878", "0312687878"), (" 0312 68 78 78 ", "0312687878"),
        ("0312687878-001", "0312687878-001"), ("0312687878 - 001", "0312687878-001"),
        ("0312687878–001", "0312687878-001"), ("0312687878001", "0312687878-001"),
        ("MST: 0312687878", "0312687878"), ("'0312687878", "0312687878"),
        ("03.12.687.878", "0312687878"), ("0312687878.0", "0312687878"),
    ],
)  # fmt: skip
def test_valid_codes_in_every_way_of_writing(written, code):
    found = check_tax_code(written)
    assert (found.code, found.reason, found.restored) == (code, "", False)


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("0312687870", "check-digit"), ("123", "length"), ("03126878781", "length"),
        ("03126878ab", "letters"), ("không phải", "letters"), ("0312687878-000", "branch"),
        ("0100000001", "component"), ("312687870", "length"), ("", "length"),
    ],
)  # fmt: skip
def test_wrong_codes_say_why(written, reason):
    assert check_tax_code(written)[:2] == (None, reason)


def test_a_dropped_zero_comes_back_only_where_the_check_digit_holds():
    assert check_tax_code("312687878") == ("0312687878", "", True, False)
    assert check_tax_code("312687878-001").code == "0312687878-001"
    assert check_tax_code("312687879").code is None


def test_personal_numbers_are_known_for_what_they_are():
    assert check_tax_code("074085001234") == ("074085001234", "", False, True)
    assert check_tax_code("974085001234").code is None


@given(st.from_regex(r"[0-9]{9}", fullmatch=True))
def test_the_check_digit_of_any_number(nine):
    code = with_check_digit(nine)
    for digit in "0123456789":
        found = check_tax_code(nine + digit)
        if nine[2:] == "0000000":
            assert found.code is None
        else:
            assert (found.code == nine + digit) == (nine + digit == code)


def test_a_column():
    cells = ["0312687878", 312687878.0, 3700146225, "0312687870", None, "-", "chưa có", "#REF!"]
    values, problems = parse_tax_codes(pd.Series(cells, dtype=object))
    assert values.dtype == "str"
    assert values.iloc[:3].tolist() == ["0312687878", "0312687878", "3700146225"]
    assert values.iloc[3:].isna().all()
    assert list(zip(problems["position"], problems["kind"], strict=True)) == [
        (1, "tax-code-restored"),
        (3, "tax-code-invalid"),
        (6, "stated-missing"),
        (7, "excel-error"),
    ]


@given(st.lists(st.one_of(st.text(max_size=15), st.floats(), st.integers(), st.none())))
def test_nothing_breaks_it(cells):
    assert len(parse_tax_codes(pd.Series(cells, dtype=object)).values) == len(cells)
