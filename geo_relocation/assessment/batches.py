"""Put sites into batches (đợt) and give them deadlines, by the chosen policies.

Precedence is a list of criteria in the policy's own order; ties are settled by site id, so that
the same input gives the same list. Batches fill in the order of their years. A firm that no
batch can take stays without one: it is never squeezed in over a quota.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo_relocation.arrays import FloatArray, IntArray
from geo_relocation.assessment.evidence import EvidenceTable, gather
from geo_relocation.assessment.schedules import Batch, BatchPolicy, Deadlines
from geo_relocation.assessment.wording import hit_triggers
from geo_relocation.model.enums import Route

M2_PER_HA = 10_000.0
_NEVER = np.datetime64("9999-12-31", "D")
SCHEDULING = ("city_code", "env_severity", "residential_share", "consent", "wish", "land_m2")
"""Evidence that batches and deadlines are made from."""


@dataclass(frozen=True)
class Schedule:
    """Batch and deadline per site, in the order of the evidence table.

    Attributes
    ----------
    batch
        Batch ids; None for sites that are in no batch.
    deadline
        Dates; NaT where there is none.
    """

    batch: NDArray[np.object_]
    deadline: NDArray[np.datetime64]


def schedule(
    table: EvidenceTable,
    route: NDArray[np.object_],
    compulsory: FloatArray,
    severity: FloatArray,
    deadlines: Deadlines | None,
    policy: BatchPolicy | None,
) -> Schedule:
    """Deadlines and batches for sites whose routes are known.

    Parameters
    ----------
    table
        Evidence with at least the keys of `SCHEDULING`.
    route, compulsory
        Of each site; `compulsory` is 1, 0 or NaN.
    severity
        Points, or the number of criteria met: more is more urgent.
    """
    deadline = _deadlines(table, route, deadlines)
    batch = np.full(len(table), None, dtype=object)
    if policy is not None:
        waiting = np.isin(route.astype(str), [r.value for r in policy.routes])
        ranks = ranking(table, compulsory, severity, deadline, policy)
        order = ranks.index[waiting[ranks.index.to_numpy()]].to_numpy()
        _fill(batch, order, table, policy)
    return Schedule(batch, deadline)


def _deadlines(
    table: EvidenceTable, route: NDArray[np.object_], deadlines: Deadlines | None
) -> NDArray[np.datetime64]:
    result = np.full(len(table), np.datetime64("NaT"), dtype="datetime64[D]")
    if deadlines is None:
        return result
    bound = np.isin(route.astype(str), [r.value for r in deadlines.routes])
    for city in deadlines.cities.values():
        inside = table.values["city_code"] == city.code
        result[bound & inside] = np.datetime64(city.deadline, "D")
    return result


def ranking(
    table: EvidenceTable,
    compulsory: FloatArray,
    severity: FloatArray,
    deadline: NDArray[np.datetime64],
    policy: BatchPolicy,
) -> pd.DataFrame:
    """Sites in order of precedence, with what placed them there.

    Returns
    -------
    DataFrame
        Indexed by position in `table`, first come first: `site_id`, `pilot`, `compulsory`,
        `severity` (points or criteria met), `env_severity`, `residential_share`, `readiness`
        and `deadline`. Readiness is 2 for a firm that agrees and wishes to move, down to −1 for
        one that refuses; what is not known counts as neither.
    """
    values = table.values
    wish = values["wish"]
    consent = values["consent"].astype(float)
    willing = (wish == Route.RELOCATE.value).astype(float) - (wish == Route.STAY.value)
    ranks = pd.DataFrame(
        {
            "site_id": table.site_ids,
            "pilot": np.isin(values["city_code"].astype(str), list(policy.pilot_cities)),
            "compulsory": np.nan_to_num(compulsory, nan=0.5),
            "severity": severity,
            "env_severity": np.nan_to_num(values["env_severity"].astype(float)),
            "residential_share": np.nan_to_num(values["residential_share"].astype(float)),
            "readiness": willing + np.nan_to_num(2 * consent - 1, nan=0.0),
            "deadline": np.where(np.isnat(deadline), _NEVER, deadline),
        }
    )
    columns = {
        "pilot": (["pilot"], False),
        "compulsory": (["compulsory"], False),
        "severity": (["severity", "env_severity", "residential_share"], False),
        "readiness": (["readiness"], False),
        "deadline": (["deadline"], True),
    }
    by: list[str] = []
    ascending: list[bool] = []
    for criterion in policy.order:
        names, rising = columns[criterion]
        by += names
        ascending += [rising] * len(names)
    return ranks.sort_values([*by, "site_id"], ascending=[*ascending, True], kind="stable")


def _fill(
    batch: NDArray[np.object_], order: IntArray, table: EvidenceTable, policy: BatchPolicy
) -> None:
    """Take the sites in order and give each the first batch that is open to it."""
    land = np.nan_to_num(table.values["land_m2"].astype(float)) / M2_PER_HA
    cities = table.values["city_code"]
    firms = dict.fromkeys((b.id for b in policy.batches), 0)
    hectares = dict.fromkeys((b.id for b in policy.batches), 0.0)
    for site in order:
        for candidate in policy.batches:
            used = (firms[candidate.id], hectares[candidate.id] + land[site])
            if _open(candidate, cities[site], *used):
                batch[site] = candidate.id
                firms[candidate.id] += 1
                hectares[candidate.id] += land[site]
                break


def _open(batch: Batch, city: object, firms: int, hectares: float) -> bool:
    """Whether a batch takes one more site of `city`, making `hectares` in all."""
    if batch.cities is not None and city not in batch.cities:
        return False
    if batch.quota_firms is not None and firms >= batch.quota_firms:
        return False
    return batch.quota_land_ha is None or hectares <= batch.quota_land_ha


def compare_schedules(
    decisions: pd.DataFrame,
    sites: pd.DataFrame,
    findings: pd.DataFrame,
    first: tuple[Deadlines, BatchPolicy | None],
    second: tuple[Deadlines, BatchPolicy | None],
) -> pd.DataFrame:
    """What would change if another version of deadlines or batches were in force.

    Parameters
    ----------
    decisions
        Current decisions, one per site; their routes are kept.
    first, second
        The two versions, each deadlines with a batch policy or None.

    Returns
    -------
    DataFrame
        One row per decision: `site_id`, `city_code`, `deadline_a`, `deadline_b`, `batch_a`,
        `batch_b`, `days` (how much later the second deadline is) and `changed`.
    """
    chosen = sites.set_index("site_id").loc[decisions["site_id"]].reset_index()
    table = gather(chosen, findings, SCHEDULING)
    route = decisions["route"].to_numpy(dtype=object)
    compulsory = decisions["compulsory"].to_numpy(dtype=float, na_value=np.nan)
    severity = decisions["points"].to_numpy(dtype=float)
    counted = [float(len(hit_triggers(text))) for text in decisions["triggers"]]
    severity = np.where(np.isnan(severity), counted, severity)
    a, b = (schedule(table, route, compulsory, severity, *version) for version in (first, second))
    days = (b.deadline - a.deadline).astype("timedelta64[D]").astype(float)
    days[np.isnat(a.deadline) | np.isnat(b.deadline)] = np.nan
    same_deadline = (a.deadline == b.deadline) | (np.isnat(a.deadline) & np.isnat(b.deadline))
    return pd.DataFrame(
        {
            "site_id": table.site_ids,
            "city_code": table.values["city_code"],
            "deadline_a": a.deadline.astype("datetime64[us]"),
            "deadline_b": b.deadline.astype("datetime64[us]"),
            "batch_a": a.batch,
            "batch_b": b.batch,
            "days": days,
            "changed": ~same_deadline | (a.batch != b.batch),
        }
    )


def unbatched(decisions: pd.DataFrame, policy: BatchPolicy) -> pd.DataFrame:
    """Decisions that should be in a batch and are in none, for want of room."""
    routes = [route.value for route in policy.routes]
    return decisions[decisions["route"].isin(routes) & decisions["batch"].isna()]
