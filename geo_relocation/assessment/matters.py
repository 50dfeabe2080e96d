"""Which missing evidence can change what becomes of a site.

Three-valued logic names what leaves a criterion open. Some of that cannot change the group all
the same: where a breach is known and only whether it can be mended is not, the site changes its
technology or moves, and whether the technology was renewed is of no account. Such evidence is
found by filling in what is missing in every way that the rules can tell apart.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from geo_relocation.arrays import IntArray, Mask
from geo_relocation.assessment.conditions import Comparison, as_number, resolve
from geo_relocation.assessment.evidence import EvidenceTable, Values, evidence
from geo_relocation.assessment.ruleset import RuleSet

FILLINGS = 20_000
"""Ways of filling in that are tried for a site; where there are more, all that is open is named."""

_NO_WORD = "\0"
"""A text that no rule names."""


def that_can_matter(
    table: EvidenceTable,
    ruleset: RuleSet,
    named: Mapping[str, Mask],
    possible: Callable[[EvidenceTable], Mask],
) -> dict[str, Mask]:
    """Of the evidence that is named as missing, what can change a site's group.

    Parameters
    ----------
    table
        Evidence of the sites.
    ruleset
        The rules.
    named
        Per key, the sites at which some criterion is open for want of it.
    possible
        Which groups each row of a table may belong to, shape (groups, rows).

    Returns
    -------
    dict
        As `named`, with less in it.
    """
    conditions = [trigger.when for trigger in ruleset.applied]
    conditions += [ruleset.scope] if ruleset.scope is not None else []
    tests = [test for condition in conditions for test in condition.tests()]
    keys = sorted(set().union(*(condition.keys() for condition in conditions)))
    cells = {key: _cells(key, tests, ruleset) for key in keys}
    rows = np.flatnonzero(np.logical_or.reduce([*named.values(), np.zeros(len(table), bool)]))
    found = {key: mask.copy() for key, mask in named.items()}
    if len(rows) == 0:
        return found
    signature = _signatures(table, tests, keys, named, ruleset)[rows]
    _, first, kind = np.unique(signature, axis=0, return_index=True, return_inverse=True)
    for number, example in enumerate(rows[first]):
        alike = rows[kind.ravel() == number]
        keep = _turning(table, int(example), keys, cells, named, possible)
        for key in named:
            if keep is not None and key not in keep:
                found[key][alike] = False
    return {key: mask for key, mask in found.items() if mask.any()}


def _signatures(
    table: EvidenceTable,
    tests: list[Comparison],
    keys: list[str],
    named: Mapping[str, Mask],
    ruleset: RuleSet,
) -> NDArray[np.int8]:
    """What the rules can tell of each site: sites with equal rows have one answer."""
    columns = [test.evaluate(table, ruleset.values) for test in tests]
    columns += [table.known(key).astype(np.int8) for key in keys]
    columns += [mask.astype(np.int8) for mask in named.values()]
    spoken = set(keys) - {test.evidence for test in tests}
    columns += [np.where(table.values[key] == 1.0, 1, 0).astype(np.int8) for key in sorted(spoken)]
    return np.column_stack(columns)


def _cells(key: str, tests: list[Comparison], ruleset: RuleSet) -> list[float | str]:
    """One value of every kind that the rules tell apart."""
    mine = [test for test in tests if test.evidence == key]
    operands = [resolve(o, ruleset.values) for test in mine for o in (test.operand, test.unsure)]
    given = [value for value in operands if value is not None]
    kind = evidence(key).kind
    if kind == "boolean":
        return [0.0, 1.0]
    if kind == "text":
        words = {w for v in given for w in (v if isinstance(v, tuple) else (v,))}
        return [*sorted(map(str, words)), _NO_WORD]
    limits = sorted({as_number(value) for value in given})
    between = [(a + b) / 2 for a, b in itertools.pairwise(limits)]
    return [limits[0] - 1.0, *limits, *between, limits[-1] + 1.0] if limits else [0.0]


def _turning(
    table: EvidenceTable,
    row: int,
    keys: list[str],
    cells: Mapping[str, list[float | str]],
    named: Mapping[str, Mask],
    possible: Callable[[EvidenceTable], Mask],
) -> set[str] | None:
    """Names of what can change the group of one site; None where that is too much to try."""
    here = np.zeros(len(table), dtype=bool)
    here[row] = True
    lacking = {key: set(table.lacking(key, here)) for key in keys if not table.known(key)[row]}
    stated = {key for key, mask in named.items() if mask[row]}
    open_ = [key for key, lacks in lacking.items() if lacks & stated]
    shape = tuple(len(cells[key]) for key in open_)
    count = int(np.prod(shape, dtype=float))
    if count > FILLINGS:
        return None
    at = dict(zip(open_, np.unravel_index(np.arange(count), shape), strict=True)) if open_ else {}
    filled: dict[str, Values] = {
        key: _filled(cells[key], at[key])
        if key in at
        else np.repeat(np.asarray(values)[row : row + 1], count)
        for key, values in table.values.items()
    }
    groups = possible(EvidenceTable(np.repeat(table.site_ids[row : row + 1], count), filled))
    weight = 2 ** np.arange(len(groups), dtype=np.int64)
    outcome = (weight[:, None] * groups).sum(axis=0).reshape(shape)
    # A known value in its unsure band is named by the conclusion that it waits for.
    keep = set()
    for axis, key in enumerate(open_):
        if (outcome != outcome.take([0], axis=axis)).any():
            keep |= lacking[key] & stated
    return keep


def _filled(cells: list[float | str], index: IntArray) -> Values:
    kind = object if isinstance(cells[0], str) else float
    return np.array(cells, dtype=kind)[index]
