"""A plan that is slightly overfull made to fit, by moves that cost little."""

from __future__ import annotations

import numpy as np

from geo_relocation.arrays import IntArray
from geo_relocation.assignment.construct import complete
from geo_relocation.assignment.model import Model

_CAREFUL = 30
"""Firms moved with care, and rows that may be overdrawn for it."""


def repair(model: Model, chosen: IntArray) -> IntArray:
    """The plan with firms moved, or left out, until every row holds.

    In each overdrawn row the firm goes whose move costs least for what it frees; firms that
    find no other place with room are left out. A plan that is far from fitting only sheds
    firms, which is fast.

    Parameters
    ----------
    model
        The model.
    chosen
        Pair of each firm, -1 where it is left out.
    """
    chosen = chosen.copy()
    room = model.capacity - model.load(chosen)
    careful = _CAREFUL
    while (over := np.flatnonzero(room < 0)).size:
        if careful and over.size <= _CAREFUL:
            careful -= 1
            _relieve(model, chosen, room, int(over[0]))
        else:
            _shed(model, chosen, room, int(over[0]))
    return chosen


def refit(model: Model, chosen: IntArray) -> IntArray:
    """`repair`, and then the firms left out added where there is room, the weightiest first."""
    order = np.argsort(-model.weight, kind="stable")
    return complete(model, repair(model, chosen), order=order)


def _inside(model: Model, chosen: IntArray, row: int) -> IntArray:
    """Firms whose place uses a row."""
    users = np.flatnonzero(model.row == row)
    places = np.searchsorted(model.row_ptr, users, side="right") - 1
    placed = np.flatnonzero(chosen >= 0)
    found: IntArray = placed[np.isin(model.place[chosen[placed]], places)]
    return found


def _shed(model: Model, chosen: IntArray, room: IntArray, row: int) -> None:
    """Leave out firms of an overdrawn row until it holds, those of least weight first."""
    inside = _inside(model, chosen, row)
    kind = int(model.kind[model.row == row][0])
    amount = model.demand_of(chosen[inside])[kind]
    order = np.lexsort((-amount, model.weight[inside]))
    freed = np.cumsum(amount[order])
    gone = inside[order[: int(np.searchsorted(freed, -room[row])) + 1]]
    chosen[gone] = -1
    room[:] = model.capacity - model.load(chosen)


def _uses(model: Model, pair: int) -> tuple[IntArray, IntArray]:
    """Rows and amounts that a pair takes."""
    place = model.place[pair]
    entry = slice(model.row_ptr[place], model.row_ptr[place + 1])
    demand = model.demand_of(np.array([pair]))[:, 0]
    return model.row[entry], demand[model.kind[entry]]


def _relieve(model: Model, chosen: IntArray, room: IntArray, row: int) -> None:
    """Move one firm out of an overdrawn row, to where there is room or to nowhere."""
    best: tuple[float, int, int] | None = None
    for firm in _inside(model, chosen, row):
        rows, amounts = _uses(model, int(chosen[firm]))
        freed = int(amounts[rows == row].sum())
        if freed <= 0:
            continue
        gain = min(freed, -int(room[row])) / -int(room[row])
        price, target = _cheapest_move(model, chosen, room, int(firm))
        value = price / gain
        if best is None or value < best[0]:
            best = (value, int(firm), target)
    if best is None:
        raise AssertionError("an overdrawn row without users")
    _, firm, target = best
    rows, amounts = _uses(model, int(chosen[firm]))
    np.add.at(room, rows, amounts)
    chosen[firm] = target
    if target >= 0:
        rows, amounts = _uses(model, target)
        np.subtract.at(room, rows, amounts)


def _cheapest_move(model: Model, chosen: IntArray, room: IntArray, firm: int) -> tuple[float, int]:
    """Extra cost and pair of a firm's cheapest other place with room; -1 for none."""
    now = int(chosen[firm])
    pairs = np.arange(model.ptr[firm], model.ptr[firm + 1])
    for pair in pairs[np.argsort(model.cost[pairs], kind="stable")]:
        if pair == now:
            continue
        rows, amounts = _uses(model, int(pair))
        if (room[rows] >= amounts).all():
            return float(max(model.cost[pair] - model.cost[now], 0)) + 1.0, int(pair)
    worst = float(model.cost[pairs].max()) if len(pairs) else 1.0
    return 10.0 * worst * float(model.weight[firm]), -1
