"""The command line: parse, call the workspace, print."""

from geo_relocation.cli.app import main

__all__ = ["main"]
