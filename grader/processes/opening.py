"""Choosing the workers that this system has, or that are asked for."""

from __future__ import annotations

import atexit
from functools import cache

from grader.processes.workers import Workers, way


def open_workers(*, server: bool = False) -> Workers:
    """Return the fastest kind of workers that this system has, or the kind that is asked for.

    With SERVER they may come from a helper that is kept between calls.

    Raises:
        WrongUsage: a kind is asked for that there is not.
    """
    match way(), server:
        case "fork", True:
            from grader.processes.server import ServerWorkers

            return ServerWorkers()
        case "fork", _:
            from grader.processes.forking import ForkWorkers

            return ForkWorkers()
        case "ahead", _:
            from grader.processes.head_start import AheadWorkers

            return AheadWorkers(server=server)
        case _:
            from grader.processes.spawning import SpawnWorkers

            return SpawnWorkers()


@cache
def kept_workers() -> Workers:
    """Return workers that stay until this process ends, the same at each call."""
    workers = open_workers()
    atexit.register(workers.close)
    return workers
