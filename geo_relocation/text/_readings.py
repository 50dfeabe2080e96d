"""A word read in every encoding in turn: whether each reading makes a Vietnamese syllable of it."""

from __future__ import annotations

import re
import unicodedata
from enum import Enum
from functools import lru_cache
from typing import Literal, NamedTuple

from geo_relocation.text.legacy import decode_text, fits, looks_vietnamese

Reading = Literal["vietnamese", "tcvn3", "vni", "cp1258", "utf-8-as-cp1252"]
READINGS: tuple[Reading, ...] = ("vietnamese", "tcvn3", "vni", "cp1258", "utf-8-as-cp1252")

TOKEN = re.compile(r"[A-Za-z\x80-\U0010ffff]*[\x80-\U0010ffff][A-Za-z\x80-\U0010ffff]*")
_LETTERS = re.compile(r"[^\W\d_]+")
_MICRO = re.compile(r"^[µμ][a-zA-Z]?$")
_ODD_INSIDE = re.compile(r"[a-z][\u00c0-\u00de]|[A-Za-z][¡-¿×÷\u00ad]+[A-Za-z]")


class Sign(Enum):
    """What a word says about a reading."""

    VALID = "a syllable"
    INVALID = "letters of the encoding, but no syllable"
    UNFIT = "letters that the encoding does not have"
    NEUTRAL = "no letter to tell by"


class Word(NamedTuple):
    """A word, what it says about each reading, and which readings would change it."""

    text: str
    signs: tuple[Sign, ...]
    changed: tuple[bool, ...]
    odd: bool


@lru_cache(maxsize=65536)
def judge_word(token: str) -> Word:
    """What a word with letters beyond ASCII says about each reading."""
    if _MICRO.match(token):
        neutral = (Sign.NEUTRAL,) * len(READINGS)
        return Word(token, neutral, (False,) * len(READINGS), odd=False)
    plain = unicodedata.normalize("NFC", token)
    decoded = [plain if r == "vietnamese" else decode_text(token, r) for r in READINGS]
    signs = [_sign(token, text, r) for r, text in zip(READINGS, decoded, strict=True)]
    changed = tuple(text != plain for text in decoded)
    return Word(token, tuple(signs), changed, bool(_ODD_INSIDE.search(token)))


def _sign(token: str, decoded: str, reading: Reading) -> Sign:
    """What a token, decoded in a reading, says about it."""
    if reading != "vietnamese" and not fits(token, reading):
        return Sign.UNFIT
    words = [word for word in _LETTERS.findall(decoded) if not word.isascii()]
    if not words or all(len(word) == 1 for word in words):
        return Sign.NEUTRAL
    shaped = reading == "tcvn3" or all(map(_plain_case, words))
    valid = shaped and all(map(looks_vietnamese, words))
    return Sign.VALID if valid else Sign.INVALID


def _plain_case(word: str) -> bool:
    """Whether a word is in small letters, in capitals, or begins with one."""
    return word.islower() or word.isupper() or (word[0].isupper() and word[1:].islower())
