"""Sentences that are stored: a code and its figures, said in the reader's language at the edge.

Whoever has found something makes its sentence with `told`, from a table of this package; a store
holds what `stored` makes of it, JSON of the code and the figures; whoever shows it gets the
sentence back by `recalled`, or says it at once by `said`. Text that was stored by an earlier
version, as a sentence, is shown as it is.

A table is a module here: `SAID`, from the part of a code after the dot to the sentence. The part
before the dot is the module's name. A code never changes its meaning: rows hold it for years.
"""

from __future__ import annotations

import datetime as dt
import json
import string
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import Enum
from functools import cache
from typing import Any

from geo_relocation.errors import UnknownNameError
from geo_relocation.messages import Message, Text
from geo_relocation.model import Attribute, enums, money, reasons, schema
from geo_relocation.model.told import (
    assessment,
    changes,
    detail,
    differences,
    group,
    idle,
    ingest,
    matching,
    parsing,
    placing,
    runs,
    screening,
)
from geo_relocation.words import Language, say

MARK = '{"say":"'
"""How every stored sentence begins."""

TABLES: dict[str, Mapping[str, Message]] = {
    "assessment": assessment.SAID,
    "changes": changes.SAID,
    "detail": detail.SAID,
    "differences": differences.SAID,
    "group": group.SAID,
    "idle": idle.SAID,
    "ingest": ingest.SAID,
    "matching": matching.SAID,
    "parsing": parsing.SAID,
    "placing": placing.SAID,
    "runs": runs.SAID,
    "screening": screening.SAID,
}
"""Sentences by the part of their code before the dot, and the part after it."""


# One encoder for all: making one for each sentence costs more than encoding it.
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode

_ENUMS = {
    one.__name__: one
    for module in (enums, money, reasons)
    for one in vars(module).values()
    if isinstance(one, type) and issubclass(one, Enum)
}
"""Lists of codes that a stored sentence may name a code of."""


@dataclass(frozen=True)
class Label:
    """What an entry that is found by being there (a rule, a term of the cost) is called.

    No table can know the words of such an entry, and a plan outlives it: so they are stored with
    its code, in every language.

    Attributes
    ----------
    code
        Stable word of the entry.
    vi, en
        Its words.
    """

    code: str
    vi: str
    en: str

    def label(self, language: Language = "vi") -> str:
        """The words in a language."""
        return self.vi if language == "vi" else self.en

    @property
    def sentence(self) -> Message:
        """The words as a sentence of their own, which may be stored."""
        return Message("{words}", {"words": self})


def told(code: str, /, **values: object) -> Message:
    """A sentence that may be stored.

    Parameters
    ----------
    code
        Table and sentence, e.g. ``matching.finished``.
    values
        What fills its gaps: numbers, texts, dates, attributes and enums of the dictionary, labels,
        other
        sentences that may be stored, or lists of these. A sentence with a plural takes its form
        from ``count``.

    Raises
    ------
    KeyError
        If no table has the code: a mistake in the program, as are gaps that nothing fills.
    """
    sentence, named = _found(code)
    lacking = named - values.keys()
    if lacking:
        raise KeyError(f"{code}: nothing fills {', '.join(sorted(lacking))}")
    count = values.get("count", 1)
    number = int(count) if isinstance(count, int | float) else 1
    return Message(sentence.text, values, sentence.plural, number, code)


@cache
def _found(code: str) -> tuple[Message, set[str]]:
    """The sentence of a code, and its gaps."""
    table, _, name = code.partition(".")
    sentence = TABLES[table][name]
    return sentence, gaps(sentence)


def gaps(sentence: Message) -> set[str]:
    """Names of the gaps of a sentence."""
    return {
        name
        for text in (sentence.text, sentence.plural)
        for _, name, _, _ in string.Formatter().parse(text)
        if name
    }


def stored(text: Text) -> str:
    """What a store holds of a sentence.

    Parameters
    ----------
    text
        A sentence made by `told`, several of them `joined`, or text that is nobody's language
        (a name, a file's own words), which is held as it is.

    Raises
    ------
    TypeError
        If the sentence has no code, or holds something that cannot be stored: a mistake in the
        program.
    """
    if not isinstance(text, Message):
        return text
    return _encode(_packed(text))


def recalled(text: object) -> Text:
    """The sentence of what a store holds; text that is no such JSON as it is, empty for none."""
    if not isinstance(text, str):
        return ""
    if not text.startswith(MARK):
        return text
    try:
        found = _unpacked(json.loads(text))
    except (ValueError, KeyError, TypeError, AttributeError, UnknownNameError):
        # From a later version, or changed by hand: what is there is shown, nothing is made up.
        return text
    return found if isinstance(found, Message) else text


def said(text: object, language: Language) -> str:
    """What a store holds, as a reader of the language is told it."""
    return say(recalled(text), language)


def _packed(value: object) -> Any:
    """A value as JSON can hold it, such that `_unpacked` gives it back."""
    if isinstance(value, Message):
        if not value.code and any(map(str.isalpha, _between_gaps(value))):
            raise TypeError(f"a sentence without a code cannot be stored: {value.text!r}")
        packed = {"say": value.code or value.text}
        return packed | {name: _packed(part) for name, part in value.values.items()}
    if isinstance(value, Label | Enum | Attribute | dt.date):
        return _marked(value)
    if isinstance(value, list | tuple):
        return [_packed(part) for part in value]
    plain = value.item() if hasattr(value, "item") else value  # a number of numpy
    if plain is None or isinstance(plain, str | bool | int | float):
        return plain
    raise TypeError(f"a stored sentence cannot hold a {type(value).__name__}")


def _marked(value: Label | Enum | Attribute | dt.date) -> dict[str, object]:
    """A value that JSON has no kind for, under the name of its kind."""
    if isinstance(value, Label):
        return {"label": asdict(value)}
    if isinstance(value, Attribute):
        return {"attribute": value.name, "layer": value.layer}
    if isinstance(value, dt.date):
        return {"day": value.isoformat()[:10]}
    if type(value).__name__ not in _ENUMS:
        raise TypeError(f"a stored sentence cannot hold a {type(value).__name__}")
    return {"enum": type(value).__name__, "value": value.value}


def _between_gaps(sentence: Message) -> str:
    return "".join(words for words, _, _, _ in string.Formatter().parse(sentence.text))


def _unpacked(value: Any) -> object:
    """What `_packed` was given."""
    if isinstance(value, list):
        return [_unpacked(part) for part in value]
    if not isinstance(value, dict):
        return value
    if "say" not in value:
        return _unmarked(value)
    code = value["say"]
    values = {name: _unpacked(part) for name, part in value.items() if name != "say"}
    return Message(code, values) if code.startswith("{") else told(code, **values)


def _unmarked(value: dict[str, Any]) -> object:
    """What `_marked` was given."""
    if "label" in value:
        return Label(**value["label"])
    if "enum" in value:
        return _ENUMS[value["enum"]](value["value"])
    if "attribute" in value:
        return schema(value["layer"]).attribute(value["attribute"])
    return dt.date.fromisoformat(value["day"])
