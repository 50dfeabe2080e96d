"""What all commands share: options, progress, reports, and errors turned into exit codes."""

from __future__ import annotations

import functools
import inspect
import json
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

import pandas as pd
import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as RichProgress
from rich.table import Column, Table

from geo_relocation.errors import FileMissingError, GeoRelocationError, UsageError
from geo_relocation.ingest.formats import require_file
from geo_relocation.progress import SILENT, Progress
from geo_relocation.settings import Settings, load_settings
from geo_relocation.workspace import Workspace, open_workspace

WorkspaceOption = Annotated[
    str | None,
    typer.Option(
        "--workspace",
        "-w",
        metavar="FILE.gpkg|postgresql://…",
        help="The workspace to work on.",
        envvar="GEORELOC_WORKSPACE",
        rich_help_panel="Common options",
    ),
]
JsonOption = Annotated[
    bool,
    typer.Option("--json", help="Print the result as JSON.", rich_help_panel="Common options"),
]
QuietOption = Annotated[
    bool,
    typer.Option("--quiet", "-q", help="No progress, no words.", rich_help_panel="Common options"),
]

_LONGEST_TEXT = 16 << 20
"""Bytes of a file of rules, a scenario or a table of codes."""


class TerminalProgress:
    """Draws a stage's progress as a bar on the error stream."""

    def __init__(self, bars: RichProgress) -> None:
        self._bars = bars
        self._task: Any = None

    def start(self, task: str, total: float | None = None) -> None:
        """Begin a bar."""
        self._task = self._bars.add_task(task, total=total, figures="")

    def advance(
        self, amount: float = 1.0, *, figures: Mapping[str, float | str] | None = None
    ) -> None:
        """Move the bar."""
        words = "  ".join(
            f"{key} {value:,.2f}" if isinstance(value, float) else f"{key} {value}"
            for key, value in (figures or {}).items()
        )
        if words:
            self._bars.update(self._task, advance=amount, figures=words)
        else:
            self._bars.update(self._task, advance=amount)

    def finish(self) -> None:
        """Fill the bar."""
        task = next((t for t in self._bars.tasks if t.id == self._task), None)
        if task is not None:
            total = task.total if task.total is not None else max(task.completed, 1)
            self._bars.update(self._task, total=total, completed=total)


@dataclass
class Session:
    """The common options of one call, and how to talk to the user.

    Attributes
    ----------
    url
        Workspace named on the command line, if any.
    as_json, quiet
        How to report.
    """

    url: str | None = None
    as_json: bool = False
    quiet: bool = False
    out: Console = field(default_factory=Console)
    err: Console = field(default_factory=lambda: Console(stderr=True))

    @property
    def settings(self) -> Settings:
        """Settings in force."""
        return load_settings()

    @property
    def workspace_url(self) -> str:
        """The workspace this call works on."""
        return self.url or self.settings.workspace

    @contextmanager
    def workspace(self) -> Iterator[Workspace]:
        """The open workspace."""
        with open_workspace(self.workspace_url, settings=self.settings) as workspace:
            yield workspace

    @contextmanager
    def progress(self) -> Iterator[Progress]:
        """A progress bar, unless nobody is there to see it."""
        if self.quiet or self.as_json:
            yield SILENT
            return
        bars = RichProgress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("{task.fields[figures]}"),
            console=self.err,
        )
        with bars:
            yield TerminalProgress(bars)

    def say(self, words: str) -> None:
        """A line for the user."""
        if not (self.quiet or self.as_json):
            self.out.print(words, highlight=False, soft_wrap=True)

    def report(self, result: Mapping[str, Any], *, title: str = "") -> None:
        """The result: JSON when asked, else a table."""
        if self.as_json:
            print(json.dumps(result, ensure_ascii=False, indent=2, default=str))  # noqa: T201
            return
        if self.quiet:
            return
        table = Table(title=title or None, show_header=False, box=None, pad_edge=False)
        for key, value in result.items():
            table.add_row(f"[bold]{key}[/bold]", escape(_words(value)))
        self.out.print(table)

    def show(self, columns: list[str], rows: list[list[Any]], *, title: str = "") -> None:
        """A table with a header; with --json a list of objects."""
        if self.as_json:
            found = [dict(zip(columns, row, strict=True)) for row in rows]
            print(json.dumps(found, ensure_ascii=False, indent=2, default=str))  # noqa: T201
            return
        if self.quiet:
            return
        # A column too narrow for an id folds it: cut short it could not be copied.
        table = Table(*(Column(name, overflow="fold") for name in columns), title=title or None)
        for row in rows:
            table.add_row(*(escape(_words(value)) for value in row))
        self.out.print(table)

    def show_frame(self, frame: pd.DataFrame, *, title: str = "") -> None:
        """A table from a frame, without the columns that are empty throughout."""
        kept = frame if self.as_json else frame.dropna(axis="columns", how="all")
        plain = kept.astype(object).where(kept.notna(), None)
        self.show(list(kept.columns), plain.to_numpy().tolist(), title=title)


def _words(value: Any) -> str:
    """A value as people read it."""
    if isinstance(value, Mapping):
        return "  ".join(f"{key} {_words(inner)}" for key, inner in value.items())
    if isinstance(value, list | tuple):
        return "\n".join(map(_words, value))
    if isinstance(value, float):
        return f"{value:,.4g}" if abs(value) < 1 else f"{value:,.2f}"
    if isinstance(value, int) and not isinstance(value, bool):
        return f"{value:,}"
    return "–" if value is None else str(value)


def command(app: typer.Typer, name: str | None = None, **options: Any) -> Callable[..., Any]:
    """Register a command that takes a `Session` first and gains the common options.

    Errors of the tree become a message on the error stream and their exit code; with --json
    the message is JSON too.
    """

    def register(function: Callable[..., None]) -> Callable[..., None]:
        signature = inspect.signature(function, eval_str=True)
        own = list(signature.parameters.values())[1:]
        common = [
            inspect.Parameter(
                key, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation
            )
            for key, default, annotation in (
                ("workspace_", None, WorkspaceOption),
                ("json_", False, JsonOption),
                ("quiet_", False, QuietOption),
            )
        ]
        named = [p.replace(kind=inspect.Parameter.KEYWORD_ONLY) for p in own]

        @functools.wraps(function)
        def run(**given: Any) -> None:
            session = Session(
                url=given.pop("workspace_"), as_json=given.pop("json_"), quiet=given.pop("quiet_")
            )
            try:
                function(session, **given)
            except GeoRelocationError as error:
                _explain(session, error)
                raise typer.Exit(error.exit_code) from error

        run.__signature__ = signature.replace(parameters=[*named, *common])  # type: ignore[attr-defined]
        run.__annotations__ = {p.name: p.annotation for p in [*named, *common]}
        app.command(name, **options)(run)
        return function

    return register


def _explain(session: Session, error: GeoRelocationError) -> None:
    """Say what went wrong, why, and what to do next."""
    if session.as_json:
        found = {
            "error": error.code,
            "what": error.what,
            "why": error.why,
            "hint": error.hint,
        }
        print(json.dumps(found, ensure_ascii=False), file=sys.stderr)  # noqa: T201
        return
    session.err.print(f"[bold red]error:[/bold red] {escape(error.what)}", highlight=False)
    if error.why:
        session.err.print(f"  {escape(error.why)}", highlight=False)
    if error.hint:
        session.err.print(f"  → {escape(error.hint)}", highlight=False)


def read_text(path: Path) -> str:
    """The text of a file the user named.

    Raises
    ------
    FileMissingError
        If it is not there or not UTF-8 text.
    NotSpatialError
        If it is a folder, a pipe or a device.
    UsageError
        If it is far longer than rules, scenarios and tables of codes are.
    """
    try:
        with require_file(path).open("rb") as stream:
            data = stream.read(_LONGEST_TEXT + 1)
        if len(data) > _LONGEST_TEXT:
            raise UsageError(
                f"{path} is longer than {_LONGEST_TEXT:,} bytes.",
                why="Rules, scenarios and tables of codes are far shorter.",
            )
        return data.decode("utf-8")
    except OSError as error:
        raise FileMissingError(f"{path} cannot be read.", why=str(error.strerror)) from error
    except UnicodeDecodeError as error:
        raise FileMissingError(
            f"{path} is not UTF-8 text.", hint="Save it as UTF-8 and run this again."
        ) from error
