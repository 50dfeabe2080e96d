"""Formulas: exact, nothing but arithmetic, and written as people read them."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo_relocation.support.formulas import FormulaMistakeError, parse_formula, to_dong
from geo_relocation.words import style

NUMBERS = st.decimals(min_value=0, max_value=10_000, places=3).map(lambda d: format(d, "f"))
NAMES = st.sampled_from(["a", "b", "c"])
VALUES = {"a": Fraction(7), "b": Fraction(1, 3), "c": Fraction(25, 10)}


def joined(parts):
    left, sign, right = parts
    return f"({left}) {sign} ({right})"


def chosen(parts):
    return f"{parts[0]}({parts[1]}, {parts[2]})"


TREES = st.recursive(
    NUMBERS | NAMES,
    lambda inner: (
        st.tuples(inner, st.sampled_from("+-*"), inner).map(joined)
        | st.tuples(st.sampled_from(["min", "max"]), inner, inner).map(chosen)
        | inner.map(lambda text: f"-({text})")
    ),
    max_leaves=8,
)


def as_fractions(text):
    """The same by Python's own reading of the text, each number made a fraction by hand."""
    words = "".join(c if c.isalnum() or c in "._" else f" {c} " for c in text).split()
    exact = [f"Fraction('{w}')" if w[0].isdigit() else w for w in words]
    return eval(" ".join(exact), {"Fraction": Fraction, "min": min, "max": max, **VALUES})  # noqa: S307


@given(TREES)
@settings(max_examples=150)
def test_values_are_those_of_exact_arithmetic(text):
    if len(text) <= 500:
        assert parse_formula(text).value(VALUES) == as_fractions(text)


@given(TREES)
@settings(max_examples=80)
def test_what_is_written_means_the_same(text):
    """In English figures, the written form read back as a formula has the same value."""
    if len(text) > 500:
        return
    whole = {"a": Fraction(7), "b": Fraction(1, 8), "c": Fraction(25, 10)}
    formula = parse_formula(text)
    told = formula.written(whole, style("en"))
    for sign, plain in (("×", "*"), ("÷", "/"), ("−", "-"), (",", ""), (";", ",")):
        told = told.replace(sign, plain)
    if len(told) <= 500:
        assert parse_formula(told).value({}) == formula.value(whole)


@pytest.mark.parametrize(
    ("formula", "written"),
    [
        ("a - (b - c)", "7 − (2 − 3)"),
        ("a / (b * c)", "7 ÷ (2 × 3)"),
        ("a * b / c", "7 × 2 ÷ 3"),
        ("(a + b) * c", "(7 + 2) × 3"),
        ("max(1 - a / b, 0)", "max(1 − 7 ÷ 2; 0)"),
        ("1234567.5 * a", "1.234.567,5 × 7"),
    ],
)
def test_brackets_stand_where_they_are_needed(formula, written):
    figures = {"a": Fraction(7), "b": Fraction(2), "c": Fraction(3)}
    assert parse_formula(formula).written(figures, style("vi")) == written


@pytest.mark.parametrize(
    "text",
    [
        "", "a b", "a ** 2", "a if b else c", "open('x')", "a.real", "a[0]", "'x'", "True",
        "a // b", "a % b", "lambda: 1", "min(a, key=b)", "min()", "1e999", "a == b", "x := 1",
        "(a,)", "abs(a)", "__import__('os')", "1" * 501, "(" * 300,
    ],
)  # fmt: skip
def test_what_is_no_arithmetic_is_refused(text):
    with pytest.raises(FormulaMistakeError):
        parse_formula(text)


def test_a_tenth_is_a_tenth_and_halves_go_away_from_nought():
    assert parse_formula("0.1 + 0.2").value({}) == Fraction(3, 10)
    assert [to_dong(Fraction(Decimal(x))) for x in ("0.5", "1.5", "2.5", "-0.5", "0.49")] == [
        1, 2, 3, -1, 0,
    ]  # fmt: skip


def test_names_are_those_of_figures_alone():
    assert parse_formula("max(b, a) * min(a, 3)").names == ("b", "a")
