"""Part of a plan decided anew by branch and bound, the rest left as it is.

HiGHS solves the part. A limit on its nodes makes the result the same on any machine; a limit
on its time does not.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from geo_relocation.arrays import FloatArray, IntArray
from geo_relocation.assignment.model import Model, evened
from geo_relocation.lazy import optimize, sparse

_OPTIMAL, _INFEASIBLE = 0, 2
"""Status of HiGHS as scipy reports it."""


@dataclass(frozen=True)
class Part:
    """The firms decided anew, by their choices.

    Attributes
    ----------
    pairs
        Pairs to choose from, in the order of firms.
    leavable
        Firms that may be left out.
    """

    pairs: IntArray
    leavable: IntArray

    def firms(self, model: Model) -> IntArray:
        """Firms that have a choice here."""
        return np.union1d(model.owner(self.pairs), self.leavable)


@dataclass(frozen=True)
class Branched:
    """What branch and bound gave.

    Attributes
    ----------
    chosen
        The whole plan, with the part decided anew; None when no plan was found.
    bound
        No plan that differs in the part only costs less; infinite where none exists, None
        where nothing was proven.
    proven
        Whether the search came to its end: the plan is best, or there is none.
    """

    chosen: IntArray | None
    bound: float | None
    proven: bool = False


def differing(plans: list[IntArray]) -> Part:
    """The firms on which plans differ, each with the choices that the plans make for it."""
    table = np.stack(plans)
    firms = np.flatnonzero((table != table[0]).any(axis=0))
    left = (table[:, firms] < 0).any(axis=0)
    pairs = np.unique(table[:, firms])
    return Part(pairs[pairs >= 0], firms[left])


def solve_part(
    model: Model,
    best: IntArray,
    part: Part,
    *,
    may_leave: int,
    seconds: float | None = None,
    nodes: int | None = None,
) -> Branched:
    """Decide a part of a plan anew, at the least cost.

    Parameters
    ----------
    model
        The model.
    best
        Pair of each firm, -1 where it is left out; firms outside the part keep theirs.
    part
        What is decided.
    may_leave
        Weight that the whole plan may leave out.
    seconds, nodes
        Limits; None: none.
    """
    free = part.firms(model)
    if not len(free):
        return Branched(None, None, proven=True)
    kept = best.copy()
    kept[free] = -1
    outside = np.ones(model.firms, dtype=bool)
    outside[free] = False
    left = int(model.weight[outside & (best < 0)].sum())
    room = model.capacity - model.load(kept)
    matrix, cost, each = _matrix(model, part, free)
    low = np.concatenate([np.ones(len(free)), np.full(len(room) + 1, -np.inf)])
    high = np.concatenate([np.ones(len(free)), np.append(room, may_leave - left) / each])
    options: dict[str, float] = {"mip_rel_gap": 0.0}
    if seconds is not None:
        options["time_limit"] = max(seconds, 0.1)
    if nodes is not None:
        options["node_limit"] = nodes
    found = optimize.milp(
        cost,
        constraints=optimize.LinearConstraint(matrix, low, high),
        integrality=np.ones(len(cost)),
        bounds=optimize.Bounds(0, 1),
        options=options,
    )
    bound = found.mip_dual_bound
    proven = found.status in {_OPTIMAL, _INFEASIBLE}
    if bound is None:
        return Branched(None, np.inf if found.status == _INFEASIBLE else None, proven)
    fixed = float(model.cost_of(kept))
    if found.x is None:
        return Branched(None, float(bound) + fixed, proven)
    taken = part.pairs[found.x[: len(part.pairs)] > 0.5]  # noqa: PLR2004
    kept[model.owner(taken)] = taken
    if not model.fits(kept) or model.left_out(kept) > may_leave:
        return Branched(None, float(bound) + fixed)  # within HiGHS's tolerance only
    return Branched(kept, float(bound) + fixed, proven)


def _matrix(
    model: Model, part: Part, free: IntArray
) -> tuple[sparse.csr_array, FloatArray, FloatArray]:
    """Rows: one choice for each free firm, the model's rows, the weight left out.

    With them the costs, and what the rows but the first ones are divided by.
    """
    pairs, leavable = part.pairs, part.leavable
    count, firms, rows = len(pairs), len(free), len(model.capacity)
    column, used, amount = model.entries(pairs)
    spare = count + np.arange(len(leavable))
    last = np.full(len(leavable), rows)
    each = evened(
        np.concatenate([used, last]),
        np.concatenate([amount, model.weight[leavable]]),
        rows + 1,
    )
    amounts = [
        np.ones(count + len(leavable)),
        amount / each[used],
        model.weight[leavable] / each[rows],
    ]
    row = [
        np.searchsorted(free, np.concatenate([model.owner(pairs), leavable])),
        firms + used,
        firms + last,
    ]
    columns = [np.arange(count), spare, column, spare]
    matrix = sparse.csr_array(
        (
            np.concatenate(amounts).astype(np.float64),
            (np.concatenate(row), np.concatenate(columns)),
        ),
        shape=(firms + rows + 1, count + len(leavable)),
    )
    cost = np.concatenate([model.cost[pairs], np.zeros(len(leavable))]).astype(np.float64)
    return matrix, cost, each
