"""Every command that writes, and what it writes."""

from __future__ import annotations

import sys
from pathlib import Path

COMMANDS = {
    "m.html": ("map", "--out"),
    "l.xlsx": ("export", "xlsx", "--out"),
    "r.docx": ("export", "docx", "--out"),
    "q": ("export", "qgis", "--out"),
    "g": ("export", "geoparquet", "--out"),
    "i.xlsx": ("issues", "--xlsx"),
    "e.html": ("explain", "A", "--out"),
    "r.svg": ("robustness", "--rules", "any-of-four-2024", "--chart"),
    "s.xlsx": ("schedules", "compare", "plan-2022", "press-2025", "--xlsx"),
}
"""Name of the output → the command, to which the path is added."""

FOLDERS = {"q": ("di-doi.gpkg", "di-doi.qgz"), "g": ("sites.parquet", "zones.parquet")}
PROGRAM = (sys.executable, "-c", "from geo_relocation.cli import main; main()")


def everything_in(folder: Path) -> dict[str, bytes]:
    """Path within the folder → content, of all that is there, hidden or not."""
    return {
        str(path.relative_to(folder)): path.read_bytes() if path.is_file() else b"folder"
        for path in folder.rglob("*")
    }
