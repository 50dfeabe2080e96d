"""Ctrl-C during an exact search ends the command; it is no early finish."""

import subprocess
import sys

PROGRAM = """
import os, random, signal, threading
from ortools.sat.python import cp_model
from geo_relocation.assignment.cpsat import new_solver

random.seed(1)
model, items, bins = cp_model.CpModel(), 60, 12
puts = [[model.new_bool_var("") for _ in range(bins)] for _ in range(items)]
weights = [random.randint(10, 99) for _ in range(items)]
for put in puts:
    model.add_exactly_one(put)
most = model.new_int_var(0, 9999, "")
for b in range(bins):
    load = sum(weights[i] * puts[i][b] for i in range(items))
    model.add(load <= most)
    model.add(load * 3 >= most * 2 + 1)
gain = ((i * b * 7919) % 101 * puts[i][b] for i in range(items) for b in range(bins))
model.maximize(sum(gain) - 3 * most)
threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGINT)).start()
try:
    new_solver(work=1000.0, seconds=1.5).solve(model)
    threading.Event().wait(0.2)
except KeyboardInterrupt:
    print("stopped")
else:
    print("went on")
"""


def test_ctrl_c_during_an_exact_search_is_not_swallowed():
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], check=False, capture_output=True, text=True, timeout=60
    )
    assert done.stdout == "stopped\n", done.stderr
