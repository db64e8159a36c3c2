"""Choosing the workers that this system has."""

from __future__ import annotations

import atexit
import os
import sys
from functools import cache

from grader.processes.workers import Workers


def open_workers(*, server: bool = False) -> Workers:
    """Return the fastest kind of workers that this system has.

    With SERVER they may come from a helper that is kept between calls.
    """
    if server and sys.platform == "linux":
        from grader.processes.server import ServerWorkers

        return ServerWorkers()
    if hasattr(os, "fork"):
        from grader.processes.forking import ForkWorkers

        return ForkWorkers()
    from grader.processes.spawning import SpawnWorkers

    return SpawnWorkers()


@cache
def kept_workers() -> Workers:
    """Return workers that stay until this process ends, the same at each call."""
    workers = open_workers()
    atexit.register(workers.close)
    return workers
