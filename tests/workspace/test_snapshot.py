"""What a verb reads is of one moment, and nothing is locked while it computes."""

import subprocess
import sys
import time
from pathlib import Path

import pytest

import geo_relocation
from geo_relocation.assessment import load_shipped as load_rules
from geo_relocation.errors import DataError, StoreError
from geo_relocation.progress import SILENT
from geo_relocation.scenarios import parse_scenario
from workspace.province import fill, layers

WRITER = """
import sys
import geo_relocation
from workspace.province import layers
with geo_relocation.open(sys.argv[1]) as ws:
    for number in range(1, 100_000):
        frames = layers(note=f"g{number}")
        with ws.store.transaction() as transaction:
            transaction.replace("sites", frames["sites"])
            transaction.replace("parks", frames["parks"])
        print(number, flush=True)
"""
SCENARIO = 'id = "thu"\ntitle = "Thử"\n[factors]\ndetour = 1.0\n[limits]\ndeadlines = false\n'


@pytest.fixture
def filled(workspace):
    fill(workspace)
    return workspace


@pytest.fixture
def writer(filled):
    """Another process that replaces two layers at once, over and over."""
    beside = Path(__file__).parents[1]
    with subprocess.Popen(
        [sys.executable, "-c", WRITER, filled.store.url],
        stdout=subprocess.PIPE, text=True, cwd=beside,
    ) as process:  # fmt: skip
        assert process.stdout.readline() == "1\n"
        yield process
        process.kill()


def notes(frame):
    return set(frame["note"])


def test_contents_never_mix_two_states(filled, writer):
    seen, mixed, end = set(), [], time.monotonic() + 60
    while time.monotonic() < end and len(seen) < 8:
        content = filled.content()
        states = notes(content.sites) | notes(content.parks)
        if len(states) > 1:
            mixed.append(states)
        seen |= states
    assert writer.poll() is None, "the writer was never shut out"
    assert len(seen) >= 8
    assert mixed == []


def test_within_a_moment_nothing_changes_and_after_it_all_has(filled, writer):
    with filled.snapshot():
        first = notes(filled.read("sites"))
        with filled.snapshot():
            assert notes(filled.metric("parks")) == first
        assert notes(filled.read("parks", where={"park_id": "P"})) == first
        assert filled.count("sites", where={"note": first}) == 4
    end = time.monotonic() + 30
    while notes(filled.read("sites")) == first and time.monotonic() < end:
        time.sleep(0.05)
    assert notes(filled.read("sites")) != first


def test_a_frame_read_in_a_moment_is_the_readers_own(filled):
    with filled.snapshot():
        sites = filled.read("sites")
        sites["note"] = "changed"
        sites.loc[0, "geometry"] = None
        again = filled.read("sites")
    assert notes(again) == {"g0"}
    assert again.geometry.notna().all()


def test_nothing_is_written_in_a_moment(filled):
    with filled.snapshot(), pytest.raises(StoreError, match="written here"):
        filled.undo_import("I1")
    with filled.store.reading() as reader:
        pass
    with pytest.raises(StoreError, match="over"):
        reader.read("sites")


class Meddling:
    """Tells of progress by changing the workspace, once."""

    def __init__(self, url, change):
        self._url, self._change = url, change
        self.done = False

    def start(self, task, total=None):  # noqa: ARG002 - the progress protocol's
        if not self.done:
            with geo_relocation.open(self._url) as other:
                with other.store.transaction() as transaction:
                    self._change(transaction)
                self.done = True

    def advance(self, amount=1.0, *, figures=None):
        pass

    def finish(self):
        pass


def moved_away(transaction):
    frames = layers(note="later")
    transaction.upsert("sites", frames["sites"].assign(workers=77))
    transaction.upsert("parks", frames["parks"].assign(free_ha=0.0))


def test_a_plan_is_of_the_moment_it_was_begun_at(filled):
    filled.screen()
    scenario = parse_scenario(SCENARIO)
    quiet = filled.match(scenario, work=10_000, seed=1)
    meddling = Meddling(filled.store.url, moved_away)
    run = filled.match(scenario, work=10_000, seed=1, progress=meddling)
    assert meddling.done
    assert (run.row["placed"], run.row["unplaced"]) == (4, 0)
    assert run.row["input_hash"] == quiet.row["input_hash"]
    after = filled.match(scenario, work=10_000, seed=1)
    assert after.row["input_hash"] != run.row["input_hash"]
    stored = filled.read("indicators").set_index(["plan_id", "key"])["value"].unstack()
    assert stored.loc[run.plan_id].equals(stored.loc[quiet.plan_id])


def remove_one(transaction):
    transaction.delete("sites", where={"site_id": "S03"})


@pytest.mark.parametrize("verb", ["screen", "assess", "match"])
def test_results_on_sites_that_are_gone_meanwhile_are_not_stored(filled, verb):
    filled.screen()
    meddling = Meddling(filled.store.url, remove_one)
    before = {name: filled.count(name) for name in ("runs", "findings", "decisions", "scenarios")}
    verbs = {
        "screen": lambda told: filled.screen(progress=told),
        "assess": lambda told: filled.assess(load_rules("plan-2022"), progress=told),
        "match": lambda told: filled.match(parse_scenario(SCENARIO), work=5000, progress=told),
    }
    with pytest.raises(DataError, match="1 sites were removed"):
        verbs[verb](meddling)
    assert {name: filled.count(name) for name in before} == before
    verbs[verb](SILENT)
