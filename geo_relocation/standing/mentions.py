"""Parks that a sentence names: *xin di dời về KCN Sóng Thần 3 hoặc VSIP III*."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass

from geo_relocation.standing.names import ParkNames, park_key

_WORD = re.compile(r"\w+|[,;:/.()\n]")
_MARKS = frozenset(",;:/.()\n")
_KINDS = (
    ("khu", "cong", "nghiep"),
    ("cum", "cong", "nghiep"),
    ("khu", "che", "xuat"),
    ("khu", "cn"),
    ("cum", "cn"),
    ("kcn",),
    ("ccn",),
    ("kcx",),
)
_TOWARDS = frozenset(("ve", "vao", "den", "toi", "sang", "tai"))
_AND = frozenset(("hoac", "va", "hay", ",", "/"))
_NO_NAME = frozenset(
    (
        *("phia", "do", "cua", "theo", "tap", "gan", "o", "tai", "trong", "ngoai", "co", "duoc"),
        *("khac", "moi", "nao", "tinh", "neu", "khi", "va", "hoac", "de", "dung", "cho"),
        *("voi", "tren", "dia", "nhung", "da", "se", "san", "duoi", "nha", "thi"),
    )
)
"""Words that follow *khu công nghiệp* without naming one."""

_LONGEST = 9
_SHOWN = 6
_FIRST_YEAR = 1900


@dataclass(frozen=True)
class Mentions:
    """What a sentence names.

    Attributes
    ----------
    parks
        Ids of parks, in the order of the sentence, each once.
    open
        What names a park that is not known or may be several, or a name that a park shares with
        an administrative unit; as written.
    """

    parks: tuple[str, ...]
    open: tuple[str, ...]


@dataclass(frozen=True)
class _Token:
    written: str
    key: str


def parks_in(sentence: str, names: ParkNames, units: Collection[str] = ()) -> Mentions:
    """The parks that a sentence names.

    A name counts after the word for a park (KCN, cụm công nghiệp, …), after another park
    (*hoặc*, a comma), or where it begins the sentence or follows a word for the way there
    (*về VSIP III*). Without the word for a park, a name that is also that of an administrative
    unit stays open: *về Bàu Bàng*.

    Parameters
    ----------
    sentence
        As written.
    names
        The parks that there are.
    units
        Keys (`park_key`) of names of administrative units without their kind.
    """
    tokens = _tokens(sentence)
    parks: list[str] = []
    left_open: list[str] = []
    after_park = False
    i = 0
    while i < len(tokens):
        kind = _kind_at(tokens, i)
        begins = i == 0 or tokens[i - 1].key in _TOWARDS
        if not kind and not begins and not (after_park and tokens[i - 1].key in _AND):
            after_park = after_park and tokens[i].key in _AND
            i += 1
            continue
        start = i + kind
        park, length = _name_at(tokens, start, names)
        shared = not kind and park_key(_written(tokens[start : start + length])) in units
        if park is not None and not shared:
            parks.append(park)
        elif shared or (kind and (length := _unknown_at(tokens, start))):
            left_open.append(_written(tokens[i : start + length]))
        after_park = park is not None and not shared
        i = max(start + length, i + 1)
    return Mentions(tuple(dict.fromkeys(parks)), tuple(dict.fromkeys(left_open)))


def _tokens(sentence: str) -> list[_Token]:
    found = _WORD.findall(unicodedata.normalize("NFC", sentence))
    return [_Token(word, word if word in _MARKS else park_key(word)) for word in found]


def _written(tokens: list[_Token]) -> str:
    return " ".join(token.written for token in tokens)


def _kind_at(tokens: list[_Token], i: int) -> int:
    """How many words at a place say that a park follows; 0 for none."""
    for kind in _KINDS:
        if tuple(token.key for token in tokens[i : i + len(kind)]) == kind:
            return len(kind)
    return 0


def _name_at(tokens: list[_Token], start: int, names: ParkNames) -> tuple[str | None, int]:
    """The park whose name stands at a place, and how many words it takes; the longest name wins."""
    stop = start
    while stop < len(tokens) and stop - start < _LONGEST and tokens[stop].key not in _MARKS:
        stop += 1
    for end in range(stop, start, -1):
        if end < len(tokens) and _is_number(tokens[end].key):
            continue  # "Sóng Thần 9" is not "Sóng Thần"
        park = names.one_of(_written(tokens[start:end]))
        if park is not None:
            return park, end - start
    return None, 0


def _is_number(key: str) -> bool:
    """Whether a word is the number of a park, which a year is not."""
    return key.isdecimal() and int(key) < _FIRST_YEAR


def _unknown_at(tokens: list[_Token], start: int) -> int:
    """How many words at a place look like a name that is not known; 0 for none."""
    first = tokens[start] if start < len(tokens) else None
    if first is None or first.key in _MARKS:
        return 0
    length = 0
    while start + length < len(tokens) and length < _SHOWN:
        token = tokens[start + length]
        ends = token.key in _NO_NAME | _AND | _TOWARDS and not token.written[0].isupper()
        if ends or token.key in _MARKS:
            break
        length += 1
    return length
