"""Decisions: what a rule set says of each site, with values, margins, gaps and fingerprints.

A decision row carries everything that it rests on, so that it can be read and defended years
later without the layers it was made from. Nothing here changes a decision: an override is a new
row that names the one it replaces.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from geo_relocation.arrays import FloatArray
from geo_relocation.assessment.batches import SCHEDULING, schedule
from geo_relocation.assessment.conditions import TRUE
from geo_relocation.assessment.evidence import gather
from geo_relocation.assessment.outcome import Outcome, evaluate
from geo_relocation.assessment.record import COLUMNS, records
from geo_relocation.assessment.ruleset import RuleSet
from geo_relocation.assessment.schedules import BatchPolicy, Deadlines
from geo_relocation.errors import DataError, UnknownNameError, UsageError
from geo_relocation.messages import _
from geo_relocation.model import schema
from geo_relocation.model.enums import Route
from geo_relocation.model.told import stored, told
from geo_relocation.progress import SILENT, Progress


def assess(
    sites: pd.DataFrame,
    findings: pd.DataFrame,
    ruleset: RuleSet,
    *,
    deadlines: Deadlines | None = None,
    batch_policy: BatchPolicy | None = None,
    decided_at: dt.datetime,
    author: str,
    run_id: str,
    progress: Progress = SILENT,
) -> pd.DataFrame:
    """Decide on every site by one rule set.

    Parameters
    ----------
    sites, findings
        Conformed layers; `findings` of one screening run. A site without a finding is decided
        on the register alone, or is undecided for want of evidence about its place.
    ruleset
        The rules.
    deadlines, batch_policy
        The chosen versions; without them decisions carry no deadline and no batch.
    decided_at
        When, with a time zone.
    author
        Who is answerable: the person or office that runs the assessment.
    run_id
        The run; a decision's id is ``RUN:SITE``.

    Returns
    -------
    DataFrame
        Conformed layer `decisions`, in the order of `sites`.
    """
    table = gather(sites, findings, ruleset.keys | set(SCHEDULING))
    outcome = evaluate(table, ruleset)
    severity = _severity(outcome, ruleset)
    plan = schedule(table, outcome.route, outcome.compulsory, severity, deadlines, batch_policy)
    rows = list(records(table, outcome, ruleset, progress))
    frame = pd.DataFrame(rows, columns=list(COLUMNS)).assign(
        decision_id=[f"{run_id}:{site}" for site in table.site_ids],
        site_id=table.site_ids,
        run_id=run_id,
        ruleset=ruleset.id,
        ruleset_version=ruleset.version,
        ruleset_hash=ruleset.hash,
        decided_at=decided_at,
        route=outcome.route,
        compulsory=pd.array(outcome.compulsory, dtype="Float64").astype("boolean"),
        batch=plan.batch,
        deadline=plan.deadline,
        points=outcome.points,
        author=author,
    )
    return schema("decisions").conform(frame)


def _severity(outcome: Outcome, ruleset: RuleSet) -> FloatArray:
    """Points where the rule set counts them, else the number of criteria met."""
    deciding = [t for t in ruleset.applied if not t.note]
    if any(trigger.points is not None for trigger in deciding):
        return np.nan_to_num(outcome.points)
    met = [outcome.triggers[trigger.id] == TRUE for trigger in deciding]
    return np.asarray(np.sum(met, axis=0, dtype=float))


def override(
    decision: Mapping[str, Any],
    *,
    route: Route | str,
    author: str,
    ground: str,
    decided_at: dt.datetime,
    compulsory: bool | None = None,
    deadline: dt.date | None = None,
    batch: str | None = None,
) -> pd.DataFrame:
    """A new decision that replaces another, which stays as it was.

    Parameters
    ----------
    decision
        The row to replace. Its triggers, evidence and rule set are carried over.
    route
        The new route.
    author, ground
        The person who decides and why; both are needed.
    compulsory, deadline, batch
        New values; what is left out is taken from `decision`.

    Returns
    -------
    DataFrame
        One row of the layer `decisions`, to be appended.

    Raises
    ------
    UsageError
        If author or ground is empty, or the route is no route.
    DataError
        If it is dated before the decision that it replaces.
    """
    if not author.strip() or not ground.strip():
        raise UsageError(
            _("An override needs its author and its ground."),
            hint=_("Say who decides and on what document or fact."),
        )
    if str(route) not in [known.value for known in Route]:
        raise UnknownNameError(_("route"), str(route), [known.value for known in Route])
    moment = pd.Timestamp(decided_at).tz_convert("UTC")
    if moment < pd.Timestamp(decision["decided_at"]):
        raise DataError(
            _(
                "The override of {decision:q} is dated before that decision.",
                decision=decision["decision_id"],
            ),
            hint=_("Date it when it was taken."),
        )
    row = dict(decision)
    words = told("assessment.overridden", route=Route.of(str(route)), ground=ground.strip())
    row |= {
        "replaces": decision["decision_id"],
        "route": str(route),
        "author": author.strip(),
        "ground": ground.strip(),
        "decided_at": moment,
        "explanation": stored(words),
    }
    given = {"compulsory": compulsory, "deadline": deadline, "batch": batch}
    row |= {key: value for key, value in given.items() if value is not None}
    token = f"{row['replaces']}|{route}|{moment.isoformat()}|{row['author']}|{row['ground']}"
    row["decision_id"] = "override-" + hashlib.sha256(token.encode()).hexdigest()[:16]
    return schema("decisions").conform(pd.DataFrame([row]))
