"""What a run may use up: each process by itself here, all of a run together in `group_watch`."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from grader.evidence.messages import Limits


def apply(limits: Limits) -> None:
    """Limit what this process, and each that it starts, may use.

    Address space is not limited: TensorFlow reserves far more of it than it uses.

    Raises:
        OSError: the system refuses.
    """
    import resource

    _lower(resource.RLIMIT_CORE, 0)
    _lower(resource.RLIMIT_FSIZE, limits.disk)
    _lower(resource.RLIMIT_NOFILE, limits.files)
    if sys.platform == "linux":
        _lower(resource.RLIMIT_DATA, _own_data() + limits.memory)
        _lower(resource.RLIMIT_MSGQUEUE, 0)


def limit_processes(limits: Limits) -> None:
    """Limit how many processes and threads there are in this user namespace."""
    import resource

    threads = 64 * (os.cpu_count() or 1)  # TensorFlow and OpenMP start several for each core
    _lower(resource.RLIMIT_NPROC, limits.processes + threads)


def _lower(which: int, value: int) -> None:
    import resource

    _, most = resource.getrlimit(which)
    if most != resource.RLIM_INFINITY:
        value = min(value, most)
    resource.setrlimit(which, (value, value))


def _own_data() -> int:
    """Return how many bytes this process has for itself already."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmData:"):
            return int(line.split()[1]) * 1024
    return 0
