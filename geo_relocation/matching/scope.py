"""Who is in scope of a plan: what is asked, and what holds where nothing is asked."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import reduce
from typing import Any

import numpy as np
import pandas as pd

from geo_relocation.errors import DataError, EmptyWorkspaceError, ScenarioError
from geo_relocation.matching.naming import named
from geo_relocation.matching.problem import Note, Scope
from geo_relocation.matching.specification import Limits, Lock, MatchSpecification
from geo_relocation.messages import Message, _
from geo_relocation.model.enums import ListState, Route, Verdict
from geo_relocation.model.told import told
from geo_relocation.standing.days import today
from geo_relocation.standing.decisions import in_force
from geo_relocation.standing.list import committed, finished, state_as_of
from geo_relocation.standing.names import ParkNames
from geo_relocation.standing.units import Districts, city_codes


@dataclass(frozen=True)
class Standing:
    """What holds when a plan is made.

    Attributes
    ----------
    decided
        The decision in force of each site of the register, by site id; None where nothing was
        decided on any of them.
    finished, committed
        Sites of which the scheme asks no more, and those whose firm has signed or is moving.
    districts
        The old district-level units.
    years
        Calendar years of the scheme that remain.
    batches
        First year of each batch as it was decided.
    """

    decided: pd.DataFrame | None
    finished: frozenset[str]
    committed: frozenset[str]
    districts: Districts
    years: tuple[int, ...]
    batches: Mapping[str, int]

    @classmethod
    def of(
        cls,
        sites: pd.DataFrame,
        decisions: pd.DataFrame | None,
        events: pd.DataFrame | None,
        *,
        districts: Districts,
        years: Collection[int] | None = None,
        batches: Mapping[str, int] | None = None,
    ) -> Standing:
        """What holds by the layers.

        Parameters
        ----------
        sites, decisions, events, districts
            Layers as they are, and the districts they name.
        years
            Calendar years of the scheme that remain; None: the present one.
        batches
            First year of each batch as it was decided; None: not known.
        """
        decided = None
        if decisions is not None:
            known = decisions[decisions["site_id"].isin(sites["site_id"])]
            decided = None if known.empty else in_force(known).set_index("site_id")
        return cls(
            decided=decided,
            finished=frozenset() if events is None else finished(events),
            committed=frozenset() if events is None else committed(events),
            districts=districts,
            years=(today().year,) if years is None else tuple(years),
            batches=batches or {},
        )


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
    asked, mistakes = named(specification, districts=standing.districts, parks=parks)
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
    if asked.who.routes:
        raise EmptyWorkspaceError(
            _("The scenario chooses sites by route, but none has been assessed."),
            hint=_("Run assess first, or leave out who.routes."),
        )


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
    kept: dict[str, dict[int, Any]] = {}
    for name in ("moves_per_year", "land_ha_per_year"):
        quota: dict[int, Any] = getattr(limits, name)
        if outside := sorted(set(quota) - set(phases)):
            words = told("matching.quota-outside", name=name, years=outside)
            notes.append(Note("quota-outside", words, len(outside)))
            kept[name] = {year: value for year, value in quota.items() if year in phases}
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
    keep = np.ones(len(sites), dtype=bool)
    if who.verdicts and findings is not None:
        verdict = sites["site_id"].map(findings.set_index("site_id")["verdict"])
        keep &= verdict.isin([str(one) for one in who.verdicts]).to_numpy(dtype=bool)
    if who.routes and standing.decided is not None:
        route = sites["site_id"].map(standing.decided["route"])
        keep &= route.isin([str(one) for one in who.routes]).to_numpy(dtype=bool)
    if who.cities:
        keep &= np.isin(
            city_codes(sites, findings, standing.districts).astype(str), list(who.cities)
        )
    for name, wanted in who.where.items():
        values = wanted if isinstance(wanted, list) else [wanted]
        keep &= sites[name].isin(values).to_numpy(dtype=bool)
    keep |= sites["site_id"].isin(kept).to_numpy(dtype=bool)
    keep &= ~sites["site_id"].isin(standing.finished).to_numpy(dtype=bool)
    chosen = sites[keep].sort_values("site_id", kind="stable").reset_index(drop=True)
    scope = _described(chosen, findings, specification, standing)
    left = int((~keep).sum())
    notes = _of_states(sites, chosen, standing, kept)
    if left:
        words = told("matching.out-of-scope", count=left)
        notes.append(Note("out-of-scope", words, left))
    return chosen, scope, notes + _of_decisions(sites, chosen, specification, standing)


def _described(
    chosen: pd.DataFrame,
    findings: pd.DataFrame | None,
    specification: MatchSpecification,
    standing: Standing,
) -> Scope:
    """The scope in codes and in one line."""
    who, years = specification.who, specification.phases
    routes = tuple(str(one) for one in who.routes)
    verdicts = tuple(str(one) for one in who.verdicts)
    found = city_codes(chosen, findings, standing.districts)
    span = f"{years[0]}–{years[-1]}" if len(years) > 1 else f"{years[0]}"
    conditions = _conditions(specification, standing)
    words = told("matching.scope", count=len(chosen), conditions=conditions, years=span)
    if standing.decided is None:
        words = told("matching.scope-undecided", scope=words)
    return Scope(
        decided=standing.decided is not None,
        routes=routes,
        verdicts=verdicts or tuple(str(one) for one in Verdict),
        cities=who.cities,
        cities_of_firms=tuple(sorted(set(found[~pd.isna(found)].tolist()))),
        years=years,
        firms=len(chosen),
        words=words,
    )


def _conditions(specification: MatchSpecification, standing: Standing) -> list[Message]:
    """What puts a site in scope."""
    who, parts = specification.who, []
    if who.routes:
        parts.append(told("matching.scope-routes", names=_either(who.routes)))
    if who.verdicts:
        parts.append(told("matching.scope-verdicts", names=_either(who.verdicts)))
    else:
        parts.append(told("matching.scope-any-verdict"))
    if who.cities:
        names = standing.districts.names
        cities = _either(names.get(city, city) for city in who.cities)
        parts.append(told("matching.scope-cities", names=cities))
    if who.where:
        parts.append(told("matching.scope-attributes", names=list(who.where)))
    return parts


def _either(names: Iterable[object]) -> Message:
    """Names of which one is enough."""
    first, *others = (told("matching.quoted", name=name) for name in names)
    return reduce(lambda one, other: told("matching.or", one=one, other=other), others, first)


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
