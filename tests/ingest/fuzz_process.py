"""Run cases of the fuzz one after another and tell what became of each, as lines of JSON.

Started as ``python -m tests.ingest.fuzz_process FOLDER MEMORY_MB NUMBER...`` in a process of its
own, whose memory is limited.
"""

from __future__ import annotations

import json
import resource
import shutil
import sys
import time
import traceback
import warnings
from hashlib import sha256
from pathlib import Path

from geo_relocation import create
from geo_relocation.errors import GeoRelocationError
from tests.ingest.fuzzing import Case, make_case


def snapshot(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def run(case: Case, workspace: object) -> dict[str, object]:
    """Import a case; what went wrong is in `fault`."""
    layer = case.layer
    held = (
        workspace.store.count(layer),
        workspace.store.count("issues"),
        workspace.store.count("imports"),
    )
    told: dict[str, object] = {"number": case.number, "kind": case.kind, "file": case.path.name,
                               "layer": layer, "options": str(case.options)[:300]}  # fmt: skip
    started = time.perf_counter()
    try:
        report = workspace.import_layer(layer, case.path, **case.options)
    except GeoRelocationError as error:
        told["end"] = type(error).__name__
        told["message"] = str(error)[:300]
        after = (
            workspace.store.count(layer),
            workspace.store.count("issues"),
            workspace.store.count("imports"),
        )
        if after != held:
            told["fault"] = "a refused import left something"
    except BaseException:  # noqa: BLE001 - that is what the fuzz looks for
        told["end"], told["fault"] = "traceback", traceback.format_exc()[-3000:]
    else:
        told["end"] = "imported"
        prepared = report.prepared
        if prepared.rows_read != prepared.rows_accepted + prepared.rows_refused:
            told["fault"] = "rows do not balance"
        changed = len(report.plan.added) + len(report.plan.changed)
        recorded = workspace.store.count("imports") - held[2]
        if recorded not in {0, 1} or (changed and not recorded):
            told["fault"] = "the import is not recorded"
        if workspace.store.count(layer) != held[0] + len(report.plan.added):
            told["fault"] = "rows are missing or too many"
    told["seconds"] = round(time.perf_counter() - started, 2)
    return told


def say(told: dict[str, object]) -> None:
    sys.stdout.write(json.dumps(told, ensure_ascii=True) + "\n")
    sys.stdout.flush()


def main() -> None:
    folder, memory, *numbers = sys.argv[1:]
    limit = int(memory) << 20
    base = Path(folder)
    workspace = create(str(base / "w.gpkg"))
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    for number in map(int, numbers):
        place = base / f"case-{number}"
        place.mkdir()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            case = make_case(number, place)
        before = snapshot(place)
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            told = run(case, workspace)
        if snapshot(place) != before:
            told["fault"] = "something was written beside the source"
        say(told)
        shutil.rmtree(place)
    peak = max(
        resource.getrusage(who).ru_maxrss
        for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    say({"peak_mb": peak >> 10})


if __name__ == "__main__":
    main()
