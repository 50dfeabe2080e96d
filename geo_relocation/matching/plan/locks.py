"""Whether the locks can all hold, and if not, a small set of them that cannot."""

from __future__ import annotations

import numpy as np

from geo_relocation.arrays import IntArray
from geo_relocation.assignment.cpsat import new_solver
from geo_relocation.errors import ConflictingLocksError
from geo_relocation.lazy import cp_model
from geo_relocation.matching.problem import Problem
from geo_relocation.matching.rules import rule_of
from geo_relocation.matching.translation import translate
from geo_relocation.messages import _, ngettext
from geo_relocation.model.reasons import FirmBarrier


def check_locks(problem: Problem) -> None:
    """Check that every locked firm can be placed as its lock says, all of them together.

    Raises
    ------
    ConflictingLocksError
        With the names of a smallest set found that conflicts, and why.
    """
    known = set(problem.firms.site_id)
    if missing := [lock.site for lock in problem.specification.locks if lock.site not in known]:
        raise ConflictingLocksError(
            _("Locked firms are not in the scope of the scenario: {names}.", names=sorted(missing)),
            hint=_("Widen who, or remove the locks."),
        )
    locked = np.flatnonzero(problem.firms.locked)
    named = {lock.site for lock in problem.specification.locks}
    for firm in locked:
        if problem.firms.site_id[firm] in named:
            _check_alone(problem, int(firm))
    if len(locked) and not _can_hold(problem, locked):
        if problem.groups:
            raise _together(problem, locked)
        core = _shrink(problem, locked)
        names = [str(problem.firms.site_id[firm]) for firm in core]
        raise ConflictingLocksError(
            ngettext(
                "This lock cannot hold: {names}.",
                "These {count:n} locks cannot hold together: {names}.",
                len(core),
                names=names,
            ),
            why=_(
                "Together they need more land, wastewater or quota than there is; "
                "any one fewer would fit."
            ),
            hint=_("Remove one of them, give another park, or more land."),
        )


def _together(problem: Problem, locked: IntArray) -> ConflictingLocksError:
    """What is said where rules demand places as well: sets of them are too large to be named."""
    rules = [group.number for group in problem.groups if group.rule.kind == "must"]
    return ConflictingLocksError(
        ngettext(
            "The locks and the rules {rules} cannot hold together: {count:n} firm.",
            "The locks and the rules {rules} cannot hold together: {count:n} firms.",
            len(locked),
            rules=rules,
        ),
        why=_("Together they need more land, wastewater or quota than there is in some year."),
        hint=_("Name more parks, give them land, or open more years and larger quotas."),
    )


def _check_alone(problem: Problem, firm: int) -> None:
    """Check that a locked firm has a link at all."""
    barrier = problem.firms.barrier[firm]
    if barrier == FirmBarrier.NONE:
        return
    site = problem.firms.site_id[firm]
    lock = next(one for one in problem.specification.locks if one.site == site)
    why: object = FirmBarrier(barrier)  # type: ignore[call-arg]
    if lock.park is not None and lock.park in problem.parks.park_id:
        park = int(np.flatnonzero(problem.parks.park_id == lock.park)[0])
        why = rule_of(problem.barriers[firm, park]).words
    raise ConflictingLocksError(
        _("The lock of {site:q} cannot hold.", site=site),
        why=_("The reason: {why}.", why=why),
        hint=_("Change the lock."),
    )


def _can_hold(problem: Problem, firms: IntArray) -> bool:
    """Whether all these firms can be placed at once."""
    # That locks cannot hold is claimed for the stated numbers, not for rounded ones.
    model = translate(problem).relaxed
    cp = cp_model.CpModel()
    users: dict[int, list[tuple[cp_model.IntVar, int]]] = {}
    for firm in firms:
        takes = []
        for pair in range(model.ptr[firm], model.ptr[firm + 1]):
            take = cp.new_bool_var("")
            takes.append(take)
            demand = model.demand_of(np.array([pair]))[:, 0]
            place = model.place[pair]
            for entry in range(model.row_ptr[place], model.row_ptr[place + 1]):
                amount = int(demand[model.kind[entry]])
                users.setdefault(int(model.row[entry]), []).append((take, amount))
        cp.add_exactly_one(takes)
    for row, used in users.items():
        takes, amounts = [take for take, _ in used], [amount for _, amount in used]
        total = cp_model.LinearExpr.weighted_sum(takes, amounts)
        cp.add(total <= int(model.capacity[row]))
    solver = new_solver(work=20.0)
    # Not settled in time counts as possible: the search then shows what it can do.
    return bool(solver.solve(cp) != cp_model.INFEASIBLE)


def _shrink(problem: Problem, firms: IntArray) -> IntArray:
    """A conflicting set of which every part can hold: take out one after the other."""
    core = list(firms)
    for firm in firms:
        fewer = [one for one in core if one != firm]
        if fewer and not _can_hold(problem, np.array(fewer)):
            core = fewer
    return np.array(core)
