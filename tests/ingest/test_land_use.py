"""Zones by codes, composite codes and words; what nothing knows is unknown, listed and settled."""

from __future__ import annotations

import geopandas as gpd
import openpyxl
import pytest

import geo_relocation as gr
from geo_relocation.errors import UsageError
from geo_relocation.ingest.checks import run_checks
from geo_relocation.model.enums import ZoneCategory

from .making import issue, square, zones


@pytest.mark.parametrize(
    ("code", "category"),
    [
        ("ODT+CLN", "residential"),
        ("ONT + CLN", "residential"),
        ("ont,cln", "residential"),
        ("ODT 100 m2 + CLN 250,5", "residential"),
        ("ODT(100)+MNC(20)", "residential"),
        ("TMD+ODT", "mixed"),
        ("ODT/SKC", "mixed"),
        ("CLN+SKC", "industrial"),
        ("LUC+CLN", "agriculture"),
        ("ODT+QQQ", "unknown"),
        ("QQQ", "unknown"),
        ("Đất ở tại đô thị + Đất trồng cây lâu năm", "residential"),
    ],
)
def test_composite_codes_have_the_category_of_their_parts(import_frame, code, category):
    done = import_frame(zones([square(0, 0)], land_use_code=[code]), "zones", code_system="vn-2024")
    assert done.frame["category"].tolist() == [category]
    listed = issue(done, "code-composite")
    assert listed["value"].tolist() == ([] if category == "unknown" else [code])


def test_parts_of_other_systems_are_not_taken_apart(import_frame):
    done = import_frame(zones([square(0, 0)], land_use_code=["R+C"]), "zones", code_system="osm")
    assert done.frame["category"].tolist() == ["unknown"]


WORDS = {
    "Đất ở": "residential", "đất ở đô thị": "residential", "ĐẤT Ở NÔNG THÔN": "residential",
    "Khu dân cư hiện hữu": "residential", "Đất hỗn hợp": "mixed",
    "thương mại dịch vụ": "commercial",
    "Đất thương mại, dịch vụ": "commercial", "Đất công nghiệp": "industrial",
    "Đất cây xanh": "green", "Đất giao thông": "transport", "Đất công cộng": "public",
    "Đất nông nghiệp": "agriculture", "Mặt nước": "water", "Khác": "other", "Chưa rõ": "unknown",
}  # fmt: skip


@pytest.mark.parametrize("column", ["category", "land_use_text", "land_use_code"])
def test_the_words_of_the_categories_are_understood_in_any_column(import_frame, column):
    frame = gpd.GeoDataFrame(
        {"zone_id": [f"Z{n}" for n in range(len(WORDS))], column: list(WORDS)},
        geometry=[square(200 * n, 0) for n in range(len(WORDS))],
        crs="EPSG:9210",
    )
    if column == "land_use_code":  # what no table knows there needs a code system
        frame = frame[~frame[column].isin(["Khác", "Chưa rõ"])]
    done = import_frame(frame, "zones")
    expected = [WORDS[word] for word in frame[column]]
    if column == "land_use_text":
        expected = ["unknown" if word == "Khác" else WORDS[word] for word in WORDS]
    assert done.frame["category"].tolist() == expected


def test_words_that_only_begin_alike_are_not_understood(import_frame):
    done = import_frame(
        zones([square(0, 0)], land_use_code=[None], land_use_text=["Đất ông Ba"]), "zones"
    )
    assert done.frame["category"].tolist() == ["unknown"]


@pytest.fixture
def workspace(tmp_path):
    with gr.create(str(tmp_path / "w.gpkg")) as made:
        yield made


def _source(tmp_path):
    frame = zones(
        [square(0, 0), square(200, 0, 200), square(600, 0)],
        zone_id=["a", "b", "c"],
        land_use_code=["ODT", "QQQ", "ZZ+ODT"],
    )
    frame.to_file(tmp_path / "vung.gpkg")
    return tmp_path / "vung.gpkg"


def _saved_by_excel(book, path, how):
    rows = list(openpyxl.load_workbook(book).active.iter_rows(values_only=True))
    if how == "xlsx":
        saved = openpyxl.Workbook()
        for row in rows:
            saved.active.append(row)
        saved.save(path.with_suffix(".xlsx"))
        return path.with_suffix(".xlsx")
    text = "\r\n".join(
        (";" if how != "utf-16" else "\t").join("" if v is None else str(v) for v in row)
        for row in rows
    )
    encoding = {"bom": "utf-8-sig", "utf-16": "utf-16"}[how]
    path.with_suffix(".csv").write_bytes(text.encode(encoding))
    return path.with_suffix(".csv")


@pytest.mark.parametrize("how", ["xlsx", "bom", "utf-16"])
def test_what_is_unknown_is_listed_filled_in_and_settled(workspace, tmp_path, how):
    source = _source(tmp_path)
    report = workspace.imports.import_layer("zones", source, code_system="vn-2024")
    assert report.summary()["unknown_land_use"] == [
        {"code": "QQQ", "code_system": "vn-2024", "zones": 1, "area_ha": pytest.approx(4.0)},
        {"code": "ZZ+ODT", "code_system": "vn-2024", "zones": 1, "area_ha": pytest.approx(1.0)},
    ]
    book = tmp_path / "loai-dat.xlsx"
    workspace.imports.log.export_unknown_uses(book)
    filled = openpyxl.load_workbook(book)
    sheet = filled.active
    headers = [cell.value for cell in sheet[1]]
    assert headers[-1] == "Nhóm chức năng"
    sheet.cell(2, len(headers)).value = "Đất cây xanh"
    filled.save(book)
    table = workspace.imports.read_code_table(_saved_by_excel(book, tmp_path / "saved", how))
    assert table == {"QQQ": "green"}
    workspace.imports.import_layer("zones", source, code_system="vn-2024", code_table=table)
    found = workspace.read("zones").set_index("zone_id")["category"]
    assert found.to_dict() == {"a": "residential", "b": "green", "c": "unknown"}


def test_a_code_table_with_mistakes_names_all_its_rows(workspace, tmp_path):
    path = tmp_path / "codes.csv"
    path.write_text("code,category\nQQ,xanh lè\n,green\nA,green\nA,water\n", "utf-8")
    with pytest.raises(UsageError, match=r"row 2.*row 3.*row 5"):
        workspace.imports.read_code_table(path)


def test_a_site_on_unknown_land_is_to_be_checked(workspace, tmp_path):
    workspace.imports.import_layer("zones", _source(tmp_path), code_system="vn-2024")
    sites = gpd.GeoDataFrame(
        {"site_id": ["on", "home"]},
        geometry=[square(210, 10, 20), square(10, 10, 20)],
        crs="EPSG:9210",
    )
    sites.to_file(tmp_path / "sites.gpkg")
    workspace.imports.import_layer("sites", tmp_path / "sites.gpkg")
    found = workspace.screen().findings.set_index("site_id")
    assert found.loc["on", ["verdict", "reason"]].tolist() == ["check", "unknown-land-use"]
    assert found.loc["home", "verdict"] == "conflict"


def test_zones_that_an_earlier_program_put_into_other_stay_and_are_found():
    frame = gr.model.schema("zones").conform(
        gpd.GeoDataFrame(
            {
                "zone_id": ["a", "b", "c"],
                "status": "planned",
                "category": ["other", "other", ZoneCategory.UNKNOWN.value],
                "code_system": "vn-2024",
                "land_use_code": ["NTD", "QQQ", "ZZZ"],
                "record_kind": "real",
            },
            geometry=[square(0, 0), square(200, 0), square(400, 0)],
            crs="EPSG:9210",
        )
    )
    (result,) = run_checks({"zones": frame}, names=["zones-uncategorised"])
    assert {record for record, _ in result.examples} == {"b", "c"}
