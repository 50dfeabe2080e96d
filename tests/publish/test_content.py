"""What may be published, and the one table that every publication shows."""

from __future__ import annotations

import json
from dataclasses import replace

import pandas as pd
import pytest
from pyproj import CRS

from geo_relocation.errors import CrsMismatchError, SchemaError
from geo_relocation.messages import _
from geo_relocation.model import schema
from geo_relocation.model.told import stored, told
from geo_relocation.publish import Content
from geo_relocation.publish.files import replaced
from geo_relocation.publish.kinds import FileKind
from geo_relocation.publish.parameters import said_parameters
from geo_relocation.publish.records import (
    is_listed,
    park_use,
    site_records,
)
from geo_relocation.publish.webmap.payload import map_payload
from geo_relocation.screening import ScreeningParameters
from geo_relocation.standing.decisions import in_force

from .conftest import (
    make_content,
    make_findings,
    make_parks,
    make_sites,
    make_zones,
)


def test_missing_layers_are_empty_layers(bare_content: Content):
    assert len(bare_content.layer("zones")) == 0
    assert bare_content.layer("parks").crs == bare_content.crs
    assert not bare_content.has_plan
    assert bare_content.plan == {}


def test_a_layer_in_another_system_is_refused():
    zones = make_zones().set_crs("EPSG:32648", allow_override=True)
    with pytest.raises(CrsMismatchError, match="zones"):
        make_content(zones=zones)


def test_a_frame_that_is_not_conformed_is_refused():
    with pytest.raises(SchemaError, match="verdict"):
        make_content(findings=pd.DataFrame({"site_id": ["a"], "run_id": ["r"]}))


def test_findings_of_two_runs_are_refused():
    findings = make_findings(make_sites())
    twice = pd.concat([findings, findings.assign(run_id="RS2")], ignore_index=True)
    with pytest.raises(SchemaError, match="more than one row"):
        make_content(findings=twice)


@pytest.mark.parametrize(
    ("sites", "zones", "beginning"),
    [
        ("sample", "schematic", "DỮ LIỆU MẪU VÀ SƠ ĐỒ"),
        ("sample", "real", "DỮ LIỆU MẪU:"),
        ("real", "schematic", "BẢN VẼ SƠ ĐỒ"),
        ("real", "real", ""),
    ],
)
def test_what_is_not_real_is_said(sites: str, zones: str, beginning: str):
    content = make_content(
        sites=make_sites().assign(record_kind=sites), zones=make_zones().assign(record_kind=zones)
    )
    assert content.data_note.startswith(beginning)
    assert bool(content.data_note) == bool(beginning)


def test_a_record_joins_finding_decision_place_and_names(content: Content):
    records = site_records(content).set_index("site_id")
    assert len(records) == 50
    first = records.loc["CS0000"]
    assert (first["verdict"], first["finding_reason"]) == ("conflict", "residential")
    assert first["city"] == "Thành phố Dĩ An"
    assert first["placed"] == "unplaced"
    third = records.loc["CS0003"]
    assert third["to_park"].startswith("KCN Bàu Bàng")
    assert (third["placed"], third["route"], third["to_phase"]) == ("placed", "relocate", 2025)
    assert pd.isna(records.loc["CS0001", "placed"])
    assert records.loc["CS0001", "city"] == "Thành phố Thuận An"


@pytest.mark.parametrize(
    ("language", "said"),
    [("vi", "quy hoạch chỉ phủ 12,5% diện tích"), ("en", "the plan covers only 12.5% of the land")],
)
def test_a_stored_sentence_is_said_in_the_readers_language(
    content: Content, language: str, said: str
):
    findings = content.frame("findings").copy()
    findings["detail"] = stored(told("screening.uncovered", share=12.5))
    findings.loc[findings.index[0], "detail"] = "Câu của phiên bản trước."
    records = site_records(replace(content, language=language, findings=findings))
    shown = records.set_index("site_id")["finding_detail"].dropna()
    assert set(shown) == {said, "Câu của phiên bản trước."}


def test_an_override_stands_although_the_program_ran_again(content: Content):
    assert content.frame("decisions")["decided_at"].idxmax() == 18
    assert content.frame("decisions").loc[18, "decision_id"] == "QD-moi"
    current = in_force(content.frame("decisions")).set_index("site_id")
    assert current.loc["CS0000", "decision_id"] == "QD-thay"
    assert current.loc["CS0000", "route"] == "convert"
    assert current.loc["CS0003", "decision_id"] == "QD3"
    assert current.index.is_unique


def test_without_a_run_every_site_is_still_a_record(bare_content: Content):
    records = site_records(bare_content)
    assert list(records["site_id"]) == list(bare_content.sites["site_id"])
    assert records["verdict"].isna().all()
    assert not is_listed(records).any()


def test_a_decision_to_stay_takes_a_conflict_off_the_list(content: Content):
    records = site_records(content)
    assert is_listed(records).sum() == 17
    staying = records.assign(route=records["route"].replace("convert", "stay"))
    assert is_listed(staying).sum() == 16
    undecided = records.assign(route=None)
    assert is_listed(undecided).sum() == 17


def test_park_use_adds_up_to_the_assignments(content: Content):
    use = park_use(content).set_index("park_id")
    placed = content.frame("assignments").dropna(subset=["park_id"])
    assert use["firms"].sum() == len(placed)
    assert use["used_ha"].sum() * 1e4 == pytest.approx(placed["land_m2"].sum())
    assert use.loc["KCN4", "left_ha"] == pytest.approx(40 - use.loc["KCN4", "used_ha"])
    assert pd.isna(use.loc["KCN3", "left_ha"])


def test_a_park_that_is_not_there_is_called_by_its_id():
    content = make_content(parks=make_parks().iloc[:1])
    records = site_records(content).set_index("site_id")
    assert records.loc["CS0006", "to_park"] == "KCN4"


def test_parameters_of_a_run_are_named_and_said_in_words():
    given = ScreeningParameters(housing_buffer_m=1500.5).model_dump(mode="json")
    for language in ("vi", "en"):
        said = said_parameters(given, language)
        assert len(said) == len(given)
        assert not said.keys() & ScreeningParameters.model_fields.keys()
    said = said_parameters(given, "vi")
    assert said["Tỷ lệ đất ở tối thiểu để kết luận xung đột"] == "50%"
    assert said["Khoảng cách phải có chung cho mọi cơ sở (m)"] == "1.500,5"
    assert said["Đất hỗn hợp có ở được tính là đất ở"] == "Không"
    assert said["Căn cứ so sánh"] == "theo quy hoạch; nơi chưa có quy hoạch thì theo hiện trạng"
    assert said["Thứ tự ưu tiên khi các vùng chồng nhau"].startswith("Đất ở; Hỗn hợp có ở")
    assert "planned-then-existing" not in " ".join(said_parameters(given, "en").values())


def test_a_parameter_of_another_version_keeps_its_code():
    assert said_parameters({"a": 1, "b": None, "c": [1, 2]}, "vi") == {"a": "1", "c": "1; 2"}


ANYTHING = FileKind(_("anything"), lambda path: True)


def test_a_failed_write_leaves_the_old_file(tmp_path):
    target = tmp_path / "deep" / "map.html"
    with replaced(target, ANYTHING) as temporary:
        temporary.write_text("old")

    def interrupted() -> None:
        with replaced(target, ANYTHING) as temporary:
            temporary.write_text("half")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        interrupted()
    assert target.read_text() == "old"
    assert [path.name for path in target.parent.iterdir()] == ["map.html"]


def test_a_journal_of_the_old_file_is_taken_away(tmp_path):
    target = tmp_path / "a.gpkg"
    for suffix in ("", "-wal", "-shm"):
        (tmp_path / f"a.gpkg{suffix}").write_text("old")
    with replaced(target, ANYTHING) as temporary:
        temporary.write_text("new")
    assert [path.name for path in tmp_path.iterdir()] == ["a.gpkg"]


def test_languages_differ_in_words_only():
    english = make_content(language="en")
    assert english.data_note.startswith("SAMPLE AND SCHEMATIC")
    assert english.crs == CRS.from_epsg(9210)
    assert schema("sites").label("en") == "Sites"


def with_scope(content: Content, language: str) -> Content:
    scope = {
        "routes": ["relocate"], "verdicts": ["conflict", "check"], "cities": [],
        "years": [2026, 2030], "firms": 7, "decided": True,
    }  # fmt: skip
    stored = {"scope": scope, "notes": ["Phạm vi: 7 cơ sở.", "Khác."]}
    plan = content.frame("scenario").assign(specification=json.dumps(stored))
    return replace(content, scenario=plan, language=language)


def test_publications_say_who_the_plan_was_about(content: Content):
    assert content.plan_scope == ""
    assert with_scope(content, "vi").plan_scope == "Phạm vi: 7 cơ sở."
    said = with_scope(content, "en").plan_scope
    assert said.startswith("Scope: 7 sites; route in force Relocate; verdict In conflict, Check")
    assert said.endswith("years 2026–2030.")
    assert map_payload(with_scope(content, "vi"))["notes"][0] == "Phạm vi: 7 cơ sở."
