"""The rules as the checker reads them: each file of this folder is one, found by being here.

Each is written on rows as they are stored, with exact fractions. It shares its code with the rule
of the same name by which plans are made, and nothing else.
"""

from __future__ import annotations

from geo_relocation.matching.check.entry import Check
from geo_relocation.matching.entries import modules_of


def _found() -> tuple[Check, ...]:
    found: list[Check] = [module.CHECK for module in modules_of(__name__, __path__)]
    codes = [check.code for check in found]
    if twice := {code for code in codes if codes.count(code) > 1}:
        raise ValueError(f"Checks have the same code: {', '.join(sorted(twice))}")
    return tuple(sorted(found, key=lambda check: (check.order, check.code)))


CHECKS = _found()
"""All checks, in their order."""
