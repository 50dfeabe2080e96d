"""The application that the console command `geo-relocation` starts."""

from __future__ import annotations

import sys

import typer
from rich.console import Console
from typer.main import get_command

from geo_relocation.cli import (
    demo,
    files,
    importing,
    listing,
    policy,
    results,
    runs,
    scenarios,
    schedules,
    sectors,
    stages,
    support,
    units,
    upkeep,
)
from geo_relocation.cli.help import translate_help
from geo_relocation.cli.language import OPTION, speaking, wanted
from geo_relocation.cli.streams import make_tolerant
from geo_relocation.cli.usage import tell_usage
from geo_relocation.lazy import versions
from geo_relocation.model.enums import ApprovalKind

HELP = """Land matching for the relocation of factories out of housing.

A workspace is one GeoPackage file (or a PostGIS database): make one with init, bring files in
with import, then screen, assess, match, and look at the map.

  geo-relocation -w binhduong.gpkg init

  geo-relocation -w binhduong.gpkg import zones quyhoach.gpkg --code-system vn-2024

  geo-relocation -w binhduong.gpkg import sites danhsach.xlsx

  geo-relocation -w binhduong.gpkg import parks khucum.gpkg

  geo-relocation -w binhduong.gpkg screen

  geo-relocation -w binhduong.gpkg match default

  geo-relocation -w binhduong.gpkg map --out ban-do.html

Try it on sample data: geo-relocation demo build/demo

Exit codes: 0 done, 1 the data or the plan does not allow it, 2 wrong usage.
"""


_PARTS = (
    demo,
    files,
    importing,
    units,
    sectors,
    stages,
    runs,
    scenarios,
    policy,
    schedules,
    support,
    listing,
    results,
    upkeep,
)


def build_app() -> typer.Typer:
    """The application with all its commands."""
    app = typer.Typer(
        help=HELP,
        no_args_is_help=True,
        add_completion=False,
        rich_markup_mode="markdown",
        pretty_exceptions_enable=False,
    )
    for part in _PARTS:
        part.register(app)
    return app


def hoist(arguments: list[str]) -> list[str]:
    """Put common options that stand before the command behind it, where commands take them."""
    front: list[str] = []
    rest = list(arguments)
    while rest and rest[0].startswith("-"):
        option = rest[0].partition("=")[0]
        if option in ("-w", "--workspace", OPTION):
            length = 1 if "=" in rest[0] else 2
        elif option in ("--json", "--quiet", "-q"):
            length = 1
        else:
            break
        front += rest[:length]
        rest = rest[length:]
    return [*rest, *front] if rest else [*front]


_VALUE_MAY_LACK = {"--replan": str(ApprovalKind.APPROVED)}
"""Options whose value may be left out, and what they mean then."""


def with_values(arguments: list[str]) -> list[str]:
    """Give options without a value that may lack it the value they stand for."""
    following = [*arguments[1:], "--"][: len(arguments)]
    return [
        f"{word}={_VALUE_MAY_LACK[word]}"
        if word in _VALUE_MAY_LACK and after.startswith("-")
        else word
        for word, after in zip(arguments, following, strict=True)
    ]


def run(arguments: list[str] | None = None) -> None:
    """Run the command line."""
    make_tolerant(sys.stdout, sys.stderr)
    given = list(sys.argv[1:] if arguments is None else arguments)
    if given == ["--version"]:
        Console().print(f"geo-relocation {versions.VERSION}", highlight=False)
        return
    language = wanted(given)
    with speaking(language):
        command = get_command(build_app())
        if not given or "--help" in given or len(given) == 1:
            # A group alone shows its help as well. The walk through all commands takes a while.
            translate_help(command, language)
        try:
            code = command.main(
                hoist(with_values(given)), prog_name="geo-relocation", standalone_mode=False
            )
        except typer.Abort:
            code = 1
        except Exception as error:
            # The library's usage errors alone have a context; all others are ended before.
            if not hasattr(error, "ctx"):
                raise
            tell_usage(error, Console(stderr=True))
            code = 2
    if code:
        sys.exit(code)
