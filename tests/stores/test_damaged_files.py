"""A file that was cut, or whose bytes flipped, is named as damaged or read; nothing else."""

from __future__ import annotations

import random
import sqlite3
import struct
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from pyproj import CRS

from geo_relocation.errors import DamagedWorkspaceError, GeoRelocationError
from geo_relocation.model import schemas
from geo_relocation.store import create_store, open_store
from geo_relocation.store.geopackage import connection as connections
from geo_relocation.testing import small_province

PAGE = 4096


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small workspace with rows in its layers."""
    path = tmp_path_factory.mktemp("sound") / "w.gpkg"
    store = create_store(str(path), crs=CRS.from_epsg(9210), scheme={"name": "Đề án 3210"})
    with store.transaction() as transaction:
        for name, frame in small_province(firms=6).frames.items():
            transaction.append(name, frame)
    return path


def flip(data: bytearray, draw: random.Random) -> None:
    for _ in range(draw.choice((1, 3, 20))):
        data[draw.randrange(100, len(data))] ^= 1 << draw.randrange(8)


def flip_head(data: bytearray, draw: random.Random) -> None:
    data[draw.randrange(16, 100)] = draw.randrange(256)


def flip_head_of_page(data: bytearray, draw: random.Random) -> None:
    start = PAGE * draw.randrange(len(data) // PAGE)
    for _ in range(draw.choice((1, 4))):
        data[start + (100 if start == 0 else 0) + draw.randrange(16)] = draw.randrange(256)


def cut(data: bytearray, draw: random.Random) -> None:
    del data[draw.randrange(17, len(data)) :]


def blank(data: bytearray, draw: random.Random) -> None:
    start = PAGE * draw.randrange(1, len(data) // PAGE)
    data[start : start + PAGE] = bytes([draw.choice((0, 255))]) * PAGE


def swap(data: bytearray, draw: random.Random) -> None:
    """Pages that name each other in a circle come of this, too."""
    one, two = (PAGE * draw.randrange(1, len(data) // PAGE) for _ in range(2))
    data[one : one + PAGE] = data[two : two + PAGE]


DAMAGES = (flip, flip_head, flip_head_of_page, cut, blank, swap)


def use(path: Path) -> None:
    """Everything a reader asks, then a write."""
    store = open_store(str(path), busy_timeout=0)
    assert store.foreign is not None
    for name in schemas():
        store.read(name)
        store.count(name)
    store.check_history()
    with store.transaction() as transaction:
        transaction.upsert("sites", store.read("sites").head(1))


def damaged_and_used(sound: Path, folder: Path, numbers: range) -> dict[str, int]:
    """How often a file damaged at random could be used, or was refused with which code."""
    found: dict[str, int] = {}
    for number in numbers:
        draw = random.Random(number)  # noqa: S311 - the same damage every time
        data = bytearray(sound.read_bytes())
        damage = draw.choice(DAMAGES)
        damage(data, draw)
        path = folder / f"{number}.gpkg"
        path.write_bytes(data)
        began = time.monotonic()
        try:
            use(path)
            code = "used"
        except GeoRelocationError as error:
            code = error.code
        except Exception as error:
            error.add_note(f"damage {number}, {damage.__name__}")
            raise
        assert time.monotonic() - began < 60, number
        found[code] = found.get(code, 0) + 1
        path.unlink()
    return found


def test_damage_is_an_error_of_the_tree(sound: Path, tmp_path: Path) -> None:
    found = damaged_and_used(sound, tmp_path, range(30))
    assert found["damaged"] > 8, found


@pytest.mark.nightly
def test_much_damage_is_an_error_of_the_tree(sound: Path, tmp_path: Path) -> None:
    found = damaged_and_used(sound, tmp_path, range(1_000, 4_000))
    assert found["damaged"] > 500, found


@pytest.fixture
def changed(sound: Path, tmp_path: Path) -> Callable[..., Path]:
    """``changed(statement, …)``: a copy on which SQL was run without triggers."""

    def make(statement: str, *values: object, writable_schema: bool = False) -> Path:
        path = tmp_path / "w.gpkg"
        path.write_bytes(sound.read_bytes())
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            for (name,) in connection.execute(
                "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'sites'"
            ).fetchall():
                connection.execute(f'DROP TRIGGER "{name}"')
            connection.execute(f"PRAGMA writable_schema = {int(writable_schema)}")
            connection.execute(statement, values)
        return path

    return make


@pytest.mark.parametrize("srs_id", [0, -1, 4326, 32648])
def test_a_place_in_another_reference_system_is_damage(
    changed: Callable[..., Path], srs_id: int
) -> None:
    number = struct.pack("<i", srs_id)
    path = changed(
        "UPDATE sites SET geometry = CAST(substr(geometry, 1, 4) || ? || substr(geometry, 9) "
        "AS BLOB) WHERE fid = 2",
        number,
    )
    with pytest.raises(DamagedWorkspaceError, match=rf"sites.*reference system.*{srs_id}"):
        open_store(str(path)).read("sites")


def test_an_index_on_what_cannot_be_computed(changed: Callable[..., Path]) -> None:
    path = changed("CREATE INDEX odd ON sites (abs(-9223372036854775807 - length(site_id) * 0))")
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute(
            "UPDATE sqlite_master SET sql = 'CREATE INDEX odd ON sites (nothing(site_id))' "
            "WHERE name = 'odd'"
        )
    with pytest.raises(DamagedWorkspaceError, match="damaged"):
        use(path)


def inner_page(child: int, cells: int = 300) -> bytes:
    """An inner page of a table, all of whose children are one page."""
    page = bytearray(PAGE)
    page[:12] = struct.pack(">BHHHBI", 5, 0, cells, PAGE - 5 * cells, 0, child)
    for cell in range(cells):
        at = PAGE - 5 * (cell + 1)
        page[12 + 2 * cell : 14 + 2 * cell] = struct.pack(">H", at)
        page[at : at + 5] = struct.pack(">IB", child, cell % 128)
    return bytes(page)


def test_a_table_that_never_ends_is_given_up(
    changed: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each page names the next three hundred times over, fifteen levels deep."""
    path = changed("UPDATE georeloc_info SET value = value")
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        root = connection.execute(
            "SELECT rootpage FROM sqlite_master WHERE name = 'georeloc_history'"
        ).fetchone()[0]
    data = bytearray(path.read_bytes())
    first = len(data) // PAGE + 1
    data[PAGE * (root - 1) : PAGE * root] = inner_page(first)
    for level in range(15):
        data += inner_page(first + level + 1)
    leaf = bytearray(PAGE)
    leaf[:8] = struct.pack(">BHHHB", 13, 0, 0, 0, 0)
    data += leaf
    data[28:32] = struct.pack(">I", len(data) // PAGE)
    path.write_bytes(data)
    monkeypatch.setattr(connections, "_BASE_SECONDS", 0.5)
    began = time.monotonic()
    with pytest.raises(DamagedWorkspaceError, match=r"longer|damaged"):
        open_store(str(path)).check_history()
    assert time.monotonic() - began < 30


def test_a_layer_that_lost_its_declaration_is_damaged_and_nothing_is_written(sound, tmp_path):
    path = tmp_path / "w.gpkg"
    path.write_bytes(sound.read_bytes())
    store = open_store(str(path))
    frame = store.read("sites")
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("DELETE FROM gpkg_geometry_columns WHERE table_name = 'sites'")
        connection.commit()
    before = path.read_bytes()
    with (
        pytest.raises(DamagedWorkspaceError, match="no longer declared"),
        store.transaction() as transaction,
    ):
        transaction.upsert("sites", frame)
    assert path.read_bytes() == before
