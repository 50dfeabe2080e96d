"""Vietnamese syllables: which can be written, and where their tone mark stands.

A syllable is an onset, a rhyme and a tone. The three lists below give some 17,000 of them, which
is the whole of the language and little else: six random letters are almost never one of them.
That makes validity good evidence for the encoding of a text, without any corpus.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import Literal

ToneStyle = Literal["old", "new"]
"""Where the tone stands in *oa, oe, uy* without a final consonant: old *hòa*, new *hoà*."""

TONES = ("", "\u0300", "\u0309", "\u0303", "\u0301", "\u0323")
"""Level, grave (huyền), hook (hỏi), tilde (ngã), acute (sắc) and dot below (nặng)."""

VOWELS = "aăâeêioôơuưy"

_ONSETS = "b c ch d đ g gh gi h k kh l m n ng ngh nh p ph qu r s t th tr v x"
_RHYMES = """
a ai ao au ay ac ach am an ang anh ap at ăc ăm ăn ăng ăp ăt âc âm ân âng âp ât âu ây
e ec em en eng eo ep et ê êch êm ên ênh êp êt êu
i ia ich im in inh ip it iu iêc iêm iên iêng iêp iêt iêu y yêm yên yêng yêt yêu
o oc oi om on ong ooc oong op ot oa oac oach oai oam oan oang oanh oao oap oat oay
oăc oăm oăn oăng oăt oe oen oeo oet ô ôc ôi ôm ôn ông ôp ôt ơ ơi ơm ơn ơp ơt
u ua uc ui um un ung up ut uôc uôi uôm uôn uông uôt uân uâng uât uây uê uêch uênh uơ
uy uya uych uyn uynh uyp uyt uyu uyên uyêt ư ưa ưc ưi ưm ưn ưng ưt ưu
ươc ươi ươm ươn ương ươp ươt ươu
"""
_AFTER_QU = """
a ai ao au ay ac ach am an ang anh ap at ăc ăm ăn ăng ăp ăt âc ân âng ât ây âu
e en eo et ê ên ênh êch êt êu i in it ic y yn ynh ych yp yt yu yên yêt ơ ơi ơn ôc
"""
_STOPS = ("c", "ch", "p", "t")
_STOP_TONES = frozenset({"\u0301", "\u0323"})
_FRONT = frozenset("eêiy")
_MARKED = frozenset("ăâêôơư")
_STYLED = frozenset({"oa", "oe", "uy"})
_TONE_MARKS = frozenset(TONES[1:])


def _spelled_together(onset: str, rhyme: str) -> bool:
    """Whether the spelling rules let an onset stand before a rhyme."""
    front = rhyme[0] in _FRONT
    if rhyme.startswith("yê"):
        return onset in {"", "qu"}
    if onset in {"c", "ng"}:
        return not front
    if onset in {"k", "gh", "ngh"}:
        return front
    if onset == "gi":
        # Before i one i is written: gì, giếng. Those are listed under g.
        return rhyme[0] not in "iy"
    if onset == "g":
        return not front or (rhyme[0] == "i" and rhyme not in {"ia", "iu"})
    return True


@cache
def _toneless() -> dict[str, tuple[str, str]]:
    """Every syllable without its tone, with its onset and rhyme."""
    found: dict[str, tuple[str, str]] = {}
    for onset in ("", *_ONSETS.split()):
        for rhyme in (_AFTER_QU if onset == "qu" else _RHYMES).split():
            if _spelled_together(onset, rhyme):
                found.setdefault(onset + rhyme, (onset, rhyme))
    return found


def _tone_place(onset: str, rhyme: str, style: ToneStyle) -> int:
    """Index of the letter of a toneless syllable that carries the tone."""
    vowels = [i for i, letter in enumerate(rhyme) if letter in VOWELS]
    marked = [i for i in vowels if rhyme[i] in _MARKED]
    if marked:
        place = marked[-1]
    elif len(vowels) == 1:
        place = vowels[0]
    elif len(vowels) == 3 or len(rhyme) > len(vowels):  # noqa: PLR2004 - oai, uyu; oan, uynh
        place = vowels[1]
    elif rhyme in _STYLED:
        place = 0 if style == "old" else 1
    else:
        place = 0
    return len(onset) + place


@lru_cache(maxsize=65536)
def split_tone(word: str) -> tuple[str, str] | None:
    """A lower-case word without its tone, and the tone.

    Returns
    -------
    tuple or None
        None when the word carries two tones, or a mark that Vietnamese does not have.
    """
    letters: list[str] = []
    tone = ""
    for letter in unicodedata.normalize("NFC", word):
        marks = [m for m in unicodedata.normalize("NFD", letter) if m in _TONE_MARKS]
        if len(marks) + bool(tone) > 1:
            return None
        if marks:
            tone = marks[0]
            bare = unicodedata.normalize("NFD", letter).replace(tone, "")
            letter = unicodedata.normalize("NFC", bare)  # noqa: PLW2901
        letters.append(letter)
    return "".join(letters), tone


@lru_cache(maxsize=65536)
def place_tone(word: str, style: ToneStyle = "old") -> str | None:
    """A syllable with its tone where it belongs; None when it is no Vietnamese syllable.

    The case of each letter stays.
    """
    word = unicodedata.normalize("NFC", word)
    split = split_tone(word.lower())
    if split is None:
        return None
    base, tone = split
    parts = _toneless().get(base)
    if parts is None or len(base) != len(word):
        return None
    onset, rhyme = parts
    if rhyme.endswith(_STOPS) and tone not in _STOP_TONES:
        return None
    place = _tone_place(onset, rhyme, style)
    cased = [b.upper() if w.isupper() else b for b, w in zip(base, word, strict=True)]
    cased[place] = unicodedata.normalize("NFC", cased[place] + tone)
    return "".join(cased)


@lru_cache(maxsize=65536)
def is_syllable(word: str) -> bool:
    """Whether a word is one Vietnamese syllable, with its tone in the old or the new place."""
    word = unicodedata.normalize("NFC", word)
    return place_tone(word, "old") == word or place_tone(word, "new") == word


def syllables(style: ToneStyle = "old") -> Iterator[str]:
    """Every Vietnamese syllable in lower case, rare and possible ones included."""
    for onset, rhyme in _toneless().values():
        stopped = rhyme.endswith(_STOPS)
        for tone in TONES:
            if stopped and tone not in _STOP_TONES:
                continue
            letters = list(onset + rhyme)
            place = _tone_place(onset, rhyme, style)
            letters[place] = unicodedata.normalize("NFC", letters[place] + tone)
            yield "".join(letters)
