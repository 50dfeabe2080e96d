"""The key of a result: a hash of all that a stage saw, taken apart so that a change has a name."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from geo_relocation.lazy import Deferred

if TYPE_CHECKING:
    from geo_relocation.matching import rules, terms
else:
    rules = Deferred("geo_relocation.matching.rules")
    terms = Deferred("geo_relocation.matching.terms")

FORMULAS = "formulas"
PARAMETERS = "parameters"
_DIGITS = 16


@dataclass(frozen=True)
class Stage:
    """What a stage is given of a workspace.

    Attributes
    ----------
    parts
        Names of layers, and of what is worked out from them (see `snapshot.Snapshot.part`). What
        is not named here cannot be had by the stage, which computes after its snapshot ended.
    formulas
        Version of what the stage does with it; to be raised whenever the same input gives another
        result than before.
    entries
        Gives the version of each of its entries, which raise their own: of the hard
        rules and the terms of the cost.
    """

    parts: tuple[str, ...]
    formulas: int = 1
    entries: Callable[[], Mapping[str, int]] = dict

    @property
    def versions(self) -> dict[str, int]:
        """Of all that it computes with."""
        return {FORMULAS: self.formulas, **self.entries()}


def _rules_and_terms() -> dict[str, int]:
    found = {f"term {term.name}": term.version for term in terms.TERMS}
    return found | {f"rule {rule.code}": rule.version for rule in rules.RULES}


STAGES = {
    "screen": Stage(("sites", "zones", "parks", "admin_units", "crs")),
    "assess": Stage(("sites", "findings")),
    "match": Stage(
        (
            "sites", "findings", "parks", "lots", "roads", "admin_units", "admin_crosswalk",
            "decisions", "batch_years", "list", "south", "years", "crs",
        ),
        entries=_rules_and_terms,
    ),
}  # fmt: skip
"""By kind of run."""


@dataclass(frozen=True)
class Key:
    """Hash of each part of what a stage saw; its text is what is stored as the input hash.

    Two results whose keys are equal are equal: so it is a cache key as well, and tells whether a
    result is out of date.

    Attributes
    ----------
    parts
        Name → hash of its content: the parts of the stage, ``formulas``, ``parameters``, and
        what else a run was given.
    """

    parts: Mapping[str, str]

    def __str__(self) -> str:
        """SHA-256 of all of it, then each part with the first digits of its own."""
        named = sorted(self.parts.items())
        whole = hashlib.sha256("\n".join(f"{name}={one}" for name, one in named).encode())
        shown = (f"{name}={one[:_DIGITS]}" for name, one in named)
        return " ".join((whole.hexdigest(), *shown))


def parts_of(stored: str) -> dict[str, str]:
    """The parts that a stored key names; none where it is of an earlier version's form."""
    pairs = (word.partition("=") for word in stored.split()[1:])
    return {name: digits for name, sign, digits in pairs if sign}


def changed_parts(stage: str, stored: str, now: Key) -> tuple[str, ...]:
    """What of a workspace is no longer as a result was made from it.

    Parameters
    ----------
    stage
        Kind of run.
    stored
        Key of the result.
    now
        Key of the same stage on the workspace as it is.

    Returns
    -------
    tuple of str
        Names of parts; ``formulas`` where the program computes otherwise since, or where the
        result is of a version that kept no parts: whether it still holds is not known then.
    """
    then = parts_of(stored)
    if not then:
        return (FORMULAS,)
    named = (*STAGES[stage].parts, FORMULAS)
    return tuple(name for name in named if then.get(name) != now.parts[name][:_DIGITS])
