"""How a call ends that does not end well: one message, an exit code, and what was stored."""

from __future__ import annotations

import os
import sys
import tempfile
import traceback
from collections.abc import Callable
from typing import Protocol

import typer
from rich.console import Console

from geo_relocation.cli.interrupts import Ended, working
from geo_relocation.cli.language import said
from geo_relocation.cli.streams import as_json, shown, write_line
from geo_relocation.errors import CancelledError, GeoRelocationError, UnforeseenError
from geo_relocation.messages import Message, Text, _, joined
from geo_relocation.redaction import redacted

DEBUG = "GEORELOC_DEBUG"
"""Variable that asks for Python's own account of an unforeseen error."""


class Call(Protocol):
    """What is asked of a session here."""

    err: Console

    @property
    def as_json(self) -> bool:
        """Whether to answer in JSON."""

    @property
    def stored(self) -> Text:
        """What was stored so far, in words."""


def guarded(call: Call, work: Callable[[], None]) -> None:
    """Run a command; whatever goes wrong becomes a message and an exit code.

    Raises
    ------
    typer.Exit
        With the exit code.
    """
    try:
        with working():
            work()
    except GeoRelocationError as error:
        _explain(call, error)
        raise typer.Exit(error.exit_code) from error
    except KeyboardInterrupt as error:
        stopped = CancelledError(_("Stopped."), why=_stored(call))
        _explain(call, stopped)
        raise typer.Exit(stopped.exit_code) from error
    except Ended as error:
        _explain(call, CancelledError(_("Stopped by the system."), why=_stored(call)))
        raise typer.Exit(error.exit_code) from error
    except (typer.Exit, typer.Abort, typer.BadParameter, BrokenPipeError):
        raise
    except Exception as error:
        _explain(call, _unforeseen(call, error))
        raise typer.Exit(UnforeseenError.exit_code) from error


def _stored(call: Call) -> Message:
    if call.stored:
        return _("Stored before that: {what}.", what=call.stored)
    return _("Nothing was stored.")


def _unforeseen(call: Call, error: Exception) -> UnforeseenError:
    """The catch-all: what happened in a line, and where the rest can be read."""
    account = redacted("".join(traceback.format_exception(error)))
    told = redacted(str(error).strip().partition("\n")[0])
    return UnforeseenError(
        _(
            "This is a fault of the program: {what}.",
            what=joined((type(error).__name__, told), ": "),
        ),
        why=_stored(call),
        hint=_kept(account),
    )


def _kept(account: str) -> Message:
    """Python's account on the error stream where that is asked for, else in a file."""
    if os.environ.get(DEBUG):
        write_line(account, sys.stderr)
        return _("See the account above.")
    try:
        with tempfile.NamedTemporaryFile(
            "w", prefix="geo-relocation-", suffix=".log", delete=False, encoding="utf-8",
            errors="backslashreplace",
        ) as file:  # fmt: skip
            file.write(account)
    except OSError:
        return _("Run it again with {variable} to see more.", variable=f"{DEBUG}=1")
    return _("Please report it, with the account in {file}.", file=file.name)


def _explain(call: Call, error: GeoRelocationError) -> None:
    """Say what went wrong, why, what to do next, and what was stored all the same."""
    what, why, hint = said(error.what), said(error.why), said(error.hint)
    stored = said(_stored(call))
    if call.stored and stored not in why:
        why = " ".join(filter(None, (why, stored)))
    if call.as_json:
        found = {"error": error.code, "what": what, "why": why, "hint": hint}
        write_line(as_json(found, indent=None, stream=sys.stderr), sys.stderr)
        return
    if isinstance(error, CancelledError):
        lines = [shown(" ".join(filter(None, (what, why))))]
    else:
        head = said(_("error:"))
        lines = [f"[bold red]{head}[/bold red] {shown(what)}"]
        lines += [f"  {shown(why)}"] if why else []
    lines += [f"  → {shown(hint)}"] if hint else []
    for line in lines:
        call.err.print(line, highlight=False, soft_wrap=True)
