"""CP-SAT as it is used here: the same answer on every machine, and stopped by whoever asks."""

from __future__ import annotations

from geo_relocation.lazy import cp_model


def new_solver(
    *, work: float, seconds: float | None = None, seed: int | None = None
) -> cp_model.CpSolver:
    """A solver on one thread, limited in deterministic time.

    Parameters
    ----------
    work
        Limit in CP-SAT's deterministic seconds.
    seconds
        Limit of the clock; none when left out.
    seed
        Of the search; CP-SAT's own when left out.
    """
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.max_deterministic_time = work
    # Left to itself CP-SAT takes Ctrl-C for "enough": the command would go on and store a plan.
    solver.parameters.catch_sigint_signal = False
    if seed is not None:
        solver.parameters.random_seed = seed
    if seconds is not None:
        solver.parameters.max_time_in_seconds = max(seconds, 0.1)
    return solver
