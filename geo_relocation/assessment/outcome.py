"""Apply a rule set to evidence: triggers, groups and routes of many sites at once.

Groups are tried in order. In three-valued logic a group may hold, not hold or be open; a site is
decided when exactly one group can still be its own, whatever the missing evidence turns out to
be. Otherwise it is undecided, and only evidence that could change the group is named.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geo_relocation.arrays import FloatArray, IntArray, Mask
from geo_relocation.assessment.conditions import (
    FALSE,
    TRUE,
    UNKNOWN,
    Truth,
    as_number,
    merge,
    resolve,
)
from geo_relocation.assessment.evidence import EvidenceTable
from geo_relocation.assessment.matters import that_can_matter
from geo_relocation.assessment.ruleset import OUT_OF_SCOPE, Group, RuleSet, Trigger
from geo_relocation.model.enums import Route

UNDECIDED = -1
_UNSAID = 0.5  # a source that does not tell compulsory from encouraged agrees with nothing


@dataclass(frozen=True)
class Outcome:
    """What a rule set says of each site, in the order of the evidence table.

    Attributes
    ----------
    triggers
        Truth of each applied trigger by id.
    group
        Index into `groups`, −1 where undecided.
    groups
        Ids, the first being the sites outside the scope when the rule set has one.
    route
        Route values; `undecided` where the group is.
    compulsory
        1 yes, 0 no, NaN where not known or not said.
    points
        Points of the triggers met; NaN where the rule set has none or they are not known.
    missing
        Per evidence key, the sites whose outcome hangs on it.
    """

    triggers: Mapping[str, Truth]
    group: IntArray
    groups: tuple[str, ...]
    route: NDArray[np.object_]
    compulsory: FloatArray
    points: FloatArray
    missing: Mapping[str, Mask]


def evaluate(table: EvidenceTable, ruleset: RuleSet) -> Outcome:
    """Apply `ruleset` to the sites of `table`.

    Parameters
    ----------
    table
        Evidence that holds at least the rule set's `keys`.
    """
    parameters = ruleset.values
    applied = ruleset.applied
    triggers = {t.id: t.when.evaluate(table, parameters) for t in applied}
    possible, named = _possible(table, ruleset, applied, triggers)
    missing = that_can_matter(
        table, ruleset, named, lambda filled: _possible_groups(filled, ruleset)
    )
    group = np.where(possible.sum(axis=0) == 1, possible.argmax(axis=0), UNDECIDED)
    scoped = ruleset.scope is not None
    names = tuple(group.id for group in ruleset.groups)
    return Outcome(
        triggers=triggers,
        group=group,
        groups=(OUT_OF_SCOPE, *names) if scoped else names,
        route=_routes(table, ruleset, group - scoped, decided=group != UNDECIDED),
        compulsory=_compulsory(ruleset, possible),
        points=_points(applied, triggers, len(table)),
        missing=missing,
    )


def _possible(
    table: EvidenceTable,
    ruleset: RuleSet,
    applied: tuple[Trigger, ...],
    truths: Mapping[str, Truth],
) -> tuple[Mask, dict[str, Mask]]:
    """Which groups each site may belong to, and what is missing to tell."""
    parameters = ruleset.values
    alive = np.ones(len(table), dtype=bool)
    possible: list[Mask] = []
    missing: dict[str, Mask] = {}
    if ruleset.scope is not None:
        outside = -ruleset.scope.evaluate(table, parameters)
        merge(missing, ruleset.scope.missing(table, parameters, alive))
        possible.append(alive & (outside != FALSE))
        alive = alive & (outside != TRUE)
    for group in ruleset.groups:
        members = tuple(t for t in applied if t.id in group.triggers)
        truth = _group_truth(group, members, truths, ruleset, len(table))
        open_ = alive & (truth == UNKNOWN)
        for trigger in members:
            if group.combine != "points" or trigger.points:
                merge(missing, trigger.when.missing(table, parameters, open_))
        possible.append(alive & (truth != FALSE))
        alive = alive & (truth != TRUE)
    return np.array(possible), {key: mask for key, mask in missing.items() if mask.any()}


def _possible_groups(table: EvidenceTable, ruleset: RuleSet) -> Mask:
    """Which groups each row of a table may belong to."""
    applied = ruleset.applied
    truths = {t.id: t.when.evaluate(table, ruleset.values) for t in applied}
    return _possible(table, ruleset, applied, truths)[0]


def _group_truth(
    group: Group,
    members: tuple[Trigger, ...],
    truths: Mapping[str, Truth],
    ruleset: RuleSet,
    count: int,
) -> Truth:
    """Truth of a group per site."""
    if group.default:
        return np.full(count, TRUE)
    if not members:
        return np.full(count, FALSE)
    if group.combine == "points":
        return _points_truth(group, members, truths, ruleset, count)
    if group.combine == "all-of" and len(members) < len(group.triggers):
        # A part that cannot be applied is not met: all of them cannot be.
        return np.full(count, FALSE)
    joined = np.stack([truths[trigger.id] for trigger in members])
    join = np.maximum if group.combine == "any-of" else np.minimum
    return np.asarray(join.reduce(joined), dtype=np.int8)


def _points_truth(
    group: Group,
    members: tuple[Trigger, ...],
    truths: Mapping[str, Truth],
    ruleset: RuleSet,
    count: int,
) -> Truth:
    """Truth of "at least so many points", by the range that the points can still take."""
    least = resolve(group.minimum_points, ruleset.values)
    if least is None:
        return np.full(count, FALSE)
    low, high = _range(members, truths, count)
    needed = as_number(least)
    return np.where(low >= needed, TRUE, np.where(high < needed, FALSE, UNKNOWN)).astype(np.int8)


def _range(
    members: tuple[Trigger, ...], truths: Mapping[str, Truth], count: int
) -> tuple[FloatArray, FloatArray]:
    """Least and greatest sum of points."""
    low, high = np.zeros(count), np.zeros(count)
    for trigger in members:
        truth, points = truths[trigger.id], trigger.points or 0.0
        sure, open_ = truth == TRUE, truth == UNKNOWN
        low += np.where(sure, points, np.where(open_, min(points, 0.0), 0.0))
        high += np.where(sure, points, np.where(open_, max(points, 0.0), 0.0))
    return low, high


def _points(applied: tuple[Trigger, ...], truths: Mapping[str, Truth], count: int) -> FloatArray:
    counted = tuple(trigger for trigger in applied if trigger.points is not None)
    if not counted:
        return np.full(count, np.nan)
    low, high = _range(counted, truths, count)
    return np.where(low == high, low, np.nan)


def _routes(
    table: EvidenceTable, ruleset: RuleSet, index: IntArray, *, decided: Mask
) -> NDArray[np.object_]:
    """The group's route, or the firm's own wish where the group leaves the choice."""
    routes = np.full(len(table), Route.STAY.value, dtype=object)
    for number, group in enumerate(ruleset.groups):
        inside = index == number
        routes[inside] = group.route.value
        for wish in group.wishes:
            routes[inside & (table.values["wish"] == wish.value)] = wish.value
    routes[~decided] = Route.UNDECIDED.value
    return routes


def _compulsory(ruleset: RuleSet, possible: Mask) -> FloatArray:
    """Whether the change is compulsory, where all groups that are possible agree."""
    stated = [_UNSAID if g.compulsory is None else float(g.compulsory) for g in ruleset.groups]
    if ruleset.scope is not None:
        stated.insert(0, 0.0)
    column = np.array(stated)[:, np.newaxis]
    lowest = np.where(possible, column, np.inf).min(axis=0)
    highest = np.where(possible, column, -np.inf).max(axis=0)
    return np.where((lowest == highest) & (lowest != _UNSAID), lowest, np.nan)
