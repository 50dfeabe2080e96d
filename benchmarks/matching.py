"""Matching against its peers, in one run and with the same time for each.

``python -m benchmarks.matching gap FOLDER --seconds 60``
    published generalised-assignment cases; FOLDER holds `BEST.csv` and the files it names.
``python -m benchmarks.matching province N M FILL --seconds 60``
    a generated province of N firms and M parks whose land is FILL taken (0.85).
``python -m benchmarks.matching sample --seconds 30``
    the main job on the sample province and what is asked around it.

Every method runs in a process of its own, so that `peak_mb` is its own. Objective, bound and
gap are of the cost at the number left out; the bound is ours, proven over all permitted pairs
for that number, and the gap of a plan is over the bound for its own number. For the published
cases every job has to be placed.
"""

from __future__ import annotations

import argparse
import csv
import importlib.util
import multiprocessing
import resource
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.instances import Case, province, published
from benchmarks.peers import PEERS
from benchmarks.sample import FAMILY, family
from geo_relocation.assignment.bounds.relax import prove
from geo_relocation.assignment.construct import greedy
from geo_relocation.assignment.search.engine import Engine
from geo_relocation.matching.plan.solve import search

COLUMNS = (
    "instance", "method", "objective", "bound", "gap", "left_out", "left_out_bound", "seconds",
    "peak_mb",
)  # fmt: skip
Row = dict[str, object]


def _peak_mb() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def measure(case: Case, method: str, seconds: float, seed: int) -> Row:
    """Run one method on one case; the plan is checked before it counts."""
    model = case.model
    began = time.monotonic()
    bound: float | None = None
    left_bound: int | None = None
    if method == "ours":
        engine = Engine(model, seed=seed, threads=2)
        outcome = search(engine, greedy(model), seconds=seconds, work=None)
        chosen, bound, left_bound = outcome.chosen, outcome.cost_bound, outcome.left_bound
    else:
        found = PEERS[method](model, seconds, seed)
        chosen = found
    took, peak = time.monotonic() - began, _peak_mb()
    row: Row = {"instance": case.name, "method": method, "seconds": round(took, 1), "peak_mb": peak}
    if chosen is None:
        return row | dict.fromkeys(("objective", "bound", "gap", "left_out", "left_out_bound"))
    if not model.fits(chosen):
        raise ValueError(f"{method} gave a plan that does not fit")
    left, cost = model.left_out(chosen), model.cost_of(chosen)
    if bound is None:
        proof = prove(model, threads=2, seed=seed, at_least=left)
        left_bound = proof.left
        bound = proof.cost if proof.may_leave == left else None
    gap = None if not bound else round((cost - bound) / bound, 6)
    if case.best_known is not None and left:
        gap = None  # a published case counts only with every job placed
    return row | {
        "objective": cost * case.cost_unit if case.cost_unit < 1 else cost,
        "bound": bound * case.cost_unit if bound and case.cost_unit < 1 else bound,
        "gap": gap,
        "left_out": left,
        "left_out_bound": left_bound,
    }


def _in_process(queue: multiprocessing.Queue, *task: object) -> None:
    queue.put(measure(*task))


def measured(case: Case, method: str, seconds: float, seed: int) -> Row:
    """`measure` in a process of its own, ended when it takes far too long or too much."""
    queue: multiprocessing.Queue = multiprocessing.get_context("fork").Queue()
    process = multiprocessing.get_context("fork").Process(
        target=_in_process, args=(queue, case, method, seconds, seed)
    )
    began = time.monotonic()
    process.start()
    while process.is_alive() and queue.empty() and time.monotonic() - began < 4 * seconds + 120:
        time.sleep(0.05)
    if not queue.empty():
        row = queue.get()
        process.join()
        return row
    process.kill()
    process.join()
    empty: Row = dict.fromkeys(COLUMNS)
    return empty | {
        "instance": case.name,
        "method": method,
        "seconds": round(time.monotonic() - began, 1),
    }


def rows(cases: list[Case], methods: list[str], seconds: float, seed: int) -> Iterator[Row]:
    """Every method on every case."""
    for case in cases:
        for method in methods:
            yield measured(case, method, seconds, seed)


def main(arguments: list[str] | None = None) -> None:
    """Parse, run, print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.matching", description=__doc__)
    kinds = parser.add_subparsers(dest="kind", required=True)
    gap = kinds.add_parser("gap", help="published cases")
    gap.add_argument("folder", type=Path)
    gap.add_argument("--only", default="*/*", help="pattern of names, e.g. 'chu1997/c*'")
    made = kinds.add_parser("province", help="a generated province")
    made.add_argument("firms", type=int)
    made.add_argument("parks", type=int)
    made.add_argument("fill", type=float, help="share of the land taken, e.g. 0.85")
    job = kinds.add_parser("sample", help="the main job on the sample province")
    job.add_argument("--workspace", type=Path, help="of the sample, decided upon; else made anew")
    job.add_argument("--only", default=",".join(FAMILY), help="names, e.g. 'default,tight'")
    for kind, seconds in ((gap, 60.0), (made, 60.0), (job, 30.0)):
        kind.add_argument("--seconds", type=float, default=seconds)
        kind.add_argument("--seed", type=int, default=101)
        kind.add_argument("--csv", action="store_true")
        kind.add_argument("--methods", default=",".join(["ours", *PEERS]))
    options = parser.parse_args(arguments)
    if options.kind == "gap":
        cases = published(options.folder, options.only)
    elif options.kind == "sample":
        if unknown := sorted({*options.only.split(",")} - {*FAMILY}):
            parser.error(f"no case {', '.join(unknown)}; there are: {', '.join(FAMILY)}")
        cases = family(options.workspace, options.only.split(","))
    else:
        fill = options.fill / 100 if options.fill > 1.5 else options.fill
        cases = [province(options.firms, options.parks, fill, options.seed)]
    methods = options.methods.split(",")
    if unknown := sorted({*methods} - {"ours", *PEERS}):
        parser.error(f"no method {', '.join(unknown)}; there are: ours, {', '.join(PEERS)}")
    if "pulp+cbc" in methods and importlib.util.find_spec("pulp") is None:
        print("pulp+cbc is left out: it needs requirements/bench.txt", file=sys.stderr)
        methods.remove("pulp+cbc")
    found = rows(cases, methods, options.seconds, options.seed)
    _print(found, as_csv=options.csv)


def _print(found: Iterator[Row], *, as_csv: bool) -> None:
    if as_csv:
        writer = csv.DictWriter(sys.stdout, COLUMNS)
        writer.writeheader()
        for row in found:
            writer.writerow(row)
            sys.stdout.flush()
        return
    widths = (26, 10, 13, 13, 9, 9, 15, 8, 8)
    print("  ".join(name.rjust(width) for name, width in zip(COLUMNS, widths, strict=True)))
    for row in found:
        cells = ["–" if row.get(name) is None else str(row[name]) for name in COLUMNS]
        print("  ".join(c.rjust(w) for c, w in zip(cells, widths, strict=True)), flush=True)


if __name__ == "__main__":
    main()
