"""The same site twice, in one file or in file and workspace: found, and put to a decision.

One firm may hold several sites, so one tax code is not yet a duplicate: two rows are candidates
when code or name agree and nothing says that they are two places. Outlines that share no land,
points farther apart than their accuracies, or unlike addresses say so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

import numpy as np
import pandas as pd
import shapely
from rapidfuzz import fuzz

from geo_relocation.geo.crs import metres_per_unit
from geo_relocation.ingest.draft import Draft
from geo_relocation.text.similarity import address_key, find_duplicates

Decision = Literal["ask", "merge", "keep"]
DECISIONS: tuple[Decision, ...] = ("ask", "merge", "keep")

_COLUMNS = ("name", "tax_code", "address")
_ONE_ADDRESS = 80.0
_NEAR_METRES = 50.0
_SHARED_LAND = 0.5


class Candidate(NamedTuple):
    """A row that may be another one.

    Attributes
    ----------
    position
        The row's place in the table.
    other
        Key of the row that it may be.
    source
        Row number of the other in the same file; None where the workspace holds it.
    reason
        `tax-code` or `name-address`.
    score
        Likeness in [0, 1].
    """

    position: int
    other: str
    source: int | None
    reason: str
    score: float


def settle_duplicates(draft: Draft, existing: pd.DataFrame | None, decision: Decision) -> None:
    """Find rows that may be the same site, and do as decided.

    `ask` asks: a row whose key had to be made is held back, one that bears a key of its own
    comes in, for its source says that it is a place of its own. `keep` lets both stand. `merge`
    lays the row's values into the gaps of the other and, where the workspace holds that,
    updates it.

    Parameters
    ----------
    draft
        Rows of `sites`, with their keys.
    existing
        The sites that the workspace knows.
    decision
        What the user wants.
    """
    for candidate in find_candidates(draft, existing):
        i = candidate.position
        if not draft.kept[i]:
            continue
        held_back = decision == "ask" and not draft.given["site_id"][i]
        _note(draft, candidate, decision, held_back=held_back)
        if held_back:
            draft.refused[i] = True
        elif decision == "merge":
            _merge(draft, candidate)


def _note(draft: Draft, candidate: Candidate, decision: Decision, *, held_back: bool) -> None:
    kinds = {"keep": "duplicate-kept", "merge": "duplicate-merged"}
    kind = kinds.get(decision, "duplicate" if held_back else "duplicate-possible")
    row = candidate.source
    where = f"dòng {row}" if row is not None else "không gian làm việc"
    where_en = f"row {row}" if row is not None else "the workspace"
    coded = candidate.reason == "tax-code"
    by, by_en = ("mã số thuế", "tax code") if coded else ("tên và địa chỉ", "name and address")
    i = candidate.position
    draft.log.add(
        kind,
        position=i,
        field="site_id",
        value=draft.column("name")[i] or draft.column("tax_code")[i],
        detail=f"{candidate.other} ({where}; theo {by}, {candidate.score:.0%})",
        detail_en=f"{candidate.other} ({where_en}; by {by_en}, {candidate.score:.0%})",
    )


def find_candidates(draft: Draft, existing: pd.DataFrame | None) -> Iterator[Candidate]:
    """Rows that may be another row, each once, in the order of the file."""
    nameless = draft.missing("name") & draft.missing("tax_code")
    rows = np.flatnonzero(draft.kept & ~nameless)
    if not len(rows):
        return
    keys = draft.column("site_id")
    new = pd.DataFrame({name: draft.column(name)[rows] for name in _COLUMNS})
    new["site_id"] = rows
    places, addresses = draft.geometry, draft.column("address")
    accuracy = np.array([_number(v) for v in draft.column("accuracy_m")])
    metre = metres_per_unit(draft.working_crs)
    best: dict[int, Candidate] = {}
    if existing is not None and len(existing):
        known = set(existing["site_id"])
        # A row whose key the workspace has is an update of that row, not a duplicate of others.
        fresh = new[[keys[i] not in known for i in rows]]
        held = existing[["site_id", *_COLUMNS]].astype(object)
        held_places = existing.geometry.to_numpy()
        held_accuracy = existing["accuracy_m"].to_numpy(dtype=float)
        where = {key: n for n, key in enumerate(existing["site_id"])}
        for pair in find_duplicates(fresh, held).itertuples():
            i, n = int(pair.left_id), where[pair.right_id]
            reach = np.nansum([accuracy[i], held_accuracy[n]]) + _NEAR_METRES
            apart = _apart(places[i], held_places[n], reach / metre)
            if apart is None:
                apart = not _one_address(addresses[i], held["address"].iloc[n])
            if i not in best and not apart:
                best[i] = Candidate(i, str(pair.right_id), None, pair.by, pair.score)
    for pair in find_duplicates(new).itertuples():
        first, second = sorted((int(pair.left_id), int(pair.right_id)))
        reach = np.nansum([accuracy[first], accuracy[second]]) + _NEAR_METRES
        apart = _apart(places[first], places[second], reach / metre)
        if apart is None:
            apart = not _one_address(addresses[first], addresses[second])
        if second not in best and not apart:
            row = int(draft.raw.rows[first])
            best[second] = Candidate(second, str(keys[first]), row, pair.by, pair.score)
    yield from (best[i] for i in sorted(best))


def _apart(left: object, right: object, reach: float) -> bool | None:
    """Whether two places are two, by their geometry; None where that is not known of both."""
    if left is None or right is None:
        return None
    outlines = shapely.area([left, right])
    if (outlines > 0).all():
        # Neighbours of one firm share a wall; one place drawn twice shares its land.
        shared = shapely.area(shapely.intersection(left, right))
        return bool(shared < _SHARED_LAND * outlines.min())
    return bool(shapely.distance(left, right) > reach)


def _one_address(left: object, right: object) -> bool:
    """Whether two addresses may be one: the shorter lies within the longer, the number equal.

    An address that is not known contradicts nothing.
    """
    first, second = (address_key(v) if isinstance(v, str) else "" for v in (left, right))
    if not first or not second:
        return True
    numbers = [re.match(r"(?:so )?(\d+\S*)", key) for key in (first, second)]
    if all(numbers) and len({number[1] for number in numbers if number}) > 1:
        return False
    return fuzz.token_set_ratio(first, second) >= _ONE_ADDRESS


def _merge(draft: Draft, candidate: Candidate) -> None:
    """Lay a row into the one that it is: gaps are filled, what is known stays."""
    i = candidate.position
    if candidate.source is None:
        keys = draft.column("site_id").copy()
        holder = np.flatnonzero(draft.kept & (keys == candidate.other))
        keys[i] = candidate.other
        draft.values["site_id"] = keys
        if not len(holder):
            return
        target = int(holder[0])
    else:
        target = int(np.flatnonzero(draft.raw.rows == candidate.source)[0])
    for name, values in draft.values.items():
        if pd.isna(values[target]) and not pd.isna(values[i]):
            filled = values.copy()
            filled[target] = values[i]
            draft.values[name] = filled
            draft.given[name] = draft.given[name].copy()
            draft.given[name][target] = draft.given[name][i]
    if draft.geometry[target] is None:
        draft.geometry[target] = draft.geometry[i]
    draft.merged[i] = True


def _number(value: object) -> float:
    return np.nan if value is None or pd.isna(value) else float(str(value))
