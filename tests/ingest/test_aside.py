"""Totals are no firms and are held against the rows; headings tell the rows below them."""

import pytest

from geo_relocation.ingest.grids import table_from_grid

HEAD = ["STT", "Tên doanh nghiệp", "Địa chỉ", "Diện tích đất (m2)", "Số lao động", "Ngành nghề"]


def firm(number, name="Công ty TNHH Gỗ", land=1200, workers=30):
    return [number, f"{name} {number}", "12 Lê Lợi", land, workers, "gỗ"]


def notes(raw, kind):
    return [(n.row, n.field, n.value, *n.figures.values()) for n in raw.notes if n.kind == kind]


@pytest.mark.parametrize("words", [
    "Cộng phường Lái Thiêu", "Cộng P. Lái Thiêu: 02 DN", "Tổng số phường Lái Thiêu", "CỘNG",
    "Tổng: 2 doanh nghiệp", "Tổng cộng", "TC", "Tổng số 2 cơ sở", "Cộng xã An Sơn (2 DN)",
    "TỔNG CỘNG TOÀN THÀNH PHỐ", "Cộng TP. Thuận An", "Cong phuong An Phu",
    "Cộng thị trấn Dầu Tiếng",
])  # fmt: skip
@pytest.mark.parametrize("column", [0, 1])
def test_a_totals_row_in_any_words_is_no_firm_and_its_sums_are_checked(words, column):
    total = [None, None, None, 3400, 70, None]
    total[column] = words
    wrong = [*total[:3], 3500, 71, None]
    rows = [firm(1), firm(2, land=2200, workers=40)]
    good = table_from_grid([HEAD, *rows, total, firm(3)], file="a.xlsx")
    assert good.rows.tolist() == [2, 3, 5]
    assert len(notes(good, "totals-row")) == 1
    assert not notes(good, "total-differs")
    bad = table_from_grid([HEAD, *rows, wrong, firm(3)], file="a.xlsx")
    assert [(row, value, found) for row, _, value, found in notes(bad, "total-differs")] == [
        (4, "3500", 3400.0), (4, "71", 70.0)]  # fmt: skip


@pytest.mark.parametrize("name", [
    "Công ty TNHH Cộng Lực", "Cộng Lực", "Tổng công ty Bia", "TC Motor", "Cộng đồng Xanh",
    "Tổng kho Sóng Thần", "Total Lubricants", "Xã hội Mới", "Phường Thành Phát JSC, Ltd",
])  # fmt: skip
def test_a_firm_that_sounds_like_one_is_a_firm(name):
    row = [3, name, "7 Trần Phú", 1000, 5, "Gốm"]
    raw = table_from_grid([HEAD, firm(1), firm(2), row], file="a.xlsx")
    assert raw.rows.tolist() == [2, 3, 4]


def test_a_count_of_firms_is_held_against_their_number():
    rows = [HEAD, firm(1), firm(2), [None, "Cộng P. An Phú: 03 DN", None, 2400, 60, None]]
    ((row, _, value, found),) = notes(table_from_grid(rows, file="a"), "total-differs")
    assert (row, value, found) == (4, "3", 2.0)


def test_subtotals_and_a_grand_total_each_stand_for_their_rows():
    def total(words, land, workers):
        return [None, words, None, land, workers, None]

    rows = [HEAD, ["I", "THÀNH PHỐ THUẬN AN", None, None, None, None], firm(1), firm(2),
            total("Cộng TP. Thuận An", 2400, 60), ["II", "THÀNH PHỐ DĨ AN", None, None, None, None],
            firm(1, land=100, workers=5), total("Cộng TP. Dĩ An", 100, 5),
            total("Tổng cộng", 2500, 65)]  # fmt: skip
    raw = table_from_grid(rows, file="a")
    assert len(notes(raw, "totals-row")) == 3
    assert not notes(raw, "total-differs")
    assert raw.frame["old_district"].tolist() == [*["Thuận An"] * 2, "Dĩ An"]


def test_headings_tell_district_and_commune_to_the_rows_below():
    rows = [
        HEAD,
        ["I. THÀNH PHỐ THUẬN AN"],
        ["1. Phường Lái Thiêu"], firm(1), firm(2),
        [None, "Cộng phường Lái Thiêu", None, 2400, 60, None],
        [2, "Phường An Phú"], firm(1),
        ["II. THÀNH PHỐ BẾN CÁT"], firm(1),
        [None, None, None, None, None, "Người lập biểu"],
    ]  # fmt: skip
    raw = table_from_grid(rows, file="a.xlsx")
    assert raw.rows.tolist() == [4, 5, 8, 10]
    assert raw.frame["old_district"].tolist()[:4] == [
        *["Thuận An"] * 3, "Bến Cát"]  # fmt: skip
    assert raw.frame["old_commune"].tolist()[:4] == [
        *["Lái Thiêu"] * 2,
        "An Phú",
        None,
    ]


def test_what_a_row_says_itself_wins_over_its_heading():
    head = [*HEAD, "TP/huyện"]
    rows = [head, ["I", "THÀNH PHỐ THUẬN AN"], [*firm(1), "Dĩ An"], [*firm(2), None]]
    rows = [row + [None] * (len(head) - len(row)) for row in rows]
    raw = table_from_grid(rows, file="a.xlsx")
    assert raw.frame["TP/huyện"].tolist() == ["Dĩ An", "Thuận An"]
    assert "old_district" not in raw.frame


def test_merged_texts_stand_for_all_their_rows_and_numbers_are_asked_about():
    head = ["STT", "Tên cơ sở", "Phường/xã", "Lao động", "Ngành nghề"]
    rows = [
        head,
        [1, "A", "An Phú", 10, "gỗ"],
        [2, "B", None, None, None],
        [3, "C", "Dĩ An", 4, "x"],
    ]
    spans = [(1, 2, 2, 2), (1, 3, 2, 3), (1, 4, 2, 4)]
    raw = table_from_grid(rows, file="a.xlsx", merged=spans)
    assert raw.frame["Phường/xã"].tolist() == ["An Phú", "An Phú", "Dĩ An"]
    assert raw.frame["Lao động"].tolist() == [10, None, 4]
    assert notes(raw, "merged-filled") == [
        (2, "Phường/xã", "An Phú", "2–3"), (2, "Ngành nghề", "gỗ", "2–3")]  # fmt: skip
    assert notes(raw, "merged-number") == [(2, "Lao động", "10", "2–3")]
