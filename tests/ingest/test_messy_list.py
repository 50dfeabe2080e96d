"""A list of 120 rows as an office makes it; what becomes of each row was written down by hand."""

from __future__ import annotations

import datetime as dt

import openpyxl
import pytest

from geo_relocation.ingest.pipeline import prepare
from geo_relocation.ingest.readers import read_table

from .making import TM3
from .recount import cells_of, unaccounted

# First row, district, commune as its heading says it, name, number of firms, words of the total.
SECTIONS = [
    (11, "Thuận An", "1. Phường Lái Thiêu", "Lái Thiêu", 17, "Cộng phường Lái Thiêu: 17 DN"),
    (30, "Thuận An", "2. Phường An Phú", "An Phú", 15, "Cộng P. An Phú"),
    (47, "Thuận An", "3. Xã An Sơn", "An Sơn", 13, "Tổng số xã An Sơn: 13 cơ sở"),
    (64, "Dĩ An", "1. Phường Tân Đông Hiệp", "Tân Đông Hiệp", 18, "CỘNG"),
    (84, "Dĩ An", "2. Phường Bình An", "Bình An", 16, "Tổng: 16 doanh nghiệp"),
    (102, "Dĩ An", "3. Phường Tân Bình", "Tân Bình", 16, "Cộng phường Tân Bình (16 DN)"),
]  # fmt: skip
OUTSIDE = {  # rows that are no firm, beside the sections' own
    1: ("title-row", "UBND TỈNH BÌNH DƯƠNG · CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"),
    2: ("title-row", "SỞ CÔNG THƯƠNG · Độc lập – Tự do – Hạnh phúc"),
    4: ("title-row", "DANH SÁCH CƠ SỞ SẢN XUẤT THUỘC DIỆN DI DỜI"),
    5: ("title-row", "(Kèm theo Công văn số 123/SCT-KHTC ngày 05/3/2026)"),
    10: ("section-row", "I · THÀNH PHỐ THUẬN AN"),
    62: ("totals-row", "Tổng cộng TP. Thuận An · 45"),
    63: ("section-row", "II · THÀNH PHỐ DĨ AN"),
    120: ("totals-row", "Cộng TP. Dĩ An · 50"),
    121: ("totals-row", "TỔNG CỘNG TOÀN TỈNH (95 DN)"),
    123: ("footer-row", "Ghi chú: số liệu do UBND các phường, xã cung cấp."),
    124: ("footer-row", "NGƯỜI LẬP BIỂU · GIÁM ĐỐC"),
}


def firms():
    """Row → STT, district, commune; the rows of all sections but their headings and totals."""
    return {
        first + i: (i, district, commune)
        for first, district, _, commune, count, _ in SECTIONS
        for i in range(1, count + 1)
    }


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Danh sách"
    for row, (_, words) in OUTSIDE.items():
        texts = words.split(" · ")
        if row in {10, 63}:
            sheet[f"A{row}"], sheet[f"B{row}"] = texts
        elif row in {1, 2, 124}:
            sheet[f"B{row}"], sheet[f"H{row}"] = texts
        elif row in {62, 120, 121}:
            sheet[f"B{row}"] = texts[0]
        else:
            sheet[f"B{row}"] = words
    for cells, words in {
        "A7:A8": "STT", "B7:B8": "Tên cơ sở", "C7:C8": "Mã số thuế", "D7:D8": "Địa chỉ",
        "E7:F7": "Quy mô", "G7:G8": "Tọa độ", "H7:H8": "Hết hạn thuê đất", "I7:I8": "Ngành nghề",
        "J7:J8": "Tỷ lệ đất ở", "K7:K8": "Ghi chú nội bộ",
    }.items():  # fmt: skip
        sheet[cells.partition(":")[0]] = words
        sheet.merge_cells(cells)
    sheet["E8"], sheet["F8"] = "Diện tích đất (ha)", "Số lao động"
    for column in range(1, 12):
        sheet.cell(9, column, f"({column})")
    for first, _, heading, _, count, total in SECTIONS:
        sheet[f"A{first}"] = heading
        end = first + count + 1
        sheet[f"B{end}"] = total
        sheet[f"E{end}"], sheet[f"F{end}"] = count * 0.5, 20 * count
    for row, land, workers in ((62, 22.5, 900), (120, 25, 1000), (121, 47.5, 1900)):
        sheet[f"E{row}"], sheet[f"F{row}"] = land, workers
    for row, (number, _, _) in firms().items():
        sheet[f"A{row}"], sheet[f"B{row}"] = number, f"Cơ sở {row} Thịnh"
        sheet[f"D{row}"] = f"{row} đường ĐT 743"
        sheet[f"E{row}"], sheet[f"F{row}"], sheet[f"I{row}"] = 0.5, 20, "sản xuất đồ gỗ"
        sheet[f"G{row}"] = f"10.95, 106.{700 + row}"
    spoil(sheet)
    path = tmp_path_factory.mktemp("book") / "danh-sach.xlsx"
    book.save(path)
    return path


def spoil(sheet):
    """The defects, each in rows of its own."""
    sheet["E12"], sheet["F12"] = "#REF!", "=10+10"  # an error; a formula that nobody computed
    sheet["E13"], sheet["F13"] = "0,5", "20 người"  # numbers as texts, one with a unit
    sheet["G14"] = "10°57'00\"N 106°43'12\"E"
    sheet["G15"] = "1210500, 597500"  # VN-2000, the axes in the order of surveyors
    sheet["G16"] = "gần cầu Ông Bố"
    sheet["H17"] = dt.date(2028, 12, 31)
    sheet["H18"], sheet["H19"] = "31/12/2028", "31/02/2028"
    for row in (31, 32):
        sheet.row_dimensions[row].hidden = True
    sheet.column_dimensions["K"].hidden = True
    sheet["K33"] = "đã kiểm tra"
    for row, share in ((33, 0.85), (34, 1)):
        sheet[f"J{row}"] = share
        sheet[f"J{row}"].number_format = "0%"
    for cells in ("I35:I37", "F38:F39"):  # one trade of three firms; one number for two
        for cell in sheet[cells][1:]:
            cell[0].value = None
        sheet.merge_cells(cells)
    sheet["F38"] = 40
    sheet["F40"] = -5
    sheet["F66"], sheet["E67"] = "khoảng hai chục", "-"
    sheet["C69"], sheet["C70"] = "0100112437", "0100112438"  # the second has a wrong digit
    sheet["B85"] = None
    sheet["A86"], sheet["B86"] = 3, "Công ty TNHH Tổng Cộng Lực"  # sounds like a total, is a firm
    sheet["B103"], sheet["D103"] = sheet["B104"].value, sheet["D104"].value
    sheet["F118"] = 21  # so the last commune's total is one off


@pytest.fixture(scope="module")
def done(book):
    return prepare(read_table(book), "sites", import_id="I1", working_crs=TM3)


def test_every_firm_comes_in_with_district_and_commune_and_nothing_else_does(book, done):
    expected = {f"Cơ sở {row} Thịnh": of[1:] for row, of in firms().items()}
    del expected["Cơ sở 85 Thịnh"], expected["Cơ sở 86 Thịnh"], expected["Cơ sở 103 Thịnh"]
    expected |= {"": ("Dĩ An", "Bình An"), "Công ty TNHH Tổng Cộng Lực": ("Dĩ An", "Bình An")}
    found = done.frame.assign(name=done.frame["name"].fillna(""))
    places = zip(found["old_district"], found["old_commune"], strict=True)
    assert dict(zip(found["name"], places, strict=True)) == expected
    assert len(found) == 94  # 95 firms, one held back
    assert (done.rows_read, done.rows_accepted) == (95 + 8 + 9 + 2, 94)
    assert read_table(book).rows.tolist() == list(firms())


def test_values_are_those_of_the_list(done):
    at = done.frame.assign(row=done.frame["name"].str.extract(r"sở (\d+) ")[0]).set_index("row")
    land = at["land_m2"].drop(["12", "67"])
    assert land.to_numpy().tolist() == [5000.0] * len(land)
    assert at.loc[["12", "67"], "land_m2"].isna().all()
    odd = {"12": None, "38": 40, "39": None, "40": None, "66": None, "118": 21}
    for row, value in odd.items():
        assert at.loc[row, "workers"] == value or (value is None and at.isna().loc[row, "workers"])
    rest = at["workers"].drop(list(odd))
    assert rest.tolist() == [20] * len(rest)
    assert at.loc[["35", "36", "37"], "activity"].tolist() == ["sản xuất đồ gỗ"] * 3
    assert [str(day)[:10] for day in at.loc[["17", "18"], "lease_end"]] == ["2028-12-31"] * 2
    assert at["lease_end"].notna().sum() == 2
    assert at.index[at.geometry.isna()].tolist() == ["15", "16"]
    assert (at.geometry["14"].x, at.geometry["14"].y) == pytest.approx(
        (at.geometry["17"].x + 0.003 * 109_300, at.geometry["17"].y), abs=30)  # fmt: skip


def test_every_defect_is_named_once_with_its_row_and_column(done):
    area, workers = "Quy mô | Diện tích đất (ha)", "Quy mô | Số lao động"
    issues = done.issues.astype(object).where(done.issues.notna(), "")
    named = issues[issues["row"] != ""]
    found = sorted(zip(named["row"], named["kind"], named["field"], named["value"], strict=True))
    expected = [(row, kind, "", words) for row, (kind, words) in OUTSIDE.items()
                if row not in {62, 120, 121}]  # fmt: skip
    expected += [
        (62, "totals-row", "", "Tổng cộng TP. Thuận An · 22.5 · 900"),
        (120, "totals-row", "", "Cộng TP. Dĩ An · 25 · 1000"),
        (121, "totals-row", "", "TỔNG CỘNG TOÀN TỈNH (95 DN) · 47.5 · 1900"),
        (7, "header-found", "", ""),
    ]
    for first, _, heading, _, count, total in SECTIONS:
        expected.append((first, "section-row", "", heading))
        sums = f"{total} · {count * 0.5:g} · {20 * count}"
        expected.append((first + count + 1, "totals-row", "", sums))
    expected += [
        (12, "cell-error", "E", "12"), (12, "formula-uncomputed", "F", "12"),
        (15, "position-system-open", "Tọa độ", "1210500, 597500"), (15, "no-location", "", ""),
        (16, "position-unreadable", "Tọa độ", "gần cầu Ông Bố"), (16, "no-location", "", ""),
        (19, "no-such-day", "lease_end", "31/02/2028"),
        (29, "total-differs", area, "8.5"), (29, "total-differs", workers, "340"),
        (35, "merged-filled", "Ngành nghề", "sản xuất đồ gỗ"),
        (38, "merged-number", workers, "40"), (40, "value-out-of-range", "workers", "-5"),
        (46, "total-differs", workers, "300"),
        (62, "total-differs", area, "22.5"), (62, "total-differs", workers, "900"),
        (66, "not-a-number", "workers", "khoảng hai chục"),
        (70, "tax-code-invalid", "tax_code", "0100112438"),
        (83, "total-differs", area, "9"),  # its workers cannot be summed: row 66
        (104, "duplicate", "site_id", "Cơ sở 104 Thịnh"),
        (119, "total-differs", workers, "320"),
        (120, "total-differs", area, "25"), (121, "total-differs", area, "47.5"),
    ]  # fmt: skip
    assert found == sorted(expected)


def test_what_concerns_the_whole_list_is_said_once(done):
    issues = done.issues.astype(object).where(done.issues.notna(), "")
    whole = issues[issues["row"] == ""]
    found = {(kind, field): value for kind, field, value in zip(
        whole["kind"], whole["field"], whole["value"], strict=True)}  # fmt: skip
    assert found["hidden-rows", ""] == "31–32"
    assert found["hidden-columns", ""] == "K"
    assert {field for kind, field in found if kind == "column-unmapped"} == {
        "Tỷ lệ đất ở", "Ghi chú nội bộ"}  # fmt: skip
    assert ("row-numbers", "STT") in found
    assert found["said-empty", "Quy mô | Diện tích đất (ha)"] == "-"
    applied = whole[whole["kind"] == "section-applied"]
    assert sorted(applied["value"]) == sorted(
        ["Thuận An", "Dĩ An", *(commune for _, _, _, commune, _, _ in SECTIONS)])  # fmt: skip
    assert not whole["severity"].eq("error").any()


def test_no_cell_of_the_list_is_lost(book, done):
    # Hectares, units and coordinates are stored as other numbers, which are looked at above.
    cells = {place: v for place, v in cells_of(book).items()
             if place[1] not in {5, 6, 7} or place[0] < 10}  # fmt: skip
    assert unaccounted(cells, done, range(7, 10)) == {}
    count = done.cells
    assert count.source == len(cells_of(book)) - 2  # the error and the formula
    assert count.source + count.given == count.names + count.stored + count.told
