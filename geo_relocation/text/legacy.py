"""Vietnamese text before Unicode: TCVN3 (ABC), VNI-Windows, Windows-1258.

Attribute tables of the years before about 2010 hold the bytes of a *font*, not of a code page, and
a reader that knows nothing of it shows them as Western letters: *BÕn C¸t* for Bến Cát in TCVN3,
*Beán Caùt* in VNI. The functions here turn such Western letters (a file read as ISO-8859-1 or
Windows-1252) into Vietnamese and back.

**Capitals in TCVN3.** The encoding has capitals of ă â ê ô ơ ư đ but none with a tone: Á and á
are one byte, and the fonts ending in *H* (.VnTimeH) draw small letters as capitals. So the case
of toned letters is lost when a text is encoded. Decoding gives it back where a word shows it
(every other letter of the word is a capital, as in *L¸I*) and leaves a small letter elsewhere:
*Êp* becomes *ấp*. Of the 91 commune names of the province none is touched by this.

Sources of the tables: TCVN 5712:1993 (VN3) for TCVN3, which agrees with the small letters of the
C library's TCVN5712-1; the VNI-Windows keyboard chart for VNI.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import cache
from typing import Literal, NamedTuple

from geo_relocation.errors import UnknownNameError
from geo_relocation.messages import _
from geo_relocation.text.syllables import is_syllable

Encoding = Literal["utf-8", "tcvn3", "vni", "cp1258", "cp1252", "utf-8-as-cp1252"]

ENCODINGS: tuple[Encoding, ...] = (
    "utf-8",
    "tcvn3",
    "vni",
    "cp1258",
    "cp1252",
    "utf-8-as-cp1252",
)
"""Encodings that a column can be told to have.

``utf-8`` and ``cp1252`` say that a text is read already; they differ for bytes only.
``utf-8-as-cp1252`` is UTF-8 that was read as Western letters: *HÃ²a* for Hòa.
"""

ALIASES = {
    "abc": "tcvn3", "tcvn": "tcvn3", "tcvn-3": "tcvn3", "tcvn5712": "tcvn3", "tcvn-5712": "tcvn3",
    "vni-windows": "vni", "vni-win": "vni", "utf8": "utf-8", "unicode": "utf-8",
    "utf-8-sig": "utf-8", "windows-1252": "cp1252",
    "iso-8859-1": "cp1252", "latin-1": "cp1252", "latin1": "cp1252",
    "windows-1258": "cp1258", "1258": "cp1258",
    "mojibake": "utf-8-as-cp1252",
}  # fmt: skip
"""Other names that people use for them."""

_GRAVE, _HOOK, _TILDE, _ACUTE, _DOT = "\u0300\u0309\u0303\u0301\u0323"

# Bytes of each vowel without tone, then with grave, hook, tilde, acute and dot below.
_TCVN3_VOWELS = {
    "a": (None, 0xB5, 0xB6, 0xB7, 0xB8, 0xB9),
    "ă": (0xA8, 0xBB, 0xBC, 0xBD, 0xBE, 0xC6),
    "â": (0xA9, 0xC7, 0xC8, 0xC9, 0xCA, 0xCB),
    "e": (None, 0xCC, 0xCE, 0xCF, 0xD0, 0xD1),
    "ê": (0xAA, 0xD2, 0xD3, 0xD4, 0xD5, 0xD6),
    "i": (None, 0xD7, 0xD8, 0xDC, 0xDD, 0xDE),
    "o": (None, 0xDF, 0xE1, 0xE2, 0xE3, 0xE4),
    "ô": (0xAB, 0xE5, 0xE6, 0xE7, 0xE8, 0xE9),
    "ơ": (0xAC, 0xEA, 0xEB, 0xEC, 0xED, 0xEE),
    "u": (None, 0xEF, 0xF1, 0xF2, 0xF3, 0xF4),
    "ư": (0xAD, 0xF5, 0xF6, 0xF7, 0xF8, 0xF9),
    "y": (None, 0xFA, 0xFB, 0xFC, 0xFD, 0xFE),
}
_TCVN3_CAPITALS = {"Ă": 0xA1, "Â": 0xA2, "Ê": 0xA3, "Ô": 0xA4, "Ơ": 0xA5, "Ư": 0xA6, "Đ": 0xA7}
_TCVN3_D = {"đ": 0xAE}

# VNI writes most letters as a base letter and a mark byte; the same in capitals, 32 lower.
_VNI_TONES = {_GRAVE: 0xF8, _HOOK: 0xFB, _TILDE: 0xF5, _ACUTE: 0xF9, _DOT: 0xEF}
_VNI_BREVE = {"": 0xEA, _GRAVE: 0xE8, _HOOK: 0xFA, _TILDE: 0xFC, _ACUTE: 0xE9, _DOT: 0xEB}
_VNI_CIRCUMFLEX = {"": 0xE2, _GRAVE: 0xE0, _HOOK: 0xE5, _TILDE: 0xE3, _ACUTE: 0xE1, _DOT: 0xE4}
_VNI_SINGLE = {
    "đ": 0xF1, "ơ": 0xF4, "ư": 0xF6, "ỵ": 0xEE,
    "ì": 0xEC, "ỉ": 0xE6, "ĩ": 0xF3, "í": 0xED, "ị": 0xF2,
}  # fmt: skip
_VNI_BASES = {"a": "a", "e": "e", "o": "o", "u": "u", "y": "y", "ơ": "\xf4", "ư": "\xf6"}
_CAPITAL_OFFSET = 32

_CASED = frozenset("ăâêôơưđĂÂÊÔƠƯĐ")
_LAST_BYTE = 0xFF
_ROMAN = re.compile(r"^[IVX]+$")
_TWO_CAPITALS = re.compile(r"[A-ZĂÂÊÔƠƯĐ][^\W\d_]*[A-ZĂÂÊÔƠƯĐ]|[^\W\d_a-z][A-ZĂÂÊÔƠƯĐ]")
_WORD = re.compile(r"[^\W\d_]+")


class Encoded(NamedTuple):
    """A text in a legacy encoding, as the Western letters that its bytes stand for.

    Attributes
    ----------
    text
        Letters up to U+00FF; ``text.encode("latin-1")`` gives the bytes.
    lost
        Letters that the encoding cannot hold: in TCVN3 toned capitals lose their case, and
        letters unknown to an encoding become ``?``. Empty when the text comes back unchanged.
    """

    text: str
    lost: tuple[str, ...]


def _compose(base: str, tone: str) -> str:
    return unicodedata.normalize("NFC", base + tone)


@cache
def _tcvn3() -> tuple[dict[int, str], dict[int, str]]:
    """Translation tables of TCVN3: from Western letters, and to them."""
    tones = ("", _GRAVE, _HOOK, _TILDE, _ACUTE, _DOT)
    to: dict[str, int] = {**_TCVN3_D, **_TCVN3_CAPITALS}
    for vowel, codes in _TCVN3_VOWELS.items():
        for tone, code in zip(tones, codes, strict=True):
            if code is not None:
                to[_compose(vowel, tone)] = code
    back = {code: letter for letter, code in to.items()}
    return back, {ord(letter): chr(code) for letter, code in to.items()}


@cache
def _vni() -> tuple[dict[str, str], dict[str, str]]:
    """Tables of VNI: from one or two Western letters, and to them."""
    to: dict[str, str] = {letter: chr(code) for letter, code in _VNI_SINGLE.items()}
    for vowel, written in _VNI_BASES.items():
        for tone, code in _VNI_TONES.items():
            to.setdefault(_compose(vowel, tone), written + chr(code))
    for tone, code in _VNI_BREVE.items():
        to[_compose("ă", tone)] = "a" + chr(code)
    for vowel, base in (("â", "a"), ("ê", "e"), ("ô", "o")):
        for tone, code in _VNI_CIRCUMFLEX.items():
            to[_compose(vowel, tone)] = base + chr(code)
    back: dict[str, str] = {}
    for letter, written in list(to.items()):
        capital = "".join(_vni_capital(c) for c in written)
        to[letter.upper()] = capital
        back[written] = letter
        back[capital] = letter.upper()
        if len(written) > 1:
            # A capital with a small mark, and the other way round, are seen in old files.
            back[capital[0] + written[1]] = letter.upper()
            back[written[0] + capital[1]] = letter
    return back, to


def _vni_capital(letter: str) -> str:
    return letter.upper() if letter.isascii() else chr(ord(letter) - _CAPITAL_OFFSET)


@cache
def _vni_pattern() -> re.Pattern[str]:
    back = _vni()[0]
    pairs = sorted((re.escape(written) for written in back), key=len, reverse=True)
    return re.compile("|".join(pairs))


def canonical_encoding(name: str) -> Encoding:
    """The encoding that a person names.

    Raises
    ------
    UnknownNameError
        If it is none of `ENCODINGS` or their `ALIASES`.
    """
    key = name.strip().lower().replace("_", "-")
    key = ALIASES.get(key, key)
    for known in ENCODINGS:
        if key == known:
            return known
    raise UnknownNameError(_("encoding"), name, ENCODINGS)


def decode_text(text: str, encoding: Encoding) -> str:
    """A text read as Western letters, in the Vietnamese it was meant to be.

    Text that cannot be in the encoding, because it has letters beyond U+00FF, comes back as it
    is: it is Unicode already.
    """
    raw = single_bytes(text)
    if encoding in {"utf-8", "cp1252"} or raw is None:
        return unicodedata.normalize("NFC", text)
    if encoding == "tcvn3":
        back = _tcvn3()[0]
        return _raise_capitals(unicodedata.normalize("NFC", text.translate(back)))
    if encoding == "vni":
        pairs = _vni()[0]
        return _vni_pattern().sub(lambda found: pairs[found[0]], text)
    try:
        read = raw.decode("cp1258" if encoding == "cp1258" else "utf-8")
    except UnicodeDecodeError:
        return text
    return unicodedata.normalize("NFC", read)


def fits(text: str, encoding: Encoding) -> bool:
    """Whether every letter beyond ASCII of a text read as Western letters is in an encoding."""
    raw = single_bytes(text)
    if encoding in {"utf-8", "cp1252"}:
        return True
    if raw is None:
        return False
    if encoding == "tcvn3":
        back = _tcvn3()[0]
        rest = "".join(c for c in text if ord(c) not in back)
    elif encoding == "vni":
        rest = _vni_pattern().sub("", text)
    else:
        return decode_text(text, encoding) != text or encoding == "cp1258"
    return not any(c.isalpha() for c in rest if not c.isascii())


def encode_text(text: str, encoding: Literal["tcvn3", "vni", "cp1258"]) -> Encoded:
    """A Vietnamese text in a legacy encoding, as Western letters.

    Parameters
    ----------
    text
        Unicode text.
    encoding
        The encoding to write.
    """
    text = unicodedata.normalize("NFC", text)
    if encoding == "tcvn3":
        return _encode_tcvn3(text)
    if encoding == "vni":
        to = _vni()[1]
        written = [to.get(letter, letter) for letter in text]
        return _only_western(text, written, to)
    written = [_cp1258(letter) for letter in text]
    return _only_western(text, written, {})


def _encode_tcvn3(text: str) -> Encoded:
    back, to = _tcvn3()
    written = []
    for letter in text:
        small = letter.lower()
        if ord(letter) in to:
            written.append(to[ord(letter)])
        elif len(small) == 1 and ord(small) in to:
            written.append(to[ord(small)])
        else:
            held = ord(letter) <= _LAST_BYTE and ord(letter) not in back
            written.append(letter if held else "?")
    encoded = "".join(written)
    # Case that the word itself gives back is not lost; each letter is one byte.
    decoded = decode_text(encoded, "tcvn3")
    return Encoded(encoded, tuple(a for a, b in zip(text, decoded, strict=True) if a != b))


def _cp1258(letter: str) -> str:
    """One letter in Windows-1258: a base letter and a combining tone where it must be."""
    for form in (letter, _base_and_tone(letter)):
        try:
            return form.encode("cp1258").decode("latin-1")
        except UnicodeEncodeError:
            continue
    return letter


def _base_and_tone(letter: str) -> str:
    apart = unicodedata.normalize("NFD", letter)
    tone = [mark for mark in apart if mark in _VNI_TONES]
    base = "".join(mark for mark in apart if mark not in _VNI_TONES)
    return unicodedata.normalize("NFC", base) + "".join(tone)


def _only_western(text: str, written: Sequence[str], known: dict[str, str]) -> Encoded:
    """Join letters, with ``?`` for those that have no byte."""
    safe, lost = [], []
    for letter, code in zip(text, written, strict=True):
        fits = all(ord(c) <= _LAST_BYTE for c in code)
        safe.append(code if fits else "?")
        if not fits:
            lost.append(letter)
        elif known and letter not in known and not letter.isascii() and letter.isalpha():
            # A Western letter that the encoding would read as something else.
            lost.append(letter)
    return Encoded("".join(safe), tuple(lost))


def single_bytes(text: str) -> bytes | None:
    """The bytes that a text was read from as ISO-8859-1 or Windows-1252; None if from neither."""
    try:
        return text.encode("latin-1")
    except UnicodeEncodeError:
        pass
    try:
        # Windows-1252 shows bytes 80 to 9F as curly quotes and the like, but for five of them.
        return b"".join(
            letter.encode("latin-1" if letter <= "\xff" else "cp1252") for letter in text
        )
    except UnicodeEncodeError:
        return None


def _raise_capitals(text: str) -> str:
    """TCVN3 text with capitals put back in the words that show them.

    A word is in capitals when the letters whose case is known are, and there are two of them:
    *L¸I*, not *Hµ*. Where all such words of a text are in capitals and are Vietnamese (not
    *KCN*), the whole text is.
    """
    if _TWO_CAPITALS.search(text) is None:
        return text
    words = [_Word(found) for found in _WORD.finditer(text)]
    if not any(word.capitals for word in words):
        return text
    clear = [word for word in words if len(word.telling) > 1]
    everywhere = all(word.telling.isupper() for word in words if word.telling) and all(
        looks_vietnamese(word.text) or _ROMAN.match(word.text) for word in clear
    )
    if everywhere:
        return text.upper()
    for word in words:
        if word.capitals:
            text = text[: word.start] + word.text.upper() + text[word.start + len(word.text) :]
    return text


class _Word:
    """A decoded TCVN3 word and its letters whose case the bytes tell."""

    def __init__(self, found: re.Match[str]) -> None:
        self.text = found[0]
        self.start = found.start()
        self.telling = "".join(c for c in self.text if c.isascii() or c in _CASED)

    @property
    def capitals(self) -> bool:
        """Whether the word is in capitals beyond doubt: *L¸I* and *§¾K* are, *Hµ* and *KNí* not."""
        if not self.telling.isupper():
            return False
        last = self.text[-1]
        enclosed = last in self.telling and self.text != self.telling
        several = len(self.telling) > 1 and looks_vietnamese(self.text)
        return enclosed or several or self.text.isupper()


def looks_vietnamese(word: str) -> bool:
    """Whether a word is a Vietnamese syllable, its case aside."""
    return is_syllable(word.lower())
