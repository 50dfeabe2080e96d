"""In which year each batch of relocating firms begins, as it was decided."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from geo_relocation.lazy import Deferred, pd

if TYPE_CHECKING:
    from geo_relocation import assessment
    from geo_relocation.assessment import BatchPolicy
else:
    assessment = Deferred("geo_relocation.assessment")


def batch_years(decisions: pd.DataFrame, runs: pd.DataFrame) -> dict[str, int]:
    """First year of each batch, by the policies under which decisions put sites in batches.

    Parameters
    ----------
    decisions
        Those in force. Where two of their runs give one batch different years, the newer run
        counts. A batch of no policy on record is left out.
    runs
        Rows of that layer.
    """
    used = set(decisions.loc[decisions["batch"].notna(), "run_id"])
    made = runs[(runs["kind"] == "assess") & runs["run_id"].isin(used)]
    years: dict[str, int] = {}
    for parameters in made.sort_values(["started_at", "run_id"])["parameters"]:
        policy = _batch_policy(json.loads(parameters))
        years |= {} if policy is None else {one.id: one.year for one in policy.batches}
    return years


def _batch_policy(run: dict[str, Any]) -> BatchPolicy | None:
    """The order of batches of a run as it was then; where it was not kept, the shipped one."""
    if run.get("batch_policy_content"):
        return assessment.batch_policy_from_data(run["batch_policy_content"])
    name = run.get("batch_policy")
    known = name in assessment.shipped_batch_policies()
    return assessment.load_batch_policy(str(name)) if known else None
