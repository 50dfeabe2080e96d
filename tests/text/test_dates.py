from __future__ import annotations

import datetime as dt
import time

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo_relocation.text.dates import parse_dates


def read(*values):
    parsed = parse_dates(pd.Series(list(values), dtype=object))
    assert parsed.values.dtype == "datetime64[us]"
    dates = [None if pd.isna(v) else v.date().isoformat() for v in parsed.values]
    return dates, parsed.problems


@pytest.mark.parametrize(
    ("value", "date"),
    [
        ("31/12/2030", "2030-12-31"), ("5/3/2019", "2019-03-05"), ("05-03-2019", "2019-03-05"),
        ("5.3.2019", "2019-03-05"), ("2019-03-05", "2019-03-05"), ("2019/3/5", "2019-03-05"),
        ("ngày 5 tháng 3 năm 2019", "2019-03-05"), ("Ngày 05 tháng 03 năm 2019", "2019-03-05"),
        ("20190305", "2019-03-05"), ("2019-03-05 10:20:00", "2019-03-05"),
        ("2019-03-05T10:20:00Z", "2019-03-05"), ("5-Mar-2019", "2019-03-05"),
        (pd.Timestamp(2020, 1, 2, 3).to_pydatetime(), "2020-01-02"),
        (dt.date(2020, 1, 2), "2020-01-02"),
        (pd.Timestamp("2020-01-02 23:59"), "2020-01-02"),
        (np.datetime64("2020-01-02"), "2020-01-02"),
        (" 5 / 3 / 2019 ", "2019-03-05"),
    ],
)  # fmt: skip
def test_a_full_date_is_read_without_a_word(value, date):
    assert read(value)[0] == [date]
    assert read(value)[1].empty


@pytest.mark.parametrize(
    ("value", "date", "kind"),
    [
        ("03/2019", "2019-03-01", "partial-date"), ("tháng 3/2019", "2019-03-01", "partial-date"),
        ("2019", "2019-01-01", "partial-date"), (2024, "2024-01-01", "partial-date"),
        (2024.0, "2024-01-01", "partial-date"), ("5/3/19", "2019-03-05", "two-digit-year"),
        ("5/3/75", "1975-03-05", "two-digit-year"), (43831, "2020-01-01", "excel-serial"),
        (43831.75, "2020-01-01", "excel-serial"),
        ("31/02/2020", None, "no-such-day"), ("13/13/2020", None, "no-such-day"),
        ("x", None, "not-a-date"), (5, None, "not-a-date"), ("#REF!", None, "excel-error"),
        ("chưa xác định", None, "stated-missing"), (True, None, "not-a-date"),
        ("1/1/0020", None, "not-a-date"), ("2022-2030", None, "not-a-date"),
    ],
)  # fmt: skip
def test_anything_else_is_reported(value, date, kind):
    dates, problems = read(value)
    assert dates == [date]
    assert list(problems["kind"]) == [kind]


def test_excel_counts_from_its_own_epoch():
    # 1 March 1954 is the first serial taken; 61 was 1 March 1900 in Excel.
    assert read(25569)[0] == ["1970-01-01"]


def test_month_first_needs_evidence():
    assert read("1/2/2020")[0] == ["2020-02-01"]
    dates, problems = read("12/31/2020", "1/2/2020")
    assert dates == ["2020-12-31", "2020-01-02"]
    assert list(problems["kind"]) == ["date-order-decided"]
    dates, problems = read("12/31/2020", "31/12/2020", "1/2/2020")
    assert dates == ["2020-12-31", "2020-12-31", "2020-02-01"]
    assert list(problems["kind"]) == ["date-order-mixed"]


@given(st.lists(st.dates(dt.date(1900, 1, 1), dt.date(2199, 12, 31)), min_size=1))
def test_dates_written_day_first_come_back(dates):
    found, problems = read(*[d.strftime("%d/%m/%Y") for d in dates])
    assert found == [d.isoformat() for d in dates]
    assert problems.empty


@given(st.lists(st.one_of(st.text(max_size=12), st.integers(), st.floats(), st.none())))
def test_nothing_breaks_it(cells):
    parsed = parse_dates(pd.Series(cells, dtype=object))
    assert len(parsed.values) == len(cells)


def test_a_hundred_thousand_take_seconds():
    texts = pd.Series([f"{n % 28 + 1}/{n % 12 + 1}/{1950 + n % 100}" for n in range(100_000)])
    begin = time.perf_counter()
    assert parse_dates(texts).values.notna().all()
    assert time.perf_counter() - begin < 30
