"""The command line: parse, call the workspace, print."""

from __future__ import annotations

from geo_relocation.cli.interrupts import starting

__all__ = ["main"]


def main(arguments: list[str] | None = None) -> None:
    """Run the command line."""
    with starting():
        # Loading takes seconds; stopped meanwhile, the program ends without a word of Python's.
        from geo_relocation.cli.app import run  # noqa: PLC0415

        run(arguments)
