"""The terms of the cost: each file of this folder is one, and no other place names it.

A new file is found by being here. Its weight is then a field of a scenario's `[weights]`, its
values are part of every cost, rows of `cost_terms`, words of a reason, a column of the workbook
and a line of the documentation.
"""

from __future__ import annotations

from geo_relocation.matching.entries import modules_of
from geo_relocation.matching.term import Term


def _found() -> tuple[Term, ...]:
    found: list[Term] = [module.TERM for module in modules_of(__name__, __path__)]
    for what in ("name", "weight"):
        given = [getattr(term, what) for term in found]
        if twice := {one for one in given if given.count(one) > 1}:
            raise ValueError(f"Terms have the same {what}: {', '.join(sorted(twice))}")
    if any(term.name == "km" for term in found):
        raise ValueError("A term cannot be called km: cost_km is the sum of all terms.")
    return tuple(sorted(found, key=lambda term: (term.order, term.name)))


TERMS = _found()
"""All terms, in their order."""


def documentation() -> str:
    """The table of terms of the documentation, in Markdown."""
    head = "| term | weight | default | counts |\n|---|---|---|---|\n"
    rows = [f"| `{t.name}` | `{t.weight}` | {t.default:g} | {t.about} |" for t in TERMS]
    return head + "\n".join(rows) + "\n"
