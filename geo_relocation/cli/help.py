"""Help in the reader's language: every text of every command, found by walking the commands."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from typing import Any

from geo_relocation.cli.language import FIXED
from geo_relocation.messages import Text, _
from geo_relocation.words import Language, say, translated

_OF_A_COMMAND = ("help", "short_help", "epilog", "options_metavar", "subcommand_metavar")
_OF_A_PARAMETER = ("help", "rich_help_panel", "metavar")


def _each(command: Any, change: Callable[[str], str]) -> None:
    """Put every text of a command and its parameters, and those below it, through a function."""
    context = command.make_context("", [], resilient_parsing=True)
    parameters = command.get_params(context)  # its own, and --help
    for owner, names in [(command, _OF_A_COMMAND)] + [(p, _OF_A_PARAMETER) for p in parameters]:
        for name in names:
            text = getattr(owner, name, None)
            if isinstance(text, str) and text:
                setattr(owner, name, change(inspect.cleandoc(text)))
    for below in getattr(command, "commands", {}).values():
        _each(below, change)


def translate_help(command: Any, language: Language) -> None:
    """Put the help of a command and of those below it into a language."""
    _each(command, lambda text: translated(text, language))
    _name_usage(command, translated(USAGE, language))
    _name_types(command, language)


USAGE = "Usage: "
"""What the library puts before how a command is written."""


def _name_usage(command: Any, word: str) -> None:
    usage = command.get_usage
    command.get_usage = lambda context: usage(context).replace(USAGE, word, 1)
    for below in getattr(command, "commands", {}).values():
        _name_usage(below, word)


_TYPES: dict[str, Text] = {
    "<bool>": "",
    "<str>": _("TEXT"),
    "<int>": _("NUMBER"),
    "<int range>": _("NUMBER"),
    "<float>": _("NUMBER"),
    "<path>": _("FILE"),
}
"""What stands for a value in place of Python's name of its type; a switch takes none."""


def _name_types(command: Any, language: Language) -> None:
    context = command.make_context("", [], resilient_parsing=True)
    for parameter in command.get_params(context):
        shown = parameter.display_type_rich(context)
        if shown in _TYPES and parameter.param_type_name == "option":
            parameter.metavar = say(_TYPES[shown], language)
        elif shown in _TYPES:  # its name says what to write
            parameter.display_type_rich = lambda **_given: None
    for below in getattr(command, "commands", {}).values():
        _name_types(below, language)


def help_texts(command: Any) -> Iterator[str]:
    """Every text of the help of a command and of those below it, as it is in the code."""
    found: dict[str, None] = {}

    def note(text: str) -> str:
        found[text] = None
        return text

    _each(command, note)
    yield from (*found, USAGE, *FIXED.values())
