"""Compiled code is kept where it can be; where it cannot, the work goes on."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = """
from geo_relocation.compiling import compiled

@compiled()
def twice(value):
    return 2 * value

print(twice(21))
"""

THREADS = """
import time
from concurrent.futures import ThreadPoolExecutor
import numba
from geo_relocation import dispatching
from geo_relocation.compiling import compiled

@compiled()
def outer(value):
    return inner(value) + 1

@compiled()
def inner(value):
    return 2 * value

numba.njit(lambda value: value)(1)  # what numba does once is done
made = dispatching.dispatcher_of

def slowly(function, options):
    if function.__name__ == "inner":
        time.sleep(0.2)
    return made(function, options)

dispatching.dispatcher_of = slowly

def late(seconds):
    time.sleep(seconds)
    return outer(20)

with ThreadPoolExecutor(5) as pool:
    print(list(pool.map(late, (0.0, 0.05, 0.1, 0.15, 0.3))))
"""
"""A loop called by several threads while the first of them is still making those it calls."""


@pytest.fixture
def program(tmp_path):
    """``program(folder, **environment)``: run it as a user without special rights."""

    def ran(*wrapped, text=PROGRAM, **environment):
        file = tmp_path / "code" / "twice.py"
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, "utf-8")
        (file.parent / "__pycache__").mkdir(exist_ok=True)
        for folder in (file.parent / "__pycache__", file.parent):
            folder.chmod(0o555)
        wrapper = list(wrapped)
        if os.getuid() == 0:
            wrapper = ["setpriv", "--bounding-set", "-all", "--inh-caps", "-all", *wrapped]
        return subprocess.run(
            [*wrapper, sys.executable, str(file)],
            check=False, capture_output=True, text=True, cwd=tmp_path,
            env={"PYTHONPATH": str(Path(__file__).parents[1]), "PATH": os.environ["PATH"],
                 "HOME": "/proc/none", **environment},
        )  # fmt: skip

    return ran


def test_without_its_usual_places_compiled_code_is_kept_in_a_private_folder(program, tmp_path):
    first = program(TMPDIR=str(tmp_path))
    assert first.stdout == "42\n", first.stderr
    folder = tmp_path / f"geo-relocation-compiled-{os.getuid()}"
    assert str(folder) in first.stderr
    assert "Traceback" not in first.stderr
    kept = {file: file.stat().st_mtime_ns for file in folder.rglob("*.nb*")}
    assert kept
    assert folder.stat().st_mode & 0o777 == 0o700
    assert program(TMPDIR=str(tmp_path)).stdout == "42\n"
    assert {file: file.stat().st_mtime_ns for file in folder.rglob("*.nb*")} == kept


def test_a_folder_that_others_may_write_to_is_not_trusted(program, tmp_path):
    folder = tmp_path / f"geo-relocation-compiled-{os.getuid()}"
    folder.mkdir()
    folder.chmod(0o777)
    done = program(TMPDIR=str(tmp_path))
    assert done.stdout == "42\n", done.stderr
    assert "anew" in done.stderr
    assert not list(folder.iterdir())


def test_a_file_that_cannot_be_written_in_full_is_done_without(program, tmp_path):
    limited = ("bash", "-c", 'ulimit -f 1; exec "$@"', "-")
    done = program(*limited, NUMBA_CACHE_DIR=str(tmp_path / "kept"))
    assert done.stdout == "42\n", done.stderr
    assert "anew" in done.stderr


def test_a_damaged_file_is_compiled_anew(program, tmp_path):
    kept = {"NUMBA_CACHE_DIR": str(tmp_path / "kept")}
    assert program(**kept).stdout == "42\n"
    files = [file for file in (tmp_path / "kept").rglob("*") if file.is_file()]
    assert len(files) == 2
    for file in files:
        file.write_bytes(file.read_bytes()[:50])
    done = program(**kept)
    assert done.stdout == "42\n", done.stderr


def test_a_loop_first_called_by_several_threads_is_whole_for_each(program, tmp_path):
    done = program(text=THREADS, NUMBA_CACHE_DIR=str(tmp_path / "kept"))
    assert done.stdout == "[41, 41, 41, 41, 41]\n", done.stderr


def test_no_loop_is_compiled_in_another_way():
    package = Path(__file__).parents[1] / "geo_relocation"
    others = [
        str(file.relative_to(package))
        for file in package.rglob("*.py")
        if "numba.njit" in file.read_text("utf-8") or "numba.jit" in file.read_text("utf-8")
    ]
    assert others == ["dispatching.py"]
