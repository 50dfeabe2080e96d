"""What the program has to say, before it is said in anybody's language.

A message is an English sentence with gaps, and what fills them. Nothing here knows a translation:
`geo_relocation.words` says a message in the language of whoever reads it, at the edge. Where no
language is asked for (a traceback, a notebook), `str` says it in English.

A gap may name how its value is written: ``{count:n}`` a number with separators, ``{km:n1}`` with
at most one decimal, ``{day:d}`` a date, ``{share:%}`` a share as per cent, ``{name:q}`` quoted,
``{margin:+n}`` a number with its sign.
A gap without one is written as it is, so that years and codes gain no separators.
"""

from __future__ import annotations

import datetime as dt
import string
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, Protocol

if TYPE_CHECKING:
    from pydantic import ValidationError


Language = Literal["vi", "en"]
"""A language that people are told things in."""


class Sayable(Protocol):
    """A thing with words of its own in each language, as the enums have."""

    def label(self, language: Any = "vi") -> str:
        """The words in a language."""


class Style(Protocol):
    """How values are written in one language."""

    def number(self, value: float, decimals: int | None) -> str:
        """A number, with at most so many decimals; None: as many as it has."""

    def percent(self, value: float) -> str:
        """A share of 1 as per cent."""

    def day(self, value: dt.date) -> str:
        """A date."""

    def quoted(self, text: str) -> str:
        """A name in quotation marks."""

    def plain(self, value: object) -> str:
        """Whatever else: a message or labelled value in the language, all others as text."""


@dataclass(frozen=True)
class Message:
    """A sentence with gaps, and what fills them.

    Attributes
    ----------
    text
        The English sentence, which is also what its translation is found by.
    values
        What fills the gaps, by name: texts, numbers, dates, labelled values, messages, or
        sequences of these.
    plural
        The English sentence for any number but one; empty where there is only one form.
    count
        The number that chooses the form.
    code
        What a store holds in place of the sentence, see `geo_relocation.model.told`; empty for a
        sentence that is said and forgotten.
    """

    text: str
    values: Mapping[str, object] = field(default_factory=dict)
    plural: str = ""
    count: int = 1
    code: str = ""

    def __str__(self) -> str:
        """The message in English."""
        form = self.plural if self.plural and self.count != 1 else self.text
        return filled(form, self.values, ENGLISH)

    def __hash__(self) -> int:
        """By the sentence alone: what fills it need not be hashable."""
        return hash((self.text, self.plural, self.count))


Text = Message | str
"""What a person is told: a message, or text that is nobody's language (a name, a file's words)."""


def _(text: str, /, **values: object) -> Message:
    """A message; the tools that collect sentences for translation know this name.

    Examples
    --------
    >>> str(_("{count:n} sites of {city:q}.", count=1512, city="Thuận An"))
    "1,512 sites of 'Thuận An'."
    """
    return Message(text, values)


def ngettext(text: str, plural: str, count: int, /, **values: object) -> Message:
    """A message that depends on a number, which fills the gap ``{count:n}``.

    Examples
    --------
    >>> [str(ngettext("{count:n} site", "{count:n} sites", n)) for n in (1, 2)]
    ['1 site', '2 sites']
    """
    return Message(text, {"count": count, **values}, plural, count)


def joined(parts: Iterable[Text], between: str = " ") -> Message:
    """Several texts as one message, those that are empty left out."""
    kept = [part for part in parts if part != ""]
    gaps = between.join(f"{{part{i}}}" for i in range(len(kept)))
    return Message(gaps, {f"part{i}": part for i, part in enumerate(kept)})


class _Filler(string.Formatter):
    def __init__(self, style: Style) -> None:
        self.style = style

    def convert_field(self, value: Any, conversion: str | None) -> Any:
        if conversion is not None:
            raise ValueError(f"a message has no conversions such as !{conversion}; {{name:q}}")
        return value

    def format_field(self, value: Any, format_spec: str) -> Any:
        if value is None:
            return "–"
        if format_spec == "q":
            return self.style.quoted(self.style.plain(value))
        if format_spec == "d":
            return self.style.day(value)
        if format_spec == "%":
            return self.style.percent(value)
        if format_spec.startswith(("n", "+n")):
            sign, _, decimals = format_spec.partition("n")
            written = self.style.number(value, int(decimals) if decimals else None)
            return sign + written if value > 0 else written
        if format_spec:
            raise ValueError(f"a message does not know how to write {format_spec!r}")
        return self.style.plain(value)


def filled(text: str, values: Mapping[str, object], style: Style) -> str:
    """A sentence with its gaps filled; a sentence without values stays as it is."""
    return _Filler(style).vformat(text, (), values) if values else text


def listed(texts: Sequence[Text]) -> Text:
    """Texts one below the other."""
    return joined((joined(("\n  -", text)) for text in texts), between="")


def listed_mistakes(error: ValidationError) -> Message:
    """All that a model found wrong, in one line: where and what."""
    return joined(mistakes_of(error), "; ")


def mistakes_of(error: ValidationError) -> list[Message]:
    """What a model found wrong: where and what, one message each."""
    found = []
    for one in error.errors():
        where = ".".join(map(str, one["loc"]))
        context = one.get("ctx", {})
        what: Text = one["msg"]
        if isinstance(raised := context.get("error"), ValueError) and raised.args:
            what = raised.args[0]
        elif one["type"] in _WRONG:
            what = Message(_WRONG[one["type"]].text, context)
        found.append(joined((where, what), ": "))
    return found


_WRONG = {
    "missing": _("it is missing"),
    "extra_forbidden": _("there is no such field"),
    "string_type": _("a text is needed"),
    "string_pattern_mismatch": _("it must match the pattern {pattern}"),
    "string_too_long": _("it is longer than {max_length} characters"),
    "int_type": _("a whole number is needed"),
    "int_parsing": _("a whole number is needed"),
    "int_from_float": _("a whole number is needed"),
    "float_type": _("a number is needed"),
    "float_parsing": _("a number is needed"),
    "finite_number": _("a finite number is needed"),
    "bool_type": _("true or false is needed"),
    "bool_parsing": _("true or false is needed"),
    "tuple_type": _("a list is needed"),
    "list_type": _("a list is needed"),
    "dict_type": _("a table is needed"),
    "model_type": _("a table is needed"),
    "model_attributes_type": _("a table is needed"),
    "enum": _("it must be {expected}"),
    "literal_error": _("it must be {expected}"),
    "greater_than": _("it must be more than {gt}"),
    "greater_than_equal": _("it must be at least {ge}"),
    "less_than": _("it must be less than {lt}"),
    "less_than_equal": _("it must be at most {le}"),
}
"""What pydantic finds wrong, by its name for it; what is not here it says in its own English."""


class _English:
    """English without any library: what `str` writes."""

    def number(self, value: float, decimals: int | None) -> str:
        if decimals is None or not isinstance(value, float):
            return f"{value:,}"
        written = f"{value:,.{decimals}f}"
        return written.rstrip("0").rstrip(".") if "." in written else written

    def percent(self, value: float) -> str:
        return self.number(float(value) * 100, 2) + "%"

    def day(self, value: dt.date) -> str:
        return f"{value:%Y-%m-%d}"

    def quoted(self, text: str) -> str:
        return f"'{text}'"

    def plain(self, value: object) -> str:
        if isinstance(value, Message):
            return str(value)
        if hasattr(value, "label"):
            return str(value.label("en"))
        if isinstance(value, Sequence) and not isinstance(value, str):
            return ", ".join(map(self.plain, value))
        return str(value)


ENGLISH: Style = _English()
