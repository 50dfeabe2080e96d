"""The issue log is worked with: filtered, counted, handed out, closed by a better file."""

from datetime import UTC, datetime

import pytest

from geo_relocation.ingest.log import closed_by_reimport, export_frame, select, summarise
from geo_relocation.model.enums import Severity

HEADER = "Mã cơ sở,Tên doanh nghiệp,Số lao động,Kinh độ,Vĩ độ\n"
NOW = datetime(2025, 8, 1, tzinfo=UTC)


@pytest.fixture
def first(import_csv):
    return import_csv(HEADER + "A,Gỗ,nhiều,106.7,10.9\nB,Sắt,5,,\n,,,,\nC,Nhựa,ít,,\n", "sites")


def test_the_worst_comes_first_and_filters_hold(import_csv):
    done = import_csv(HEADER + "A,Gỗ,nhiều,106.7,10.9\n,,7,,\n", "sites")
    issues = select(done.issues)
    ranks = [list(Severity).index(s) for s in issues["severity"]]
    assert ranks == sorted(ranks)
    assert "row-empty" in set(issues.loc[issues["severity"] == "error", "kind"])
    bad = select(done.issues, severity=Severity.WARNING)
    assert set(bad["severity"]) == {"error", "warning"}
    assert select(done.issues, kind="not-a-number")["row"].tolist() == [2]
    assert select(done.issues, layer="zones").empty
    assert select(done.issues, import_id="I9").empty


def test_a_summary_counts_what_is_open_and_closed(first):
    closed = first.issues.copy()
    closed.loc[closed["kind"] == "no-location", "closed_at"] = NOW
    table = summarise(closed).set_index("kind")
    assert table.loc["no-location", ["open", "closed"]].tolist() == [0, 2]
    assert table.loc["not-a-number", ["open", "closed"]].tolist() == [2, 0]
    assert table["open"].sum() + table["closed"].sum() == len(first.issues)


def test_the_list_for_people_has_their_words_and_the_rows_of_the_file(first):
    listed = export_frame(first.issues, "vi")
    assert len(listed) == len(first.issues)
    assert {"Dòng", "Mức độ", "Nội dung", "Tệp"} <= set(listed.columns)
    assert "Nội dung (Anh)" not in listed.columns
    row = listed[listed["Giá trị"] == "nhiều"].iloc[0]
    assert (row["Dòng"], row["Lớp"]) == (2, "Cơ sở sản xuất")
    english = export_frame(first.issues, "en")
    assert "Message" in english.columns
    assert "Message (English)" not in english.columns


def test_a_better_file_closes_what_it_mends(first, import_csv):
    better = import_csv(HEADER + "A,Gỗ,12,106.7,10.9\nB,Sắt,5,,\nC,Nhựa,ít,106.7,10.9\n", "sites",
                        import_id="I2")  # fmt: skip
    result = closed_by_reimport(
        first.issues, better.issues, layer="sites", file="source.csv", import_id="I2", at=NOW
    )
    assert len(result.closed) == len(first.issues)
    assert set(result.closed["closed_by"]) == {"I2"}
    assert result.fixed + result.repeated == len(first.issues)
    still = {(k, r) for k, r in zip(better.issues["kind"], better.issues["record_id"], strict=True)}
    assert ("not-a-number", "C") in still
    assert ("not-a-number", "A") not in still
    assert ("no-location", "C") not in still


def test_another_file_closes_only_what_concerns_its_records(first, import_csv):
    other = import_csv(HEADER + "A,Gỗ,12,106.7,10.9\n", "sites", import_id="I2")
    result = closed_by_reimport(
        first.issues, other.issues, layer="sites", file="khác.csv", import_id="I2", at=NOW,
        records={"A"},
    )  # fmt: skip
    assert set(result.closed["record_id"]) == {"A"}
    nothing = closed_by_reimport(
        first.issues, other.issues, layer="parks", file="source.csv", import_id="I2", at=NOW
    )
    assert nothing.closed.empty
    assert (nothing.fixed, nothing.repeated) == (0, 0)
