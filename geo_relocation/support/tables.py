"""Tables of policy files: read key by key, whatever is wrong noted and nothing skipped."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from decimal import Decimal
from fractions import Fraction
from typing import Any, TypeVar

from geo_relocation.messages import Text, _
from geo_relocation.model.enums import LabelledEnum, Words
from geo_relocation.support.facts import Fact, Kind, Value

NOTHING = Words("", "")
"""Words that nobody wrote."""

_WRITTEN: Mapping[Kind, tuple[type, ...]] = {
    "number": (int, float),
    "boolean": (bool,),
    "text": (str,),
    "date": (dt.date,),
}
"""How a value of evidence is written in TOML."""

Listed = TypeVar("Listed", bound=LabelledEnum)


def is_finite(value: object) -> bool:
    """Whether a value is no number without end, which TOML can write."""
    return not isinstance(value, float) or math.isfinite(value)


def exact(number: float) -> Fraction:
    """A number as it was typed: 0.3 is three tenths."""
    return Fraction(Decimal(repr(number)))


class Table:
    """A table of a TOML file that notes what is wrong with it and what nobody asked for.

    Parameters
    ----------
    raw
        The table.
    place
        Where it stands, for messages.
    mistakes
        Takes what is wrong.
    """

    def __init__(self, raw: object, place: str, mistakes: list[Text]) -> None:
        self.raw: dict[str, Any] = raw if isinstance(raw, dict) else {}
        self.place = place
        self.mistakes = mistakes
        self._asked: set[str] = set()
        if not isinstance(raw, dict):
            self.wrong("", _("a table is wanted here"))

    def wrong(self, key: str, words: Text) -> None:
        """Note a mistake."""
        place = ".".join(part for part in (self.place, key) if part)
        self.mistakes.append(_("{place}: {words}", place=place, words=words))

    def get(self, key: str, *kinds: type, needed: bool = False) -> Any:
        """A value of one of some kinds; None where it is not there or of another kind."""
        self._asked.add(key)
        value = self.raw.get(key)
        if value is None:
            if needed:
                self.wrong(key, _("this is missing"))
            return None
        if type(value) not in kinds or not is_finite(value):
            self.wrong(key, _("{value:q} cannot stand here", value=str(value)))
            return None
        return value

    def text(self, key: str, *, needed: bool = False) -> str:
        """A text; empty where there is none."""
        return self.get(key, str, needed=needed) or ""

    def words(self, key: str, *, needed: bool = False) -> Words:
        """A text in both languages: a table of `vi` and `en`; empty where there is none."""
        raw = self.get(key, dict, needed=needed)
        if raw is None:
            return NOTHING
        with self.inside(raw, key) as inner:
            return Words(inner.text("vi", needed=True), inner.text("en", needed=True))

    def both(self) -> Words:
        """The table's own `vi` and `en`."""
        return Words(self.text("vi", needed=True), self.text("en", needed=True))

    def day(self, key: str) -> dt.date | None:
        """A date."""
        found: dt.date | None = self.get(key, dt.date)
        return found

    def code(self, key: str, words: type[Listed], default: Listed) -> Listed:
        """A code of a closed list; the default where there is none, or a wrong one."""
        value = self.text(key)
        if not value:
            return default
        if value not in set(words):
            known = ", ".join(words)
            self.wrong(key, _("{value:q} is none of: {known}", value=value, known=known))
            return default
        return words.of(value)

    @contextmanager
    def inside(self, raw: object, place: str) -> Iterator[Table]:
        """A table within this one."""
        inner = Table(raw, f"{self.place}.{place}" if self.place else place, self.mistakes)
        yield inner
        inner.finish()

    def evidence(self, key: str, known: Fact, raw: object = None) -> Value | None:
        """A value of evidence, of the key or as it was taken from a list there."""
        found = self.get(key, *_WRITTEN[known.kind], needed=True) if raw is None else raw
        if found is None:
            return None
        fits = type(found) in _WRITTEN[known.kind] and is_finite(found)
        if fits and known.words is not None:
            fits = found in set(known.words)
        if not fits:
            self.wrong(key, _("{value:q} is no value of {key:q}", value=str(found), key=known.key))
            return None
        value: Value = exact(found) if known.kind == "number" else found  # type: ignore[assignment, arg-type]
        return value

    def choice(self, key: str, choices: tuple[str, ...]) -> Fraction | str | None:
        """The value of a parameter: a number, or one of its choices; None where there is none."""
        if not choices:
            number = self.get(key, int, float)
            return None if number is None else exact(number)
        chosen = self.text(key)
        if chosen and chosen not in choices:
            known = ", ".join(choices)
            self.wrong(key, _("{value:q} is none of: {known}", value=chosen, known=known))
        return chosen or None

    def forget(self) -> None:
        """Ask nothing more: what else stands in the table is no mistake of its own."""
        self._asked |= self.raw.keys()

    def finish(self) -> None:
        """Note the keys that nobody asked for."""
        for key in self.raw.keys() - self._asked:
            self.wrong(key, _("nobody knows this key"))
