"""Commands that look after a workspace itself: migrate, check --history."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from geo_relocation.cli.common import Session, command
from geo_relocation.lazy import later

if TYPE_CHECKING:
    from geo_relocation.workspace import migrate_workspace
else:
    migrate_workspace = later("geo_relocation.workspace", "migrate_workspace")


def report_history(session: Session) -> None:
    """Recompute the chain, say what was found, and exit 1 where a link does not hold."""
    with session.workspace() as workspace:
        found = workspace.store.check_history()
    wrong = found.first_break
    session.report(
        {
            "links": found.links,
            "head": found.head,
            "holds": wrong is None,
            "first_break": wrong.what if wrong else None,
            "link": vars(wrong.link) if wrong and wrong.link and session.as_json else None,
        }
    )
    if wrong is not None:
        raise typer.Exit(1)


def register(app: typer.Typer) -> None:
    """Add the commands to the application."""

    @command(app)
    def migrate(session: Session) -> None:
        """Bring a workspace of an earlier version to the layout of this one.

        A file is copied first, beside itself. All or nothing: a migration that is cut off leaves
        the workspace as it was.

        Example: geo-relocation -w binhduong.gpkg migrate
        """
        done = migrate_workspace(
            session.workspace_url, settings=session.settings, tell=session.note
        )
        session.report(
            {
                "workspace": done.url,
                "layout_before": done.before,
                "layout": done.after,
                "steps": list(done.steps),
                "copy": str(done.copy) if done.copy else None,
            }
        )
