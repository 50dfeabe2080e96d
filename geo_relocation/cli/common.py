"""What all commands share: options, progress, reports, and errors turned into exit codes."""

from __future__ import annotations

import csv
import functools
import inspect
import sys
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as RichProgress
from rich.table import Column, Table

from geo_relocation.cli.ending import guarded
from geo_relocation.cli.labels import label, written
from geo_relocation.cli.language import said
from geo_relocation.cli.options import (
    ColumnsOption,
    CsvOption,
    ForceOption,
    JsonOption,
    LanguageOption,
    QuietOption,
    WorkspaceOption,
    Writes,
)
from geo_relocation.cli.streams import as_json, shown, write_line
from geo_relocation.cli.tables import ALL, View, in_one_language, put, table
from geo_relocation.lazy import later, pd
from geo_relocation.messages import Message, Text, _, joined
from geo_relocation.progress import SILENT, Progress
from geo_relocation.publish.kinds import TABLE, Kind
from geo_relocation.publish.written import PROTECTIONS
from geo_relocation.redaction import looks_like_address
from geo_relocation.text.printing import no_formula, printable
from geo_relocation.words import Language

if TYPE_CHECKING:
    from geo_relocation.settings import Settings, as_typed, load_settings
else:
    as_typed = later("geo_relocation.settings", "as_typed")
    load_settings = later("geo_relocation.settings", "load_settings")

if TYPE_CHECKING:
    from geo_relocation.publish.files import Protected, check_target, replaced
    from geo_relocation.publish.written import Written
    from geo_relocation.store import Handling
    from geo_relocation.workspace import Workspace, open_workspace
else:
    Protected = later("geo_relocation.publish.files", "Protected")
    check_target = later("geo_relocation.publish.files", "check_target")
    replaced = later("geo_relocation.publish.files", "replaced")
    Handling = later("geo_relocation.store", "Handling")
    open_workspace = later("geo_relocation.workspace", "open_workspace")


class TerminalProgress:
    """Draws a stage's progress as a bar on the error stream."""

    def __init__(self, bars: RichProgress) -> None:
        self._bars = bars
        self._task: Any = None

    def start(self, task: Text, total: float | None = None) -> None:
        """Begin a bar."""
        self._task = self._bars.add_task(said(task), total=total, figures="")

    def advance(
        self, amount: float = 1.0, *, figures: Mapping[str, float | str] | None = None
    ) -> None:
        """Move the bar."""
        words = "  ".join(
            f"{label(key)} {written(value, key)}" for key, value in (figures or {}).items()
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
    language
        Language named on the command line, if any.
    as_json, quiet
        How to report.
    force
        Whether outputs replace files that are not of their own kind.
    sources
        Files that the call names to be read.
    view
        Which columns of its table the call shows, and where it writes it to.
    """

    url: str | None = None
    language: Language | None = None
    as_json: bool = False
    quiet: bool = False
    force: bool = False
    sources: tuple[Path, ...] = ()
    view: View = ALL
    out: Console = field(default_factory=Console)
    err: Console = field(default_factory=lambda: Console(stderr=True))
    _opened: list[Workspace] = field(default_factory=list, repr=False)
    _tabled: bool = field(default=False, repr=False)

    @property
    def settings(self) -> Settings:
        """Settings in force."""
        found = load_settings()
        return (
            found if self.language is None else found.model_copy(update={"language": self.language})
        )

    @property
    def workspace_url(self) -> str:
        """The workspace this call works on."""
        return self.url or self.settings.workspace

    @contextmanager
    def workspace(self) -> Iterator[Workspace]:
        """The open workspace."""
        with open_workspace(
            self.workspace_url, settings=self.settings, tell=self.note
        ) as workspace:
            for one in workspace.store.foreign:
                if one.handling in {Handling.SWITCHED_OFF, Handling.IN_FORCE}:
                    self.note(f"{one}; see: geo-relocation check foreign-objects")
            yield self.watched(workspace)

    def note(self, words: Text) -> None:
        """A line beside the result, on the error stream."""
        if not self.quiet:
            head = said(_("note:"))
            self.err.print(f"[bold]{head}[/bold] {shown(said(words))}", highlight=False)

    def watched(self, workspace: Workspace) -> Workspace:
        """The same workspace, which outputs of this call spare and whose commits are told."""
        workspace.desk.sources = self.sources
        self._opened.append(workspace)
        return workspace

    @property
    def stored(self) -> Text:
        """What this call has stored so far, in words; empty for nothing."""
        told = [workspace.stored.words for workspace in self._opened if workspace.stored]
        return joined(told, between=", ") if told else ""

    @property
    def protected(self) -> Protected:
        """What no output of this call may replace."""
        url = self.workspace_url
        file = None if looks_like_address(url) else Path(url)
        return Protected(workspace=file, sources=self.sources, force=self.force)

    @contextmanager
    def progress(self) -> Iterator[Progress]:
        """A progress bar, unless nobody is there to see it."""
        if self.quiet or self.as_json:
            yield SILENT
            return
        bars = RichProgress(
            TextColumn("{task.description}", table_column=Column(no_wrap=True, min_width=24)),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("{task.fields[figures]}"),
            console=self.err,
        )
        with bars:
            yield TerminalProgress(bars)

    def say(self, words: Text) -> None:
        """A line for the user."""
        if not (self.quiet or self.as_json):
            self.out.print(shown(said(words)), highlight=False, soft_wrap=True)

    def print_text(self, text: str) -> None:
        """A longer text, whatever the common options say."""
        self.out.print(printable(text), highlight=False, markup=False, soft_wrap=True)

    def report(self, result: Mapping[str, Any], *, title: Text = "") -> None:
        """The result: JSON when asked, else a table."""
        if self.as_json:
            write_line(as_json(result), sys.stdout)
            return
        if self.quiet:
            return
        told = Table(title=shown(said(title)) or None, show_header=False, box=None, pad_edge=False)
        for key, value in result.items():
            told.add_row(f"[bold]{shown(label(key))}[/bold]", shown(written(value, key)))
        self.out.print(told)

    def written(self, key: str, *outputs: Written | None) -> dict[str, Any]:
        """Outputs for a report: where, what they hold that is protected, and what was cut.

        Parameters
        ----------
        key
            What the path is called; several outputs are a list of paths.
        outputs
            Those that were made; None stands for one that was not asked for.
        """
        made = [one for one in outputs if one is not None]
        if not made:
            return {}
        paths = [str(one) for one in made]
        found: dict[str, Any] = {key: paths[0] if len(outputs) == 1 else paths}
        language = None if self.as_json else self.settings.language
        for one in made:
            for name, values in one.summary(language).items():
                known = found.setdefault(name, [])
                known += [value for value in values if value not in known]
        if not self.as_json:
            for name in PROTECTIONS:
                found[name] = ", ".join(found[name]) or None
        return found

    def show(
        self,
        columns: Sequence[str],
        rows: Sequence[Sequence[Any]],
        *,
        title: Text = "",
        seen: Sequence[str] | None = None,
    ) -> None:
        """A table with a header; with --json a list of objects.

        Parameters
        ----------
        columns, rows
            The whole table.
        title
            Above it.
        seen
            The columns that people see who chose none; all where it is left out.
        """
        self._tabled = True
        chosen = self.view.chosen(columns)
        if seen is not None and not (self.as_json or self.view.columns):
            chosen = list(seen)
        places = [list(columns).index(name) for name in chosen]
        part = [[row[place] for place in places] for row in rows]
        if self.view.csv is not None:
            self._write_table(columns, rows)
        if self.as_json:
            write_line(as_json([dict(zip(chosen, row, strict=True)) for row in part]), sys.stdout)
        elif not self.quiet:
            put(self.out, table(chosen, part, title=said(title), width=self.out.width))

    def _write_table(self, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
        """The whole table as a CSV file that Excel opens as UTF-8."""
        with (
            replaced(self.view.csv or "", TABLE, self.protected) as draft,
            draft.open("w", encoding="utf-8-sig", newline="") as file,
        ):
            lines = csv.writer(file)
            lines.writerow(columns)
            lines.writerows(
                [no_formula(said(one) if isinstance(one, Message) else one) for one in row]
                for row in rows
            )

    def tell_unused(self) -> None:
        """Say so where columns or a file were asked for and the result was no table."""
        if self.view != ALL and not self._tabled:
            self.note(_("This result is no table: --columns and --csv changed nothing."))

    def show_frame(
        self, frame: pd.DataFrame, *, title: Text = "", hidden: Collection[str] = ()
    ) -> None:
        """A table from a frame.

        People who choose no columns see none that are empty throughout, none of the other
        language, and none of the codes `hidden` that a label stands beside.
        """
        filled = frame.dropna(axis="columns", how="all").columns
        seen = [name for name in in_one_language(filled) if name not in hidden]
        plain = frame.astype(object).where(frame.notna(), None)
        self.show(list(frame.columns), plain.to_numpy().tolist(), title=title, seen=seen)


def command(
    app: typer.Typer, name: str | None = None, *, tabular: bool = False, **options: Any
) -> Callable[..., Any]:
    """Register a command that takes a `Session` first and gains the common options.

    One whose result is a table gains ``--columns`` and ``--csv``.

    A command with an output (`Writes`) gains ``--force``, and its outputs are checked before it
    begins. Errors of the tree become a message on the error stream and their exit code, and so
    does everything else that goes wrong; with --json the message is JSON too.
    """

    def register(function: Callable[..., None]) -> Callable[..., None]:
        signature = inspect.signature(function, eval_str=True)
        own = list(signature.parameters.values())[1:]
        outputs = {p.name: kind for p in own if (kind := _written_kind(p.annotation)) is not None}
        added = [("workspace_", None, WorkspaceOption), ("json_", False, JsonOption)]
        added += [("quiet_", False, QuietOption), ("lang_", None, LanguageOption)]
        if tabular:
            added += [("columns_", None, ColumnsOption), ("csv_", None, CsvOption)]
            outputs["csv_"] = TABLE
        added += [("force_", False, ForceOption)] if outputs else []
        common = [
            inspect.Parameter(
                key, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation
            )
            for key, default, annotation in added
        ]
        named = [p.replace(kind=inspect.Parameter.KEYWORD_ONLY) for p in own]

        @functools.wraps(function)
        def run(**given: Any) -> None:
            session = Session(
                url=given.pop("workspace_"),
                as_json=given.pop("json_"),
                quiet=given.pop("quiet_"),
                language=given.pop("lang_"),
                force=given.pop("force_", False),
            )
            session.sources = _named_files(given, outputs)
            targets = [(given[key], kind) for key, kind in outputs.items()]
            if tabular:
                names = (given.pop("columns_") or "").split(",")
                session.view = View(tuple(filter(None, map(str.strip, names))), given.pop("csv_"))
            given = {key: _typed(value) for key, value in given.items()}

            def work() -> None:
                for target, kind in targets:
                    if target is not None:
                        check_target(target, kind, session.protected)
                function(session, **given)
                session.tell_unused()

            guarded(session, work)

        run.__signature__ = signature.replace(parameters=[*named, *common])  # type: ignore[attr-defined]
        run.__annotations__ = {p.name: p.annotation for p in [*named, *common]}
        app.command(name, **options)(run)
        return function

    return register


def _written_kind(annotation: Any) -> Kind | None:
    """The kind of output that a parameter is the path of, if it is one."""
    marks = getattr(annotation, "__metadata__", ())
    return next((mark.kind for mark in marks if isinstance(mark, Writes)), None)


def _typed(value: Any) -> Any:
    """A text option as it was typed; the name of a file stays as the system wrote it."""
    if isinstance(value, list):
        return [_typed(one) for one in value]
    if type(value) is not str or _is_there(Path(value)):
        return value
    return as_typed(value)


def _named_files(given: Mapping[str, Any], outputs: Collection[str]) -> tuple[Path, ...]:
    """Every file that a call names and that is not an output of it."""
    values = [value for key, value in given.items() if key not in outputs]
    flat = [one for value in values for one in (value if isinstance(value, list) else [value])]
    paths = (Path(one) for one in flat if isinstance(one, str | Path) and str(one))
    return tuple(path for path in paths if _is_there(path))


def _is_there(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):
        return False
