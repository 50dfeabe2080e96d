"""Tell the encoding of a column, with a confidence, and decode it.

Each word with a letter beyond ASCII is read in every encoding in turn and asked whether it is a
Vietnamese syllable. A wrong reading rarely is, so a handful of words decide. The verdict is a
posterior probability over *Unicode Vietnamese*, *other Unicode* and the legacy encodings, each
distinct word counting once; it is lowered where some words plainly say something else, so that
a column of two encodings is asked about and not decided by its majority.
"""

from __future__ import annotations

import math
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Literal, NamedTuple

from geo_relocation.lazy import pd
from geo_relocation.messages import Message
from geo_relocation.model.enums import IssueAction, Severity
from geo_relocation.model.told import told
from geo_relocation.text._readings import READINGS, TOKEN, Reading, Sign, Word, judge_word
from geo_relocation.text.legacy import Encoding, decode_text, single_bytes
from geo_relocation.text.problems import Finding, Log, Parsed

CONFIDENT = 0.95
"""Below this confidence a person must name the encoding."""

_Hypothesis = Literal["vietnamese", "foreign", "tcvn3", "vni", "cp1258", "utf-8-as-cp1252"]

_MOJIBAKE = READINGS.index("utf-8-as-cp1252")
_ENCODINGS: dict[_Hypothesis, Encoding] = {
    "tcvn3": "tcvn3",
    "vni": "vni",
    "cp1258": "cp1258",
    "utf-8-as-cp1252": "utf-8-as-cp1252",
}

# Most columns are right already; no wrong reading may win without evidence of its own.
_PRIORS: dict[_Hypothesis, float] = {
    "vietnamese": 0.5,
    "foreign": 0.2,
    "tcvn3": 0.12,
    "vni": 0.12,
    "cp1258": 0.03,
    "utf-8-as-cp1252": 0.03,
}
# Share of words that are a syllable when read rightly (names of minority places are not), and
# when read wrongly: measured over all units of the country in every encoding, rounded up.
_VALID_IF_RIGHT = 0.95
_VALID_IF_WRONG: dict[Reading, float] = {
    "vietnamese": 0.15,
    "tcvn3": 0.18,
    "vni": 0.12,
    "cp1258": 0.2,
    "utf-8-as-cp1252": 0.001,
}
# How much rarer a capital or a symbol in the midst of small letters is in real Western text.
_ODD = math.log(0.03 / 0.5)
# How much rarer a letter outside the encoding is in text of the encoding.
_UNFIT = math.log(0.01 / 0.5)
_MOST_WORDS = 5000
_CONTRADICTED = 0.1
_FEW = 5


class Detection(NamedTuple):
    """What a column is written in.

    Attributes
    ----------
    encoding
        The likeliest encoding.
    confidence
        Probability that it is, in [0, 1].
    evidence
        What it rests on.
    """

    encoding: Encoding
    confidence: float
    evidence: Basis

    @property
    def sure(self) -> bool:
        """Whether the column may be decoded without asking."""
        return self.confidence >= CONFIDENT


class Basis(NamedTuple):
    """What a verdict rests on.

    Attributes
    ----------
    words
        How many distinct words with letters beyond ASCII were looked at.
    valid
        How many of them are Vietnamese syllables in each reading.
    contradicting
        How many are syllables in another reading but not in the chosen one.
    examples
        Up to five words as read, and as decoded.
    """

    words: int
    valid: Mapping[str, int]
    contradicting: int
    examples: tuple[tuple[str, str], ...]

    def describe(self) -> Message:
        """The evidence in one line."""
        counts = ", ".join(f"{name} {count}/{self.words}" for name, count in self.valid.items())
        shown = "; ".join(f"{before} → {after}" for before, after in self.examples)
        if not self.words:
            return told("detail.evidence-ascii")
        if not shown:
            return told("detail.evidence", counts=counts)
        return told("detail.evidence-shown", counts=counts, examples=shown)


def detect_encoding(values: Sequence[str | bytes]) -> Detection:
    """The encoding of one column.

    Parameters
    ----------
    values
        Texts as a reader gave them, or raw bytes. Other values are passed over.

    Returns
    -------
    Detection
        ``utf-8`` for texts that are right as they are; ``cp1252`` for Western bytes. Below
        `CONFIDENT` raise `AmbiguousEncodingError` and let the user name it.
    """
    texts = list(_texts(values))
    words = _words(texts)
    western = any(isinstance(value, bytes) and not _is_utf8(value) for value in values)
    return _judge(words, plain="cp1252" if western else "utf-8")


def detect_columns(columns: Mapping[str, Sequence[str | bytes]]) -> dict[str, Detection]:
    """The encodings of the text columns of one file.

    The columns of a file were mostly typed with one font. A column too short to tell for itself
    takes the encoding of the whole, unless its own words speak against it.
    """
    own = {name: detect_encoding(values) for name, values in columns.items()}
    whole = detect_encoding([value for values in columns.values() for value in values])
    if not whole.sure or whole.encoding in {"utf-8", "cp1252"}:
        return own
    reading: str = whole.encoding
    for name, found in own.items():
        fits = found.evidence.valid.get(reading, 0) >= max(found.evidence.valid.values(), default=0)
        if not found.sure and found.evidence.words and fits:
            own[name] = Detection(whole.encoding, whole.confidence, found.evidence)
    return own


def decode_column(values: pd.Series, encoding: Encoding) -> Parsed:
    """A column in Unicode.

    Cells that are Unicode already, because they have letters that no single byte stands for or
    because they are Vietnamese as they are and nothing when decoded, are left alone.

    Parameters
    ----------
    values
        Texts or bytes; other values pass as they are.
    encoding
        As `detect_encoding` or the user says.

    Returns
    -------
    Parsed
        Kinds of problems: `text-decoded` (the column), `kept-unicode` (a cell that was left
        alone), `undecodable` (bytes that are not in the encoding).
    """
    cells = values.tolist()
    log = Log(cells)
    result: list[object] = list(cells)
    decoded: Counter[bool] = Counter()
    places: dict[str | bytes, list[int]] = {}
    for position, cell in enumerate(cells):
        if isinstance(cell, str | bytes):
            places.setdefault(cell, []).append(position)
    for cell, positions in places.items():
        text, readable = _text(cell, encoding)
        if not readable:
            log.cells(positions, _UNDECODABLE)
        new = decode_text(text, encoding)
        if (
            encoding not in {"utf-8", "cp1252"}
            and not text.isascii()
            and _keep(text, new, encoding)
        ):
            log.cells(positions, _KEPT, IssueAction.KEPT)
            new = unicodedata.normalize("NFC", text)
        decoded[new != cell] += len(positions)
        for position in positions:
            result[position] = new
    if decoded[True] and encoding not in {"utf-8", "cp1252"}:
        log.column(_decoded(encoding, decoded[True]), IssueAction.REPAIRED)
    return Parsed(
        pd.Series(result, index=values.index, name=values.name, dtype=object), log.frame()
    )


def _keep(text: str, decoded: str, encoding: Encoding) -> bool:
    """Whether a cell is right as it is and decoding would spoil it."""
    if single_bytes(text) is None:
        return True
    if _all_valid(decoded, None):
        return False
    return _all_valid(text, READINGS.index(encoding))


def _all_valid(text: str, other: int | None) -> bool:
    """Whether the words of a text with letters beyond ASCII are Vietnamese, and there is one.

    A word that says nothing as it is but is valid in the reading `other` does not pass.
    """
    some = False
    for token in TOKEN.findall(text):
        signs = judge_word(token).signs
        valid = signs[0] is Sign.VALID
        some |= valid
        silent = other is None or signs[other] is not Sign.VALID
        if not valid and not (signs[0] is Sign.NEUTRAL and silent):
            return False
    return some


def _text(cell: str | bytes, encoding: Encoding) -> tuple[str, bool]:
    """A cell as text, and whether its bytes could be read."""
    if isinstance(cell, str):
        return cell, True
    if encoding in {"utf-8", "cp1252"}:
        try:
            return cell.decode(encoding), True
        except UnicodeDecodeError:
            return cell.decode("cp1252", errors="replace"), False
    if _is_utf8(cell) and not cell.isascii():
        return cell.decode("utf-8"), True
    return cell.decode("latin-1"), True


def _is_utf8(value: bytes) -> bool:
    try:
        value.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _texts(values: Iterable[object]) -> Iterable[str]:
    for value in dict.fromkeys(v for v in values if isinstance(v, str | bytes)):
        if isinstance(value, bytes):
            yield value.decode("utf-8" if _is_utf8(value) else "latin-1")
        else:
            yield value


def _words(texts: Iterable[str]) -> list[Word]:
    """Distinct words with letters beyond ASCII, judged in every reading."""
    found: dict[str, None] = {}
    for text in texts:
        if not text.isascii():
            found.update(dict.fromkeys(token[0] for token in TOKEN.finditer(text)))
            if len(found) >= _MOST_WORDS:
                break
    judged = [judge_word(text) for text in found]
    return [word for word in judged if set(word.signs) != {Sign.NEUTRAL}]


def _judge(words: Sequence[Word], plain: Encoding) -> Detection:
    """The verdict on some words."""
    right_already = not any(w.signs[_MOJIBAKE] is Sign.VALID for w in words) and all(
        word.signs[0] is Sign.VALID
        or (word.signs[0] is Sign.NEUTRAL and Sign.VALID not in word.signs)
        for word in words
    )
    merged: dict[Encoding, float] = {plain: 0.0}
    for hypothesis, weight in _posterior(words).items():
        name = _ENCODINGS.get(hypothesis, plain)
        merged[name] = merged.get(name, 0.0) + weight
    encoding = plain if right_already else max(merged, key=merged.__getitem__)
    evidence = _basis(words, encoding)
    confidence = min(merged[encoding], 1.0)
    if right_already:
        # To keep what is Vietnamese as it stands needs nobody's leave.
        return Detection(plain, max(confidence, CONFIDENT), evidence)
    if evidence.contradicting > _tolerated(len(words)):
        confidence *= 1 - evidence.contradicting / len(words)
    return Detection(encoding, confidence, evidence)


def _tolerated(words: int) -> float:
    """How many words may speak for another encoding: names of minority places do by chance."""
    return max(1 if words >= _FEW else 0, _CONTRADICTED * words)


def _posterior(words: Sequence[Word]) -> dict[_Hypothesis, float]:
    """Probability of each hypothesis; a legacy encoding needs a word that it makes valid."""
    scores: dict[_Hypothesis, float] = {h: math.log(p) for h, p in _PRIORS.items()}
    for column, reading in enumerate(READINGS):
        for word in words:
            scores[reading] += _weight(word.signs[column], _VALID_IF_WRONG[reading])
        own = (word.signs[column] is Sign.VALID and word.changed[column] for word in words)
        if reading != "vietnamese" and not any(own):
            scores[reading] = -math.inf
    odd = sum(word.odd for word in words)
    scores["foreign"] += _ODD * odd
    scores["vietnamese"] += _ODD * odd
    highest = max(scores.values())
    weights = {h: math.exp(score - highest) for h, score in scores.items()}
    total = sum(weights.values())
    return {h: weight / total for h, weight in weights.items()}


def _weight(sign: Sign, valid_if_wrong: float) -> float:
    """Log-likelihood ratio of a sign, reading right against reading wrong."""
    if sign is Sign.VALID:
        return math.log(_VALID_IF_RIGHT / valid_if_wrong)
    if sign is Sign.INVALID:
        return math.log((1 - _VALID_IF_RIGHT) / (1 - valid_if_wrong))
    return _UNFIT if sign is Sign.UNFIT else 0.0


def _basis(words: Sequence[Word], encoding: Encoding) -> Basis:
    plain = encoding in {"utf-8", "cp1252"}
    at = 0 if plain else [reading == encoding for reading in READINGS].index(True)
    counts = {
        reading: sum(word.signs[i] is Sign.VALID for word in words)
        for i, reading in enumerate(READINGS)
    }
    against = sum(
        word.signs[at] in {Sign.INVALID, Sign.UNFIT} and Sign.VALID in word.signs for word in words
    )
    shown = [w.text for w in words if w.signs[at] is Sign.VALID and w.changed[at]]
    pairs = tuple((text, decode_text(text, encoding)) for text in shown[:5])
    return Basis(len(words), {str(k): v for k, v in counts.items()}, against, pairs)


_KEPT = Finding(
    "kept-unicode",
    Severity.WARNING,
    told("parsing.kept-unicode"),
)
_UNDECODABLE = Finding(
    "undecodable",
    Severity.ERROR,
    told("parsing.undecodable"),
)


def _decoded(encoding: Encoding, count: int) -> Finding:
    return Finding(
        "text-decoded",
        Severity.INFO,
        told("parsing.text-decoded", count=count, encoding=encoding),
    )
