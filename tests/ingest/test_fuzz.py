"""Damaged and hostile files over all readers: an import, or a refusal in our own words."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MEMORY_MB = 2048
SLOWEST = 60.0


def run(folder: Path, numbers: range) -> list[dict[str, object]]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.ingest.fuzz_process", str(folder), "3500",
         *map(str, numbers)],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        check=False,
    )  # fmt: skip
    told = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 0, done.stderr[-3000:]
    return told


def check(told: list[dict[str, object]], count: int) -> None:
    *cases, last = told
    assert len(cases) == count
    assert [case for case in cases if "fault" in case] == []
    assert [case for case in cases if float(str(case["seconds"])) > SLOWEST] == []
    assert int(str(last["peak_mb"])) < MEMORY_MB
    ends = {case["end"] for case in cases}
    assert {"imported", "NotSpatialError"} <= ends  # the files are not all refused at the door


def test_forty_hostile_files(tmp_path):
    check(run(tmp_path, range(40)), 40)


@pytest.mark.nightly
@pytest.mark.timeout(7200)
def test_two_thousand_hostile_files(tmp_path):
    check(run(tmp_path, range(1000, 3000)), 2000)
