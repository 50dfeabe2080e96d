"""A computer whose clock is fast keeps nobody out, and what was written later counts."""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import geo_relocation
from geo_relocation.settings import Settings
from geo_relocation.store import migrate_store, open_store
from geo_relocation.store.history import Link, in_step
from stores.test_migrations import unpack_database, unpack_file

CLOCK = r"""
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <sys/time.h>
#include <time.h>
static long ahead(void) { const char *s = getenv("AHEAD_S"); return s ? atol(s) : 0; }
int clock_gettime(clockid_t id, struct timespec *t) {
  static int (*real)(clockid_t, struct timespec *);
  if (!real) real = dlsym(RTLD_NEXT, "clock_gettime");
  int r = real(id, t);
  if (id == CLOCK_REALTIME || id == CLOCK_REALTIME_COARSE) t->tv_sec += ahead();
  return r;
}
time_t time(time_t *out) {
  struct timespec t; clock_gettime(CLOCK_REALTIME, &t);
  if (out) *out = t.tv_sec;
  return t.tv_sec;
}
int gettimeofday(struct timeval *tv, void *zone) {
  struct timespec t; clock_gettime(CLOCK_REALTIME, &t);
  tv->tv_sec = t.tv_sec; tv->tv_usec = t.tv_nsec / 1000;
  return 0;
}
"""

# What one person does, on a computer of their own.
ACT = """
import json, sys, geo_relocation
from operator import attrgetter
from geo_relocation.errors import GeoRelocationError
said = []
with geo_relocation.open(sys.argv[1]) as ws:
    for verb, *given in json.loads(sys.argv[2]):
        options = given.pop()
        try:
            attrgetter(verb)(ws)(*given, **options)
            said.append("ok")
        except GeoRelocationError as error:
            said.append(str(error))
print(json.dumps(said))
"""


@pytest.fixture(scope="session")
def fast_clock(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library that makes the clock of a process run ahead."""
    if shutil.which("cc") is None:
        pytest.skip("no C compiler to make a fast clock with")
    folder = tmp_path_factory.mktemp("clock")
    (folder / "clock.c").write_text(CLOCK)
    made = folder / "clock.so"
    subprocess.run(["cc", "-shared", "-fPIC", "-o", made, folder / "clock.c", "-ldl"], check=True)
    return made


@pytest.fixture
def shared(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A workspace with decisions, for two people."""
    if kind == "geopackage":
        url = unpack_file(1, tmp_path)
    else:
        url = unpack_database(1, request.getfixturevalue("postgis_workspace_url"))
    migrate_store(url)
    return url


def act(url: str, steps: list[list[object]], clock: Path, ahead: int = 0) -> list[str]:
    environment = {**os.environ, "LD_PRELOAD": str(clock), "AHEAD_S": str(ahead)}
    done = subprocess.run(
        [sys.executable, "-c", ACT, url, json.dumps(steps)],
        check=True,
        capture_output=True,
        text=True,
        env=environment,
    )
    found: list[str] = json.loads(done.stdout)
    return found


def test_a_clock_an_hour_fast_keeps_nobody_out(shared: str, fast_clock: Path) -> None:
    site = "S0025"
    named = {"ground": "A", "author": "A"}
    first = act(
        shared, [["override", site, "stay", named], ["move", site, "listed", named]], fast_clock,
        ahead=3_600,
    )  # fmt: skip
    assert first == ["ok", "ok"]
    named = {"ground": "B", "author": "B"}
    second = act(
        shared,
        [
            ["override", site, "close", named],
            ["move", site, "reviewed", named],
            ["list.complain", site, named],
        ],
        fast_clock,
    )
    assert second == ["ok", "ok", "ok"]
    with geo_relocation.open(shared, settings=Settings(author="C")) as ws:
        assert ws.decisions.decision(site)["author"] == "B"
        states = ws.list.list_as_of().set_index("site_id")["state"]
        assert states[site] == "reviewed"
        # On the very moment too: what was written later is not dated earlier.
        told = ws.read("decisions", where={"site_id": site}).sort_values("sequence")
        assert told["decided_at"].is_monotonic_increasing
        assert ws.list.history(site)["ground"].tolist()[-4:] == ["A", "B", "B", "B"]


RUN = """
import sys, geo_relocation
from geo_relocation.progress import SILENT
with geo_relocation.open(sys.argv[1]) as ws:
    asked = {"actor": ws.actor, "parameters": {}, "progress": SILENT}
    with ws.runs.begin("screen", sys.argv[2], **asked) as run, ws.writing() as transaction:
        run.stored(transaction, input_hash="0", parameters={})
"""


def test_runs_follow_each_other_as_they_were_stored(shared: str, fast_clock: Path) -> None:
    for run_id, ahead in (("b", "3600"), ("a", "0")):
        environment = {**os.environ, "LD_PRELOAD": str(fast_clock), "AHEAD_S": ahead}
        subprocess.run([sys.executable, "-c", RUN, shared, run_id], check=True, env=environment)
    with geo_relocation.open(shared, settings=Settings(author="C")) as ws:
        assert ws.latest_run("screen") == "a"


@pytest.mark.postgis
def test_a_database_has_one_clock(postgis_workspace_url: str, fast_clock: Path) -> None:
    url = unpack_database(1, postgis_workspace_url)
    migrate_store(url)
    act(url, [["override", "S0025", "stay", {"ground": "A", "author": "A"}]], fast_clock, 86_400)
    store = open_store(url)
    decided = store.read("decisions", where={"author": "A"})["decided_at"].iloc[0]
    assert abs((store.now() - decided).total_seconds()) < 600


def link(at: dt.datetime) -> Link:
    text = at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return Link(1, "runs", "1", 1, "", "", "", text, "", "")


def test_a_fast_clock_is_believed_for_a_day_and_no_longer() -> None:
    clock = dt.datetime(2026, 11, 25, 12, tzinfo=dt.UTC)
    hour, year = dt.timedelta(hours=1), dt.timedelta(days=365)
    assert in_step(clock, None) == clock
    assert in_step(clock, link(clock - hour)) == clock
    assert in_step(clock, link(clock + hour)) == clock + hour
    assert in_step(clock, link(clock + year)) == clock
