"""Files in old encodings come in as Unicode, with what was decided, or ask."""

import csv
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio
import pytest

from geo_relocation.errors import AmbiguousEncodingError, UsageError
from geo_relocation.ingest.readers import read_table
from geo_relocation.text.legacy import encode_text

from .making import TM3, square

CROSSWALK = Path(__file__).parents[2] / "geo_relocation" / "sample" / "admin_crosswalk.csv"


@pytest.fixture(scope="module")
def communes() -> list[str]:
    with CROSSWALK.open(encoding="utf-8") as stream:
        return sorted({row["old_ward"] for row in csv.DictReader(stream)})


def legacy_shapefile(path: Path, names: list[str], encoding: str, cpg: str | None) -> Path:
    """A shapefile whose DBF holds the bytes of a legacy encoding."""
    frame = gpd.GeoDataFrame(
        {"TEN": [encode_text(name, encoding).text for name in names], "MA": range(len(names))},
        geometry=[square(i * 200, 0) for i in range(len(names))],
        crs=TM3,
    )
    pyogrio.write_dataframe(frame, path, encoding="ISO-8859-1")
    path.with_suffix(".cpg").unlink(missing_ok=True)
    if cpg is not None:
        path.with_suffix(".cpg").write_text(cpg)
    return path


@pytest.mark.parametrize("encoding", ["tcvn3", "vni"])
@pytest.mark.parametrize("cpg", [None, "UTF-8", "1252"])
def test_all_91_old_communes_come_through_a_shapefile(tmp_path, communes, encoding, cpg):
    assert len(communes) > 80
    path = legacy_shapefile(tmp_path / "old.shp", communes, encoding, cpg)
    raw = read_table(path)
    assert raw.frame["TEN"].tolist() == communes
    assert raw.encoding == encoding
    kinds = [note.kind for note in raw.notes]
    assert "encoding-detected" in kinds
    assert ("encoding-unstated" in kinds) == (cpg is None)
    told = read_table(path, encoding=encoding)
    assert told.frame["TEN"].tolist() == communes


@pytest.mark.parametrize("encoding", ["tcvn3", "vni"])
def test_a_csv_in_an_old_encoding_with_its_headers(tmp_path, communes, encoding):
    rows = ["Mã cơ sở,Tên doanh nghiệp,Địa chỉ"]
    rows += [f"{i},Công ty {name},{name}" for i, name in enumerate(communes)]
    text = encode_text("\n".join(rows), encoding).text
    (tmp_path / "a.csv").write_bytes(text.encode("latin-1"))
    told = read_table(tmp_path / "a.csv", encoding=encoding)
    found = read_table(tmp_path / "a.csv")
    for raw in (told, found):
        assert list(raw.frame.columns) == ["Mã cơ sở", "Tên doanh nghiệp", "Địa chỉ"]
        assert raw.frame["Địa chỉ"].tolist() == communes


def test_a_modern_shapefile_without_cpg_is_utf8(tmp_path, communes):
    frame = gpd.GeoDataFrame({"TEN": communes}, geometry=[square(0, 0)] * len(communes), crs=TM3)
    pyogrio.write_dataframe(frame, tmp_path / "a.shp", encoding="UTF-8")
    (tmp_path / "a.cpg").unlink()
    assert read_table(tmp_path / "a.shp").frame["TEN"].tolist() == communes


def test_too_few_words_ask_for_the_encoding(tmp_path):
    path = legacy_shapefile(tmp_path / "a.shp", ["Thủ"], "tcvn3", None)
    with pytest.raises(AmbiguousEncodingError, match="--encoding"):
        read_table(path)


def test_unicode_files_are_never_touched(tmp_path, communes):
    words = [*communes, "Süßwarenfabrik Müller", "Ærø Æbler", "µ 5 m² – “quoted”", "Ð", "ÀÉÎ"]
    frame = gpd.GeoDataFrame({"TEN": words}, geometry=[square(0, 0)] * len(words), crs=TM3)
    frame.to_file(tmp_path / "a.gpkg")
    pd.DataFrame({"Mã cơ sở": range(len(words)), "Tên doanh nghiệp": words}).to_csv(
        tmp_path / "a.csv", index=False
    )
    assert read_table(tmp_path / "a.gpkg").frame["TEN"].tolist() == words
    assert read_table(tmp_path / "a.csv").frame["Tên doanh nghiệp"].tolist() == words


def test_an_encoding_that_does_not_exist(tmp_path, communes):
    path = legacy_shapefile(tmp_path / "a.shp", communes, "vni", None)
    with pytest.raises(UsageError, match="klingon"):
        read_table(path, encoding="klingon")
