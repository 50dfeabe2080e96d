"""Outputs replace nothing but their own kind, and a disk that is full leaves what was there."""

import os
import resource
import shutil
import signal
import sqlite3
import subprocess
import time
import zipfile
from contextlib import contextmanager
from pathlib import Path

import geopandas
import openpyxl
import pytest
from docx import Document
from outputs import COMMANDS, FOLDERS, PROGRAM, everything_in

from geo_relocation.cli import demo
from geo_relocation.workspace import open_workspace


@pytest.fixture
def decided(run, province):
    """The small province with decisions on it."""
    assert run("assess", "--rules", "any-of-four-2024", workspace=province).code == 0
    return province


def test_no_output_replaces_the_open_workspace_however_it_is_spelt(run, decided, tmp_path):
    before = Path(decided).read_bytes()
    link, hard = tmp_path / "link", tmp_path / "hard"
    link.symlink_to(decided)
    os.link(decided, hard)
    (tmp_path / "below").mkdir()
    spelt = (decided, link, hard, tmp_path / "below" / ".." / "tinh.gpkg", f"{decided}-journal")
    for name, command in COMMANDS.items():
        for target in () if name in FOLDERS else spelt:
            for force in ((), ("--force",)):
                done = run(*command, target, *force, workspace=decided)
                assert done.code == 2, (name, target)
                assert "left as it is" in done.err
    assert Path(decided).read_bytes() == before
    assert link.is_symlink()
    assert not Path(f"{decided}-journal").exists()


@pytest.mark.parametrize("name", COMMANDS)
def test_no_output_replaces_another_workspace_or_a_file_that_is_not_its_own(
    run, decided, tmp_path, name
):
    folder = tmp_path / "out"
    other = folder / name
    inside = [other / file for file in FOLDERS.get(name, ())] or [other]
    inside[0].parent.mkdir(parents=True)
    # A workspace of another name.
    for file in inside:
        shutil.copy(decided, file)
    before = everything_in(folder)
    for force in ((), ("--force",)):
        done = run(*COMMANDS[name], other, *force, workspace=decided)
        assert done.code == 2, done.out + done.err
        assert "is a workspace" in done.err
    assert everything_in(folder) == before
    # A file of somebody's own.
    for file in inside:
        file.write_bytes(b"my notes")
    before = everything_in(folder)
    done = run(*COMMANDS[name], other, workspace=decided)
    assert done.code == 2
    assert "--force" in done.err
    assert everything_in(folder) == before
    assert run(*COMMANDS[name], other, "--force", workspace=decided).code == 0
    assert b"my notes" not in everything_in(folder).values()
    # Its own kind it replaces unasked; other files beside are left alone.
    (inside[0].parent / "beside.txt").write_text("mine")
    done = run(*COMMANDS[name], other, workspace=decided)
    assert done.code == 0, done.err
    left = {path.name for path in inside[0].parent.iterdir()}
    assert "beside.txt" in left
    assert not [hidden for hidden in left if hidden.startswith(".")]


@pytest.mark.parametrize("name", COMMANDS)
def test_a_folder_is_no_file_and_a_file_no_folder(run, decided, tmp_path, name):
    target = tmp_path / "out"
    if name in FOLDERS:
        target.write_bytes(b"")
    else:
        target.mkdir()
    assert run(*COMMANDS[name], target, workspace=decided).code == 2
    assert run(*COMMANDS[name], target / "x" / "y", workspace=decided).code == (
        2 if name in FOLDERS else 0
    )


def test_what_a_person_changed_is_not_replaced_unasked(run, decided, tmp_path):
    book, report, folder = tmp_path / "l.xlsx", tmp_path / "r.docx", tmp_path / "q"
    for name, target in (("l.xlsx", book), ("r.docx", report), ("q", folder)):
        assert run(*COMMANDS[name], target, workspace=decided).code == 0
    edited = openpyxl.load_workbook(book)
    edited.active["A9"] = "ghi chú của tôi"
    edited.save(book)
    document = Document(str(report))
    document.add_paragraph("của tôi")
    document.core_properties.modified = document.core_properties.modified.replace(year=2030)
    document.save(str(report))
    with sqlite3.connect(folder / "di-doi.gpkg") as database:
        database.execute("CREATE TABLE mine (a)")
        database.execute(
            "INSERT INTO gpkg_contents (table_name, data_type, identifier) "
            "VALUES ('mine', 'attributes', 'mine')"
        )
    database.close()
    before = everything_in(tmp_path)
    for name, target in (("l.xlsx", book), ("r.docx", report), ("q", folder)):
        done = run(*COMMANDS[name], target, workspace=decided)
        assert done.code == 2, name
        assert "--force" in done.err
    assert everything_in(tmp_path) == before


def test_a_project_saved_by_somebody_is_not_replaced_unasked(run, decided, tmp_path):
    assert run("export", "qgis", "--out", tmp_path / "q", workspace=decided).code == 0
    project = tmp_path / "q" / "di-doi.qgz"
    with zipfile.ZipFile(project) as archive:
        content = archive.read("di-doi.qgs")
    with zipfile.ZipFile(project, "w") as archive:
        archive.writestr("di-doi.qgs", content)
    assert run("export", "qgis", "--out", tmp_path / "q", workspace=decided).code == 2


def test_a_layer_that_lost_its_rows_leaves_no_old_rows_in_the_folder(run, decided, tmp_path):
    folder = tmp_path / "g"
    assert run("export", "geoparquet", "--out", folder, workspace=decided).code == 0
    assert len(geopandas.read_parquet(folder / "zones.parquet")) == 1
    with open_workspace(decided) as opened, opened.writing() as transaction:
        transaction.replace("zones", transaction.read("zones").iloc[:0])
    assert run("export", "geoparquet", "--out", folder, workspace=decided).code == 0
    assert len(geopandas.read_parquet(folder / "zones.parquet")) == 0


def test_the_summary_names_what_an_export_holds(run, decided, tmp_path):
    with open_workspace(decided) as opened, opened.writing() as transaction:
        sites = transaction.read("sites")
        transaction.replace("sites", sites.assign(landholder="Bà B", env_breach=True))
    for name in ("q", "g"):
        said = run(*COMMANDS[name], tmp_path / name, "--json", workspace=decided).json
        assert {"sites.landholder", "decisions.author"} <= set(said["personal"])
        assert {"sites.env_breach", "decisions.triggers"} <= set(said["confidential"])
        assert "sites.tax_code" not in said["confidential"]  # none has one
    said = run(*COMMANDS["m.html"], tmp_path / "m.html", "--json", workspace=decided).json
    assert said["personal"] == said["confidential"] == []
    shown = run(*COMMANDS["e.html"], tmp_path / "e.html", workspace=decided).out
    assert "Chủ sử dụng đất" in shown


def test_a_file_that_the_command_reads_is_not_its_output(run, province, tmp_path):
    rules = tmp_path / "tieu-chi.toml"
    rules.write_text(run("rules", "--show", "any-of-four-2024", workspace=province).out, "utf-8")
    before = rules.read_bytes()
    command = ("robustness", "--rules", rules, "--chart", rules, "--force")
    done = run(*command, workspace=province)
    assert done.code == 2
    assert "is read by this command" in done.err
    sites = tmp_path / "s.csv"
    sites.write_text("Mã cơ sở,Tên doanh nghiệp\nZ,Xưởng Z\n", "utf-8")
    done = run("import", "sites", sites, "--changes", sites, "--force", workspace=province)
    assert done.code == 2
    assert rules.read_bytes() == before
    assert "Xưởng Z" in sites.read_text("utf-8")
    # It is refused before the import, not after it.
    assert run("runs", "--json", workspace=province).code == 0
    assert run("undo", "--json", workspace=province).json == []


@contextmanager
def no_file_above(size):
    """Let this process write no file of more than so many bytes, as on a disk that is full."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize("name", COMMANDS)
def test_a_disk_that_is_full_leaves_the_old_file_and_nothing_else(run, decided, tmp_path, name):
    target = tmp_path / "out" / name
    assert run(*COMMANDS[name], target, workspace=decided).code == 0
    before = everything_in(tmp_path / "out")
    with no_file_above(1024):
        done = run(*COMMANDS[name], target, workspace=decided)
    assert done.code == 1, done.out + done.err
    assert "cannot be written" in done.err
    assert "unchanged" in done.err
    assert everything_in(tmp_path / "out") == before
    fresh = tmp_path / "new" / "deep" / name
    with no_file_above(1024):
        done = run(*COMMANDS[name], fresh, workspace=decided)
    assert done.code == 1
    assert not (tmp_path / "new").exists()


@pytest.fixture
def small_disk(tmp_path):
    """``small_disk(kilobytes)``: a folder that is a disk of that size. Only root may mount one."""
    mounted = []

    def made(kilobytes):
        folder = tmp_path / "disk"
        folder.mkdir()
        size = f"size={kilobytes}k"
        command = ["mount", "-t", "tmpfs", "-o", size, "tmpfs", str(folder)]
        if os.getuid() != 0 or subprocess.run(command, check=False, capture_output=True).returncode:
            pytest.skip("mounting is not allowed here")
        mounted.append(folder)
        return folder

    yield made
    for folder in mounted:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


@pytest.mark.parametrize("name", ["m.html", "l.xlsx", "q"])
def test_a_small_disk_of_its_own(run, decided, small_disk, name):
    disk = small_disk(100)
    (disk / "fill").write_bytes(b"0" * 60_000)
    before = everything_in(disk)
    done = run(*COMMANDS[name], disk / name, workspace=decided)
    assert done.code == 1, done.out + done.err
    assert "cannot be written" in done.err
    assert everything_in(disk) == before


def test_a_full_disk_after_an_import_says_that_the_import_is_stored(
    run, province, small_disk, tmp_path
):
    sites = tmp_path / "s.csv"
    sites.write_text("Mã cơ sở,Tên doanh nghiệp\nA,Tên mới\n", "utf-8")
    book = small_disk(4) / "c.xlsx"
    command = ("import", "sites", sites, "--duplicates", "keep", "--changes", book)
    done = run(*command, workspace=province)
    assert done.code == 1
    assert "cannot be written" in done.err
    assert "Stored before that" in done.err
    assert "Sites (1)" in done.err


def test_a_killed_export_leaves_nothing_behind_for_long(run, decided, tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    # A writer that was killed: its folder and the lock that nobody holds any more.
    writer = subprocess.Popen(
        [*PROGRAM[:2], _STUCK, str(out / "x.html")],
        stdout=subprocess.PIPE,
    )
    assert writer.stdout is not None
    writer.stdout.readline()
    (draft,) = out.glob(".writing-*")
    # One that lives is left alone.
    old = time.time() - 60
    os.utime(draft, (old, old))
    assert run("map", "--out", out / "m.html", workspace=decided).code == 0
    assert draft.exists()
    writer.send_signal(signal.SIGKILL)
    writer.wait()
    writer.stdout.close()
    os.utime(draft, (old, old))
    assert run("map", "--out", out / "m.html", workspace=decided).code == 0
    assert [path.name for path in out.iterdir()] == ["m.html"]


_STUCK = """
import sys, time
from geo_relocation.publish.files import replaced
from geo_relocation.publish.kinds import MAP
with replaced(sys.argv[1], MAP) as temporary:
    temporary.write_text("half")
    print("writing", flush=True)
    time.sleep(300)
"""


def test_a_program_that_is_told_to_end_takes_its_draft_along(tmp_path):
    stuck = _STUCK.replace("with replaced", "from geo_relocation.cli.interrupts import working\n"
                           "with working(), replaced")  # fmt: skip
    writer = subprocess.Popen(
        [*PROGRAM[:2], stuck, str(tmp_path / "x.html")],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    assert writer.stdout is not None
    writer.stdout.readline()
    writer.terminate()
    writer.wait()
    writer.stdout.close()
    assert list(tmp_path.iterdir()) == []


def test_the_demo_replaces_its_own_untouched_workspace_only(run, tmp_path, monkeypatch):
    written = {}

    def quick(session, workspace, folder):
        with workspace.store.transaction() as transaction:
            transaction.set_info("quick", str(len(written)))
        written[len(written)] = folder
        return {}

    monkeypatch.setattr(demo, "run_demo", quick)
    file = tmp_path / "mau.gpkg"
    assert run("demo", tmp_path).code == 0
    first = file.read_bytes()
    assert run("demo", tmp_path).code == 0
    assert len(written) == 2
    assert file.read_bytes() != first
    with sqlite3.connect(file) as database:
        database.execute("INSERT INTO georeloc_info VALUES ('mine', 'x')")
    database.close()
    mine = file.read_bytes()
    for force in ((), ("--force",)):
        done = run("demo", tmp_path, *force)
        assert done.code == 2
        assert "is a workspace" in done.err
    assert file.read_bytes() == mine
    assert len(written) == 2


def test_a_demo_that_fails_keeps_the_workspace_of_the_one_before(run, tmp_path, monkeypatch):
    monkeypatch.setattr(demo, "run_demo", lambda *_: {})
    assert run("demo", tmp_path).code == 0
    before = everything_in(tmp_path)

    def broken(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(demo, "run_demo", broken)
    done = run("demo", tmp_path)
    assert done.code == 130
    assert everything_in(tmp_path) == before
