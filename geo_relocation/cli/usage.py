"""What the library that parses arguments says of a wrong call, in the reader's language."""

from __future__ import annotations

import re
from typing import Any

import typer
from rich.console import Console

from geo_relocation.cli.language import said
from geo_relocation.cli.streams import shown
from geo_relocation.messages import Message, Text, _, joined

_VALUE = r"(?:Value error, )?'(?P<value>.*)' "
_NOT_ONE_OF = re.compile(_VALUE + r"is not one of (?P<known>.*?)\.?$", re.DOTALL)
_NO_DATE = re.compile(_VALUE + r"does not match the formats? (?P<known>.*)", re.DOTALL)
_NOT_A = re.compile(r"Input should be a valid (?P<what>\w+)", re.DOTALL)
_DATES = {"%Y": "YYYY", "%m": "MM", "%d": "DD", "%H": "hh", "%M": "mm"}
_TYPES: dict[str, Text] = {
    "integer": _("whole number"),
    "number": _("number"),
    "boolean": _("yes or no"),
}


def tell_usage(error: Any, console: Console) -> None:
    """Say what is wrong with a call, and where its help is.

    Parameters
    ----------
    error
        The parsing library's usage error.
    console
        Where to say it.
    """
    if type(error).__name__ == "NoArgsIsHelpError":
        # The help stands there already.
        return
    head = said(_("error:"))
    console.print(
        f"[bold red]{head}[/bold red] {shown(said(usage_message(error)))}",
        highlight=False,
        soft_wrap=True,
    )
    if error.ctx is not None:
        hint = _("Its help: {command} --help", command=error.ctx.command_path)
        console.print(f"  → {shown(said(hint))}", highlight=False, soft_wrap=True)


def usage_message(error: Any) -> Text:
    """What is wrong with a call.

    The library's classes are told by their names: they are not part of what it promises.
    """
    kind = type(error).__name__
    if kind == "NoSuchOption":
        said_so = _("No such option: {option}", option=error.option_name)
        near = sorted(error.possibilities or ())
        return (
            joined((said_so, _("(Possible options: {options})", options=near))) if near else said_so
        )
    if kind == "MissingParameter" and error.param is not None:
        name = error.param.get_error_hint().strip("'")
        if error.param.param_type_name == "argument":
            return _("Missing argument {name:q}.", name=name)
        return _("Missing option {name:q}.", name=name)
    if kind == "BadParameter":
        return _bad_value(error)
    return _other(error.format_message())


def _bad_value(error: typer.BadParameter) -> Text:
    why = _why(error.message)
    if error.param is None:
        return _("Invalid value: {why}", why=why)
    name = error.param.get_error_hint().strip("'")
    return _("Invalid value for {name:q}: {why}", name=name, why=why)


def _why(text: str) -> Text:
    if found := _NOT_ONE_OF.match(text):
        known = found["known"].replace("'", "")
        return _("{value:q} is not one of {known}.", value=found["value"], known=known)
    if found := _NOT_A.match(text):
        return _("it should be a {what}.", what=_TYPES.get(found["what"], found["what"]))
    if found := _NO_DATE.match(text):
        known = found["known"].replace("'", "").rstrip(".")
        for sign, letters in _DATES.items():
            known = known.replace(sign, letters)
        return _("{value:q} is not written as {known}.", value=found["value"], known=known)
    return text


_UNEXPECTED = re.compile(r"Got unexpected extra argument(?:s|\(s\))? \((?P<words>.*)\)")
_NO_COMMAND = re.compile(r"No such command '(?P<name>.*?)'\.\s*(?P<rest>.*)", re.DOTALL)
_NEEDS_VALUE = re.compile(r"Option '(?P<name>.*)' requires an argument\.?")


def _other(text: str) -> Text:
    if found := _UNEXPECTED.match(text):
        return _("Too many arguments: {words}", words=found["words"])
    if text.startswith("Missing command"):
        return _("Which command?")
    if found := _NO_COMMAND.match(text):
        return _no_command(found)
    if found := _NEEDS_VALUE.match(text):
        return _("Option {name:q} needs a value.", name=found["name"])
    return text


def _no_command(found: re.Match[str]) -> Message:
    near = re.findall(r"'([^']+)'", found["rest"])
    told = _("No such command {name:q}.", name=found["name"])
    return joined((told, _("Did you mean {names}?", names=near))) if near else told
