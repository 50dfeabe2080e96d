"""Names of companies and addresses for comparison: shortened words written out, legal forms known.

*Cty CP SX-TM Gỗ Á Châu* and *Công ty Cổ phần Gỗ Á Châu* are one name but for words that thousands
of firms share.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import NamedTuple

from geo_relocation.text._resources import read_table
from geo_relocation.text.normalise import search_key

_GLUED = re.compile(r"\b(kp|p|q|tx|tp|kcn|ccn|ql|dt|dx)(?=\d)")


class CompanyName(NamedTuple):
    """A company's name in parts, all as search keys.

    Attributes
    ----------
    full
        Every word, with shortened words written out.
    core
        Without the legal form.
    distinct
        Without the legal form and words that thousands of firms share (*sản xuất*, *thương
        mại*); the core where nothing else is left.
    """

    full: str
    core: str
    distinct: str


@lru_cache(maxsize=65536)
def company_name(name: str) -> CompanyName:
    """A company's name, normalised: *Cty CP SX-TM Gỗ Á Châu* is *gỗ á châu*."""
    phrases = _company_words()
    words = search_key(name).split()
    full: list[str] = []
    core: list[str] = []
    distinct: list[str] = []
    place = 0
    while place < len(words):
        word = words[place]
        for phrase in phrases.get(word, ()):
            if words[place : place + len(phrase.words)] == phrase.words:
                full.append(phrase.meaning)
                if phrase.role != "form":
                    core.append(phrase.meaning)
                place += len(phrase.words)
                break
        else:
            full.append(word)
            core.append(word)
            distinct.append(word)
            place += 1
    whole, bare, own = (" ".join(filter(None, part)) for part in (full, core, distinct))
    return CompanyName(whole, bare or whole, own or bare or whole)


@lru_cache(maxsize=65536)
def address_key(address: str) -> str:
    """An address for comparison: shortened words written out, no marks, no punctuation."""
    return " ".join(filter(None, map(_address_word, search_key(address).split())))


@lru_cache(maxsize=65536)
def _address_word(word: str) -> str:
    words = _address_words()
    # "KP4": a shortened word may be glued to what follows.
    parts = _GLUED.sub(r"\1 ", word).split()
    return " ".join(filter(None, (words.get(part, part) for part in parts)))


class _Phrase(NamedTuple):
    """Words that many companies have in their names, and what they stand for."""

    words: list[str]
    meaning: str
    role: str


@cache
def _company_words() -> dict[str, list[_Phrase]]:
    """Phrases by their first word, the longest first."""
    phrases: dict[str, list[_Phrase]] = {}
    for row in read_table("company_words.csv"):
        words = row["written"].split()
        phrases.setdefault(words[0], []).append(_Phrase(words, row["meaning"], row["role"]))
    for found in phrases.values():
        found.sort(key=lambda phrase: len(phrase.words), reverse=True)
    return phrases


@cache
def _address_words() -> dict[str, str]:
    return {row["written"]: row["meaning"] for row in read_table("address_words.csv")}
