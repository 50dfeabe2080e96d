"""Who is in scope of a plan: what is asked, and what holds where nothing is asked."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import numpy as np
import pandas as pd

from geo_relocation.errors import DataError, EmptyWorkspaceError, ScenarioError
from geo_relocation.matching.group import Who
from geo_relocation.matching.naming import named
from geo_relocation.matching.problem import Note
from geo_relocation.matching.scope_words import Scope, described
from geo_relocation.matching.specification import Limits, Lock, MatchSpecification
from geo_relocation.matching.standing import Standing
from geo_relocation.matching.who import Register, among
from geo_relocation.messages import Message, _
from geo_relocation.model import schema
from geo_relocation.model.enums import ListState, Route, Verdict
from geo_relocation.model.told import told
from geo_relocation.standing.list import state_as_of
from geo_relocation.standing.names import ParkNames


def resolve(
    specification: MatchSpecification, standing: Standing, parks: ParkNames | None = None
) -> tuple[MatchSpecification, MatchSpecification, list[Note]]:
    """What is asked, with everything that was left open filled in by what holds now.

    Parameters
    ----------
    specification
        As it was written.
    standing
        What holds.
    parks
        Parks that exist; None: their names are not looked up.

    Returns
    -------
    tuple
        The specification as written but with codes of cities and ids of parks for names; the
        same with routes or verdicts, years and batches written out, which stays as it is when
        resolved again; and notes.

    Raises
    ------
    ScenarioError
        With all contradictions, and cities and parks that do not exist.
    EmptyWorkspaceError
        If the scenario filters by route or binds batches and there are no decisions.
    DataError
        If it names no years and none of the scheme remains.
    """
    notes: list[Note] = []
    asked, mistakes = named(specification, standing.known(parks))
    _require_decisions(asked, standing)
    who = asked.who
    if not who.routes and not who.verdicts:
        decided = standing.decided is not None
        by: dict[str, Any] = {"routes": (Route.RELOCATE,)} if decided else {}
        who = who.model_copy(update=by or {"verdicts": (Verdict.CONFLICT,)})
    limits, phases = asked.limits, asked.phases
    if phases:
        _note_years(asked, standing, notes)
    else:
        phases = _remaining(standing)
        limits = _quotas_within(limits, phases, notes)
        if "batches" not in limits.model_fields_set:
            limits = limits.model_copy(update={"batches": _batches(standing, notes)})
    # Written out even where it is empty: resolved again it stays as it is.
    limits = limits.model_copy(update={"batches": dict(limits.batches)})
    made = asked.model_copy(update={"who": who, "limits": limits, "phases": phases})
    mistakes += made.mistakes()
    if mistakes:
        raise ScenarioError(_("The scenario"), mistakes)
    return asked, made, notes


def _require_decisions(asked: MatchSpecification, standing: Standing) -> None:
    """Stop where decisions are asked for and there are none."""
    if standing.decided is not None:
        return
    if asked.limits.batches:
        raise EmptyWorkspaceError(
            _("The scenario sets the years of batches, but no site has been put in a batch."),
            hint=_("Run assess with --batches first, or leave out limits.batches."),
        )
    for one in (asked.who, *(rule.firms for rule in asked.rules)):
        by = next((name for name in _OF_DECISIONS if getattr(one, name)), None)
        if by is not None:
            raise EmptyWorkspaceError(
                Message(_OF_DECISIONS[by].text),
                hint=_("Run assess first, or leave out {field} in the scenario.", field=by),
            )


_OF_DECISIONS = {
    "routes": _("The scenario chooses sites by route, but none has been assessed."),
    "groups": _("The scenario chooses sites by group, but none has been assessed."),
    "batches": _("The scenario chooses sites by batch, but none has been assessed."),
}
"""Filters that need decisions, and what is said where there are none."""


def _remaining(standing: Standing) -> tuple[int, ...]:
    """The years of the scheme that remain."""
    if not standing.years:
        raise DataError(
            _("The scenario names no years, and none of the scheme remains."),
            hint=_("Name them in the scenario, e.g. phases = [2031, 2032]."),
        )
    return standing.years


def _quotas_within(limits: Limits, phases: tuple[int, ...], notes: list[Note]) -> Limits:
    """The quotas of the years that remain; those of others are noted and left out."""
    kept: dict[str, Any] = {}
    for name in ("moves_per_year", "land_ha_per_year"):
        quota: dict[int, Any] = getattr(limits, name)
        if outside := sorted(set(quota) - set(phases)):
            words = told("matching.quota-outside", name=name, years=outside)
            notes.append(Note("quota-outside", words, len(outside)))
            kept[name] = {year: value for year, value in quota.items() if year in phases}
    if outside := sorted({one.year for one in limits.budget} - set(phases)):
        words = told("matching.quota-outside", name="budget", years=outside)
        notes.append(Note("quota-outside", words, len(outside)))
        kept["budget"] = tuple(one for one in limits.budget if one.year in phases)
    return limits.model_copy(update=kept) if kept else limits


def _batches(standing: Standing, notes: list[Note]) -> dict[str, int]:
    """First year of each batch that a decision in force names, as it was decided."""
    if standing.decided is None:
        return {}
    names = standing.decided["batch"].dropna()
    if unknown := int((~names.isin(list(standing.batches))).sum()):
        words = told("matching.batch-years-unknown", count=unknown)
        notes.append(Note("batch-years-unknown", words, unknown))
    return {name: standing.batches[name] for name in sorted(set(names) & set(standing.batches))}


def _note_years(asked: MatchSpecification, standing: Standing, notes: list[Note]) -> None:
    """What has to be said of years that the scenario names itself."""
    if past := [year for year in asked.phases if standing.years and year < standing.years[0]]:
        words = told("matching.years-past", years=past)
        notes.append(Note("years-past", words, len(past)))
    batched = 0 if standing.decided is None else int(standing.decided["batch"].notna().sum())
    if batched and "batches" not in asked.limits.model_fields_set:
        words = told("matching.batches-not-asked", count=batched)
        notes.append(Note("batches-not-asked", words, batched))


def in_scope(
    sites: pd.DataFrame,
    findings: pd.DataFrame | None,
    specification: MatchSpecification,
    standing: Standing,
    *,
    kept: frozenset[str] = frozenset(),
) -> tuple[pd.DataFrame, Scope, list[Note]]:
    """The sites that are to be placed, in the order of their ids.

    Parameters
    ----------
    sites, findings
        All sites, and the findings of one run; without findings no verdict is asked.
    specification
        Resolved.
    standing
        What holds.
    kept
        Sites that are in scope whatever is asked: firms that keep the place they signed for.
    """
    who = specification.who
    register = Register(sites, findings, standing)
    keep = register.meets(who)
    if who.verdicts and findings is not None:
        keep &= among(register.verdicts, who.verdicts)
    keep |= sites["site_id"].isin(kept).to_numpy(dtype=bool)
    keep &= ~sites["site_id"].isin(standing.finished).to_numpy(dtype=bool)
    chosen = sites[keep].sort_values("site_id", kind="stable").reset_index(drop=True)
    scope = described(register, keep, specification)
    left = int((~keep).sum())
    notes = [*_of_states(sites, chosen, standing, kept), *_of_sizes(register, who)]
    if left:
        words = told("matching.out-of-scope", count=left)
        notes.append(Note("out-of-scope", words, left))
    return chosen, scope, notes + _of_decisions(sites, chosen, specification, standing)


def _of_sizes(register: Register, who: Who) -> list[Note]:
    """Sites that a filter of size leaves out because their size is not known."""
    notes = []
    for field, sizes in (("land_m2", register.land_m2), ("workers", register.workers)):
        if getattr(who, field) is None:
            continue
        others = register.meets(who.model_copy(update={field: None}))
        if count := int((others & np.isnan(sizes)).sum()):
            what = schema("sites").attribute(field)
            words = told("matching.size-unknown", count=count, what=what)
            notes.append(Note("size-unknown", words, count))
    return notes


def _of_states(
    sites: pd.DataFrame, chosen: pd.DataFrame, standing: Standing, kept: frozenset[str]
) -> list[Note]:
    """What the state of the list means for the plan, where it is not plain to see."""
    notes = []
    if count := int(sites["site_id"].isin(standing.finished).sum()):
        notes.append(Note("finished", told("matching.finished", count=count), count))
    free = chosen["site_id"].isin(standing.committed - kept)
    if count := int(free.sum()):
        words = told("matching.committed-free", count=count)
        notes.append(Note("committed-free", words, count))
    return notes


def _of_decisions(
    sites: pd.DataFrame,
    chosen: pd.DataFrame,
    specification: MatchSpecification,
    standing: Standing,
) -> list[Note]:
    """Sites that nobody decided on, and sites in scope that were decided to do otherwise."""
    if standing.decided is None:
        return []
    notes = []
    undecided = int((~sites["site_id"].isin(standing.decided.index)).sum())
    if specification.who.routes and undecided:
        words = told("matching.not-decided", count=undecided)
        notes.append(Note("not-decided", words, undecided))
    route = chosen["site_id"].map(standing.decided["route"])
    other = int((route.notna() & (route != Route.RELOCATE.value)).sum())
    if not specification.who.routes and other:
        words = told("matching.other-route", count=other)
        notes.append(Note("other-route", words, other))
    return notes


def status_ignored(sites: pd.DataFrame, events: pd.DataFrame | None) -> list[Note]:
    """Sites whose register states another state than the history of the list tells."""
    stated = sites["status"].astype(object)
    state = np.full(len(sites), ListState.CANDIDATE.value, dtype=object)
    if events is not None:
        state = state_as_of(events, sites)["state"].to_numpy(dtype=object)
    differ = int(((stated != state) & stated.notna() & (stated != ListState.CANDIDATE.value)).sum())
    if not differ:
        return []
    return [Note("status-ignored", told("matching.status-ignored", count=differ), differ)]


def keep_committed(
    specification: MatchSpecification, approved: pd.DataFrame, signed: Collection[str]
) -> MatchSpecification:
    """The specification with a lock on every firm that has signed or is moving.

    Parameters
    ----------
    specification
        What is asked, resolved; its own locks win.
    approved
        Assignments of the approved plan.
    signed
        Sites whose firm keeps the place that plan gives it.
    """
    named_ones = {lock.site for lock in specification.locks}
    mine = approved["site_id"].isin(set(signed) - named_ones)
    rows = approved[approved["park_id"].notna() & mine]
    locks = tuple(
        Lock(site=site, park=park, phase=int(year) if int(year) in specification.phases else None)
        for site, park, year in zip(rows["site_id"], rows["park_id"], rows["phase"], strict=True)
    )
    return specification.model_copy(update={"locks": (*specification.locks, *locks)})
