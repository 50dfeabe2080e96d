"""Options that many commands share."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from geo_relocation.publish.kinds import TABLE, Kind
from geo_relocation.words import Language

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
ForceOption = Annotated[
    bool,
    typer.Option(
        "--force",
        help="Replace a file that is not of the output's own kind; never a workspace.",
        rich_help_panel="Common options",
    ),
]
LanguageOption = Annotated[
    Language | None,
    typer.Option(
        "--lang",
        help="Language of the command line and of what it writes: vi or en.",
        rich_help_panel="Common options",
    ),
]


@dataclass(frozen=True)
class Writes:
    """Marks a parameter of a command as the path of an output of some kind."""

    kind: Kind


ColumnsOption = Annotated[
    str | None,
    typer.Option(
        "--columns",
        metavar="NAME,NAME…",
        help="Columns of the table to show, by their codes (those of --csv and --json).",
        rich_help_panel="Table options",
    ),
]
CsvOption = Annotated[
    Path | None,
    typer.Option(
        "--csv",
        metavar="FILE.csv",
        help="Write the whole table to a file as well, in codes and plain figures; a text that "
        "begins like a formula gets a ' before it.",
        rich_help_panel="Table options",
    ),
    Writes(TABLE),
]
QuietOption = Annotated[
    bool,
    typer.Option("--quiet", "-q", help="No progress, no words.", rich_help_panel="Common options"),
]
