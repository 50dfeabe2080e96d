"""Commands that look after a workspace itself: migrate."""

from __future__ import annotations

import typer

from geo_relocation.cli.common import Session, command
from geo_relocation.workspace import migrate_workspace


def register(app: typer.Typer) -> None:
    """Add the commands to the application."""

    @command(app)
    def migrate(session: Session) -> None:
        """Bring a workspace of an earlier version to the layout of this one.

        A file is copied first, beside itself. All or nothing: a migration that is cut off leaves
        the workspace as it was.

        Example: geo-relocation -w binhduong.gpkg migrate
        """
        done = migrate_workspace(session.workspace_url, settings=session.settings)
        session.report(
            {
                "workspace": done.url,
                "layout_before": done.before,
                "layout": done.after,
                "steps": list(done.steps),
                "copy": str(done.copy) if done.copy else None,
            }
        )
