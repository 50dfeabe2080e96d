"""Texts of old files → Unicode: what a column is written in is found, decided and noted.

A DBF of 2009 holds TCVN3 or VNI, says nothing about it or something wrong, and looks like
Western text. Columns are judged by their words; what is sure is decoded, what is not asks for
``--encoding``, and text that is Unicode already is left alone.
"""

from __future__ import annotations

import codecs
import io
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

import pandas as pd
from pandas.api.types import is_object_dtype, is_string_dtype

from geo_relocation.errors import AmbiguousEncodingError, UnknownNameError, UsageError
from geo_relocation.ingest.raw import Note, RawTable
from geo_relocation.messages import _
from geo_relocation.model.told import recalled
from geo_relocation.text.detection import Detection, decode_column, detect_columns
from geo_relocation.text.legacy import ENCODINGS, Encoding, canonical_encoding, decode_text

SINGLE_BYTES = "ISO-8859-1"
"""Read with this, every byte of a file survives as one letter."""

_ENOUGH_TEXTS = 5000
_PLAIN = {"utf-8", "cp1252"}
_NO_FILES = {"idna", "punycode", "undefined", "unicode-escape", "raw-unicode-escape"}


def known_encoding(name: str) -> tuple[str, Encoding | None]:
    """What to open a file with, and what to decode its texts from after that.

    Raises
    ------
    UsageError
        If there is no such encoding.
    """
    try:
        encoding = canonical_encoding(name)
    except UnknownNameError:
        return _codec(name), None
    if encoding in _PLAIN:
        return encoding, None
    return ("cp1252" if encoding == "utf-8-as-cp1252" else SINGLE_BYTES), encoding


def _codec(name: str) -> str:
    """Python's name of an encoding of text.

    Raises
    ------
    UsageError
        If there is none: base64 and the like turn bytes into bytes, or are no file's encoding.
    """
    try:
        # Only an encoding of text opens a file, which is the check that Python itself makes.
        with io.TextIOWrapper(io.BytesIO(), encoding=name) as opened:
            codec = codecs.lookup(opened.encoding).name
    except (LookupError, UnicodeError, ValueError) as error:
        raise UsageError(
            _("There is no encoding {name:q}.", name=name),
            hint=_("Known: {names}.", names=ENCODINGS),
        ) from error
    if codec in _NO_FILES:
        raise UsageError(
            _("{name:q} is no encoding of a file.", name=name),
            hint=_("Known: {names}.", names=ENCODINGS),
        )
    return codec


def decoded(raw: RawTable, encoding: Encoding) -> RawTable:
    """The table with all its texts decoded, as the user said."""
    columns = _text_columns(raw)
    return _decoded(raw, dict.fromkeys(columns, encoding), encoding)


def detected(raw: RawTable, *, unicode: bool) -> RawTable:
    """The table with its texts decoded as far as their encoding is sure.

    Parameters
    ----------
    raw
        A table as read.
    unicode
        Whether the source is Unicode by itself: then a doubt leaves the text as it is.

    Raises
    ------
    AmbiguousEncodingError
        If a source of unknown encoding cannot be told with enough confidence.
    """
    columns = _text_columns(raw)
    if not columns:
        return raw
    found = detect_columns({name: _texts(raw.frame[name]) for name in columns})
    spoken = {name: d for name, d in found.items() if d.evidence.words}
    unsure = {name: d for name, d in spoken.items() if not d.sure}
    if unsure and not unicode:
        raise _ambiguous(raw, unsure)
    legacy: dict[str, Encoding] = {
        name: d.encoding for name, d in spoken.items()
        if d.sure and (not unicode or d.encoding not in _PLAIN)
    }  # fmt: skip
    if not legacy:
        return raw
    common = Counter(legacy.values()).most_common(1)[0][0]
    notes = [
        Note(
            "encoding-detected",
            field=name,
            value=encoding,
            figures={
                "confidence": round(found[name].confidence, 2),
                "evidence": found[name].evidence.describe(),
            },
        )
        for name, encoding in legacy.items()
        if encoding not in _PLAIN
    ]
    return _decoded(raw, legacy, common).noted(*notes)


def _ambiguous(raw: RawTable, unsure: Mapping[str, Detection]) -> AmbiguousEncodingError:
    name, worst = min(unsure.items(), key=lambda item: item[1].confidence)
    return AmbiguousEncodingError(
        _("The text encoding of {file} cannot be told.", file=raw.file),
        why=_(
            "Column {column:q} looks like {encoding} with {confidence:%} confidence: {evidence}.",
            column=name,
            encoding=worst.encoding,
            confidence=round(worst.confidence, 2),
            evidence=worst.evidence.describe(),
        ),
    )


def _decoded(raw: RawTable, encodings: Mapping[str, Encoding], common: Encoding) -> RawTable:
    frame = raw.frame.copy()
    notes: list[Note] = []
    for name, encoding in encodings.items():
        if encoding == "utf-8":
            continue
        source = frame[name].astype(object)
        if encoding == "cp1252":
            frame[name] = source.map(_from_cp1252)
            continue
        parsed = decode_column(source, encoding)
        frame[name] = parsed.values.to_numpy(dtype=object)
        notes += _cell_notes(raw, name, parsed.problems)
    if common not in _PLAIN:
        frame.columns = pd.Index([_header(str(name), common) for name in frame.columns])
    return replace(raw, frame=frame, encoding=common).noted(*notes)


def _cell_notes(raw: RawTable, name: str, problems: pd.DataFrame) -> list[Note]:
    """Cells that were left as they are, or whose bytes could not be read."""
    cells = problems[problems["position"].notna()]
    return [
        Note(
            "encoding-cell",
            row=int(raw.rows[int(cell.position)]),
            field=name,
            value="" if pd.isna(cell.value) else str(cell.value),
            detail=recalled(cell.message),
        )
        for cell in cells.itertuples()
    ]


def _header(name: str, encoding: Encoding) -> str:
    return name if name.isascii() else decode_text(name, encoding)


def _from_cp1252(value: object) -> object:
    """The 32 letters in which Windows' Western code page differs from the single bytes."""
    if not isinstance(value, str) or value.isascii():
        return value
    try:
        return value.encode(SINGLE_BYTES).decode("cp1252")
    except UnicodeError:
        return value


def _text_columns(raw: RawTable) -> list[str]:
    return [
        str(name) for name in raw.frame.columns
        if is_object_dtype(raw.frame[name]) or is_string_dtype(raw.frame[name])
    ]  # fmt: skip


def _texts(values: pd.Series) -> list[str | bytes]:
    """Distinct texts beyond ASCII, evenly thinned: thousands of words tell as much as all."""
    held = values.astype(object).to_numpy(dtype=object, na_value=None)
    found = list(dict.fromkeys(v for v in held if isinstance(v, str) and not v.isascii()))
    return list(found[:: max(1, len(found) // _ENOUGH_TEXTS)])
