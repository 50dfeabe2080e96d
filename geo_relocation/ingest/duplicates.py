"""The same site twice, in one file or in file and workspace: found, and treated as chosen.

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

from geo_relocation.arrays import FloatArray
from geo_relocation.geo.crs import metres_per_unit
from geo_relocation.ingest.draft import Draft
from geo_relocation.model.told import told
from geo_relocation.text.names import address_key
from geo_relocation.text.similarity import find_duplicates

OnDuplicates = Literal["ask", "merge", "keep"]
ON_DUPLICATES: tuple[OnDuplicates, ...] = ("ask", "merge", "keep")

_COLUMNS = ("name", "tax_code", "address")
_ONE_ADDRESS = 80.0
NEAR_METRES = 50.0
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


def settle_duplicates(draft: Draft, existing: pd.DataFrame | None, chosen: OnDuplicates) -> None:
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
    chosen
        What the user wants.
    """
    own = draft.given.get("site_id", np.zeros(len(draft.raw), dtype=bool))
    names, codes = draft.column("name"), draft.column("tax_code")
    merger = _Merger(draft) if chosen == "merge" else None
    for candidate in find_candidates(draft, existing):
        i = candidate.position
        if draft.refused[i] or draft.merged[i]:
            continue
        held_back = chosen == "ask" and not own[i]
        _note(draft, candidate, chosen, names[i] or codes[i], held_back=held_back)
        if held_back:
            draft.refused[i] = True
        elif merger is not None:
            merger.merge(candidate)


def _note(
    draft: Draft, candidate: Candidate, chosen: OnDuplicates, value: object, *, held_back: bool
) -> None:
    kinds = {"keep": "duplicate-kept", "merge": "duplicate-merged"}
    kind = kinds.get(chosen, "duplicate" if held_back else "duplicate-possible")
    coded = candidate.reason == "tax-code"
    by = told("detail.by-tax-code") if coded else told("detail.by-name")
    alike = {"other": candidate.other, "by": by, "score": round(float(candidate.score), 2)}
    row = candidate.source
    other = (
        told("detail.like-workspace", **alike)
        if row is None
        else told("detail.like-row", row=row, **alike)
    )
    draft.log.add(
        kind,
        position=candidate.position,
        field="site_id",
        value=value,
        figures={"other": other},
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
        best = _in_workspace(draft, fresh, existing, accuracy, metre)
    for pair in find_duplicates(new).itertuples():
        first, second = sorted((int(pair.left_id), int(pair.right_id)))
        if second in best:
            continue
        reach = np.nansum([accuracy[first], accuracy[second]]) + NEAR_METRES
        apart = _apart(places[first], places[second], reach / metre)
        if apart is None:
            apart = not one_address(addresses[first], addresses[second])
        if not apart:
            row = int(draft.raw.rows[first])
            best[second] = Candidate(second, str(keys[first]), row, pair.by, pair.score)
    yield from (best[i] for i in sorted(best))


def _in_workspace(
    draft: Draft,
    fresh: pd.DataFrame,
    existing: pd.DataFrame,
    accuracy: FloatArray,
    metre: float,
) -> dict[int, Candidate]:
    """For each new row the likeliest site of the workspace that it may be."""
    places, addresses = draft.geometry, draft.column("address")
    held = existing[["site_id", *_COLUMNS]].astype(object)
    held_places, held_addresses = existing.geometry.to_numpy(), held["address"].to_numpy()
    held_accuracy = existing["accuracy_m"].to_numpy(dtype=float)
    where = {key: n for n, key in enumerate(existing["site_id"])}
    best: dict[int, Candidate] = {}
    for pair in find_duplicates(fresh, held).itertuples():
        i, n = int(pair.left_id), where[pair.right_id]
        if i in best:
            continue
        reach = np.nansum([accuracy[i], held_accuracy[n]]) + NEAR_METRES
        apart = _apart(places[i], held_places[n], reach / metre)
        if apart is None:
            apart = not one_address(addresses[i], held_addresses[n])
        if not apart:
            best[i] = Candidate(i, str(pair.right_id), None, pair.by, pair.score)
    return best


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


def one_address(left: object, right: object) -> bool:
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


class _Merger:
    """Lays rows into the ones that they are: gaps are filled, what is known stays."""

    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        # Once for all merges: a column is not to be copied for each.
        draft.values = {name: values.copy() for name, values in draft.values.items()}
        draft.given = {name: given.copy() for name, given in draft.given.items()}
        self.of_source = {int(row): i for i, row in reversed(list(enumerate(draft.raw.rows)))}
        self.of_key: dict[object, int] = {}
        for i in np.flatnonzero(draft.kept).tolist():
            self.of_key.setdefault(draft.values["site_id"][i], i)

    def merge(self, candidate: Candidate) -> None:
        """Lay one row into the one that it is."""
        draft, i = self.draft, candidate.position
        if candidate.source is None:
            keys = draft.values["site_id"]
            self._leave(keys[i], i)
            target = self.of_key.get(candidate.other)
            keys[i] = candidate.other
            if target is None:
                self.of_key[candidate.other] = i
                return
        else:
            target = self.of_source[candidate.source]
        for name, values in draft.values.items():
            if pd.isna(values[target]) and not pd.isna(values[i]):
                values[target] = values[i]
                draft.given[name][target] = draft.given[name][i]
        if draft.geometry[target] is None:
            draft.geometry[target] = draft.geometry[i]
        self._leave(draft.values["site_id"][i], i)
        draft.merged[i] = True

    def _leave(self, key: object, i: int) -> None:
        """Row `i` no longer holds a key."""
        if self.of_key.get(key) == i:
            del self.of_key[key]


def _number(value: object) -> float:
    return np.nan if value is None or pd.isna(value) else float(str(value))
