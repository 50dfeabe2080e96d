"""Numbers and dates as a language writes them, by CLDR's tables (through Babel)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from babel.core import Locale
from babel.dates import format_date
from babel.numbers import format_decimal, format_percent

_MARKS = {"vi": "“{}”", "en": "'{}'"}
_DAYS = {"vi": "dd/MM/yyyy", "en": "yyyy-MM-dd"}
_ALL_DECIMALS = 12


@dataclass(frozen=True)
class LanguageStyle:
    """How values are written in one language.

    Attributes
    ----------
    language
        Code of the language, as CLDR has it.
    """

    language: str

    @property
    def locale(self) -> Locale:
        """CLDR's tables for the language."""
        return Locale(self.language)

    def number(self, value: float | Decimal, decimals: int | None = None) -> str:
        """A number with the separators of the language.

        Parameters
        ----------
        value
            The number.
        decimals
            At most so many, rounded half to even, zeros at the end left out; None: all it has.

        Examples
        --------
        >>> style("vi").number(1234567.891, 1)
        '1.234.567,9'
        """
        places = _ALL_DECIMALS if decimals is None else decimals
        pattern = "#,##0" + ("." + "#" * places if places else "")
        written = str(format_decimal(value, format=pattern, locale=self.locale))
        # Rounded to nothing, a number has no sign.
        return "0" if written == "-0" else written

    def percent(self, value: float) -> str:
        """A share of 1 as per cent, with at most two decimals.

        Examples
        --------
        >>> style("vi").percent(0.0357)
        '3,57%'
        """
        return str(format_percent(value, format="#,##0.##%", locale=self.locale))

    def day(self, value: dt.date) -> str:
        """A date in figures.

        Examples
        --------
        >>> style("vi").day(dt.date(2028, 12, 31))
        '31/12/2028'
        """
        return str(format_date(value, format=_DAYS[self.language], locale=self.locale))

    def quoted(self, text: str) -> str:
        """A name in quotation marks."""
        return _MARKS[self.language].format(text)

    def plain(self, value: object) -> str:
        """Anything else, as text."""
        return str(value)


@cache
def style(language: str) -> LanguageStyle:
    """The style of a language."""
    return LanguageStyle(language)
