"""A term of the cost is one file: where it is put, all that needs to know of it knows."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from added_files import told, with_files
from python_calamine import CalamineWorkbook

import geo_relocation
from geo_relocation.matching.specification import Weights
from geo_relocation.matching.terms import TERMS, documentation
from geo_relocation.model.told import said

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
    reason_vi="tên dài", reason_en="long name", by_link=_length,
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


STORED = """
import contextlib, io, json, sys
import geo_relocation
from geo_relocation.cli import main
from geo_relocation.scenarios import parse_scenario
from geo_relocation.testing import at, layer

url, folder = sys.argv[1:]
park = {"status": "operating", "receives": True, "free_ha": 50.0}
home = {"category": "residential", "status": "planned", "geometry": at(0.0).buffer(1000)}
with geo_relocation.create(url) as ws:
    with ws.store.transaction() as transaction:
        for name, rows in {
            "zones": [{"zone_id": "Z", **home}],
            "parks": [
                {"park_id": "A", "name": "Khu A", "geometry": at(5.0).buffer(100), **park},
                {"park_id": "B", "name": "Khu B xa", "geometry": at(50.0).buffer(100), **park},
            ],
            "sites": [
                {"site_id": site, "name": "Xưởng", "land_m2": 100.0, "accuracy_m": 0.0,
                 "vsic": code, "geometry": at(0.0).buffer(20)}
                for site, code in (("S1", "C16"), ("S2", None))
            ],
        }.items():
            transaction.append(name, layer(name, rows))
    ws.screen()
    ws.match(
        parse_scenario(
            'id = "x"\\ntitle = "x"\\nphases = [2026]\\n[weights]\\nper_letter = 2.0\\n'
            '[limits]\\nmoves_per_year = { 2026 = 1 }\\n'
        ),
        work=1,
    )
    ws.export_xlsx(folder + "/book.xlsx")
    ws.export_geoparquet(folder + "/parquet")
    placed = ws.plan_assignments(ws.latest_plan()).dropna(subset="park_id")["site_id"].iloc[0]
said = io.StringIO()
with contextlib.redirect_stdout(said), contextlib.suppress(SystemExit):
    main(["-w", url, "scenario", "why", placed, "--json"])
print(json.dumps({"placed": placed, "why": json.loads(said.getvalue())}))
"""


def test_a_file_that_is_added_is_a_term(tmp_path: Path) -> None:
    found = told(with_files(tmp_path, {"matching/terms/long_name.py": MADE_UP}), PLAN)
    assert found["said"]["0.0"][0] == "B"
    park, reason, others = found["said"]["2.0"]
    assert park == "A"
    assert "tên dài +10;" in said(reason, "vi")
    assert "long name +10;" in said(reason, "en")
    assert others[0]["terms"]["long-name"] == 2 * len("Khu B có tên rất là dài")
    assert "| `long-name` | `per_letter` | 0.5 | Each letter of the park's name. |" in found["docs"]


@pytest.mark.parametrize("kind", ["geopackage", pytest.param("postgis", marks=pytest.mark.postgis)])
def test_an_added_term_is_stored_and_shown(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """In rows, in `scenario why`, in the workbook: no other file knows of it."""
    package, folder = tmp_path / "package", tmp_path / "out"
    package.mkdir()
    folder.mkdir()
    url = str(tmp_path / "w.gpkg")
    if kind == "postgis":
        url = request.getfixturevalue("postgis_workspace_url")
    root = with_files(package, {"matching/terms/long_name.py": MADE_UP})
    found = told(root, STORED, url, str(folder))
    letters = 2.0 * len("Khu A")
    assert found["why"]["terms"]["long-name"] == letters
    assert list(found["why"]["terms"])[:3] == ["distance", "long-name", "homes"]
    assert found["why"]["cost_km"] == pytest.approx(sum(found["why"]["terms"].values()))
    sheet = CalamineWorkbook.from_path(folder / "book.xlsx").get_sheet_by_name("Phương án bố trí")
    _, _, _, heads, row = sheet.to_python()[:5]
    assert row[heads.index("Chi phí: tên dài (km)")] == letters
    assert heads.index("Chi phí: tên dài (km)") == heads.index("Chi phí: quãng đường (km)") + 1
    stored = pd.read_parquet(folder / "parquet" / "assignments.parquet").set_index("site_id")
    assert stored["cost_long-name"].dropna().to_dict() == {found["placed"]: letters}
    # A program without the term reads and shows the plan all the same, under the stored name.
    with geo_relocation.open(url) as ws:
        (plan,) = ws.read("scenarios")["plan_id"]
        rows = ws.read("cost_terms")
        assert list(rows.columns) == ["plan_id", "site_id", "term", "value", "unit"]
        one = rows[rows["term"] == "long-name"].to_dict("records")
        assert one == [
            {"plan_id": plan, "site_id": found["placed"], "term": "long-name", "value": letters,
             "unit": "km"}
        ]  # fmt: skip
        assert set(rows["site_id"]) == {found["placed"]}
        assert (rows["value"] != 0).all()
        shown = ws.plan_assignments(plan).set_index("site_id")
        assert shown["cost_long-name"].dropna().to_dict() == {found["placed"]: letters}
        assert ws.trials.why(found["placed"]).terms == found["why"]["terms"] | {
            "long-name": letters
        }
        written = ws.export_xlsx(folder / "here.xlsx").path
        assert ws.store.check_history().first_break is None
    book = CalamineWorkbook.from_path(written).get_sheet_by_name("Phương án bố trí").to_python()
    assert book[4][book[3].index("long-name (km)")] == letters


def test_the_name_of_the_sum_is_no_term(tmp_path: Path) -> None:
    text = MADE_UP.replace('name="long-name"', 'name="km"')
    root = with_files(tmp_path, {"matching/terms/long_name.py": text})
    done = subprocess.run(
        [sys.executable, "-c", "import geo_relocation.matching.terms"],
        cwd=root,
        env=os.environ | {"PYTHONPATH": str(root)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "cost_km is the sum of all terms" in done.stderr


def test_the_documentation_lists_every_term() -> None:
    assert documentation() in PAGE


def test_every_weight_is_that_of_a_term() -> None:
    assert list(Weights.model_fields) == [term.weight for term in TERMS]
    assert Weights().model_dump() == {term.weight: term.default for term in TERMS}
