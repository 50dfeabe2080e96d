"""Sectors in words → VSIC divisions to be confirmed: *SX bao bì giấy* is probably 17.

Phrases of a table are looked for, longer ones first. It is a suggestion with a confidence, never
an answer: who confirms it sees the words, the division and the other divisions that were named.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from functools import cache

from geo_relocation.model.sectors import division, divisions, vsic_digits
from geo_relocation.text._resources import read_table
from geo_relocation.text.normalise import repair, search_key

_CODE = re.compile(r"(?<![\w.,])([A-U]?\d{4,5}|[A-U]\d{2,3})(?![\w.,])")
_SURE = 0.95


@dataclass(frozen=True)
class SectorSuggestion:
    """What the words of a sector may stand for.

    Attributes
    ----------
    vsic
        The likeliest division, or a finer code that stands in the words.
    confidence
        In (0, 1]: of one division by a phrase that is used for nothing else 0.9, less where
        other divisions or trade and services are named too.
    others
        Other divisions that were named, the likelier first.
    """

    vsic: str
    confidence: float
    others: tuple[str, ...] = ()


def suggest_sector(text: str) -> SectorSuggestion | None:
    """The division that the words of a sector may stand for; None where they name none.

    >>> suggest_sector("May mặc").vsic
    '14'
    >>> suggest_sector("xin chào") is None
    True
    """
    codes = [code for code in _CODE.findall(text.upper()) if division(code) in divisions()]
    if len(set(codes)) == 1:
        return SectorSuggestion(codes[0].lstrip("ABCDEFGHIJKLMNOPQRSTU"), _SURE)
    named = _named(text)
    elsewhere = named.pop("", 0.0)
    if not named:
        return None
    order = sorted(named, key=lambda one: (-named[one], one))
    best = named[order[0]]
    total = sum(named.values()) + elsewhere
    return SectorSuggestion(order[0], round(best * min(1.0, best / total), 2), tuple(order[1:]))


def sectors_of(written: str) -> tuple[str, ...]:
    """The divisions or finer codes of VSIC that somebody means; empty where nobody can tell.

    A code is itself, without its section letter. Words are looked up in the table of industries
    as planners group them (*gỗ* is what is made of wood, furniture included), then among the
    names of divisions and the phrases of `suggest_sector`, of which all that are named count.

    Examples
    --------
    >>> sectors_of("C31"), sectors_of("1622"), sectors_of("Gỗ"), sectors_of("xin chào")
    (('31',), ('1622',), ('16', '31'), ())
    """
    if (code := vsic_digits(written)) is not None:
        return (code,) if code[:2] in divisions() else ()
    groups = _industries()
    for words in (_words(written), search_key(written).split()):
        if found := groups.get(" ".join(words)):
            return found
    named = _named(written)
    named.pop("", None)
    return tuple(sorted(named))


@cache
def _industries() -> dict[str, tuple[str, ...]]:
    """Divisions of each industry, by its words with marks and without."""
    found = {}
    for row in read_table("industries.csv"):
        numbers = tuple(row["divisions"].split(";"))
        for one in (row["words"], *(f"{kind} {row['words']}" for kind in ("ngành", "nhóm"))):
            found[" ".join(_words(one))] = numbers
            found.setdefault(search_key(one), numbers)
    return found


def _named(text: str) -> dict[str, float]:
    """Weight of each division that a text names; of the empty division what is no production."""
    words = _words(text)
    marked = any(not word.isascii() for word in words)
    phrases, longest = _phrases(marked=marked)
    found: dict[str, float] = defaultdict(float)
    i = 0
    while i < len(words):
        for length in range(min(longest, len(words) - i), 0, -1):
            known = phrases.get(tuple(words[i : i + length]))
            if known is None:
                continue
            for one, weight in known.items():
                # Two phrases for one division say it once: the clearer of them counts.
                found[one] = max(found[one], weight)
            i += length
            break
        else:
            i += 1
    return dict(found)


def _words(text: str) -> list[str]:
    """Words in lower case; marks stay, where they stand on another vowel too: *hoá* is *hóa*."""
    return re.findall(r"\w+", repair(text).text.casefold())


@cache
def _phrases(*, marked: bool) -> tuple[dict[tuple[str, ...], dict[str, float]], int]:
    """Weight by division of each phrase, and the number of words of the longest.

    Without marks *máy* is *may* and *bìa* is *bia*: a phrase that is several then says each of
    them half.
    """
    rows = [
        (row["words"], tuple(row["divisions"].split(";")), float(row["weight"]))
        for row in read_table("sector_words.csv")
    ]
    rows += [(one.name_vi, (number,), 1.0) for number, one in divisions().items()]
    found: dict[tuple[str, ...], dict[str, float]] = {}
    for words, named, weight in rows:
        key = tuple(_words(words) if marked else search_key(words).split())
        held = found.setdefault(key, {})
        if held.keys() - set(named):
            half = min(weight, *held.values()) / 2
            held.update(dict.fromkeys((*held, *named), half))
        else:
            held.update({one: max(weight, held.get(one, 0.0)) for one in named})
    return found, max(map(len, found))
