"""A CSV file that is torn: no value comes under another column's name, and none is lost."""

from __future__ import annotations

import codecs

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geo_relocation.errors import NotSpatialError
from geo_relocation.ingest.readers import read_table
from geo_relocation.settings import ReadingLimits

from .making import issue

HEADER = ["Mã cơ sở", "Tên doanh nghiệp", "Địa chỉ", "Số lao động"]


def written(tmp_path, text, encoding="utf-8"):
    path = tmp_path / "a.csv"
    path.write_bytes(text.encode(encoding))
    return path


def noted(raw, kind):
    return [(note.row, note.value) for note in raw.notes if note.kind == kind]


def test_an_unclosed_quote_costs_its_own_line_only(tmp_path, import_csv):
    text = (
        "Mã cơ sở;Tên doanh nghiệp;Địa chỉ;Số lao động\n"
        "A1;Hồng Ân;1 Lê Lợi;12\n"
        'A2;"Hoa Mai;2 Lê Lợi;5\n'
        "A3;Tân Lợi;3 Lê Lợi;6\n"
        "A4;Kim Long;4 Lê Lợi;7\n"
        'A5;Cơ sở "Đại Phát";5 Lê Lợi;8\n'
    )
    done = import_csv(text, "sites")
    assert done.frame["site_id"].tolist() == ["A1", "A3", "A4", "A5"]
    assert done.frame["workers"].tolist() == [12, 6, 7, 8]
    assert done.frame["name"].iloc[3] == 'Cơ sở "Đại Phát"'
    line = issue(done, "quote-open").iloc[0]
    assert (line["row"], line["severity"], line["action"]) == (3, "error", "refused")
    assert line["value"] == 'A2;"Hoa Mai;2 Lê Lợi;5'
    assert (done.rows_read, done.rows_refused) == (5, 1)


@pytest.mark.parametrize(
    "torn",
    [
        'A2,"Hoa Mai,2 Lê Lợi,5',  # never closed
        'A2,"Hoa" Mai,2 Lê Lợi,5',  # closed within the cell
        '"A2,Hoa Mai,2 Lê Lợi,5',
        'A2,Hoa Mai,2 Lê Lợi,"5',
    ],
)
def test_a_mark_that_is_not_closed_is_told_by_its_line(tmp_path, torn):
    lines = [",".join(HEADER), "A1,Hồng Ân,1 Lê Lợi,12", torn, "A3,Tân Lợi,3 Lê Lợi,6"]
    raw = read_table(written(tmp_path, "\n".join(lines)))
    assert raw.frame["Mã cơ sở"].tolist() == ["A1", "A3"]
    assert raw.rows.tolist() == [2, 4]
    assert noted(raw, "quote-open") == [(3, torn)]


def test_two_stray_marks_do_not_swallow_the_rows_between_them(tmp_path):
    # The second mark closes the first: for a reader of CSV nothing is wrong here.
    text = ",".join(HEADER) + '\nA1,"Hồng,1 Lê Lợi,12\nA2,Hoa,2 Lê Lợi,5\nA3,Tân",3 Lê Lợi,6\n'
    raw = read_table(written(tmp_path, text))
    assert raw.frame["Mã cơ sở"].tolist() == ["A2"]
    # Which of the two marks is one too many is not known.
    assert [row for row, _ in noted(raw, "quote-open")] == [2, 4]


def test_a_cell_of_several_lines_is_one_cell_and_the_rows_keep_their_lines(tmp_path):
    address = "1 Lê Lợi,\nP. Lái Thiêu\nTP. Thuận An"
    text = ",".join(HEADER) + f'\nA1,Hồng Ân,"{address}",12\nA2,Hoa,,5\n'
    raw = read_table(written(tmp_path, text))
    assert raw.frame["Địa chỉ"].iloc[0] == address
    assert raw.rows.tolist() == [2, 5]


def test_rows_wider_or_narrower_than_the_header_are_refused_by_line(tmp_path, import_csv):
    text = (
        "DANH SÁCH CƠ SỞ\n"
        + ",".join(HEADER)
        + "\nA1,Hồng Ân,1 Lê Lợi,12\nA2,Hoa Mai,chi nhánh 2,2 Lê Lợi,5\n"
        "A3,Tân Lợi,6\nA4,Kim,4,7\n"
    )
    done = import_csv(text, "sites")
    assert done.frame["site_id"].tolist() == ["A1", "A4"]
    assert done.frame["workers"].tolist() == [12, 7]
    wide, narrow = (issue(done, kind).iloc[0] for kind in ("row-too-wide", "row-too-narrow"))
    assert (wide["row"], wide["value"]) == (4, "A2,Hoa Mai,chi nhánh 2,2 Lê Lợi,5")
    assert (narrow["row"], narrow["value"]) == (5, "A3,Tân Lợi,6")
    assert (done.rows_read, done.rows_accepted) == (4, 2)


def test_a_delimiter_behind_every_row_is_no_cell(tmp_path):
    rows = "".join(f"A{i},Gỗ,{i} Lê Lợi,{i},,\n" for i in range(5))
    raw = read_table(written(tmp_path, ",".join(HEADER) + "\n" + rows + "A6,Gỗ,ván,6 Lê Lợi,6,\n"))
    assert raw.frame["Số lao động"].tolist() == ["0", "1", "2", "3", "4"]
    raw = read_table(written(tmp_path, ",".join(HEADER) + ",\n" + rows.replace(",,", "")))
    assert raw.frame["Số lao động"].tolist() == ["0", "1", "2", "3", "4"]


def test_a_file_of_which_no_row_fits_says_so_by_line(tmp_path):
    with pytest.raises(NotSpatialError, match="Line 2 has 5 cells, the header 4"):
        read_table(written(tmp_path, ",".join(HEADER) + "\nA1,Hồng,1,2,3\nA2,Hoa,1,2,3\n"))


def test_a_header_with_an_open_mark_is_refused_by_line(tmp_path):
    with pytest.raises(NotSpatialError, match="mark in line 2 is not closed"):
        read_table(written(tmp_path, 'DANH SÁCH\nMã,"Tên,Địa chỉ\nA1,Hồng,1 Lê Lợi\n'))


@pytest.mark.parametrize("between", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize(
    ("encoding", "mark"),
    [
        ("utf-8", b""),
        ("utf-8", codecs.BOM_UTF8),
        ("utf-16-le", codecs.BOM_UTF16_LE),
        ("utf-16-be", codecs.BOM_UTF16_BE),
        ("utf-16-le", b""),
        ("utf-16-be", b""),
        ("utf-32-le", codecs.BOM_UTF32_LE),
    ],
)
def test_every_unicode_and_every_line_end_gives_the_same_rows(
    tmp_path, between, end, encoding, mark
):
    rows = [HEADER, ["A1", "Gỗ Tân Uyên", "1 Lê Lợi", "12"], ["A2", "Sắt Dĩ An", "2 Lê Lợi", "5"]]
    path = tmp_path / "a.csv"
    path.write_bytes(mark + "".join(between.join(row) + end for row in rows).encode(encoding))
    raw = read_table(path)
    assert list(raw.frame.columns) == HEADER
    assert raw.frame.to_numpy().tolist() == rows[1:]
    assert raw.rows.tolist() == [2, 3]


def test_excels_own_line_for_the_delimiter_is_no_row(tmp_path):
    raw = read_table(written(tmp_path, "sep=;\nMã cơ sở;Tên doanh nghiệp\nA1;Gỗ, ván, cót ép\n"))
    assert raw.frame.to_numpy().tolist() == [["A1", "Gỗ, ván, cót ép"]]
    assert raw.rows.tolist() == [3]


def test_marks_that_nobody_closes_do_not_cost_time_without_end(tmp_path):
    # Each line opens a cell that the next line closes and opens again.
    text = ",".join(HEADER) + "\n" + 'A,"b""\n' * 20_000
    with pytest.raises(NotSpatialError):
        read_table(written(tmp_path, text), limits=ReadingLimits(letters=100_000))


cell = st.sampled_from(["plain", "quoted", "lines", "marks", "empty"])
defect = st.sampled_from(["none", "none", "none", "open", "stray", "lost", "more"])


@st.composite
def torn_tables(draw):
    """A text, its width, and every token that a cell bears: `r1c2` stands in row 1, column 2."""
    width = draw(st.integers(3, 5))
    between = draw(st.sampled_from(",;\t"))
    lines = [between.join([*HEADER, "Ghi chú"][:width])]
    tokens = []
    # Where marks are astray, the lines of such a cell may look like any row.
    several_lines = draw(st.booleans())
    for i in range(draw(st.integers(1, 8))):
        forms = draw(st.lists(cell, min_size=width, max_size=width))
        cells = []
        for j, form in enumerate(forms):
            token = f"r{i}c{j}."
            if form == "empty" and j:
                cells.append("")
                continue
            tokens.append(token)
            cells.append(
                {
                    "plain": token,
                    "quoted": f'"{token}{between} ng"',
                    "lines": f'"{token}\nng"' if several_lines else token,
                    "marks": f'{token} "ng"',
                }.get(form, token)
            )
        kind, place = draw(defect), draw(st.integers(0, width - 1))
        if several_lines and kind in {"open", "stray"}:
            kind = "none"
        if kind == "open":
            cells[place] = '"' + cells[place]
        elif kind == "stray":
            cells[place] += '"'
        elif kind == "more":
            cells.insert(place, "thừa")
        elif kind == "lost":
            gone = cells.pop(place)
            tokens = [token for token in tokens if token not in gone]
        lines.append(between.join(cells))
    return "\n".join(lines) + "\n", tokens


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(torn_tables())
def test_no_cell_is_lost_and_none_stands_in_another_column(tmp_path, table):
    text, tokens = table
    try:
        raw = read_table(written(tmp_path, text))
    except NotSpatialError:
        return  # no row fits: the file is refused whole
    for j, name in enumerate(raw.frame.columns):
        for value in raw.frame[name].dropna():
            assert f"c{j}." in value, (name, value)
            assert value.count("c") == 1, "several cells in one"
    held = "\x00".join(
        [str(value) for column in raw.frame for value in raw.frame[column].dropna()]
        + [note.value for note in raw.notes]
    )
    assert [token for token in tokens if token not in held] == []
