"""Help that teaches, and options where people look for them."""

import pytest

from geo_relocation.cli.app import hoist

COMMANDS = [
    ("init",), ("sample",), ("demo",), ("import",), ("issues",), ("units",), ("totals",),
    ("screen",), ("runs",),
    ("match",), ("assess",), ("rules",), ("override",), ("explain",), ("robustness",),
    ("schedules", "show"), ("schedules", "compare"),
    ("list", "show"), ("list", "move"), ("list", "complain"), ("list", "resolve"),
    ("list", "overdue"), ("map",), ("export", "qgis"), ("export", "xlsx"), ("export", "docx"),
    ("export", "geoparquet"),
]  # fmt: skip


def test_the_front_page_names_every_command(run):
    done = run("--help")
    assert done.code == 0
    for command in COMMANDS:
        assert command[0] in done.out
    assert "Exit codes" in done.out


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_every_command_explains_itself_and_takes_the_common_options(run, command):
    done = run(*command, "--help")
    assert done.code == 0
    for option in ("--workspace", "--json", "--quiet"):
        assert option in done.out


def test_no_arguments_show_help_and_the_version_is_known(run):
    assert "Usage" in run().out
    assert run("--version").out.startswith("geo-relocation 0.")


def test_common_options_may_stand_before_the_command():
    assert hoist(["-w", "a.gpkg", "--json", "export", "qgis", "--out", "f"]) == [
        "export", "qgis", "--out", "f", "-w", "a.gpkg", "--json",
    ]  # fmt: skip
    assert hoist(["--workspace=a.gpkg", "screen"]) == ["screen", "--workspace=a.gpkg"]
    assert hoist(["screen", "-w", "a.gpkg"]) == ["screen", "-w", "a.gpkg"]
    assert hoist(["--help"]) == ["--help"]
