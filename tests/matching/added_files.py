"""A package like ours with files added: what the folders of entries promise is tried on it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import geo_relocation

PACKAGE = Path(geo_relocation.__file__).parent


def with_files(folder: Path, files: Mapping[str, str]) -> Path:
    """A package like ours, every file of it ours but for those that are added, by their place."""
    added = {folder / "geo_relocation" / place: text for place, text in files.items()}
    ours = {parent for one in added for parent in one.parents if parent.is_relative_to(folder)} - {
        folder
    }
    for part in sorted(ours, key=lambda one: len(one.parts)):
        part.mkdir()
        for one in (PACKAGE.parent / part.relative_to(folder)).iterdir():
            target = part / one.name
            # What is compiled already is used, but nothing is added to it.
            fresh = one.name == "__pycache__" and any(part == one.parent for one in added)
            if not fresh and target not in ours:
                target.symlink_to(one)
    for path, text in added.items():
        path.write_text(text, "utf-8")
    return folder


def told(root: Path, program: str, *arguments: str) -> Any:
    """What a program says that runs on another package."""
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments],
        cwd=root,
        env=os.environ | {"PYTHONPATH": str(root), "GEORELOC_AUTHOR": "Cán bộ thử"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)
