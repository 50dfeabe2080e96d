"""Duplicates: the same firm twice, under one tax code or under two spellings of its name.

Comparing each of 100,000 names with every other would take 5 billion comparisons. Two names of
one firm share a rare word, or begin alike, or stand at one address; so only pairs that share
such a key are compared. Large groups under one key are compared along their alphabetical order
only. Nothing is merged here: the result is a list of candidates for a person to judge.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import chain, pairwise

from numpy.typing import NDArray
from rapidfuzz import fuzz, process

from geo_relocation.arrays import FloatArray, IntArray, Mask
from geo_relocation.errors import SchemaError
from geo_relocation.lazy import np, pd
from geo_relocation.messages import ngettext
from geo_relocation.text.names import address_key, company_name

THRESHOLD = 0.86
"""Score from which two records are candidates."""

COLUMNS = ("left_id", "right_id", "by", "score", "name_score", "address_score")

_RARE_WORDS = 3
_SMALL_BLOCK = 40
_WINDOW = 6
_PREFIX = 6
_NAME_WEIGHT = 0.65
_NAME_ALONE = 0.95
_CORE_WEIGHT = 0.05
_STREET_WEIGHT = 0.7
_OTHER_NUMBER = 0.4
_BEST_APART = _NAME_WEIGHT + (1 - _NAME_WEIGHT) * (1 - _STREET_WEIGHT * (1 - _OTHER_NUMBER))
"""The most that a pair can score whose addresses have other numbers."""
_COMPARED_NUMBERS = 6
_CHUNK = 1_000_000
_OTHER_TAX_CODE = 0.92
_WORKERS = 2

_AREA = re.compile(r"\b(?:phuong|xa|thi tran|thi xa|thanh pho|quan|huyen|tinh)\b(?! lo)")
_DIGITS = re.compile(r"\d+")


def find_duplicates(
    left: pd.DataFrame,
    right: pd.DataFrame | None = None,
    *,
    threshold: float = THRESHOLD,
    key: str = "site_id",
) -> pd.DataFrame:
    """Pairs of records that may be one firm.

    Parameters
    ----------
    left
        Columns `key` and `name`; `tax_code` and `address` where there are any.
    right
        Records to compare with; None finds duplicates within `left`.
    threshold
        Least score of a pair found by name and address, in [0, 1].
    key
        Column that identifies a record.

    Returns
    -------
    DataFrame
        `left_id`, `right_id`, `by` (``tax-code`` or ``name-address``), `score` (1 for equal tax
        codes), and the likeness of names and addresses in [0, 1], the latter missing where an
        address is. Each pair once, best first. Records with two different tax codes score less.

    Raises
    ------
    SchemaError
        If `key` or `name` is missing.
    """
    frames = [left] if right is None else [left, right]
    for frame in frames:
        if missing := [c for c in (key, "name") if c not in frame]:
            raise SchemaError(
                ngettext(
                    "To find duplicates, the column {columns} is needed.",
                    "To find duplicates, the columns {columns} are needed.",
                    len(missing),
                    columns=missing,
                )
            )
    records = _Records(frames, key)
    by_code = _same_code(records)
    by_name = _candidates(records)
    by_name = by_name[~np.isin(_codes(by_name, len(records)), _codes(by_code, len(records)))]
    found = [
        _score(records, by_code, "tax-code", threshold),
        _score(records, by_name, "name-address", threshold),
    ]
    table = pd.concat(found, ignore_index=True)
    table = table[(table["by"] == "tax-code") | (table["score"] >= threshold)]
    table = table.sort_values(["score", "name_score"], ascending=False, kind="stable")
    return table[list(COLUMNS)].reset_index(drop=True)


class _Records:
    """The records of one or two frames in one row of arrays."""

    def __init__(self, frames: Sequence[pd.DataFrame], key: str) -> None:
        self.between = len(frames) > 1
        self.side = np.repeat(np.arange(len(frames)), [len(frame) for frame in frames])
        self.ids = np.concatenate([frame[key].to_numpy(dtype=object) for frame in frames])
        names = [company_name(text) for frame in frames for text in _column(frame, "name")]
        self.core = _Texts([name.core for name in names])
        self.distinct = _Texts([name.distinct for name in names])
        addresses = [address_key(t) for frame in frames for t in _column(frame, "address")]
        # Along this order the same name at the same address stands side by side.
        alphabetical = sorted(range(len(names)), key=lambda i: (names[i].distinct, addresses[i]))
        self.order = np.argsort(np.array(alphabetical, dtype=np.int64))
        split = [_split_address(address) for address in addresses]
        self.street = _Texts([street for street, _ in split])
        self.area = _Texts([area for _, area in split])
        self.numbers = _Numbers([frozenset(_DIGITS.findall(street)) for street, _ in split])
        codes = [text.strip() for frame in frames for text in _column(frame, "tax_code")]
        self.code = np.array(codes, dtype=object)

    def __len__(self) -> int:
        return len(self.ids)


class _Texts:
    """Texts as they stand, and with the words of each in alphabetical order."""

    def __init__(self, texts: Sequence[str]) -> None:
        self.plain = np.array(texts, dtype=object)
        self._ordered = np.full(len(texts), None, dtype=object)

    def ordered(self, rows: IntArray) -> NDArray[np.object_]:
        """Those of some rows with their words in order, worked out when first asked for."""
        for row in np.unique(rows).tolist():
            if self._ordered[row] is None:
                self._ordered[row] = " ".join(sorted(self.plain[row].split()))
        found: NDArray[np.object_] = self._ordered[rows]
        return found


class _Numbers:
    """Numbers of addresses, to be compared for many pairs at once."""

    def __init__(self, sets: Sequence[frozenset[str]]) -> None:
        self.sets = sets
        self._count = np.array([len(one) for one in sets], dtype=np.int64)
        width = min(int(self._count.max(initial=0)), _COMPARED_NUMBERS)
        self._table = np.full((len(sets), width), -1, dtype=np.int32)
        known: dict[str, int] = {}
        for row, one in enumerate(sets):
            for column, number in zip(range(width), one, strict=False):
                self._table[row, column] = known.setdefault(number, len(known))

    def apart(self, pairs: IntArray) -> Mask:
        """Pairs of addresses with numbers of which more differ than agree."""
        first, second = pairs[:, 0], pairs[:, 1]
        theirs = self._table[second]
        common = np.zeros(len(pairs), dtype=np.int64)
        for column in self._table.T:
            own = column[first]
            common += (own >= 0) & (own[:, None] == theirs).any(axis=1)
        counts = self._count[first], self._count[second]
        for n in np.flatnonzero(np.maximum(*counts) > _COMPARED_NUMBERS).tolist():
            common[n] = len(self.sets[first[n]] & self.sets[second[n]])
        apart: Mask = 2 * common < np.add(*counts) - common
        return apart & (counts[0] > 0) & (counts[1] > 0)


def _split_address(key: str) -> tuple[str, str]:
    """An address key before and from the first word for a commune or a city."""
    found = _AREA.search(key)
    return (key[: found.start()].strip(), key[found.start() :]) if found else (key, "")


def _column(frame: pd.DataFrame, name: str) -> list[str]:
    """A column as texts, empty where it or a value is missing."""
    if name not in frame:
        return [""] * len(frame)
    return [text if isinstance(text, str) else "" for text in frame[name].tolist()]


def _same_code(records: _Records) -> IntArray:
    """Pairs with one tax code: all of a few, neighbours by name and address of many."""
    rows = np.flatnonzero(records.code != "")
    return _unique(records, _block_pairs(records.code[rows], rows, records.order, _SMALL_BLOCK))


def _candidates(records: _Records) -> IntArray:
    """Pairs that share a rare word of the name, its beginning, or an address."""
    words_of = [set(name.split()) for name in records.distinct.plain]
    frequency = Counter(chain.from_iterable(words_of))
    by_rarity = sorted(frequency, key=lambda word: (frequency[word], word))
    rank = {word: n for n, word in enumerate(by_rarity)}
    keys: list[str] = []
    rows: list[int] = []
    for row, name in enumerate(records.distinct.plain):
        rare = sorted(sorted(words_of[row], key=rank.__getitem__)[:_RARE_WORDS])
        own = [f"w {word}" for word in rare] + [f"p {a} {b}" for a, b in pairwise(rare)]
        if joined := name.replace(" ", ""):
            own.append(f"b {joined[:_PREFIX]}")
        if records.numbers.sets[row]:
            own.append(f"a {records.street.plain[row]}")
        keys += own
        rows += [row] * len(own)
    return _unique(
        records,
        _block_pairs(
            np.array(keys, dtype=object), np.array(rows, dtype=int), records.order, _SMALL_BLOCK
        ),
    )


def _block_pairs(
    keys: NDArray[np.object_], rows: IntArray, order: IntArray, small: int
) -> list[IntArray]:
    """Pairs of rows with one key: all of a small block, neighbours by name in a large one."""
    if not len(rows):
        return []
    numbers, _ = pd.factorize(keys)
    size = np.bincount(numbers)[numbers]
    sequence = np.lexsort((order[rows], numbers))
    numbers, rows, size = numbers[sequence], rows[sequence], size[sequence]
    pairs = []
    for step in range(1, min(int(size.max()), max(small, _WINDOW + 1))):
        together = numbers[:-step] == numbers[step:]
        if step > _WINDOW:
            together &= size[:-step] <= small
        pairs.append(np.column_stack([rows[:-step][together], rows[step:][together]]))
    return pairs


def _unique(records: _Records, blocks: Iterable[IntArray]) -> IntArray:
    """Each pair once, the lower row first; only across the frames when there are two."""
    parts = [block for block in blocks if len(block)]
    if not parts:
        return np.empty((0, 2), dtype=np.int64)
    one, other = np.concatenate(parts).T
    pairs = np.column_stack([np.minimum(one, other), np.maximum(one, other)])
    if records.between:
        pairs = pairs[records.side[pairs[:, 0]] != records.side[pairs[:, 1]]]
    # Sorting is many times faster here than the hash table of np.unique.
    codes = np.sort(_codes(pairs, len(records)))
    codes = codes[np.diff(codes, prepend=-1) > 0]
    return np.column_stack(np.divmod(codes, max(len(records), 1)))


def _codes(pairs: IntArray, count: int) -> IntArray:
    codes: IntArray = pairs[:, 0] * max(count, 1) + pairs[:, 1]
    return codes


def _score(records: _Records, pairs: IntArray, by: str, threshold: float) -> pd.DataFrame:
    """Likeness of each pair; pairs whose names alone rule them out are dropped on the way."""
    # With a perfect address the names must still be this like.
    needed = 0.0 if by == "tax-code" else (threshold - (1 - _NAME_WEIGHT)) / _NAME_WEIGHT
    if by != "tax-code" and threshold > _BEST_APART:
        pairs = pairs[~records.numbers.apart(pairs)]
    parts = [
        _score_part(records, pairs[start : start + _CHUNK], needed)
        for start in range(0, max(len(pairs), 1), _CHUNK)
    ]
    table = pd.concat(parts, ignore_index=True)
    table["by"] = pd.Series(by, index=table.index, dtype="str")
    if by == "tax-code":
        table["score"] = 1.0
    return table


def _score_part(records: _Records, pairs: IntArray, needed: float) -> pd.DataFrame:
    least = (needed - _CORE_WEIGHT) / (1 - _CORE_WEIGHT)
    distinct = _likeness(records.distinct, pairs, max(least, 0.0))
    like = distinct >= least
    pairs, distinct = pairs[like], distinct[like]
    name = _CORE_WEIGHT * _likeness(records.core, pairs) + (1 - _CORE_WEIGHT) * distinct
    first, second = pairs[:, 0], pairs[:, 1]
    address = _address_likeness(records, pairs)
    known = np.isfinite(address)
    together = _NAME_WEIGHT * name + (1 - _NAME_WEIGHT) * np.nan_to_num(address)
    score = np.where(known, together, _NAME_ALONE * name)
    codes = records.code
    differ = (codes[first] != "") & (codes[second] != "") & (codes[first] != codes[second])
    return pd.DataFrame(
        {
            "left_id": records.ids[first],
            "right_id": records.ids[second],
            "score": np.where(differ, _OTHER_TAX_CODE * score, score),
            "name_score": name,
            "address_score": address,
        }
    )


def _address_likeness(records: _Records, pairs: IntArray) -> FloatArray:
    """Likeness of addresses; NaN where one is missing.

    Most of two addresses is the same ward and city, so what stands before the ward counts for
    more, and where both have numbers, half of them have to agree.
    """
    first, second = pairs[:, 0], pairs[:, 1]
    street = _likeness(records.street, pairs)
    area = _likeness(records.area, pairs)
    street = np.where(records.numbers.apart(pairs), _OTHER_NUMBER * street, street)
    has_street, has_area = records.street.plain != "", records.area.plain != ""
    streets = has_street[first] & has_street[second]
    areas = has_area[first] & has_area[second]
    either = np.where(streets, street, area)
    both = _STREET_WEIGHT * street + (1 - _STREET_WEIGHT) * area
    return np.where(streets & areas, both, np.where(streets | areas, either, np.nan))


def _likeness(texts: _Texts, pairs: IntArray, least: float = 0.0) -> FloatArray:
    """Likeness of pairs of texts in [0, 1], as they stand or with their words in order.

    Likeness below `least` may come back as 0, which is faster.
    """
    if not len(pairs):
        return np.empty(0)
    first, second = pairs[:, 0], pairs[:, 1]
    forms = (
        (texts.ordered(first), texts.ordered(second)),
        (texts.plain[first], texts.plain[second]),
    )
    scores = [
        process.cpdist(
            left.tolist(),
            right.tolist(),
            scorer=fuzz.ratio,
            score_cutoff=100 * least,
            dtype=np.float32,
            workers=_WORKERS,
        )
        for left, right in forms
    ]
    return np.asarray(np.maximum(*scores), dtype=float) / 100
