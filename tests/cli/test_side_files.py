"""Files beside the data, as Excel and Notepad save them: read as the plain ones are."""

from __future__ import annotations

import codecs

import pytest

from geo_relocation.cli.policy import load_rules
from geo_relocation.cli.stages import load_table
from geo_relocation.cli.texts import read_text
from geo_relocation.errors import FileMissingError, UsageError

TABLE = [
    ["match", "value", "distance_m", "note"],
    ["vsic", "23", "150", ""],
    ["default", "", "50", ""],
]
FORMS = [
    ("utf-8", b""),
    ("utf-8", codecs.BOM_UTF8),
    ("utf-16-le", codecs.BOM_UTF16_LE),
    ("utf-16-be", codecs.BOM_UTF16_BE),
    ("utf-16-le", b""),
]


@pytest.mark.parametrize("between", [",", ";", "\t"])
@pytest.mark.parametrize(("encoding", "mark"), FORMS)
def test_a_distance_table_is_read_in_every_form(tmp_path, between, encoding, mark):
    path = tmp_path / "khoang-cach.csv"
    text = "\r\n".join(between.join(row) for row in TABLE)
    path.write_bytes(mark + text.encode(encoding))
    assert load_table(str(path)).distances == {"vsic": {"23": 150.0}, "default": {"": 50.0}}


@pytest.mark.parametrize("row", ["vsic,23,150,9", "vsic,23", 'vsic,"23,150'])
def test_a_torn_distance_table_is_refused_by_line(tmp_path, row):
    (tmp_path / "a.csv").write_text(f"match,value,distance_m\n{row}\n", "utf-8")
    with pytest.raises(UsageError, match="Line 2"):
        load_table(str(tmp_path / "a.csv"))


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize(("encoding", "mark"), FORMS)
def test_a_text_is_read_in_every_form(tmp_path, encoding, mark, end):
    path = tmp_path / "a.toml"
    path.write_bytes(mark + f'id = "thử"{end}title = "Bình Dương"{end}'.encode(encoding))
    assert read_text(path) == 'id = "thử"\ntitle = "Bình Dương"\n'


def test_a_text_that_is_no_unicode_is_refused(tmp_path):
    (tmp_path / "a.toml").write_bytes(b"title = \xd0\xff\xfe")
    with pytest.raises(FileMissingError):
        load_rules(str(tmp_path / "a.toml"))
