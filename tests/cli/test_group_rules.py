"""“Wood firms to Thanh An”: the rule asked, refused with the hectares, and asked as a wish."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import geo_relocation
from geo_relocation.cli import main
from geo_relocation.testing import at, layer

ASKED = """
id = "go-thanh-an"
title = "Doanh nghiệp gỗ về Thanh An"
phases = [2026]
[who]
sectors = ["gỗ", "C25"]
[[rules]]
kind = "{kind}"
firms = {{ sectors = ["Gỗ"] }}
parks = ["KCN chế biến gỗ Thanh An"]
{more}
"""


@pytest.fixture(scope="module", name="place")
def _place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four wood firms of two hectares, one of metal, one of shoes; Thanh An has five hectares."""
    folder = tmp_path_factory.mktemp("groups")
    with geo_relocation.create(str(folder / "w.gpkg")) as workspace:
        codes = {"W1": "16", "W2": "1622", "W3": "31", "W4": "C3100", "M": "25", "S": "15"}
        sites = [
            {"site_id": site, "name": f"Xưởng {site}", "vsic": code, "land_m2": 20_000.0,
             "accuracy_m": 0.0, "geometry": at(i / 10).buffer(50)}
            for i, (site, code) in enumerate(codes.items())
        ]  # fmt: skip
        park = {"status": "operating", "receives": True}
        parks = [
            {"park_id": "T", "name": "KCN chế biến gỗ Thanh An", "free_ha": 5.0,
             "geometry": at(40).buffer(300), **park},
            {"park_id": "G", "name": "KCN Gần", "free_ha": 50.0,
             "geometry": at(10).buffer(300), **park},
        ]  # fmt: skip
        zone = {"zone_id": "Z", "category": "residential", "status": "planned"}
        with workspace.store.transaction() as transaction:
            transaction.append("sites", layer("sites", sites))
            transaction.append("parks", layer("parks", parks))
            transaction.append("zones", layer("zones", [zone | {"geometry": at(0).buffer(5000)}]))
        workspace.screen()
    return folder


def asked(place: Path, kind: str, more: str = "") -> str:
    file = place / f"{kind}.toml"
    file.write_text(ASKED.format(kind=kind, more=more), "utf-8")
    return str(file)


def run(place: Path, capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    code = 0
    try:
        main(["-w", str(place / "w.gpkg"), *arguments])
    except SystemExit as ended:
        code = int(ended.code or 0)
    out, err = capsys.readouterr()
    return code, out if "--json" in arguments else out + err


def test_what_the_park_cannot_take_is_refused_with_the_hectares(place, capsys) -> None:
    code, said = run(place, capsys, "match", asked(place, "must"), "--work", "1", "--lang", "vi")
    assert code == 1
    said = " ".join(said.split())
    assert "phải về KCN chế biến gỗ Thanh An, nơi chỉ có 5 ha: thiếu 3 ha" in said
    code, said = run(place, capsys, "match", asked(place, "must"), "--work", "1", "--lang", "en")
    assert code == 1
    assert "where there are 5 ha: 3 ha lack" in " ".join(said.split())


def test_asked_as_a_preference_it_fills_the_park_and_says_so(place, capsys) -> None:
    scenario = asked(place, "prefer", "price_km = 100")
    code, said = run(place, capsys, "match", scenario, "--work", "1", "--json")
    assert code == 0
    plan = json.loads(said)
    assert plan["scope"]["sectors"] == ["16", "31", "25"]
    assert plan["scope"]["firms"] == 5
    (rule,) = plan["rules"]
    assert (rule["kind"], rule["parks"], rule["firms"]) == ("prefer", ["T"], 4)
    assert (rule["demand_ha"], rule["supply_ha"]) == (8.0, 5.0)
    # Five hectares take two firms of two; the others pay the price elsewhere.
    assert (rule["placed"], rule["placed_in_parks"]) == (4, 2)
    code, said = run(place, capsys, "match", scenario, "--work", "1", "--lang", "vi")
    said = " ".join(said.split())
    assert "Phạm vi: 5 cơ sở" in said
    assert "Quy tắc 1: 4 cơ sở" in said
    assert "ưu tiên về KCN chế biến gỗ Thanh An" in said
