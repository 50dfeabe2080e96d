"""The language that a call speaks: help, errors, headers, progress."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from itertools import pairwise
from typing import TYPE_CHECKING

import typer.rich_utils

from geo_relocation.errors import SettingsError
from geo_relocation.lazy import later
from geo_relocation.messages import Text
from geo_relocation.settings import SETTINGS_FILE
from geo_relocation.words import LANGUAGES, Language, say, translated

if TYPE_CHECKING:
    from geo_relocation.settings import load_settings
else:
    load_settings = later("geo_relocation.settings", "load_settings")

OPTION = "--lang"
VARIABLES = ("GEORELOC_TERMINAL_LANGUAGE", "GEORELOC_LANGUAGE")

_SPOKEN: ContextVar[Language] = ContextVar("spoken", default="vi")
FIXED = {
    name: value
    for name, value in vars(typer.rich_utils).items()
    if name.isupper()
    and isinstance(value, str)
    and name.endswith(("_STRING", "_TITLE", "_TEXT", "_HELP"))
    and any(map(str.isalpha, value))
}
"""Words that typer translates once, when it is imported."""


def spoken() -> Language:
    """The language of the call."""
    return _SPOKEN.get()


def said(text: Text) -> str:
    """A message in the language of the call."""
    return say(text, spoken())


def wanted(arguments: Sequence[str]) -> Language:
    """The language that a call asks for: its option, else the environment, else the settings.

    A value that is no language is left to whoever parses the option or loads the settings.
    """
    named = [
        word.partition("=")[2] or following
        for word, following in pairwise([*arguments, ""])
        if word.partition("=")[0] == OPTION
    ]
    named += [os.environ.get(variable, "") for variable in VARIABLES]
    for name in named:
        for language in LANGUAGES:
            if name == language:
                return language
    if not SETTINGS_FILE.exists():
        return "vi"
    try:
        settings = load_settings()
    except SettingsError:
        return "vi"
    return settings.terminal_language or settings.language


@contextmanager
def speaking(language: Language) -> Iterator[None]:
    """Speak a language: our own texts, and the fixed words of a page of help."""
    token = _SPOKEN.set(language)
    for name, text in FIXED.items():
        setattr(typer.rich_utils, name, translated(text, language))
    try:
        yield
    finally:
        _SPOKEN.reset(token)
