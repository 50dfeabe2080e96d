"""A filled copy of the plan-dossier template gives zones with the areas that were written."""

import shutil
import zipfile
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyogrio
import pytest
import shapely

from geo_relocation.errors import EmptyLayerError
from geo_relocation.geo.crs_detect import Extent
from geo_relocation.ingest.dossier import LAND_USE_CLASS, dossier_parts
from geo_relocation.ingest.pipeline import prepare
from geo_relocation.ingest.readers import read_table

from .making import TM3, issue, square

# Land use on three levels, side of a square in metres, expected category.
PLANNED = [
    ("Đất dân dụng", "Đơn vị ở", "Nhóm nhà ở", 100, "residential"),
    ("Đất dân dụng", "Đơn vị ở", None, 150, "residential"),
    ("Đất dân dụng", "Hỗn hợp", None, 80, "mixed"),
    ("Đất ngoài dân dụng", "Y tế", None, 60, "public"),
    ("Đất lạ", "Chưa từng thấy", None, 40, "unknown"),
]
EXISTING = [
    ("Đất dân dụng", "Nhóm nhà ở", "Chi tiết không có trong bảng", 120, "residential"),
    (None, "Cây xanh sử dụng công cộng", None, 70, "green"),
]


def rows(content: list[tuple], offset: float) -> gpd.GeoDataFrame:
    first, second, third, sides, _ = zip(*content, strict=True)
    shapes = [square(i * 300, offset, side) for i, side in enumerate(sides)]
    return gpd.GeoDataFrame(
        {
            "maThongTinQH": "QH-7",
            "maHoSoQH": "HS-1",
            "maDoiTuong": [f"D{i}" for i in range(len(content))],
            "chucNangSuDungDatMuc1": first,
            "chucNangSuDungDatMuc2": second,
            "chucNangSuDungDatMuc3": third,
            "kyHieuLoDat": [f"LO-{i}" for i in range(len(content))],
            "dienTich": [float(side**2) for side in sides],
            "danSo": np.arange(len(content), dtype=np.int32),
            "matDoXayDung": "60",
            "tangCaoXayDung": "1-5",
            "heSoSuDungDat": "2,5",
            "capDoQuyHoach": "Phân khu",
        },
        geometry=[shapely.MultiPolygon([shape]) for shape in shapes],
        crs=TM3,
    )


def fill(target: Path, driver: str, *, append: bool = False) -> None:
    """Put land use into HienTrang and QuyHoach below `target`."""
    for name, content, offset in (("HienTrang", EXISTING, 0), ("QuyHoach", PLANNED, 1000)):
        frame = rows(content, offset)
        if name == "HienTrang":
            frame = frame.drop(columns="capDoQuyHoach")
        path = target / f"{name}.{'gdb' if driver == 'OpenFileGDB' else 'gpkg'}"
        pyogrio.write_dataframe(frame, path, layer=LAND_USE_CLASS, driver=driver, append=append)


def check(path: Path) -> None:
    assert len(dossier_parts(path)) == 2
    raw = read_table(path)
    done = prepare(raw, "zones", import_id="I1", working_crs=TM3, extent=Extent())
    assert done.rows_read == done.rows_accepted == len(PLANNED) + len(EXISTING)
    written: dict[tuple[str, str], float] = {}
    for status, content in (("planned", PLANNED), ("existing", EXISTING)):
        for *_, side, category in content:
            key = status, category
            written[key] = written.get(key, 0.0) + side**2
    frame = done.frame.assign(area=done.frame.area)
    read = frame.groupby(["status", "category"])["area"].sum().to_dict()
    assert read == pytest.approx(written)
    stated = frame.groupby(["status", "category"])["area_m2"].sum().to_dict()
    assert stated == pytest.approx(written, rel=1e-6)
    one = frame[frame["zone_id"] == "QH-D0"].iloc[0]
    fields = ["plan_id", "dossier_id", "plan_level", "lot_label", "land_use_text", "floors",
              "floor_area_ratio", "coverage_pct", "code_system", "code_version"]  # fmt: skip
    assert one[fields].tolist() == ["QH-7", "HS-1", "Phân khu", "LO-0", "Nhóm nhà ở", "1-5",
                                    2.5, 60.0, "tt16", "16/2025/TT-BXD"]  # fmt: skip
    line = issue(done, "code-unmapped").iloc[0]
    assert (line["value"], line["sheet"]) == ("Chưa từng thấy", "QuyHoach")


@pytest.mark.parametrize("driver", ["OpenFileGDB", "GPKG"])
def test_a_folder_a_zip_and_each_database_alone(tmp_path, driver):
    folder = tmp_path / "HoSoGIS"
    folder.mkdir()
    fill(folder, driver)
    check(tmp_path)
    check(folder)
    with zipfile.ZipFile(tmp_path / "hoso.zip", "w") as archive:
        for part in sorted(folder.rglob("*")):
            archive.write(part, part.relative_to(tmp_path))
    check(tmp_path / "hoso.zip")
    (alone,) = dossier_parts(folder / f"QuyHoach.{'gdb' if driver == 'OpenFileGDB' else 'gpkg'}")
    raw = read_table(Path(alone.path))
    assert len(raw) == len(PLANNED)
    assert set(raw.frame["status"]) == {"planned"}


@pytest.mark.real
def test_the_template_from_practice_filled_in(tmp_path, real_data):
    folder = tmp_path / "HoSoGIS"
    template = real_data / "tt16_plan_hcm_105-45_gdb_template.zip"
    with zipfile.ZipFile(template) as archive:
        archive.extractall(folder)
    fill(folder, "OpenFileGDB", append=True)
    check(folder)
    with zipfile.ZipFile(tmp_path / "filled.zip", "w") as archive:
        for part in sorted(folder.rglob("*")):
            archive.write(part, part.relative_to(folder))
    check(tmp_path / "filled.zip")


@pytest.mark.real
def test_an_empty_template_says_so(tmp_path, real_data):
    template = tmp_path / "t.zip"
    shutil.copy(real_data / "tt16_plan_hcm_105-45_gdb_template.zip", template)
    with pytest.raises(EmptyLayerError, match="land use"):
        read_table(template)


def test_one_part_may_be_empty(tmp_path):
    fill(tmp_path, "GPKG")
    empty = rows(EXISTING, 0).iloc[:0]
    (tmp_path / "HienTrang.gpkg").unlink()
    pyogrio.write_dataframe(empty, tmp_path / "HienTrang.gpkg", layer=LAND_USE_CLASS)
    raw = read_table(tmp_path)
    assert len(raw) == len(PLANNED)
    assert [(n.kind, n.value) for n in raw.notes] == [("dossier-part-empty", "HienTrang")]


def test_the_users_own_words_win(tmp_path):
    fill(tmp_path, "GPKG")
    done = prepare(read_table(tmp_path), "zones", import_id="I1", working_crs=TM3,
                   code_table={"Chưa từng thấy": "industrial"})  # fmt: skip
    assert "other" not in set(done.frame["category"])


def test_drawings_give_zones_by_a_table_of_layers(tmp_path):
    frame = gpd.GeoDataFrame(
        {"Layer": ["DAT_O", "DAT_CN", "CHU_THICH"]},
        geometry=[
            square(0, 0),
            shapely.LineString(square(200, 0, 50).exterior.coords),
            shapely.LineString([(600_000, 1_210_000), (600_010, 1_210_000)]),
        ],
        crs=TM3,
    )
    pyogrio.write_dataframe(frame, tmp_path / "a.dxf", driver="DXF")
    raw = read_table(tmp_path / "a.dxf", crs="EPSG:9210")
    table = {"DAT_O": "residential", "DAT_CN": "industrial"}
    done = prepare(raw, "zones", import_id="I1", working_crs=TM3, code_system="cad",
                   code_table=table)  # fmt: skip
    assert done.frame["category"].tolist() == ["residential", "industrial"]
    assert done.frame.area.tolist() == pytest.approx([10_000, 2_500])
    assert issue(done, "geometry-type")["row"].tolist() == [3]


def test_a_dgn_of_the_seventh_version(tmp_path):
    path = tmp_path / "a.dgn"
    shapes = [square(0, 0), shapely.LineString(square(200, 0, 50).exterior.coords)]
    pyogrio.write_dataframe(gpd.GeoDataFrame(geometry=shapes, crs=TM3), path, driver="DGN")
    set_levels(path, [5, 7])
    raw = read_table(path, crs="EPSG:9210")
    done = prepare(raw, "zones", import_id="I1", working_crs=TM3, code_system="cad",
                   code_table={"5": "residential", "7": "industrial"})  # fmt: skip
    assert done.frame["category"].tolist() == ["residential", "industrial"]
    assert done.frame.area.tolist() == pytest.approx([10_000, 2_500], rel=1e-3)


def set_levels(path: Path, levels: list[int]) -> None:
    """Write levels into the elements of a DGN: the low six bits of the first byte of each."""
    data = bytearray(path.read_bytes())
    place, drawn = 0, iter(levels)
    while place + 4 <= len(data) and data[place : place + 2] != b"\xff\xff":
        if data[place + 1] & 0x7F in {4, 6}:  # line string, shape
            data[place] = (data[place] & 0xC0) | next(drawn)
        place += 2 * (int.from_bytes(data[place + 2 : place + 4], "little") + 2)
    path.write_bytes(data)
