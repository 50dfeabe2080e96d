"""Forms of a Vietnamese text: for display, for comparison and for search.

The three are kept apart on purpose. The *display form* is what is stored and shown: the same
words, repaired. The *compare key* is equal for texts that are the same words with the same
marks. The *search key* is equal for texts that a person would type for one another without care
for marks, case or punctuation.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from itertools import repeat
from typing import Literal, NamedTuple

from geo_relocation.lazy import pd
from geo_relocation.model.enums import IssueAction, Severity
from geo_relocation.model.told import told
from geo_relocation.text._cells import distinct
from geo_relocation.text.problems import Finding, Log, Parsed
from geo_relocation.text.syllables import TONES, VOWELS, ToneStyle, place_tone

Change = Literal["composed", "d-stroke", "invisible", "spaces", "tone-position"]

TONE_STYLE: ToneStyle = "old"
"""Hòa, not Hoà: the form of the official lists of units."""

# Letters that look like Đ and are not: Eth from Western code pages, African D.
_D_STROKE = str.maketrans({"Ð": "Đ", "ð": "đ", "Ɖ": "Đ", "ɖ": "đ"})
_NOT_A_WORD = re.compile(r"[\W_]+")
_MARKED_WORD = re.compile(r"[A-Za-z]*[^\W\d_a-zA-Z][^\W\d_]*")
_LIKE_D_STROKE = re.compile(f"[{''.join(map(chr, _D_STROKE))}]")
_COMPOSED = "Đđ" + "".join(
    unicodedata.normalize("NFC", vowel + tone)
    for vowel in VOWELS + VOWELS.upper()
    for tone in TONES[1:] + (("",) if not vowel.isascii() else ())
)
# What can have nothing but a tone to repair: ASCII and composed letters.
_PLAIN_WORD = re.compile(f"[!-~{_COMPOSED}]+")
_PLAIN = re.compile("[!-~]+(?: [!-~]+)*")
# Control characters other than white space, soft hyphens, zero-width and direction marks.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u034f\u061c\u180e\u200b-\u200f"
    "\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb]"
)


class Repaired(NamedTuple):
    """A text in its display form, and what was changed to get there."""

    text: str
    changes: tuple[Change, ...]


def repair(text: str, *, tone_style: ToneStyle | None = TONE_STYLE) -> Repaired:
    """The display form of a text.

    Parameters
    ----------
    text
        Unicode text; text in a legacy encoding has to be decoded first, for TCVN3 writes ư
        with the byte of the soft hyphen.
    tone_style
        Where tone marks are moved to; None leaves them where they are. Only words that are
        Vietnamese syllables are touched.
    """
    if text.isascii():
        if _PLAIN.fullmatch(text):
            return Repaired(text, ())
    elif all(map(_is_repaired, text.split(" "), repeat(tone_style))):
        return Repaired(text, ())
    changes: list[Change] = []

    def step(name: Change, new: str) -> str:
        if new != text:
            changes.append(name)
        return new

    text = step("invisible", _INVISIBLE.sub("", text))
    text = step("composed", unicodedata.normalize("NFC", text))
    if _LIKE_D_STROKE.search(text):
        text = step("d-stroke", text.translate(_D_STROKE))
    text = step("spaces", " ".join(text.split()))
    if tone_style is not None:
        text = step("tone-position", _move_tones(text, tone_style))
    return Repaired(text, tuple(changes))


def repair_column(values: pd.Series, *, tone_style: ToneStyle | None = TONE_STYLE) -> Parsed:
    """The display form of a column; cells that are no text pass as they are.

    Returns
    -------
    Parsed
        Problems of the kind `text-repaired`, one per cell for invisible characters and the
        letter Đ, which hide differences that nobody sees, and one per column for the rest.
    """
    cells = values.tolist()
    log = Log(cells)
    counted: Counter[Change] = Counter()
    result: list[object] = list(cells)
    for text, positions in distinct(cells).items():
        repaired = repair(text, tone_style=tone_style)
        hidden = [c for c in repaired.changes if c in {"invisible", "d-stroke"}]
        if hidden:
            log.cells(positions, _repaired(hidden), IssueAction.REPAIRED)
        counted.update({c: len(positions) for c in repaired.changes if c not in hidden})
        for position in positions:
            result[position] = repaired.text
    for position, cell in enumerate(cells):
        if isinstance(cell, str) and not cell.strip():
            result[position] = None
    for change, count in counted.items():
        log.column(_repaired([change], count), IssueAction.REPAIRED)
    return Parsed(
        pd.Series(result, index=values.index, name=values.name, dtype=values.dtype), log.frame()
    )


@lru_cache(maxsize=65536)
def compare_key(text: str) -> str:
    """A text for comparison: display form in lower case, marks kept, tones in one place."""
    return repair(text, tone_style=TONE_STYLE).text.casefold()


@lru_cache(maxsize=65536)
def search_key(text: str) -> str:
    """A text for searching: no marks, lower case, đ as d, punctuation as one space.

    ``²`` and other compatibility forms become plain digits and letters.
    """
    return " ".join(filter(None, map(_search_word, text.split())))


@lru_cache(maxsize=65536)
def _search_word(word: str) -> str:
    """What a search key has of a word: the same few thousand make up most texts."""
    if not word.isascii():
        word = unicodedata.normalize("NFKD", word).translate(_UNMARKED)
    return _NOT_A_WORD.sub(" ", word.casefold()).strip()


class _Unmarked(dict[int, str | None]):
    """Letter → what a search key has of it; filled as letters are met."""

    def __missing__(self, code: int) -> str | None:
        letter = chr(code)
        dropped = unicodedata.category(letter).startswith(("M", "Cf"))
        self[code] = kept = None if dropped else letter
        return kept


_UNMARKED = _Unmarked(zip(map(ord, "ĐđÐðƉɖ"), "DdDdDd", strict=True))


@lru_cache(maxsize=65536)
def _is_repaired(word: str, style: ToneStyle | None) -> bool:
    """Whether nothing in a word is to be repaired; what stands between two blanks is no word."""
    if not _PLAIN_WORD.fullmatch(word):
        return False
    return style is None or _move_tones(word, style) == word


def _move_tones(text: str, style: ToneStyle) -> str:
    if text.isascii():
        return text

    return _MARKED_WORD.sub(lambda found: place_tone(found[0], style) or found[0], text)


def _repaired(changes: Sequence[Change], count: int | None = None) -> Finding:
    words = [told(f"parsing.change-{change}") for change in changes]
    return Finding(
        "text-repaired",
        Severity.INFO,
        told("parsing.texts-repaired", changes=words, count=count)
        if count
        else told("parsing.text-repaired", changes=words),
    )
