"""The hard rules between a firm and a park: each file of this folder is one.

A new file is found by being here, and no other place names it: its field of a scenario's
`[limits]`, its mask, its words, what would lift it and its line in the documentation come from
it. What refuses a plan that breaks it is a second file, in `check/rules/`: the checker is written
anew on the stored layers, so that a mistake made here cannot hide itself there.
"""

from __future__ import annotations

from collections.abc import Iterator

from geo_relocation.matching.entries import modules_of
from geo_relocation.matching.rule import Rule

_MOST = 31
"""Rules that fit into the bits of `Problem.rules`, of which the lowest stays free."""


def _found() -> tuple[Rule, ...]:
    found: list[Rule] = [module.RULE for module in modules_of(__name__, __path__)]
    given = [rule.code for rule in found]
    if twice := {code for code in given if given.count(code) > 1}:
        raise ValueError(f"Rules have the same code: {', '.join(sorted(twice))}")
    if len(found) > _MOST:
        raise ValueError(f"There are {len(found)} rules; {_MOST} fit.")
    return tuple(sorted(found, key=lambda rule: (rule.order, rule.code)))


RULES = _found()
"""All rules, in their order."""

_NUMBERS = {rule.code: number for number, rule in enumerate(RULES, start=1)}


def rule_of(number: int) -> Rule:
    """The rule of a number in `Problem.barriers`, from 1."""
    return RULES[number - 1]


def named(code: str) -> Rule:
    """The rule of a code."""
    return rule_of(_NUMBERS[code])


def bit(code: str) -> int:
    """The bit of a rule in `Problem.rules`."""
    return 1 << _NUMBERS[code]


def in_bits(bits: int) -> Iterator[Rule]:
    """The rules whose bits are set."""
    return (rule for rule in RULES if bits & bit(rule.code))


def documentation() -> str:
    """The table of rules of the documentation, in Markdown."""
    head = "| rule | scenario | forbids | lifted by |\n|---|---|---|---|\n"
    rows = []
    for rule in RULES:
        fields = ", ".join(f"`limits.{name}`" for name in rule.fields) or "–"
        lifted = rule.lever.en if rule.lever else "what lacks, counted by park and year"
        rows.append(f"| `{rule.code}` | {fields} | {rule.about} | {lifted} |")
    return head + "\n".join(rows) + "\n"
