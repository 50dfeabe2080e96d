"""Headers as officers write them find their attribute, and others find none."""

from __future__ import annotations

import pytest

from geo_relocation.errors import UnknownNameError
from geo_relocation.model import IMPORTABLE, schema
from geo_relocation.text.headers import ACCEPT, match_headers
from geo_relocation.text.measures import find_unit, unit_factor

SITES = [
    ("Tên DN", "name", None),
    ("MST", "tax_code", None),
    ("Mã số thuế", "tax_code", None),
    ("ma so thue", "tax_code", None),
    ("ĐC", "address", None),
    ("DC", "address", None),
    ("dia chi san xuat", "address", None),
    ("Điạ chỉ", "address", None),
    ("DT đất (ha)", "land_m2", "ha"),
    ("DT", "land_m2", None),
    ("Diện tích (ha)", "land_m2", "ha"),
    ("DIỆN TÍCH ĐẤT\n(m2)", "land_m2", "m2"),
    ("Diện tích đất, m²", "land_m2", "m²"),
    ("dien_tich_m2", "land_m2", "m2"),
    ("Diện tích | Nhà xưởng (m2)", "workshop_m2", "m2"),
    ("LĐ", "workers", None),
    ("Số lao động hiện có (người)", "workers", "người"),
    ("Lao động | Nữ", "workers_women", None),
    ("Nữ | Lao động", "workers_women", None),
    ("Vốn đầu tư (tỷ đồng)", "capital_mvnd", "tỷ đồng"),
    ("Vốn đầu tư (ĐVT: triệu đồng)", "capital_mvnd", "triệu đồng"),
    ("Vi phạm | PCCC", "fire_breach", None),
    ("Nghành nghề", "activity", None),
    ("Kinh độ (E)", "lon", None),
    ("Tọa độ X (VN2000)", "x", None),
    ("Toạ độ | Y", "y", None),
    ("Phường/xã mới", "new_unit", None),
    ("Xã/phường", "old_commune", None),
    ("TEN_DOANH_", "name", None),
    ("DIENTICHDA", "land_m2", None),
    ("TenDoanhNghiep", "name", None),
    ("Nước thải (m3/ngày đêm)", "wastewater_m3d", "m3/ngày đêm"),
    ("Khu phố", "quarter", None),
    ("Người đại diện", "representative", None),
    ("Họ tên người đại diện pháp luật", "representative", None),
    ("Chức vụ", "representative_role", None),
    ("Số điện thoại", "phone", None),
    ("SĐT", "phone", None),
    ("ĐT", "phone", None),
    ("Phường/xã (mới)", "new_unit", None),
    ("Phường/xã cũ", "old_commune", None),
    ("Địa chỉ mới", "new_address", None),
    ("Địa chỉ (theo đơn vị hành chính mới)", "new_address", None),
    ("Địa chỉ cũ", "address", None),
    ("Nguyện vọng", "wish", None),
    ("Kiến nghị, đề xuất", "wish", None),
    ("Nguyện vọng (nguyên văn)", "wish_text", None),
    ("Hình thức trả tiền thuê đất", "rent_mode", None),
    ("Trả tiền thuê đất", "rent_mode", None),
    ("Ngày bắt đầu thuê", "lease_start", None),
    ("Căn cứ thu hồi đất", "land_recovery", None),
    ("Ngừng sản xuất", "production_stop", None),
    ("Thời gian ngừng sản xuất (tháng)", "stop_months", "tháng"),
    ("Thu nhập sau thuế bình quân 3 năm (triệu đồng)", "after_tax_income_mvnd", "triệu đồng"),
    ("Chi phí di dời (triệu đồng)", "moving_cost_mvnd", "triệu đồng"),
    ("Vốn vay (tỷ đồng)", "loan_mvnd", "tỷ đồng"),
    ("Năm xây dựng nhà xưởng", "workshop_year", None),
]
STRANGERS = [
    "Email", "Fax", "Ngày cấp", "Tỉnh", "Website",
    "Họ tên", "", "   ", "123", "Unnamed: 4", "Thuộc diện di dời", "Tên chủ cơ sở",
    "Diện tích (công)",
]  # fmt: skip


@pytest.mark.parametrize(("header", "attribute", "unit"), SITES)
def test_site_header_finds_its_attribute_and_unit(header, attribute, unit):
    (match,) = match_headers([header], "sites")
    assert (match.attribute, match.unit) == (attribute, unit)
    assert match.score >= ACCEPT
    assert match.column == header


@pytest.mark.parametrize("header", STRANGERS)
def test_strange_header_finds_nothing(header):
    (match,) = match_headers([header], "sites")
    assert (match.attribute, match.how) == (None, "none")


@pytest.mark.parametrize("header", ["STT", "stt", "Số TT", "TT", "No.", "#", "Số thứ tự"])
def test_row_number_is_not_an_attribute(header):
    (match,) = match_headers([header], "sites")
    assert (match.attribute, match.how) == (None, "row-number")


def test_how_tells_the_ways_apart():
    headers = ["Địa chỉ", "dia chi", "DiaChi", "ĐC", "Đia chỉi"]
    hows = [match_headers([header], "sites")[0].how for header in headers]
    assert hows == ["exact", "unmarked", "unmarked", "abbreviation", "fuzzy"]
    scores = [match_headers([header], "sites")[0].score for header in headers]
    assert scores == sorted(scores, reverse=True)


def test_an_attribute_is_given_once_and_to_the_better_column():
    matches = match_headers(["DT đất", "Diện tích đất", "Diện tích nhà xưởng"], "sites")
    assert [m.attribute for m in matches] == [None, "land_m2", "workshop_m2"]
    assert matches[0].how == "duplicate"


def test_of_two_equal_columns_the_first_has_it():
    matches = match_headers(["Diện tích (ha)", "Diện tích (m2)"], "sites")
    assert [m.attribute for m in matches] == ["land_m2", None]


def test_telephone_is_not_area():
    # ĐT is a telephone and DT is an area; only the marks tell.
    assert match_headers(["ĐT"], "sites")[0].attribute == "phone"
    assert match_headers(["DT"], "sites")[0].attribute == "land_m2"


@pytest.mark.parametrize("layer", IMPORTABLE)
@pytest.mark.parametrize("language", ["vi", "en"])
def test_our_own_headers_come_back(layer, language):
    fields = [f for f in schema(layer).fields if f.name != "import_id"]
    matches = match_headers([f.header(language) for f in fields], layer)
    assert [m.attribute for m in matches] == [f.name for f in fields]
    named = match_headers([f.name for f in fields], layer)
    assert [m.attribute for m in named] == [f.name for f in fields]


def test_every_synonym_points_to_something_that_exists():
    from geo_relocation.text._resources import read_table
    from geo_relocation.text.headers import ADDRESS_PARTS, POSITION_ATTRIBUTES

    common = {*POSITION_ATTRIBUTES, *ADDRESS_PARTS, "#row", "source", "note"}
    for row in read_table("header_synonyms.csv"):
        known = common if row["layer"] == "*" else set(schema(row["layer"]).columns)
        assert row["attribute"] in known, row


def test_unknown_layer_is_an_error():
    with pytest.raises(UnknownNameError):
        match_headers(["STT"], "nowhere")


@pytest.mark.parametrize(
    ("written", "target", "factor"),
    [
        ("ha", "m²", 10_000), ("m2", "m²", 1), ("M2", "m²", 1), ("m²", "ha", 1e-4),
        ("tỷ đồng", "triệu đồng", 1000), ("tỷ", "triệu đồng", 1000), ("đồng", "triệu đồng", 1e-6),
        ("1000 m2", "m²", 1000), ("1.000 đồng", "triệu đồng", 1e-3), ("ha", "người", None),
        ("công", "m²", None), ("", "m²", None), ("m3/ngày.đêm", "m³/ngày", 1), ("km", "m", 1000),
    ],
)  # fmt: skip
def test_unit_factor(written, target, factor):
    found = unit_factor(written, target)
    assert found == (None if factor is None else pytest.approx(factor))


def test_units_of_the_dictionary_are_known():
    for layer in IMPORTABLE:
        for field in schema(layer).fields:
            assert not field.unit or find_unit(field.unit) is not None, field
