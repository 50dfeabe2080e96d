"""Write the sample province to data/: shapefiles and the tables of facts behind it.

    .venv/bin/python scripts/build_sample.py [--out data]

The same code and seed give the same bytes, so `git diff` shows what a change does.
"""

from __future__ import annotations

import argparse
import csv
import shutil
from importlib import resources
from pathlib import Path

import numpy as np
import pandas as pd
import pyogrio.raw
import shapely
from numpy.typing import NDArray

from geo_relocation.model import schema
from geo_relocation.model.short_names import short_names
from geo_relocation.sample import SEED, build_sample
from geo_relocation.sample.drawing import WORKING_CRS

TEXT_LIMIT = 254  # bytes in a shapefile's text field
FILE_DATE = "2025-12-31"  # stands in every .dbf header, so that a rebuild gives the same bytes
LAYERS = ("admin_units", "zones", "sites", "parks", "lots", "roads")
SAMPLE_TABLES = ("districts.csv", "parks.csv", "admin_crosswalk.csv")
CODE_TABLES = ("land_use.csv", "tt16.csv", "osm.csv", "us_zoning.csv", "vsic_divisions.csv")


def main() -> None:
    """Build everything into the folder given."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--out", type=Path, default=Path(__file__).parents[1] / "data")
    out = parser.parse_args().out
    for path in [*write_shapefiles(out / "shapefiles"), *copy_reference(out / "reference")]:
        print(path)


def write_shapefiles(folder: Path) -> list[Path]:
    """Each layer of the sample as shapefiles with .prj and .cpg, and a README."""
    folder.mkdir(parents=True, exist_ok=True)
    layers = build_sample(SEED)
    made: dict[str, int] = {}
    for layer in LAYERS:
        frame = layers[layer]
        points = shapely.get_type_id(frame["geometry"].to_numpy()) == shapely.GeometryType.POINT
        lost = frame["geometry"].isna().to_numpy()
        if layer == "sites":
            # A shapefile holds one type of geometry; rows without any go with the points.
            made["sites"] = write_layer(folder / "sites.shp", layer, frame[~(points | lost)])
            made["sites_points"] = write_layer(
                folder / "sites_points.shp", layer, frame[points | lost]
            )
        else:
            made[layer] = write_layer(folder / f"{layer}.shp", layer, frame)
    readme = folder / "README.md"
    readme.write_text(_shapefile_readme(made), "utf-8")
    return [*(folder / f"{name}.shp" for name in made), readme]


def write_layer(path: Path, layer: str, frame: pd.DataFrame) -> int:
    """Write one shapefile; columns without any value are left out.

    Raises
    ------
    ValueError
        If a column has no short name, or a text does not fit a shapefile.
    """
    short = {attribute: field for field, attribute in short_names()[layer].items()}
    fields, data, masks = [], [], []
    for attribute in schema(layer).fields:
        values = frame[attribute.name]
        if values.isna().all():
            continue
        if attribute.name not in short:
            raise ValueError(f"short_names.csv lacks {layer}.{attribute.name}")
        fields.append(short[attribute.name])
        data.append(_column(values, attribute.type, f"{layer}.{attribute.name}"))
        masks.append(None if attribute.dtype == "str" else values.isna().to_numpy())
    shapes = frame["geometry"].to_numpy()
    kinds = set(shapely.get_type_id(shapes)) - {-1}
    names = {0: "Point", 1: "LineString", 3: "Polygon", 6: "Polygon"}
    pyogrio.raw.write(
        path,
        shapely.to_wkb(shapes),
        data,
        fields,
        field_mask=masks,
        driver="ESRI Shapefile",
        geometry_type=names[min(kinds)],
        crs=WORKING_CRS.to_wkt(),
        encoding="UTF-8",
        layer_options={"RESIZE": "YES", "DBF_DATE_LAST_UPDATE": FILE_DATE},
    )
    return len(frame)


def _column(values: pd.Series, kind: str, name: str) -> NDArray[np.generic]:
    """Values of one column as shapefiles have them."""
    if kind == "date":
        return values.to_numpy("datetime64[D]")
    if kind == "integer":
        return values.fillna(0).to_numpy(np.int32)
    if kind == "boolean":
        return values.fillna(False).to_numpy(bool)
    if kind == "real":
        return values.to_numpy(float)
    texts = values.astype(object).where(values.notna(), None)
    longest = max(len(text.encode()) for text in texts.dropna())
    if longest > TEXT_LIMIT:
        raise ValueError(f"{name} holds a text of {longest} bytes; a shapefile would cut it")
    return texts.to_numpy(object)


def copy_reference(folder: Path) -> list[Path]:
    """The tables of facts, exactly as the package ships them."""
    folder.mkdir(parents=True, exist_ok=True)
    made = []
    sources = [("geo_relocation.sample", name) for name in SAMPLE_TABLES]
    sources += [("geo_relocation.model", f"codes/{name}") for name in CODE_TABLES]
    for package, name in sources:
        with resources.as_file(resources.files(package).joinpath(name)) as table:
            made.append(folder / table.name)
            shutil.copyfile(table, made[-1])
    readme = folder / "README.md"
    readme.write_text(_reference_readme(made), "utf-8")
    return [*made, readme]


def _shapefile_readme(counts: dict[str, int]) -> str:
    """What the shapefiles are, and which field is which attribute."""
    listed = "\n".join(
        f"| `{name}.shp` | {count:,} | {_ABOUT[name]} |" for name, count in counts.items()
    )
    fields = "\n".join(
        f"| {layer} | `{field}` | `{attribute}` | {schema(layer).attribute(attribute).header()} |"
        for layer, names in short_names().items()
        for field, attribute in names.items()
    )
    return _SHAPEFILE_README.format(files=listed, fields=fields, seed=SEED)


def _reference_readme(tables: list[Path]) -> str:
    """What the tables of facts are."""
    listed = []
    for table in tables:
        with table.open(encoding="utf-8", newline="") as lines:
            count = sum(1 for _ in csv.DictReader(lines))
        listed.append(f"| `{table.name}` | {count} | {_TABLES[table.name]} |")
    return _REFERENCE_README.format(tables="\n".join(listed))


_ABOUT = {
    "admin_units": "Chín huyện, thành phố trước 1/7/2025, vẽ sơ đồ (`schematic`)",
    "zones": "Quy hoạch và hiện trạng sử dụng đất, giả định (`sample`)",
    "sites": "Cơ sở sản xuất không có thật, có ranh (`sample`)",
    "sites_points": "Cơ sở không có thật, chỉ biết một điểm; ba dòng không có vị trí (`sample`)",
    "parks": "Khu, cụm công nghiệp: tên và số liệu từ `../reference/parks.csv`, hình vẽ sơ đồ; "
    "đất trống, ngành, giá thuê, nước thải là giá trị mẫu",
    "lots": "Lô đất trong các khu tiếp nhận, giả định (`sample`)",
    "roads": "Mạng đường vẽ sơ đồ (`schematic`)",
}

_TABLES = {
    "districts.csv": "Nine districts before 2025-07-01: code, area, population, deadlines, source",
    "parks.csv": "Parks and clusters: what is sourced and what is only recalled in separate "
    "columns, position and how sure it is; `status_code` and `drawn_area_ha` say how we read it",
    "admin_crosswalk.csv": "Old communes and the new units of 2025-07-01",
    "land_use.csv": "Land-use codes of TT 27/2018 and TT 08/2024, with our category and why",
    "tt16.csv": "Land functions of plan dossiers (TT 16/2025/TT-BXD); read through secondary "
    "sources, to be checked against the original",
    "osm.csv": "Values of OpenStreetMap's `landuse`",
    "us_zoning.csv": "Prefix rules for zoning codes such as San José's",
    "vsic_divisions.csv": "Divisions of manufacturing in VSIC 2018 and 2025",
}

_SHAPEFILE_README = """# Tỉnh mẫu dạng shapefile

**Không phải dữ liệu thật.** Ranh, đường, quy hoạch là bản vẽ sơ đồ của dự án; cơ sở sản xuất,
lô đất, giá, đất trống là số liệu do máy tạo. Cột `rec_kind` của mỗi dòng ghi rõ: `schematic`
(sơ đồ) hoặc `sample` (mẫu). Không dùng cho bất kỳ quyết định nào.

*Synthetic: the outline is our own drawing from public facts (which district touches which, and
official areas), not traced from any data set. Firms, lots, zones and prices are invented.*

- Hệ tọa độ: VN-2000 / TM-3 105°45' (EPSG:9210), mét; tệp `.prj` kèm theo. Mã hóa UTF-8 (`.cpg`).
- Nguồn: dựng bằng `scripts/build_sample.py` từ hạt giống {seed}; chạy lại cho đúng từng byte.
- Giấy phép: Apache-2.0, như cả dự án. Số liệu có nguồn ở `../reference/`.
- Diện tích mỗi huyện khớp số công bố; ranh không phải địa giới hành chính.

| tệp | số dòng | nội dung |
|---|---:|---|
{files}

Ô `tax_code` để trống: không có doanh nghiệp nào có thật. Có vài bẫy cố ý: vùng quy hoạch chồng
nhau (điều chỉnh cục bộ), ô không có quy hoạch, hiện trạng khác quy hoạch, vị trí kém chính xác,
thông tin bỏ trống, khu P37 không có vị trí.

## Tên trường

Shapefile chỉ cho tên trường 10 ký tự; bảng này (`geo_relocation/model/short_names.csv`)
nối chúng với thuộc tính của từ điển dữ liệu. Cột không có giá trị nào thì không ghi ra.

| lớp | trường | thuộc tính | tên |
|---|---|---|---|
{fields}
"""

_REFERENCE_README = """# Tables of facts

Copies of the tables that the package ships, made by `scripts/build_sample.py`; edit the ones in
`geo_relocation/sample/` and `geo_relocation/model/codes/` and run it again. Every row names its
source or says that it has none: what is recalled or assumed stands in its own column.

| table | rows | holds |
|---|---:|---|
{tables}
"""


if __name__ == "__main__":
    main()
