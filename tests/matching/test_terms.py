"""A term of the cost is one file: where it is put, all that needs to know of it knows."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import geo_relocation
from geo_relocation.matching.specification import Weights
from geo_relocation.matching.terms import TERMS, documentation

PACKAGE = Path(geo_relocation.__file__).parent
PAGE = (PACKAGE.parent / "docs" / "matching.md").read_text("utf-8")

MADE_UP = """
import numpy as np
from geo_relocation.matching.term import Term

def _length(ground):
    return np.array([len(one) for one in ground.parks.name], dtype=float)[ground.links.park]

TERM = Term(
    name="long-name", order=15, weight="per_letter", default=0.5,
    about="Each letter of the park's name.", vi="Chi phí: tên dài", en="Cost: long name",
    reason="tên dài", by_link=_length,
)
"""

PLAN = """
import json
import geo_relocation.matching.terms as terms
from geo_relocation.matching import build_problem, explain, solve
from geo_relocation.scenarios import parse_scenario
from geo_relocation.testing import CRS, layer, at

parks = layer("parks", [
    {"park_id": "A", "name": "Khu A", "geometry": at(5.0).buffer(100), "kind": "industrial-park",
     "status": "operating", "receives": True, "free_ha": 50.0},
    {"park_id": "B", "name": "Khu B có tên rất là dài", "geometry": at(4.0).buffer(100),
     "kind": "industrial-park", "status": "operating", "receives": True, "free_ha": 50.0},
])
sites = layer("sites", [
    {"site_id": "S1", "name": "Xưởng", "land_m2": 10_000.0, "geometry": at(0.0)},
])
said = {}
for weight in (0.0, 2.0):
    scenario = parse_scenario(
        f'id = "x"\\ntitle = "x"\\nphases = [2026]\\n[weights]\\nper_letter = {weight}\\n'
    )
    problem = build_problem(sites, None, parks, specification=scenario)
    row = explain(problem, solve(problem, work=1), plan_id="p").iloc[0]
    said[weight] = [row["park_id"], row["reason"], json.loads(row["alternatives"])]
print(json.dumps({"said": said, "docs": terms.documentation()}))
"""


def with_file(folder: Path, place: str, text: str) -> Path:
    """A package like ours, every file of it ours but for one that is added."""
    added = folder / "geo_relocation" / place
    for part in reversed(added.relative_to(folder).parents[:-1]):
        (folder / part).mkdir()
        for one in (PACKAGE.parent / part).iterdir():
            target = folder / part / one.name
            # What is compiled already is used, but nothing is added to it.
            fresh = one.name == "__pycache__" and target.parent == added.parent
            if not fresh and target not in added.parents:
                target.symlink_to(one)
    added.write_text(text, "utf-8")
    return folder


def test_a_file_that_is_added_is_a_term(tmp_path: Path) -> None:
    root = with_file(tmp_path, "matching/terms/long_name.py", MADE_UP)
    done = subprocess.run(
        [sys.executable, "-c", PLAN],
        cwd=root,
        env=os.environ | {"PYTHONPATH": str(root)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["said"]["0.0"][0] == "B"
    park, reason, others = found["said"]["2.0"]
    assert park == "A"
    assert "tên dài +10.0" in reason
    assert others[0]["terms"]["long-name"] == 2 * len("Khu B có tên rất là dài")
    assert "| `long-name` | `per_letter` | 0.5 | Each letter of the park's name. |" in found["docs"]


def test_the_documentation_lists_every_term() -> None:
    assert documentation() in PAGE


def test_every_weight_is_that_of_a_term() -> None:
    assert list(Weights.model_fields) == [term.weight for term in TERMS]
    assert Weights().model_dump() == {term.weight: term.default for term in TERMS}
