"""Equal key, equal result: two problems never share a key, and the same content always does."""

import json
from dataclasses import replace
from datetime import date

import geopandas as gpd
import pandas as pd
import pytest
from openpyxl import load_workbook
from shapely.geometry import LineString, box

import geo_relocation
from geo_relocation.assessment import load_batch_policy, load_deadlines
from geo_relocation.assessment import load_shipped as load_rules
from geo_relocation.errors import StoreError
from geo_relocation.matching.rules import RULES
from geo_relocation.matching.terms import TERMS
from geo_relocation.model import schema
from geo_relocation.model.scheme import default_scheme
from geo_relocation.scenarios import parse_scenario
from geo_relocation.screening.distances import shipped_tables
from geo_relocation.workspace.keys import STAGES, parts_of
from workspace.province import fill, layers

EAST, NORTH = 600_000.0, 1_206_000.0
SCENARIO = 'id = "thu"\ntitle = "Thử"\n[factors]\ndetour = 1.0\n[limits]\ndeadlines = false\n'
BESIDE = box(EAST - 10_500, NORTH - 500, EAST - 9_500, NORTH + 500)


def conformed(layer, geometry, **row):
    return schema(layer).conform(gpd.GeoDataFrame([row], geometry=[geometry], crs=9210))


FURTHER = {
    "lots": conformed("lots", BESIDE, lot_id="L", park_id="P", area_m2=1e6),
    "roads": conformed(
        "roads", LineString([(EAST, NORTH), (EAST + 900, NORTH)]), road_id="D", speed_kmh=40.0
    ),
    "admin_units": conformed(
        "admin_units", BESIDE, code="719", name="Bến Cát", level="district", valid_from="2014-01-01"
    ),
    "admin_crosswalk": schema("admin_crosswalk").conform(
        pd.DataFrame(
            [{"old_code": "25846", "old_name": "A", "old_district_code": "719",
              "old_district": "Bến Cát", "new_code": "25847", "new_name": "B", "kind": "whole",
              "is_default": True}]
        )
    ),
}  # fmt: skip


def settled(workspace, *, note="g0"):
    """All layers, a screening and decisions; `note` as the rows are told apart."""
    fill(workspace, note=note)
    with workspace.store.transaction() as transaction:
        for name, frame in FURTHER.items():
            transaction.append(name, frame)
    workspace.screen()
    workspace.assess(load_rules("plan-2022"))
    for site in ("S00", "S01", "S02"):
        workspace.override(site, "relocate", ground="Nghị quyết", author="A")
    return workspace


@pytest.fixture
def both(workspace):
    """The settled world, on either store."""
    return settled(workspace)


@pytest.fixture
def world(tmp_path, monkeypatch):
    """The settled world in a file."""
    monkeypatch.setenv("GEORELOC_AUTHOR", "Cán bộ thử")
    with geo_relocation.create(str(tmp_path / "w.gpkg")) as opened:
        yield settled(opened)


def key(workspace, text=SCENARIO, **search):
    inputs = workspace.plans.match_inputs()
    return str(inputs.key(workspace.plans.problem(parse_scenario(text), inputs=inputs), **search))


def upsert(layer, **values):
    def change(workspace):
        with workspace.store.transaction() as transaction:
            transaction.upsert(layer, transaction.read(layer).assign(**values))

    return change


def another_speed(workspace):
    with workspace.store.transaction() as transaction:
        roads = transaction.read("roads")
        transaction.upsert("roads", roads.assign(speed_kmh=roads["speed_kmh"] + 10))


def removed(workspace):
    workspace.move("S01", "removed", ground="Đã giải thể", author="A")


CHANGES = {
    "sites": upsert("sites", workers=7),
    "parks": upsert("parks", free_ha=50.0),
    "lots": upsert("lots", state="leased"),
    "roads": another_speed,
    "admin_units": upsert("admin_units", name="TP. Bến Cát"),
    "admin_crosswalk": upsert("admin_crosswalk", old_name="Đổi"),
    "decisions": lambda ws: ws.override("S02", "stay", ground="Nghị quyết", author="A"),
    "list": removed,
}


def test_every_change_of_what_a_plan_depends_on_is_another_key_and_has_a_name(both):
    seen = [key(both)]
    for part, change in CHANGES.items():
        change(both)
        seen.append(key(both))
        before, after = map(parts_of, seen[-2:])
        assert {name for name in after if after[name] != before[name]} == {part}
    assert len({one.split()[0] for one in seen}) == len(CHANGES) + 1


def test_other_findings_years_questions_and_searches_are_other_keys(world, monkeypatch):
    seen = [key(world), key(world, SCENARIO.replace("1.0", "1.2")), key(world, work=3)]
    seen += [key(world, work=4), key(world, work=4, seed=2)]
    upsert("zones", category="industrial")(world)
    assert key(world) == seen[0], "matching sees no zones, only what was found"
    world.screen()
    seen.append(key(world))
    later = date(2028, 3, 1)
    monkeypatch.setattr(world.desk, "settings", world.settings.model_copy(update={"today": later}))
    seen.append(key(world))
    monkeypatch.setitem(STAGES, "match", replace(STAGES["match"], formulas=99))
    seen.append(key(world))
    assert len(set(seen)) == len(seen)


def test_another_version_of_a_rule_or_a_term_is_another_key(world, monkeypatch):
    world.match(parse_scenario(SCENARIO), work=1)
    stage, before = STAGES["match"], key(world)
    entries = stage.entries()
    rules = {f"rule {rule.code}": rule.version for rule in RULES}
    assert entries == rules | {f"term {term.name}": term.version for term in TERMS}
    for one in entries:
        raised = {**entries, one: entries[one] + 1}
        newer = replace(stage, entries=lambda raised=raised: raised)
        with monkeypatch.context() as patch:
            patch.setitem(STAGES, "match", newer)
            assert key(world) != before
            assert told(world) == (None, ("formulas",))
    assert told(world) is None


def test_another_south_is_another_key(tmp_path):
    found = set()
    for number, south in enumerate([("Thuận An",), ("Thuận An", "Bến Cát"), ("724",)]):
        scheme = default_scheme().model_copy(update={"south": south})
        with geo_relocation.create(str(tmp_path / f"{number}.gpkg"), scheme=scheme) as opened:
            found.add(parts_of(key(settled(opened)))["south"])
    assert len(found) == 3


@pytest.mark.postgis
def test_the_same_content_has_one_key_on_both_stores_whenever_it_was_worked_out(
    tmp_path, postgis_workspace_url
):
    found, keys = set(), {"screen": set(), "assess": set()}
    for url in (str(tmp_path / "a.gpkg"), str(tmp_path / "b.gpkg"), postgis_workspace_url):
        with geo_relocation.create(url) as opened:
            settled(opened)
            if "b.gpkg" in url:
                opened.screen()
                opened.assess(load_rules("plan-2022"))
                upsert("sites", import_id="I9")(opened)
            found.add(key(opened))
            for kind, of_kind in keys.items():
                of_kind |= set(opened.read("runs", where={"kind": kind})["input_hash"])
    assert len(found) == 1
    assert [len(of_kind) for of_kind in keys.values()] == [1, 1]


def test_a_table_and_policies_of_one_name_and_other_content_are_other_keys(world):
    table = next(iter(shipped_tables().values()))
    wider = replace(table, distances={**table.distances, "default": {"": 1234.0}})
    rules, deadlines = load_rules("plan-2022"), load_deadlines("press-2025")
    template = load_batch_policy("template")
    later = replace(deadlines, data={**deadlines.data, "enforcement_from": "2031-01-01"})
    other = replace(rules, data={**rules.data, "version": "99"})
    turned = replace(template, data={**template.data, "order": ["workers"]})
    before = set(world.read("runs")["run_id"])
    for given in (table, wider):
        world.screen(table=given)
    for ruleset, dates, batches in (
        (rules, deadlines, template), (rules, later, template), (other, later, template),
        (other, later, turned), (other, later, None), (other, None, None),
    ):  # fmt: skip
        world.assess(ruleset, deadlines=dates, batch_policy=batches)
    runs = world.read("runs")
    made = runs[~runs["run_id"].isin(before)]
    assert len(made) == 8
    assert made["input_hash"].is_unique


@pytest.mark.parametrize("part", ["parks", "lots", "roads", "admin_units", "decisions"])
def test_a_stage_has_no_way_to_what_its_key_leaves_out(world, monkeypatch, part):
    lesser = tuple(name for name in STAGES["match"].parts if name != part)
    if part == "decisions":
        lesser = tuple(name for name in lesser if name != "batch_years")
    if part == "admin_units":
        lesser = tuple(name for name in lesser if name not in {"south", "admin_crosswalk"})
    monkeypatch.setitem(STAGES, "match", replace(STAGES["match"], parts=lesser))
    with pytest.raises(StoreError, match="over"):
        world.match(parse_scenario(SCENARIO), work=1)


def told(workspace):
    """What the workspace says of its only plan: (since, because)."""
    plans = workspace.read("scenarios")
    old = workspace.plans.stored_plans.plans_out_of_date(plans).get(plans["plan_id"].iloc[0])
    return old and (old.since, old.because)


def test_a_plan_is_out_of_date_since_and_because(both, tmp_path):
    both.match(parse_scenario(SCENARIO), work=1)
    assert told(both) is None
    both.screen()
    both.assess(load_rules("plan-2022"))
    assert told(both) is None, "the same was found and decided again"
    file = tmp_path / "khu.geojson"
    parks = layers()["parks"][["park_id", "geometry"]].assign(free_ha=12.0)
    parks.to_crs(4326).to_file(file)
    both.import_layer("parks", file)
    since = both.read("imports")["imported_at"].max()
    assert told(both) == (since, ("parks",))
    removed(both)
    assert told(both) == (since, ("parks", "list"))
    another_speed(both)
    assert told(both) == (since, ("parks", "roads", "list")), "edited by hand: no record of when"


def test_what_no_record_dates_is_out_of_date_all_the_same(world):
    world.match(parse_scenario(SCENARIO), work=1)
    upsert("lots", rent_usd_m2=55.0)(world)
    assert told(world) == (None, ("lots",))


def test_a_result_of_other_formulas_or_of_a_key_without_parts_may_not_hold(world, monkeypatch):
    world.match(parse_scenario(SCENARIO), work=1)
    with monkeypatch.context() as patch:
        patch.setitem(STAGES, "match", replace(STAGES["match"], formulas=99))
        assert told(world) == (None, ("formulas",))
    assert told(world) is None
    upsert("scenarios", input_hash="0" * 64)(world)
    assert told(world) == (None, ("formulas",))


def test_out_of_date_results_say_so_where_they_are_shown(world, tmp_path):
    world.match(parse_scenario(SCENARIO), work=1)
    assert not [note for note in world.content().notes if "lỗi thời" in note]
    upsert("zones", category="industrial")(world)
    upsert("sites", workers=7)(world)
    said = {
        "Kết quả rà soát: lỗi thời, vì đã thay đổi: cơ sở sản xuất, vùng quy hoạch.",
        "Kết luận: lỗi thời, vì đã thay đổi: cơ sở sản xuất.",
        "Phương án: lỗi thời, vì đã thay đổi: cơ sở sản xuất.",
    }
    assert {note for note in world.content().notes if "lỗi thời" in note} == said
    world.map(tmp_path / "m.html")
    world.export_xlsx(tmp_path / "l.xlsx")
    page = (tmp_path / "m.html").read_text("utf-8")
    cells = [str(cell.value) for sheet in load_workbook(tmp_path / "l.xlsx") for cell in sheet["A"]]
    for words in said:
        assert words in page or json.dumps(words)[1:-1] in page
        assert words in cells
