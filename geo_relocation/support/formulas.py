"""Formulas of policies: arithmetic over named figures, exact to the last đồng.

A formula is text in a policy file: numbers, names, ``+ - * /``, brackets, ``min`` and ``max``. It
is read into a tree of these and nothing else; nothing is run as code. Values are fractions, so
that neither a division nor a rate of 0.3 loses anything; the result is rounded once, at the end.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cached_property

from geo_relocation.messages import Message, _
from geo_relocation.words.style import LanguageStyle

_BINARY: dict[type[ast.operator], tuple[str, int, Callable[[Fraction, Fraction], Fraction]]] = {
    ast.Add: (" + ", 1, operator.add),
    ast.Sub: (" − ", 1, operator.sub),
    ast.Mult: (" × ", 2, operator.mul),
    ast.Div: (" ÷ ", 2, operator.truediv),
}
_CHOICES: dict[str, Callable[..., Fraction]] = {"min": min, "max": max}
_HIGHEST = 3
_LONGEST = 500
_DECIMALS = 6


class FormulaMistakeError(ValueError):
    """A text that is no formula; `message` says why.

    Parameters
    ----------
    message
        What is wrong.
    """

    def __init__(self, message: Message) -> None:
        self.message = message
        super().__init__(str(message))


@dataclass(frozen=True)
class Formula:
    """Arithmetic over named figures; made by `parse_formula`.

    Attributes
    ----------
    text
        As the policy file writes it.
    tree
        What was read from it.
    """

    text: str
    tree: ast.expr

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The figures that it needs, in order of appearance."""
        called = {id(node.func) for node in ast.walk(self.tree) if isinstance(node, ast.Call)}
        named = [
            node
            for node in ast.walk(self.tree)
            if isinstance(node, ast.Name) and id(node) not in called
        ]
        named.sort(key=lambda node: node.col_offset)
        return tuple(dict.fromkeys(node.id for node in named))

    def value(self, figures: Mapping[str, Fraction]) -> Fraction:
        """The result.

        Parameters
        ----------
        figures
            A value for each name.

        Raises
        ------
        ZeroDivisionError
            If a divisor is 0.
        """
        return _value(self.tree, figures, self.text)

    def written(self, figures: Mapping[str, Fraction], style: LanguageStyle) -> str:
        """The formula with figures in place of names, as a reader of the language writes it."""
        return _written(self.tree, figures, self.text, style)[0]


def parse_formula(text: str) -> Formula:
    """Read a formula.

    Raises
    ------
    FormulaMistakeError
        If it holds anything but numbers, names, arithmetic, `min` and `max`.
    """
    if len(text) > _LONGEST:
        raise FormulaMistakeError(_("a formula has at most {count:n} letters", count=_LONGEST))
    try:
        tree = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise FormulaMistakeError(_("{text:q} is no formula", text=text)) from error
    found = Formula(text.strip(), tree)
    _require_arithmetic(tree, found.text)
    return found


def to_dong(value: Fraction) -> int:
    """Rounded to whole đồng, halves away from zero, as a spreadsheet's ROUND does."""
    whole = int(abs(value) + Fraction(1, 2))
    return whole if value >= 0 else -whole


def as_decimal(value: Fraction) -> Decimal:
    """A figure for people: exact where it has few decimals, else rounded to six."""
    number = Decimal(value.numerator) / Decimal(value.denominator)
    short = round(number, _DECIMALS).normalize()
    return short.quantize(Decimal(1)) if short == short.to_integral_value() else short


def _require_arithmetic(node: ast.expr, text: str) -> None:
    for part in _parts(node, text):
        _require_arithmetic(part, text)


def _parts(node: ast.expr, text: str) -> list[ast.expr]:
    """What a node is made of; refuses what is no arithmetic."""
    if isinstance(node, ast.BinOp) and type(node.op) in _BINARY:
        return [node.left, node.right]
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return [node.operand]
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        if node.func.id in _CHOICES and node.args and not node.keywords:
            return node.args
    elif isinstance(node, ast.Name) or _is_number(node):
        return []
    found = ast.get_source_segment(text, node) or text
    raise FormulaMistakeError(
        _("{part:q} cannot stand in a formula: only numbers, names, + - * /, min, max", part=found)
    )


def _is_number(node: ast.expr) -> bool:
    return (
        isinstance(node, ast.Constant)
        and isinstance(node.value, int | float)
        and not isinstance(node.value, bool)
        and abs(node.value) < float("inf")
    )


def _number(node: ast.Constant, text: str) -> Fraction:
    # As it was typed: 0.3 is three tenths, not the nearest binary number.
    typed = ast.get_source_segment(text, node) or str(node.value)
    return Fraction(Decimal(typed.replace("_", "")))


def _value(node: ast.expr, figures: Mapping[str, Fraction], text: str) -> Fraction:
    if isinstance(node, ast.BinOp):
        work = _BINARY[type(node.op)][2]
        return work(_value(node.left, figures, text), _value(node.right, figures, text))
    if isinstance(node, ast.UnaryOp):
        return -_value(node.operand, figures, text)
    if isinstance(node, ast.Call):
        chosen = _CHOICES[ast.unparse(node.func)]
        return chosen(*(_value(part, figures, text) for part in node.args))
    if isinstance(node, ast.Name):
        return figures[node.id]
    if isinstance(node, ast.Constant):
        return _number(node, text)
    raise TypeError(type(node).__name__)


def _written(
    node: ast.expr, figures: Mapping[str, Fraction], text: str, style: LanguageStyle
) -> tuple[str, int]:
    """Text of a node, and how tightly its last sign binds."""
    if isinstance(node, ast.BinOp):
        sign, rank, _work = _BINARY[type(node.op)]
        left, left_rank = _written(node.left, figures, text, style)
        right, right_rank = _written(node.right, figures, text, style)
        tight = isinstance(node.op, ast.Sub | ast.Div)
        left = f"({left})" if left_rank < rank else left
        right = f"({right})" if right_rank < rank or (tight and right_rank == rank) else right
        return left + sign + right, rank
    if isinstance(node, ast.UnaryOp):
        inner, rank = _written(node.operand, figures, text, style)
        return f"−({inner})" if rank < _HIGHEST else f"−{inner}", 1
    if isinstance(node, ast.Call):
        parts = (_written(part, figures, text, style)[0] for part in node.args)
        return f"{ast.unparse(node.func)}({'; '.join(parts)})", _HIGHEST
    value = figures[node.id] if isinstance(node, ast.Name) else _value(node, figures, text)
    return _figure(value, style), _HIGHEST


def _figure(value: Fraction, style: LanguageStyle) -> str:
    number = as_decimal(value)
    exact = Fraction(number) == value
    return ("" if exact else "≈ ") + style.number(number, _DECIMALS)
