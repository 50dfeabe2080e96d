"""A hard rule is a file that finds and a file that checks: no other place names it."""

from __future__ import annotations

from pathlib import Path

import pytest
from added_files import told, with_files
from python_calamine import CalamineWorkbook

import geo_relocation
from geo_relocation.matching.check.rules import CHECKS
from geo_relocation.matching.rules import RULES, documentation
from geo_relocation.matching.specification import Limits

PAGE = (Path(geo_relocation.__file__).parents[1] / "docs" / "matching.md").read_text("utf-8")

FINDS = """
import numpy as np
from pydantic import Field
from geo_relocation.matching.rule import Lever, Rule, with_park
from geo_relocation.model import join_codes, split_codes
from geo_relocation.model.told import Label

def _beside(pairing):
    if not pairing.specification.limits.no_food_beside_chemistry:
        return np.zeros((1, 1), dtype=bool)
    food = np.array([one in ("10", "11") for one in pairing.firms.division])
    chemistry = ["20" in split_codes(one) for one in pairing.frame["accepted_sectors"]]
    return food[:, None] & np.array(chemistry)[None, :]

def _without_chemistry(problem, firm, park, where):
    codes = split_codes(problem.frames.parks["accepted_sectors"].iloc[park])
    left = join_codes([one for one in codes if one != "20"])
    words = Label("chemistry", f"{where} thôi nhận hóa chất.", f"{where} drops chemistry.")
    return words.sentence, with_park(problem, park, "accepted_sectors", left)

RULE = Rule(
    code="food-beside-chemistry", order=85, vi="thực phẩm cạnh hóa chất",
    en="food beside chemistry", about="Food does not go where chemistry is taken.",
    forbids=_beside,
    lever=Lever("chemistry", 55, "khu thôi nhận hóa chất", "a park without chemistry",
                _without_chemistry),
    fields={"no_food_beside_chemistry": (bool, Field(default=False))},
)
"""

CHECKS_IT = """
from geo_relocation.matching.check.entry import Check
from geo_relocation.messages import _

def _broken(facts, move):
    if not facts.spec.limits.no_food_beside_chemistry:
        return
    food = str(move.site["vsic"] or "")[1:3] in ("10", "11")
    if food and "20" in str(move.park["accepted_sectors"] or "").split(";"):
        site, park = move.ids[:2]
        yield _("Firm {site} makes food, park {park} takes chemistry.", site=site, park=park)

CHECK = Check(code="food-beside-chemistry", order=145, of_move=_broken)
"""

PROGRAM = """
import contextlib, csv, io, json, sys
import geo_relocation
import geo_relocation.matching.rules as rules
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
            "parks": [{"park_id": "A", "name": "Khu A", "geometry": at(5.0).buffer(100),
                       "accepted_sectors": "10;16;20", **park}],
            "sites": [
                {"site_id": site, "name": "Xưởng", "land_m2": 100.0, "accuracy_m": 0.0,
                 "vsic": code, "geometry": at(0.0).buffer(20)}
                for site, code in (("FOOD", "C10"), ("WOOD", "C16"))
            ],
        }.items():
            transaction.append(name, layer(name, rows))
    ws.screen()
    plans = {}
    for asked in ("false", "true"):
        scenario = f'id = "x"\\ntitle = "x"\\nphases = [2026]\\n[limits]\\n'
        scenario += f"no_food_beside_chemistry = {asked}\\n"
        run = ws.match(parse_scenario(scenario), work=1)
        frame = ws.plan_assignments(run.row["plan_id"])
        plans[asked] = dict(zip(frame["site_id"], frame["park_id"].fillna(""), strict=True))
    ws.export_xlsx(folder + "/book.xlsx")
with open(folder + "/plan.csv", "w") as file:
    csv.writer(file).writerows([["site_id", "park_id", "phase"], ["FOOD", "A", "2026"]])
with open(folder + "/x.toml", "w") as file:
    file.write(scenario)

def said(*arguments):
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        with contextlib.suppress(SystemExit):
            main(["-w", url, *arguments])
    return out.getvalue() + err.getvalue()

print(json.dumps({
    "plans": plans,
    "why": json.loads(said("scenario", "why", "FOOD", "--json", "--lang", "vi")),
    "why_en": json.loads(said("scenario", "why", "FOOD", "--json", "--lang", "en")),
    "refused": said("match", folder + "/x.toml", "--check", folder + "/plan.csv"),
    "docs": rules.documentation(),
}))
"""


def test_an_added_rule_is_obeyed_checked_and_told(tmp_path: Path) -> None:
    package, folder = tmp_path / "package", tmp_path / "out"
    package.mkdir()
    folder.mkdir()
    root = with_files(
        package,
        {
            "matching/rules/food_beside_chemistry.py": FINDS,
            "matching/check/rules/food_beside_chemistry.py": CHECKS_IT,
        },
    )
    found = told(root, PROGRAM, str(folder / "w.gpkg"), str(folder))
    assert found["plans"] == {
        "false": {"FOOD": "A", "WOOD": "A"},
        "true": {"FOOD": "", "WOOD": "A"},
    }
    assert "1 khu: thực phẩm cạnh hóa chất" in found["why"]["reason"]
    (change,) = found["why"]["changes"]
    assert change["kind"] == "chemistry"
    assert change["message"] == "Khu A thôi nhận hóa chất."
    assert "1 park: food beside chemistry" in found["why_en"]["reason"]
    assert found["why_en"]["changes"][0]["message"] == "Khu A drops chemistry."
    assert "Firm FOOD makes food, park A takes chemistry." in found["refused"]
    line = "| `food-beside-chemistry` | `limits.no_food_beside_chemistry` |"
    assert f"{line} Food does not go where chemistry is taken. |" in found["docs"]
    book = CalamineWorkbook.from_path(folder / "book.xlsx")
    sheets = [book.get_sheet_by_name(name).to_python() for name in book.sheet_names]
    cells = [str(cell) for rows in sheets for row in rows for cell in row]
    assert any("thực phẩm cạnh hóa chất" in cell for cell in cells)
    assert "Khu A thôi nhận hóa chất." in cells


def test_what_finds_and_what_checks_are_the_same_rules() -> None:
    """A rule that only one side knows is none: the plan would break it, or be refused for it."""
    alone = {
        # Who is to be placed is a matter of scope, not of a firm and a park.
        *("committed", "finished", "out-of-scope", "no-land", "no-location", "site-excluded"),
        # What firms share, and what the scenario states, is no matter of a pair.
        *("land", "land-quota", "land-stated-twice", "lock", "moves-quota", "out-of-years"),
        "support-budget",
    }
    checked = {check.code for check in CHECKS}
    assert {rule.check for rule in RULES} <= checked
    assert checked - {rule.code for rule in RULES} == alone


def test_the_documentation_lists_every_rule() -> None:
    assert documentation() in PAGE


def test_a_field_that_a_rule_alone_reads_is_its_own() -> None:
    own = [name for rule in RULES for name in rule.fields]
    assert own == ["wastewater", "budget_unknown"]
    assert list(Limits.model_fields)[: len(own)] == own


@pytest.mark.parametrize("text", [FINDS, FINDS.replace("food-beside-chemistry", "sector")])
def test_two_rules_of_one_code_are_a_mistake(tmp_path: Path, text: str) -> None:
    root = with_files(tmp_path, {"matching/rules/added.py": text})
    said = told(
        root,
        "import json\ntry:\n    import geo_relocation.matching.rules as r\n"
        "    print(json.dumps(len(r.RULES)))\n"
        "except ValueError as error:\n    print(json.dumps(str(error)))\n",
    )
    assert said == (len(RULES) + 1 if text is FINDS else "Rules have the same code: sector")
