"""Messages in the reader's language, from gettext catalogues.

The sources are ``locale/vi/*.po``, one a package of the program, English to Vietnamese. They are
compiled into one catalogue, ``locale/vi/LC_MESSAGES/geo_relocation.mo``, by ``scripts/words``; a
test holds the two equal, and every message translated.
"""

from __future__ import annotations

import gettext
from functools import cache
from importlib import resources
from typing import get_args

from geo_relocation.messages import Language, Message, Text, filled
from geo_relocation.words.style import style

LANGUAGES: tuple[Language, ...] = get_args(Language)

_DOMAIN = "geo_relocation"


@cache
def _catalogue(language: Language) -> gettext.NullTranslations:
    """The compiled catalogue; English is its own."""
    if language == "en":
        return gettext.NullTranslations()
    place = resources.files("geo_relocation.words").joinpath(
        "locale", language, "LC_MESSAGES", f"{_DOMAIN}.mo"
    )
    with place.open("rb") as file:
        return gettext.GNUTranslations(file)


def translated(text: str, language: Language) -> str:
    """A fixed English sentence in a language; itself where nobody has translated it."""
    # The empty sentence is where a catalogue keeps its own description.
    return _catalogue(language).gettext(text) if text else text


def say(text: Text, language: Language) -> str:
    """A message as a reader of the language is told it.

    Parameters
    ----------
    text
        A message, or text that is nobody's language, which stays as it is.
    language
        Of the reader.

    Examples
    --------
    >>> say("binhduong.gpkg", "vi")
    'binhduong.gpkg'
    """
    if not isinstance(text, Message):
        return text
    return filled(unfilled(text, language), text.values, _Speaker(language))


def unfilled(message: Message, language: Language) -> str:
    """The sentence of a message in a language, in the form of its count, with its gaps open.

    Examples
    --------
    >>> from geo_relocation.messages import _
    >>> unfilled(_("Close"), "vi")
    'Đóng'
    """
    if not message.plural:
        return translated(message.text, language)
    return _catalogue(language).ngettext(message.text, message.plural, message.count)


class _Speaker:
    """The style of a language, which also says what is inside a message."""

    def __init__(self, language: Language) -> None:
        self.language: Language = language
        written = style(language)
        self.number, self.percent = written.number, written.percent
        self.day, self.quoted = written.day, written.quoted

    def plain(self, value: object) -> str:
        """A value in the language."""
        if isinstance(value, Message):
            return say(value, self.language)
        if hasattr(value, "label"):
            return str(value.label(self.language))
        if isinstance(value, list | tuple):
            return ", ".join(map(self.plain, value))
        return str(value)
