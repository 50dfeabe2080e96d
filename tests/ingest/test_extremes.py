"""Cells and options beyond what anybody means: an issue or a refusal, never a traceback."""

import time

import numpy as np
import pandas as pd
import pytest
import shapely
from pyproj import CRS

from geo_relocation.errors import UnknownCrsError, UsageError
from geo_relocation.geo.crs import WGS84, moved_shapes, transform
from geo_relocation.ingest.readers import read_table
from geo_relocation.text.dates import parse_dates
from geo_relocation.text.numbers import parse_numbers

from .making import issue, kinds

DIGITS = "9" * 4301


@pytest.mark.parametrize("digits", [DIGITS, "9" * 400, "-" + DIGITS])
def test_a_number_of_thousands_of_digits_is_out_of_range(import_csv, digits):
    done = import_csv(f"Mã cơ sở,Tên cơ sở,Diện tích đất (m2)\nA1,Gỗ,{digits}\n", "sites")
    assert done.rows_accepted == 1
    assert done.frame["land_m2"].isna().all()
    assert {"value-out-of-range", "not-a-number"} & set(kinds(done))


@pytest.mark.parametrize("number", ["1e400", "-1e400", "9" * 400, "1e300", "1e20", "1e400 m"])
@pytest.mark.parametrize("other", ["", "106.7", "1e400", "1e20"])
def test_a_coordinate_without_end_is_named_and_decides_nothing(import_csv, number, other):
    head = "Mã,Tên doanh nghiệp,Kinh độ,Vĩ độ\n"
    for pair in (f"{other},{number}", f"{number},{other}"):
        done = import_csv(f"{head}A,Gỗ,{pair}\nB,Gỗ hai,106.7,10.9\n", "sites")
        assert done.frame.geometry.notna().tolist() == [False, True]
        told = done.issues[done.issues["row"] == 2]
        assert {"not-an-angle", "position-unreadable", "position-half"} & set(told["kind"])
    both = import_csv(
        f'Mã,Tên,Tọa độ\nA,Gỗ,"{number}, {other or 5}"\nB,Hai,"10.9, 106.7"\n', "sites"
    )
    assert both.frame.geometry.notna().tolist() == [False, True]


@pytest.mark.parametrize(
    "outline", ["POINT (1e400 5)", "POINT (106.7 1e308)", "POINT (nan 1)", "POINT (1e20 1e20)",
                "POLYGON ((0 0, 1e308 0, 1e308 1e308, 0 0))"]
)  # fmt: skip
def test_an_outline_without_end_is_named_and_decides_nothing(import_csv, outline):
    text = f'Mã cơ sở,Tên cơ sở,WKT\nA,Gỗ,"{outline}"\nB,Gỗ hai,"POINT (106.7 10.9)"\n'
    done = import_csv(text, "sites")
    assert done.frame.geometry.notna().tolist() == [False, True]
    assert issue(done, "position-unreadable")["row"].tolist() == [2]


@pytest.mark.parametrize("held", [1e308, "1e308", "1e400", "1e308 ha", -1e308])
def test_a_number_without_end_is_told_by_whoever_reads_it(held):
    parsed = parse_numbers(pd.Series([held, "7"], dtype=object), unit="m²", source_unit="ha")
    assert parsed.values.tolist()[1] == 70_000
    assert np.isnan(parsed.values[0])
    assert parsed.problems.set_index("position").loc[0, "kind"] == "value-out-of-range"


def test_rows_of_such_numbers_do_not_number_columns(import_csv):
    done = import_csv(f"Mã cơ sở,Tên cơ sở,SL LĐ\n{DIGITS},{DIGITS},{DIGITS}\n²,²,²\n", "sites")
    assert done.rows_read == 2


def test_digits_of_other_scripts_are_read(import_csv):
    done = import_csv("Mã cơ sở,Tên cơ sở,SL LĐ\nA1,Gỗ,１２３\n", "sites")
    assert done.frame["workers"].tolist() == [123]


def test_a_day_without_end_is_no_date():
    parsed = parse_dates(pd.Series(["9" * 5000, "9" * 400, 1e308, "1e308"], dtype=object))
    assert parsed.values.isna().all()
    assert len(parsed.problems) == 4


@pytest.mark.parametrize("encoding", ["base64", "rot13", "hex", "idna", "punycode", "undefined",
                                      "unicode_escape", "\x00"])  # fmt: skip
def test_an_encoding_of_no_text_is_refused(tmp_path, encoding):
    path = tmp_path / "a.csv"
    path.write_text("Mã cơ sở,Tên cơ sở\nA1,Gỗ\n", "utf-8")
    with pytest.raises(UsageError, match="encoding"):
        read_table(path, encoding=encoding)


def test_a_projection_that_cannot_be_computed_is_named():
    broken = CRS.from_user_input('LOCAL_CS["building site",UNIT["metre",1]]')
    with pytest.raises(UnknownCrsError, match="building site"):
        transform(np.array([1.0]), np.array([2.0]), broken, WGS84)


@pytest.mark.parametrize("crs", ["EPSG:4978", "EPSG:5703", 'LOCAL_CS["a",UNIT["metre",1]]'])
def test_a_system_without_places_is_refused(tmp_path, crs):
    path = tmp_path / "a.csv"
    path.write_text("Mã cơ sở,x,y\nA1,106.7,10.9\n", "utf-8")
    with pytest.raises(UsageError):
        read_table(path, crs=crs)


def test_a_ring_that_lands_nowhere_is_left_out():
    shapes = np.array([shapely.box(0, 0, 1, 1), None, shapely.box(5, 5, 6, 6)], dtype=object)
    moved = moved_shapes(shapes, lambda points: np.where(points >= 5, np.nan, points + 1))
    assert moved[0].equals(shapely.box(1, 1, 2, 2))
    assert list(moved[1:]) == [None, None]


def test_outlines_nested_beyond_reason_are_unreadable(import_csv):
    deep = "GEOMETRYCOLLECTION (" * 40_000 + "POINT (1 1)" + ")" * 40_000
    done = import_csv(f'Mã cơ sở,Tên cơ sở,WKT\nA1,Gỗ,"{deep}"\n', "sites", crs="EPSG:4326")
    assert issue(done, "position-unreadable")["row"].tolist() == [2]


@pytest.mark.parametrize("duplicates", ["keep", "merge", "ask"])
def test_many_rows_of_one_site_cost_no_more_each(import_csv, duplicates):
    def seconds(count: int) -> float:
        row = "Công ty Gỗ Tân Uyên,3700100016,1 đường 2 phường Phú Cường\n"
        started = time.process_time()
        done = import_csv("Tên cơ sở,Mã số thuế,Địa chỉ\n" + row * count, "sites",
                          duplicates=duplicates)  # fmt: skip
        assert done.rows_read == count
        return time.process_time() - started

    seconds(100)
    # Twice as many four times over; what grows with the square would take sixty times as long.
    assert seconds(4000) < 25 * seconds(500)
