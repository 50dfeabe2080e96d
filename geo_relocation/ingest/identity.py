"""Whether a row is what the workspace knows under its key, or another of the same name or number.

A name alone identifies nothing, and neither does a number that each commune counts from one: where
place, land, address or tax code contradict, the row is another thing or a question, and never laid
over the other in silence. The other way round a row is known again, whatever it is keyed by, where
name and place, or name and address, agree.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import pandas as pd
import shapely
from rapidfuzz import fuzz

from geo_relocation.arrays import FloatArray, IntArray, Mask, ObjectArray
from geo_relocation.geo.crs import metres_per_unit
from geo_relocation.ingest.draft import Draft
from geo_relocation.ingest.duplicates import NEAR_METRES, OnDuplicates, one_address
from geo_relocation.ingest.keys import made_keys, refuse_repeated
from geo_relocation.messages import Message, joined
from geo_relocation.model.told import told
from geo_relocation.text.names import address_key, company_name
from geo_relocation.text.normalise import compare_key, search_key

LAND = {"sites": "land_m2", "parks": "area_ha", "lots": "area_m2", "zones": None}
"""Layers whose rows are held against those of their key, and where their land is stated."""

_FAR_METRES = 1000.0
"""From where two outlines of one number are two places: surveys differ by less."""
_SURE_METRES = 500.0
_OTHER_LAND = 2.0
_ONE_NAME = 75.0
_SAME_MOVE = 0.1
_MANY = 3
_MOST_NAMESAKES = 100
"""Sites of one name beyond these are told apart by their keys only."""
_UNITS = ("old_commune", "new_unit")
_KINDS = {
    "ask": "identity-contradicted",
    "merge": "identity-updated",
    "keep": "identity-kept",
}


def identify(draft: Draft, existing: pd.DataFrame | None, chosen: OnDuplicates) -> None:
    """Give every row a key: its own, that under which it is known, or a new one.

    A key that the user mapped is meant: the second row that bears it is refused.

    Parameters
    ----------
    draft
        Rows with values and places.
    existing
        The layer as the workspace has it.
    chosen
        What to do with a row that contradicts what bears its key; see `settle_contradictions`.
    """
    key = draft.schema.key
    if len(key) > 1 or key[0] not in draft.schema.columns:
        refuse_repeated(draft, key)
        return
    known = existing if existing is not None and len(existing) else None
    absent = draft.missing(key[0]) & draft.kept
    if absent.any():
        _make_keys(draft, known, absent)
    if key[0] in draft.columns.told:
        refuse_repeated(draft, key, checked=~absent)
    if known is not None and draft.layer in LAND:
        settle_contradictions(draft, known, chosen)


def _make_keys(draft: Draft, known: pd.DataFrame | None, absent: Mask) -> None:
    key = draft.schema.key[0]
    if draft.layer == "sites" and known is not None:
        recognise_sites(draft, known, absent)
    made = draft.missing(key) & absent
    if made.any():
        draft.fill(key, made, made_keys(draft, made))
    if draft.layer in {"sites", "parks"}:
        elsewhere = repeated_elsewhere(draft, made)
        if draft.layer == "sites" and known is not None:
            elsewhere |= named_elsewhere(draft, known, made)
        if elsewhere.any():
            draft.fill(key, elsewhere, made_keys(draft, elsewhere, placed=True))
    draft.log.add("key-generated", field=key, count=int(absent.sum()))


class Pairs(NamedTuple):
    """Rows of a draft beside rows of the workspace, compared in all that tells places apart.

    Attributes
    ----------
    rows, known
        Row of the draft and of the workspace, pair by pair.
    gap
        Distance in metres; NaN where one has no place.
    apart
        Farther from each other than their accuracies allow.
    near
        So near that a name and the place together tell.
    """

    rows: IntArray
    known: IntArray
    gap: FloatArray
    apart: Mask
    near: Mask

    def take(self, chosen: Mask) -> Pairs:
        """Some of the pairs."""
        rows, known, gap, apart, near = self
        return Pairs(rows[chosen], known[chosen], gap[chosen], apart[chosen], near[chosen])


def pairs_of(draft: Draft, existing: pd.DataFrame, rows: IntArray, known: IntArray) -> Pairs:
    """Compare places pair by pair."""
    metre = metres_per_unit(draft.working_crs)
    places = existing.geometry.to_numpy()[known]
    gap = shapely.distance(draft.geometry[rows], places) * metre
    if "accuracy_m" in draft.schema.columns:
        own = _floats(draft.column("accuracy_m")[rows])
        held = existing["accuracy_m"].to_numpy(dtype=float, na_value=0.0)[known]
        reach = own + np.nan_to_num(held) + NEAR_METRES
    else:
        reach = np.full(len(rows), _FAR_METRES)
    apart: Mask = gap > reach
    return Pairs(rows, known, gap, apart, (gap <= reach) & (reach <= _SURE_METRES))


def recognise_sites(draft: Draft, existing: pd.DataFrame, rows: Mask) -> None:
    """Give sites the id of the known site of their name that stands at their place or address.

    So a list that was imported without tax codes is the same list when it comes back with them.
    A site is taken once; where two could be meant, none is.
    """
    names = existing["name"].astype(object).to_numpy()
    of_name: dict[str, list[int]] = {}
    for n, name in enumerate(names):
        if isinstance(name, str):
            of_name.setdefault(compare_key(name), []).append(n)
    titles = draft.column("name")
    asked = [
        (i, n)
        for i in np.flatnonzero(rows & draft.kept & ~draft.missing("name")).tolist()
        for n in of_name.get(compare_key(str(titles[i])), ())[:_MOST_NAMESAKES]
    ]
    if not asked:
        return
    first, second = (np.array(part, dtype=np.int64) for part in zip(*asked, strict=True))
    pairs = pairs_of(draft, existing, first, second)
    same = _agree(draft, existing, pairs)
    frame = pd.DataFrame({"row": first[same], "known": second[same], "gap": pairs.gap[same]})
    frame = frame[~frame.duplicated("row", keep=False)].sort_values("gap", kind="stable")
    frame = frame.drop_duplicates("known")
    if len(frame):
        found = np.zeros(len(draft.raw), dtype=bool)
        found[frame["row"]] = True
        ids = draft.column("site_id").copy()
        ids[frame["row"]] = existing["site_id"].astype(object).to_numpy()[frame["known"]]
        draft.fill("site_id", found, ids[found])


def _agree(draft: Draft, existing: pd.DataFrame, pairs: Pairs) -> Mask:
    """Pairs of one name whose place or address agrees, and whose tax codes do not differ."""
    differ, _ = _compared(draft, existing, pairs, "tax_code")
    other_unit = _other_unit(draft, existing, pairs)
    other_address = _addresses(draft, existing, pairs, _cannot_be_one)
    other = differ | pairs.apart | other_unit | other_address
    # An address written in another way is for a person to judge, as any likely duplicate.
    agree: Mask = ~other & (pairs.near | _addresses(draft, existing, pairs, _are_one))
    return agree


def _are_one(left: str, right: str) -> bool:
    return address_key(left) == address_key(right)


def _cannot_be_one(left: str, right: str) -> bool:
    return not one_address(left, right)


def _addresses(
    draft: Draft, existing: pd.DataFrame, pairs: Pairs, holds: Callable[[str, str], bool]
) -> Mask:
    """Pairs that both state an address, of which something holds."""
    own = draft.column("address")[pairs.rows]
    held = existing["address"].astype(object).to_numpy()[pairs.known]
    return np.array(
        [
            isinstance(a, str) and isinstance(b, str) and holds(a, b)
            for a, b in zip(own, held, strict=True)
        ],
        dtype=bool,
    )


def _other_unit(draft: Draft, existing: pd.DataFrame, pairs: Pairs) -> Mask:
    """Pairs that state different communes of one time."""
    other = np.zeros(len(pairs.rows), dtype=bool)
    for name in _UNITS:
        own = draft.column(name)[pairs.rows]
        held = existing[name].astype(object).to_numpy()[pairs.known]
        other |= np.array(
            [
                isinstance(a, str) and isinstance(b, str) and search_key(a) != search_key(b)
                for a, b in zip(own, held, strict=True)
            ],
            dtype=bool,
        )
    return other


def _compared(draft: Draft, existing: pd.DataFrame, pairs: Pairs, name: str) -> tuple[Mask, Mask]:
    """Pairs whose values of a text differ, and those whose are equal; both where both are known."""
    own = draft.column(name)[pairs.rows]
    held = existing[name].astype(object).to_numpy()[pairs.known]
    both = ~pd.isna(own) & ~pd.isna(held)
    equal = np.array([a == b for a, b in zip(own, held, strict=True)], dtype=bool)
    return both & ~equal, both & equal


def named_elsewhere(draft: Draft, existing: pd.DataFrame, rows: Mask) -> Mask:
    """Sites with nothing but a name, whose key the workspace has at another place or commune."""
    pairs = _by_key(draft, existing, rows & _bare(draft))
    found = np.zeros(len(draft.raw), dtype=bool)
    found[pairs.rows[pairs.apart | _other_unit(draft, existing, pairs)]] = True
    return found


def repeated_elsewhere(draft: Draft, rows: Mask) -> Mask:
    """Rows of one made key that stand at several places or communes of the same file."""
    keys = draft.column(draft.schema.key[0])
    groups = pd.Series(np.flatnonzero(rows)).groupby(keys[rows]).indices
    chosen = np.flatnonzero(rows)
    found = np.zeros(len(draft.raw), dtype=bool)
    metre = metres_per_unit(draft.working_crs)
    accuracy = _floats(draft.column("accuracy_m"))
    for members in groups.values():
        if len(members) == 1:
            continue
        group = chosen[members]
        first = group[0]
        gap = shapely.distance(draft.geometry[first], draft.geometry[group]) * metre
        apart = gap > accuracy[first] + accuracy[group] + NEAR_METRES
        units = {
            tuple(search_key(str(draft.column(name)[i] or "")) for name in _UNITS) for i in group
        }
        found[group] = bool(apart.any()) or (len(units) > 1 and bool(_bare(draft)[group].all()))
    return found


def _bare(draft: Draft) -> Mask:
    return draft.missing("tax_code") & draft.missing("address") & ~draft.missing("name")


def _by_key(draft: Draft, existing: pd.DataFrame, rows: Mask) -> Pairs:
    """Rows beside those of the workspace that bear their key."""
    key = draft.schema.key[0]
    at = pd.Index(existing[key].astype(object)).get_indexer(pd.Index(draft.column(key)))
    chosen = np.flatnonzero(rows & (at >= 0))
    return pairs_of(draft, existing, chosen, at[chosen])


def settle_contradictions(draft: Draft, existing: pd.DataFrame, chosen: OnDuplicates) -> None:
    """Hold back, lay over or keep apart the rows that contradict what bears their key.

    Parameters
    ----------
    draft
        Rows with their keys.
    existing
        The layer as the workspace has it.
    chosen
        `ask` holds such a row back, `merge` takes it for the one that is known, `keep` gives it
        a key of its own.
    """
    pairs = _by_key(draft, existing, draft.kept)
    if not len(pairs.rows):
        return
    doubtful = _contradicts(draft, existing, pairs)
    if draft.layer == "sites" and doubtful.any():
        # A number that was kept apart before is known under the key it got then.
        questioned = np.zeros(len(draft.raw), dtype=bool)
        questioned[pairs.rows[doubtful]] = True
        before = draft.column("site_id").copy()
        recognise_sites(draft, existing, questioned)
        doubtful &= draft.column("site_id")[pairs.rows] == before[pairs.rows]
    if doubtful.any():
        _settle(draft, existing, pairs.take(doubtful), chosen)


def _contradicts(draft: Draft, existing: pd.DataFrame, pairs: Pairs) -> Mask:
    key = draft.schema.key[0]
    own = draft.given.get(key, np.zeros(len(draft.raw), dtype=bool))[pairs.rows]
    together = _moved_together(draft, existing, pairs)
    apart: Mask = np.zeros_like(pairs.apart) if together else pairs.apart
    if draft.layer in {"zones", "lots"}:
        return apart
    other_land = _other_land(draft, existing, pairs) & ~pairs.near
    unlike = _unlike_names(draft, existing, pairs)
    doubtful: Mask
    if draft.layer == "parks":
        doubtful = (~own | unlike) & (apart | other_land)
        return doubtful
    differ, equal = _compared(draft, existing, pairs, "tax_code")
    elsewhere = apart | _addresses(draft, existing, pairs, _cannot_be_one)
    elsewhere |= _other_unit(draft, existing, pairs)
    other_land &= ~(equal & _addresses(draft, existing, pairs, _are_one))
    other_firm = (unlike & (differ | elsewhere | other_land)) | (differ & elsewhere)
    doubtful = np.where(own, other_firm, apart | other_land)
    return doubtful


def _moved_together(draft: Draft, existing: pd.DataFrame, pairs: Pairs) -> bool:
    """Whether most rows moved by the same step: then the list is read in another way, no more."""
    if pairs.apart.sum() < max(_MANY, len(pairs.rows) / 2):
        return False
    rows, known = pairs.rows[pairs.apart], pairs.known[pairs.apart]
    before = shapely.get_coordinates(shapely.centroid(existing.geometry.to_numpy()[known]))
    step = shapely.get_coordinates(shapely.centroid(draft.geometry[rows])) - before
    middle = np.median(step, axis=0)
    off = np.hypot(*(step - middle).T)
    return bool(np.median(off) < _SAME_MOVE * np.hypot(*middle))


def _other_land(draft: Draft, existing: pd.DataFrame, pairs: Pairs) -> Mask:
    """Pairs whose stated land differs by more than half."""
    name = LAND[draft.layer]
    if name is None:
        return np.zeros(len(pairs.rows), dtype=bool)
    own = _floats(draft.column(name), missing=np.nan)[pairs.rows]
    held = existing[name].to_numpy(dtype=float, na_value=np.nan)[pairs.known]
    larger: Mask = np.maximum(own, held) > _OTHER_LAND * np.minimum(own, held)
    return larger


def _unlike_names(draft: Draft, existing: pd.DataFrame, pairs: Pairs) -> Mask:
    own = draft.column("name")[pairs.rows]
    held = existing["name"].astype(object).to_numpy()[pairs.known]
    return np.array(
        [isinstance(a, str) and isinstance(b, str) and not _one_name(a, b)
         for a, b in zip(own, held, strict=True)],
        dtype=bool,
    )  # fmt: skip


def _one_name(left: str, right: str) -> bool:
    """Whether two names may be one firm's, words in any order."""
    first, second = company_name(left).distinct, company_name(right).distinct
    return first == second or fuzz.token_set_ratio(first, second) >= _ONE_NAME


def _settle(draft: Draft, existing: pd.DataFrame, doubt: Pairs, chosen: OnDuplicates) -> None:
    """Do with rows that contradict what bears their key as was chosen, and say why."""
    key = draft.schema.key[0]
    ids = draft.column(key).copy()
    rows = np.zeros(len(draft.raw), dtype=bool)
    rows[doubt.rows] = True
    if chosen == "keep":
        draft.fill(key, rows, made_keys(draft, rows, placed=True))
    kept_as = draft.column(key)
    kind = _KINDS[chosen]
    for n, i in enumerate(doubt.rows.tolist()):
        figures: dict[str, object] = {
            "differences": joined(_differences(draft, existing, doubt, n), between="; ")
        }
        if chosen == "keep":
            figures["key"] = kept_as[i]
        draft.log.add(kind, position=i, field=key, value=ids[i], figures=figures)
    if chosen == "ask":
        draft.refused |= rows


def _differences(draft: Draft, existing: pd.DataFrame, pairs: Pairs, n: int) -> list[Message]:
    """What tells a row from what bears its key: figures and names as they stand."""
    i, known = pairs.rows[n], pairs.known[n]
    gap = pairs.gap[n]
    found = [] if np.isnan(gap) else [told("detail.apart", km=round(float(gap) / 1000, 1))]
    for name in ("name", "tax_code", "address", LAND[draft.layer]):
        if name is None or name not in draft.schema.columns:
            continue
        own, held = draft.column(name)[i], existing[name].iloc[known]
        if not pd.isna(own) and not pd.isna(held) and own != held:
            texts = isinstance(own, str) or isinstance(held, str)
            found.append(
                told("detail.was-now", before=held, now=own)
                if texts
                else told("detail.figure-was-now", before=held, now=own)
            )
    return found


def _floats(values: ObjectArray, *, missing: float = 0.0) -> FloatArray:
    return np.array([missing if v is None or pd.isna(v) else float(v) for v in values], dtype=float)
