"""Rows in equal rows accepted plus refused, and every repair has its line in the log."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyproj import CRS

from geo_relocation.errors import (
    UnknownColumnError,
    UnknownCrsError,
    UnknownNameError,
    UsageError,
)
from geo_relocation.geo.crs_detect import Extent
from geo_relocation.ingest.pipeline import prepare
from geo_relocation.ingest.raw import RawTable
from geo_relocation.model import schema
from geo_relocation.screening import ScreeningParameters
from geo_relocation.screening.land import accuracy_of

from .making import EAST, NORTH, TM3, issue, kinds, square, zones


def balanced(prepared):
    assert prepared.rows_read == prepared.rows_accepted + prepared.rows_refused
    assert prepared.rows_accepted == len(prepared.frame) == len(prepared.given)
    assert prepared.record["rows_read"] == prepared.rows_read
    return prepared


def test_a_clean_layer_comes_in_whole(import_frame):
    done = balanced(
        import_frame(
            zones([square(0, 0), square(200, 0)], zone_id=["Z1", "Z2"]),
            "zones",
            code_system="vn-2024",
        )
    )
    assert done.rows_accepted == 2
    assert list(done.frame.columns) == list(schema("zones").columns)
    assert done.frame["category"].tolist() == ["industrial", "industrial"]
    assert done.frame["code_system"].tolist() == ["vn-2024"] * 2
    assert done.frame["import_id"].tolist() == ["I1"] * 2
    assert CRS(done.frame.crs) == TM3
    assert set(done.issues["severity"]) == {"info"}


def test_a_bow_tie_is_repaired_with_its_change_of_area(import_frame):
    tie = shapely.Polygon(
        [(EAST, NORTH), (EAST + 100, NORTH + 100), (EAST + 100, NORTH), (EAST, NORTH + 100)]
    )
    done = balanced(import_frame(zones([tie], zone_id=["Z1"]), "zones", code_system="vn-2024"))
    assert done.frame.geometry.is_valid.all()
    # Two triangles of 100 m by 50 m each; signed, the tie itself has no area.
    assert done.frame.area.iloc[0] == pytest.approx(5000)
    line = issue(done, "geometry-repaired").iloc[0]
    assert (line["row"], line["record_id"], line["action"]) == (1, "Z1", "repaired")
    assert "5.000 m²" in line["message"]


def test_only_the_polygons_of_a_collection_stay(import_frame):
    mixed = shapely.GeometryCollection([square(0, 0), shapely.Point(EAST, NORTH)])
    done = balanced(import_frame(zones([mixed], zone_id=["Z1"]), "zones", code_system="vn-2024"))
    assert done.frame.area.iloc[0] == pytest.approx(10_000)
    assert "geometry-parts" in kinds(done)


@pytest.mark.parametrize(
    ("geometry", "kind"),
    [
        (shapely.Point(EAST, NORTH), "geometry-type"),
        (shapely.LineString([(EAST, NORTH), (EAST + 9, NORTH)]), "geometry-type"),
        (None, "geometry-missing"),
        (shapely.Polygon(), "geometry-missing"),
        (shapely.Polygon([(EAST, NORTH), (EAST + 9, NORTH), (EAST, NORTH)]), "geometry-collapsed"),
        (
            shapely.Polygon([(EAST, NORTH), (EAST + 9, NORTH), (np.inf, NORTH)]),
            "geometry-not-finite",
        ),
        (shapely.box(9e6, 9e6, 9.1e6, 9.1e6), "outside-crs"),
    ],
)
def test_zones_without_a_usable_outline_are_refused_and_the_rest_comes_in(geometry, kind):
    raw = RawTable(
        pd.DataFrame({"zone_id": ["bad", "good"], "land_use_code": ["SKK", "SKK"]}),
        np.array([1, 2]), file="a.gpkg", crs=TM3,
        geometry=np.array([geometry, square(0, 0)], dtype=object),
    )  # fmt: skip
    done = balanced(prepare(raw, "zones", import_id="I1", working_crs=TM3, code_system="vn-2024"))
    assert done.frame["zone_id"].tolist() == ["good"]
    line = issue(done, kind).iloc[0]
    assert (line["row"], line["severity"], line["action"]) == (1, "error", "refused")
    assert done.rows_refused == 1


def test_heights_are_dropped_once_for_all(import_frame):
    high = shapely.force_3d(square(0, 0), 12.0)
    done = balanced(import_frame(zones([high], zone_id=["Z1"]), "zones", code_system="vn-2024"))
    assert not done.frame.geometry.has_z.any()
    assert kinds(done).count("z-dropped") == 1


def test_sites_without_a_place_stay_and_say_so(import_csv):
    done = balanced(
        import_csv("Mã cơ sở,Tên doanh nghiệp,Kinh độ,Vĩ độ\nA,Gỗ,106.7,10.905\nB,Sắt,,\n", "sites")
    )
    assert done.rows_accepted == 2
    assert done.frame.geometry.isna().tolist() == [False, True]
    assert issue(done, "no-location")["row"].tolist() == [3]
    point = done.frame.geometry.iloc[0]
    # The official check point of the pinned operation.
    assert (point.x, point.y) == (
        pytest.approx(603654.627, abs=1e-3),
        pytest.approx(1206111.987, abs=1e-3),
    )


def test_rows_that_say_neither_what_nor_where_are_refused(import_csv):
    done = balanced(import_csv("Tên doanh nghiệp,Số lao động\nGỗ,5\n,7\n", "sites"))
    assert done.rows_refused == 1
    assert issue(done, "row-empty")["row"].tolist() == [3]


def test_missing_accuracy_is_assumed_by_the_source_of_the_place(import_csv):
    done = import_csv(
        "Mã cơ sở,Kinh độ,Vĩ độ,Độ chính xác vị trí (m),Nguồn vị trí\n"
        "A,106.7,10.9,5,Tọa độ khai báo\nB,106.7,10.9,,Dò địa chỉ\nC,106.7,10.9,,\n",
        "sites",
    )
    assert done.frame["accuracy_m"].tolist() == [5.0, 1600.0, 30.0]
    assert done.frame["location_source"].tolist() == ["coordinates", "geocoder", "coordinates"]
    assert done.given["accuracy_m"].tolist() == [True, False, False]
    assert issue(done, "accuracy-assumed")["value"].tolist() == ["30", "1600"]


@pytest.mark.parametrize("source", ["geocoder", "unit", "recalled", "unknown"])
def test_importing_and_screening_assume_the_same_of_a_place(source, import_csv, import_frame):
    point = import_csv(f"Mã cơ sở,Kinh độ,Vĩ độ,location_source\nA,106.7,10.9,{source}\n", "sites")
    outline = import_frame(zones([square(0, 0)], site_id=["A"], location_source=[source]), "sites")
    for done in (point, outline):
        unsaid = done.frame.assign(accuracy_m=np.nan)
        assert (
            done.frame["accuracy_m"].tolist() == accuracy_of(unsaid, ScreeningParameters()).tolist()
        )


def test_a_key_that_was_mapped_must_be_unique_and_one_that_was_found_gets_a_suffix(import_frame):
    frame = zones([square(0, 0), square(200, 0), square(400, 0)], zone_id=["Z", "Z", "Y"])
    found = balanced(import_frame(frame, "zones", code_system="vn-2024"))
    told = balanced(
        import_frame(frame, "zones", code_system="vn-2024", mapping={"zone_id": "zone_id"})
    )
    assert found.frame["zone_id"].tolist() == ["Z", "Z-2", "Y"]
    assert issue(found, "key-suffixed")["row"].tolist() == [2]
    assert told.frame["zone_id"].tolist() == ["Z", "Y"]
    line = issue(told, "key-duplicate").iloc[0]
    assert (line["row"], line["value"]) == (2, "Z")
    assert "dòng 1" in line["message"]


def test_made_keys_are_the_same_each_time_whatever_the_order(import_frame):
    frame = zones([square(0, 0), square(200, 0)])
    first = import_frame(frame, "zones", code_system="vn-2024").frame["zone_id"].tolist()
    again = import_frame(frame.iloc[::-1], "zones", code_system="vn-2024").frame["zone_id"].tolist()
    assert first == again[::-1]
    assert len(set(first)) == 2


def test_codes_without_a_category_are_listed_and_kept(import_frame):
    frame = zones(
        [square(i * 200, 0) for i in range(4)],
        zone_id=list("abcd"),
        land_use_code=["SKK", "XYZ", "XYZ", None],
    )
    done = balanced(import_frame(frame, "zones", code_system="vn-2024"))
    assert done.frame["category"].tolist() == ["industrial", "unknown", "unknown", "unknown"]
    line = issue(done, "code-unmapped").iloc[0]
    assert line["value"] == "XYZ"
    assert "2 zones, 2 ha (vn-2024)" in line["message_en"]
    assert "2 vùng, 2 ha" in line["message"]
    assert "code-missing" in kinds(done)
    own = import_frame(frame, "zones", code_system="vn-2024", code_table={"XYZ": "green"})
    assert own.frame["category"].tolist() == ["industrial", "green", "green", "unknown"]


def test_codes_of_an_unknown_system_are_not_guessed(import_frame):
    frame = zones([square(0, 0), square(200, 0)], land_use_code=["ODT", "SKK"])
    with pytest.raises(UsageError, match=r"vn-2024 \(2 of 2\)"):
        import_frame(frame, "zones")


def test_constants_and_mapping_win_over_headers(import_csv):
    text = "Mã cơ sở,Tên doanh nghiệp,Chủ\nA,Gỗ,Ông Ba\n"
    done = import_csv(
        text, "sites", mapping={"name": "Chủ"}, constants={"ownership": "Hộ kinh doanh"}
    )
    assert done.frame.loc[0, ["name", "ownership"]].tolist() == ["Ông Ba", "household"]
    assert issue(done, "column-unmapped")["field"].tolist() == ["Tên doanh nghiệp"]


def test_what_is_told_wrongly_is_refused(import_csv):
    text = "Mã cơ sở,Tên doanh nghiệp\nA,Gỗ\n"
    with pytest.raises(UnknownColumnError, match="Tên doanh nghiệp"):
        import_csv(text, "sites", mapping={"name": "Khác"})
    with pytest.raises(UnknownNameError, match="nonsense"):
        import_csv(text, "sites", mapping={"nonsense": "Mã cơ sở"})
    with pytest.raises(UsageError, match="ownership"):
        import_csv(text, "sites", constants={"ownership": "sao Hỏa"})
    with pytest.raises(UsageError, match="both"):
        import_csv(text, "sites", mapping={"name": "Mã cơ sở"}, constants={"name": "x"})
    with pytest.raises(UnknownNameError, match="findings"):
        import_csv(text, "findings")


def test_units_in_headers_and_cells_are_converted(import_csv):
    done = import_csv(
        'Mã cơ sở,Diện tích đất (ha),Diện tích nhà xưởng\nA,"1,5",2.500 m2\nB,"0,25","0,3 ha"\n',
        "sites",
    )
    assert done.frame["land_m2"].tolist() == [15_000.0, 2_500.0]
    assert done.frame["workshop_m2"].tolist() == [2_500.0, 3_000.0]


def test_values_that_do_not_fit_are_left_empty_and_shown(import_csv):
    done = balanced(
        import_csv(
            "Mã cơ sở,Số lao động,Thời hạn thuê đất,Loại hình sở hữu,Vi phạm môi trường,"
            "Năm bắt đầu\n"
            "A,nhiều,32/13/2020,sao Hỏa,có lẽ,1066\n",
            "sites",
        )
    )
    assert done.rows_accepted == 1
    row = done.frame.iloc[0]
    fields = ["workers", "lease_end", "ownership", "env_breach", "start_year"]
    assert row[fields].isna().all()
    held = done.issues[done.issues["row"] == 2].set_index("field")["value"]
    assert held[fields].tolist() == ["nhiều", "32/13/2020", "sao Hỏa", "có lẽ", "1066"]
    assert set(done.issues["record_id"].dropna()) == {"A"}


def test_plane_coordinates_need_a_system_and_find_swapped_axes(import_csv):
    text = "Mã cơ sở,X,Y\nA,1206111.987,603654.627\nB,1206112,603655\n"
    with pytest.raises(UnknownCrsError):
        import_csv(text, "sites")
    done = import_csv(text, "sites", crs="EPSG:9210")
    assert done.frame.geometry.iloc[0].equals(shapely.Point(603654.627, 1206111.987))
    assert issue(done, "axes-swapped").shape[0] == 1


def test_degrees_and_metres_in_one_list(import_csv):
    text = (
        "Mã cơ sở,Kinh độ,Vĩ độ\nA,106°42'00\"Đ,10°54'18\"B\nB,603654.627,1206111.987\n"
        "C,10.905,106.70\n"
    )
    done = balanced(import_csv(text, "sites", crs="EPSG:9210", extent=Extent()))
    away = done.frame.distance(shapely.Point(603654.627, 1206111.987))
    assert (away < 0.01).tolist() == [True, True, True]
    assert issue(done, "axes-swapped")["row"].tolist() == [4]


def test_data_in_a_wrong_system_is_corrected_or_asked_about(import_frame):
    wide = [
        shapely.box(EAST + dx, NORTH + dy, EAST + dx + 50, NORTH + dy + 50)
        for dx in (-40_000, 0, 30_000)
        for dy in (-10_000, 40_000)
    ]
    frame = zones(wide)
    swapped = frame.set_geometry(
        gpd.GeoSeries(shapely.transform(frame.geometry.to_numpy(), lambda p: p[:, ::-1]), crs=TM3)
    )
    done = import_frame(swapped, "zones", code_system="vn-2024", extent=Extent())
    assert issue(done, "crs-corrected").shape[0] == 1
    assert done.frame.area.sum() == pytest.approx(6 * 2500)
    assert done.frame.total_bounds == pytest.approx(frame.total_bounds)
    degrees = frame.to_crs(4326).set_crs(9210, allow_override=True)
    with pytest.raises(UnknownCrsError, match="Possible"):
        import_frame(degrees, "zones", code_system="vn-2024", extent=Extent())


def test_a_spatial_file_without_a_system_is_refused():
    raw = RawTable(
        pd.DataFrame({"land_use_code": ["SKK"]}),
        np.array([1]),
        "a.shp",
        geometry=np.array([square(0, 0)], dtype=object),
    )
    with pytest.raises(UnknownCrsError, match="--crs"):
        prepare(raw, "zones", import_id="I1", working_crs=TM3, code_system="vn-2024")


def test_lots_without_an_area_take_it_from_the_outline_in_square_metres():
    feet = CRS.from_epsg(2227)
    outline = shapely.box(6_150_000, 1_950_000, 6_150_100, 1_950_100)
    raw = RawTable(
        pd.DataFrame({"lot_id": ["L"], "park_id": ["P"]}),
        np.array([1]),
        "a.gpkg",
        geometry=np.array([outline], dtype=object),
        crs=feet,
    )
    done = balanced(prepare(raw, "lots", import_id="I1", working_crs=feet))
    assert done.frame["area_m2"].iloc[0] == pytest.approx((100 * 1200 / 3937) ** 2)
    assert not done.given["area_m2"].iloc[0]


def test_old_and_new_units_of_one_code_are_two_rows(import_frame):
    frame = gpd.GeoDataFrame(
        {
            "Mã đơn vị": ["25747", "25747"],
            "Tên": ["Phường Phú Cường", "Phường Thủ Dầu Một"],
            "Hiệu lực từ": ["01/01/2004", "01/07/2025"],
            "Cấp": ["phường", "phường"],
        },
        geometry=[square(0, 0), square(0, 0, 200)],
        crs=TM3,
    )
    done = balanced(import_frame(frame, "admin_units"))
    assert done.rows_accepted == 2
    assert done.frame["name"].tolist() == ["Phường Phú Cường", "Phường Thủ Dầu Một"]


CELLS = st.one_of(
    st.none(), st.text(max_size=12), st.integers(-(10**12), 10**12),
    st.floats(allow_nan=True, allow_infinity=True), st.booleans(), st.dates(),
)  # fmt: skip


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.data())
def test_any_cells_at_all_end_in_balanced_counts(data):
    """Whatever people type, a row is either in the layer or refused, and the frame conforms."""
    layer = data.draw(st.sampled_from(["sites", "parks", "lots"]))
    fields = [a for a in schema(layer).fields if a.name != "import_id"]
    names = data.draw(st.lists(st.sampled_from([a.name for a in fields]), unique=True, min_size=1))
    count = data.draw(st.integers(1, 5))
    columns = {n: data.draw(st.lists(CELLS, min_size=count, max_size=count)) for n in names}
    raw = RawTable(pd.DataFrame(columns, dtype=object), np.arange(2, count + 2), file="a.xlsx")
    done = balanced(prepare(raw, layer, import_id="I1", working_crs=TM3))
    schema("issues").conform(done.issues)
    assert done.frame[schema(layer).key[0]].is_unique
    assert done.issues["message"].str.len().min() > 0
