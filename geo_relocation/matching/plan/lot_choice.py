r"""Which firm gets which lots of a park: as many firms as possible, then the least land over.

With :math:`x_{fb} = 1` where firm f is given b, a connected set of whole lots or a part of a
divisible one, :math:`o_{fb}` the land beyond its need and :math:`s_{fbl}` the share of lot l
that b takes:

.. math:: \text{lex } \Big( \max \sum x_{fb},\ \min \sum o_{fb} x_{fb} \Big), \quad
   \sum_b x_{fb} \le 1, \quad \sum_{fb} s_{fbl} x_{fb} \le 1

Where there are too many choices for one model, a linear program with columns made as they are
needed (Gilmore and Gomory, 1961) finds those worth having, and branch and bound decides among
them. The program's prices prove how good any plan can be: for prices :math:`v \ge 0` of the
lots no plan places more than
:math:`\sum_l v_l + \sum_f \max(0, 1 - \min_b \sum_l s_{fbl} v_l)` firms, b over all choices
of f and not only over those that were made.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from geo_relocation.arrays import FloatArray, IntArray
from geo_relocation.lazy import optimize, sparse
from geo_relocation.matching.plan.bundles import UNITS_PER_M2, Bundles, Lots

ALL_CHOICES = 40_000
"""Up to this many choices of all firms together stand in one model."""

PER_FIRM = 15
"""Choices per firm, the most promising ones, that are kept of more."""

ROUNDS = 80
"""Most rounds of making columns; the bound of any round holds."""

_ROUNDING = 1e-6
_TIGHTER = 1e-5
_NONE = np.zeros(0, dtype=np.int64)


@dataclass(frozen=True)
class Choices:
    """What firms can be given, one entry a firm and bundle.

    Attributes
    ----------
    firm
        Position of the firm.
    item
        Position of the bundle; behind the last one, position of the divisible lot.
    share
        Share of a divisible lot that is taken; 1 for a bundle.
    over
        Land beyond the need, cm².
    takes
        Share of each lot that each choice takes; (choices, lots).
    """

    firm: IntArray
    item: IntArray
    share: FloatArray
    over: IntArray
    takes: sparse.csr_array

    def __len__(self) -> int:
        """How many choices."""
        return len(self.firm)

    def some(self, which: IntArray) -> Choices:
        """A selection, in the order given."""
        return Choices(
            self.firm[which],
            self.item[which],
            self.share[which],
            self.over[which],
            self.takes[which],
        )


@dataclass(frozen=True)
class Decided:
    """Who gets what, and what is proven about it.

    Attributes
    ----------
    taken
        Positions of the choices taken.
    most
        No plan gives lots to more firms.
    least_over
        No plan that gives lots to as many firms leaves less over, cm².
    """

    taken: IntArray
    most: int
    least_over: int


@dataclass(frozen=True)
class Needs:
    """What the firms of a park ask for.

    Attributes
    ----------
    land
        Land each needs, cm².
    year
        Calendar year in which each comes.
    most_over
        Land beyond the need that each may be given, cm²; infinite where any.
    """

    land: IntArray
    year: IntArray
    most_over: FloatArray


def choices(lots: Lots, sets: Bundles, needs: Needs) -> Choices:
    """All that the firms of a park can be given, firm by firm.

    A set from which a lot can be taken, with the need still covered and the rest connected,
    is no choice: the smaller one is better for everybody.
    """
    divisible = np.flatnonzero(lots.divisible)
    firm, item, over = list[IntArray](), list[IntArray](), list[IntArray]()
    share = list[FloatArray]()
    for one, (land, year, most) in enumerate(
        zip(needs.land.tolist(), needs.year.tolist(), needs.most_over.tolist(), strict=True)
    ):
        whole = (sets.area >= land) & (sets.within < land) & (sets.ready <= year)
        bundle = np.flatnonzero(whole & (sets.area - land <= most))
        part = np.maximum(land, lots.smallest[divisible])
        fits = (part <= lots.area[divisible]) & (lots.ready[divisible] <= year)
        fits &= part - land <= most
        firm.append(np.full(len(bundle) + int(fits.sum()), one))
        item += [bundle, len(sets) + divisible[fits]]
        share += [np.ones(len(bundle)), part[fits] / lots.area[divisible][fits]]
        over += [sets.area[bundle] - land, part[fits] - land]
    items, shares = np.concatenate([_NONE, *item]), np.concatenate([np.zeros(0), *share])
    taken = sparse.vstack(
        [_members(sets, len(lots.ids)), sparse.csr_array(np.eye(len(lots.ids)))], "csr"
    )
    takes = sparse.csr_array(taken[items])
    takes.data *= np.repeat(shares, np.diff(takes.indptr))
    firms, overs = np.concatenate([_NONE, *firm]), np.concatenate([_NONE, *over])
    return Choices(firms, items, shares, overs, takes)


def _members(sets: Bundles, lots: int) -> sparse.csr_array:
    """Which lots each set holds; (sets, lots)."""
    size = [len(some) for some in sets.lots]
    flat = [lot for some in sets.lots for lot in some]
    ends = np.concatenate([[0], np.cumsum(size)]).astype(np.int64)
    return sparse.csr_array(
        (np.ones(len(flat)), np.array(flat, dtype=np.int64), ends), (len(sets), lots)
    )


@dataclass(frozen=True)
class Effort:
    """Limits of each search by branch and bound.

    Attributes
    ----------
    nodes
        Nodes; they end the search at the same point on every machine.
    seconds
        Seconds, should the nodes take too long.
    """

    nodes: int = 1_000
    seconds: float = 60.0


def decide(lots: Lots, every: Choices, firms: int, effort: Effort) -> Decided:
    """Give lots to the firms of a park.

    Parameters
    ----------
    lots
        The lots.
    every
        From `choices`.
    firms
        How many firms ask for lots.
    effort
        Limits of each of the up to four searches.
    """
    start, search = _one_by_one(every), _Search(lots, every, firms, effort)
    if len(every) <= ALL_CHOICES:
        return search.solve(np.arange(len(every)), start)
    pool, most = _promising(every, np.ones(len(every)), firms, at_least=0, start=start)
    first = search.solve(np.union1d(pool, start), start)
    most_firms = min(int(np.floor(most + _ROUNDING)), firms)
    count, over = len(first.taken), every.over / UNITS_PER_M2
    scale = max(float(over.max()), 1.0)
    pool, worth = _promising(every, -over / scale, firms, at_least=count, start=first.taken)
    second = search.solve(np.union1d(pool, first.taken), first.taken)
    # The bound on the land over was taken for the number of firms of the first plan.
    least = _down(-worth * scale) if len(second.taken) == count else 0
    return Decided(second.taken, most_firms, least)


def _one_by_one(every: Choices) -> IntArray:
    """A plan to begin with: each firm takes what leaves least over, the modest firms first."""
    taken, room = list[int](), np.ones(every.takes.shape[1])
    size = np.diff(every.takes.indptr)
    served = set[int]()
    for one in np.lexsort((every.over, size)).tolist():
        lots = every.takes.indices[every.takes.indptr[one] : every.takes.indptr[one + 1]]
        share = every.takes.data[every.takes.indptr[one] : every.takes.indptr[one + 1]]
        firm = int(every.firm[one])
        if firm not in served and (share <= room[lots]).all():
            taken.append(one)
            room[lots] -= share
            served.add(firm)
    return np.array(sorted(taken), dtype=np.int64)


def _promising(
    every: Choices, worth: FloatArray, firms: int, *, at_least: int, start: IntArray
) -> tuple[IntArray, float]:
    """Choices that a linear program finds worth having, and the bound that its prices prove.

    Parameters
    ----------
    every
        All choices.
    worth
        What each adds to the aim, which is to be the most.
    firms
        How many firms.
    at_least
        Firms that must be given lots.
    start
        Choices to begin with; they hold a plan for that many firms.
    """
    held, bound = start, np.inf
    promise = worth
    for _ in range(ROUNDS):
        price, bonus, own = _prices(every.some(held), worth[held], firms, at_least)
        gain = worth + bonus - every.takes @ price
        most = np.zeros(firms)
        np.maximum.at(most, every.firm, gain)
        proven = float(most.sum() + price.sum() - bonus * at_least)
        if proven < bound:
            bound, promise = proven, gain
        new = _least(every, own[every.firm] - gain, firms)
        new = np.setdiff1d(new[gain[new] > own[every.firm[new]] + _ROUNDING], held)
        if not len(new):
            break
        held = np.concatenate([held, new])
    order = np.lexsort((-promise, every.firm))
    firm = every.firm[order]
    rank = np.arange(len(order)) - np.searchsorted(firm, firm)
    return np.union1d(order[rank < PER_FIRM], held), bound


def _least(every: Choices, value: FloatArray | IntArray, firms: int) -> IntArray:
    """The choice of least value of each firm that has any."""
    order = np.lexsort((value, every.firm))
    first = np.searchsorted(every.firm[order], np.arange(firms))
    there = np.isin(np.arange(firms), every.firm)
    found: IntArray = order[first[there]]
    return found


def _rows(held: Choices, firms: int, at_least: int) -> tuple[sparse.csr_array, FloatArray]:
    """Rows and their upper limits: one choice a firm, each lot once, firms at least."""
    count = np.arange(len(held))
    one_each = sparse.csr_array((np.ones(len(held)), (held.firm, count)), (firms, len(held)))
    placed = sparse.csr_array(-np.ones((1, len(held))))
    rows = sparse.vstack([one_each, held.takes.T, placed], "csr")
    return rows, np.concatenate([np.ones(rows.shape[0] - 1), [-float(at_least)]])


def _prices(
    held: Choices, worth: FloatArray, firms: int, at_least: int
) -> tuple[FloatArray, float, FloatArray]:
    """Prices of lots, the bonus for a firm placed, and what is left to each firm."""
    rows, limit = _rows(held, firms, at_least)
    found = optimize.linprog(-worth, A_ub=rows, b_ub=limit, bounds=(0, None), method="highs")
    dual = np.maximum(-found.ineqlin.marginals, 0.0)
    return dual[firms:-1], float(dual[-1]), dual[:firms]


@dataclass(frozen=True)
class _Search:
    """Branch and bound by HiGHS over some of the choices.

    Attributes
    ----------
    lots, every, firms
        As for `decide`.
    effort
        Nodes and seconds of each search.
    """

    lots: Lots
    every: Choices
    firms: int
    effort: Effort

    def solve(self, pool: IntArray, start: IntArray) -> Decided:
        """As many firms as possible, then as little land over as possible."""
        if not len(pool):
            return Decided(pool, 0, 0)
        ones = -np.ones(len(pool))
        most, bound = self._best(pool, ones, start, at_least=len(start))
        over = self.every.over[pool] / UNITS_PER_M2
        least, left = self._best(pool, over, most, at_least=len(most))
        # In the pool only: what holds for all choices is the business of the caller.
        proven = int(np.floor(min(-bound, self.firms) + _ROUNDING))
        return Decided(least, proven, _down(left))

    def _best(
        self, pool: IntArray, cost: FloatArray, start: IntArray, *, at_least: int
    ) -> tuple[IntArray, float]:
        """The choices of least cost, and the bound; those of `start` where none is found."""
        held = self.every.some(pool)
        rows, limit = _rows(held, self.firms, at_least)
        bound = -np.inf
        # A plan that fits within HiGHS's tolerance only is looked for again with less room.
        for room in (1.0, 1.0 - _TIGHTER):
            found = optimize.milp(
                cost,
                constraints=optimize.LinearConstraint(
                    rows, -np.inf, np.where(limit > 0, limit * room, limit)
                ),
                integrality=np.ones(len(pool)),
                bounds=optimize.Bounds(0, 1),
                options={
                    "node_limit": self.effort.nodes,
                    "time_limit": self.effort.seconds,
                    "mip_rel_gap": 0.0,
                },
            )
            if room == 1.0 and found.mip_dual_bound is not None:
                bound = float(found.mip_dual_bound)
            if found.x is None:
                continue
            taken = pool[found.x > 0.5]  # noqa: PLR2004
            if len(taken) >= at_least and self._fits(taken):
                return taken, bound
        return start, bound

    def _fits(self, taken: IntArray) -> bool:
        """Whether each firm takes one choice, each lot goes once, and parts stay within theirs."""
        held = self.every.some(taken)
        if len(np.unique(held.firm)) < len(taken):
            return False
        entry = np.repeat(held.share, np.diff(held.takes.indptr))
        lot = held.takes.indices
        area = np.rint(entry * self.lots.area[lot]).astype(np.int64)
        used = np.zeros(len(self.lots.ids), dtype=np.int64)
        np.add.at(used, lot, area)
        return bool((used <= self.lots.area).all())


def _down(square_metres: float) -> int:
    """A bound on land over as whole cm², rounded so that it holds."""
    exact = square_metres * UNITS_PER_M2
    return max(int(np.floor(exact - 1e-9 * abs(exact))), 0) if np.isfinite(exact) else 0
