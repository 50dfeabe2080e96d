"""Commands that look at runs: list, show, cancel, compare."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from geo_relocation.cli.common import Session, command
from geo_relocation.cli.labels import written
from geo_relocation.cli.language import said, spoken
from geo_relocation.errors import UsageError
from geo_relocation.lazy import pd
from geo_relocation.messages import Text, _, joined
from geo_relocation.model.enums import RunState
from geo_relocation.model.told import recalled
from geo_relocation.words import translated

if TYPE_CHECKING:
    from geo_relocation.workspace import Workspace

_KINDS = {
    "screen": _("Screening"),
    "assess": _("Assessment"),
    "match": _("Matching"),
    "alternatives": _("Alternatives"),
}
_OF_A_RUN = (
    *("run_id", "kind", "state", "asked_at", "started_at", "ended_at", "seconds"),
    *("author", "role", "role_since", "results", "message", "progress"),
    *("input_hash", "parameters", "interrupted", "resumable"),
)
_FOR_MACHINES = {"input_hash", "parameters"}
"""What a run holds that says nothing to a person."""
_OF_AN_ENTRY = ("number", "at", "state", "actor", "role", "message", "progress", "version")


def register(app: typer.Typer) -> None:
    """Add the commands to the application."""

    @command(app, tabular=True)
    def runs(
        session: Session,
        action: Annotated[
            Literal["show", "cancel"] | None,
            typer.Argument(help="What to do with a run. [default: list all]"),
        ] = None,
        run: Annotated[str | None, typer.Argument(metavar="RUN", help="Run id.")] = None,
        *,
        compare: Annotated[
            str | None,
            typer.Option(metavar="RUN", help="Show what changed since this screening run."),
        ] = None,
    ) -> None:
        """List the runs, show or cancel one, or compare an earlier screening with the newest.

        Each run is on record from the moment it is asked for: queued, running, then stored,
        failed or cancelled, with who asked for it and what came of it. A run whose process died
        counts as failed. A search that failed or was cancelled goes on from its best plan with:
        geo-relocation match RUN --resume

        A run that is cancelled ends when it next reports, and stores nothing.
        """
        if (action is None) != (run is None):
            raise UsageError(
                _("Which run?"),
                hint=_("Example: {command}", command=f"geo-relocation runs {action or 'show'} RUN"),
            )
        with session.workspace() as workspace:
            if compare:
                session.show_frame(workspace.compare_screenings(compare))
            elif run is None:
                _list(session, workspace)
            else:
                if action == "cancel":
                    workspace.runs.cancel(run, actor=workspace.actor)
                _show(session, workspace, run)


def _list(session: Session, workspace: Workspace) -> None:
    lives = [_plain(life) for _number, life in workspace.runs.lives().iterrows()]
    if session.as_json:
        rows = [[one[key] for key in _OF_A_RUN] for one in lives]
        session.show(list(_OF_A_RUN), rows)
        return
    session.show(
        ["run_id", "kind", "state", "author", "started_at", "seconds", "outcome"],
        [
            [
                one["run_id"],
                _KINDS.get(one["kind"], one["kind"]),
                one["state"],
                one["author"],
                one["started_at"] or one["asked_at"],
                one["seconds"],
                _outcome(one),
            ]
            for one in lives
        ],
    )


def _show(session: Session, workspace: Workspace, run_id: str) -> None:
    life = _plain(workspace.runs.life(run_id))
    entries = workspace.runs.log(run_id)
    log: list[dict[str, Any]] = [
        {key: None if pd.isna(row[key]) else _said(key, row[key]) for key in _OF_AN_ENTRY}
        for row in entries.to_dict("records")
    ]
    if session.as_json:
        session.report({**{key: life[key] for key in _OF_A_RUN}, "log": log})
        return
    told = {key: life[key] for key in _OF_A_RUN if key not in _FOR_MACHINES and _holds(life[key])}
    told["kind"] = _KINDS.get(life["kind"], life["kind"])
    told["progress"] = _progress(life["progress"])
    session.report(told)
    shown = ["at", "state", "actor", "message", "progress"]
    session.show(
        shown,
        [[_progress(one[key]) if key == "progress" else one[key] for key in shown] for one in log],
    )


def _holds(value: object) -> bool:
    """Whether there is anything to tell."""
    return value is not None and not (isinstance(value, list | dict | str) and not value)


def _plain(life: pd.Series) -> dict[str, Any]:
    """A run as plain values, `author` being who asked for it."""
    found = {
        key: value if isinstance(value, list | dict) else (None if pd.isna(value) else value)
        for key, value in life.items()
    }
    found["author"] = found["actor"]
    found["message"] = found["message"] and _said("message", found["message"])
    for key in ("interrupted", "resumable"):
        found[key] = bool(found[key])
    # A text, as the table `runs` has it.
    found["parameters"] = json.dumps(found["parameters"] or {}, ensure_ascii=False, sort_keys=True)
    return found


def _said(key: str, value: Any) -> Any:
    """A value of the record; its message in the language of the call."""
    return said(recalled(value)) if key == "message" else value


def _outcome(life: Mapping[str, Any]) -> Text | None:
    """What came of a run, or how far it is."""
    if life["state"] == RunState.STORED:
        return "; ".join(life["results"])
    if life["state"] != RunState.RUNNING:
        again = f"→ match {life['run_id']} --resume" if life["resumable"] else ""
        return "\n".join(filter(None, (life["message"], again)))
    process = life["process"] or {}
    where = _("process {pid} on {host}", pid=process.get("pid"), host=process.get("host"))
    return joined((_progress(life["progress"]) or "", where), between="; ")


def _progress(told: Mapping[str, Any] | str | None) -> str | None:
    """How far a run is: the task, how much of it is done, and its newest figures."""
    progress = json.loads(told) if isinstance(told, str) else told
    if not progress:
        return None
    of_all = f"/{progress['total']:g}" if progress.get("total") else ""
    task = translated(progress["task"], spoken())
    figures = written(progress["figures"]) if progress.get("figures") else ""
    return "  ".join(filter(None, (f"{task} {progress['done']:g}{of_all}", figures)))
