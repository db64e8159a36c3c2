"""What a run may use up: each process by itself here, all of a run together in `group_watch`.

And how limits are named, wherever they are set: `memory=8GB,processes=100`.
"""

from __future__ import annotations

import contextlib
import os
import re
import sys
from collections.abc import Iterable
from pathlib import Path

import msgspec

from grader.evidence.messages import Limits

_RANGES = {
    "memory": (100_000_000, 10**15),  # with less, no array of ours could be made
    "processes": (1, 10_000),
    "disk": (1_000_000, 10**15),
    "output": (1_000, 100_000_000),  # the grader keeps it in memory
}
"""The limits that can be set, each with its least and its largest value."""

_UNITS = {
    "kb": 10**3, "mb": 10**6, "gb": 10**9, "tb": 10**12,
    "kib": 2**10, "mib": 2**20, "gib": 2**30, "tib": 2**40,
}  # fmt: skip
_SIZE = re.compile(r"([0-9]{1,15}(?:\.[0-9]{1,9})?) ?([a-z]{2,3})", re.IGNORECASE)


class BadLimit(Exception):
    """A limit is set to what it cannot be; says why in one sentence."""


def read_limits(texts: Iterable[str]) -> Limits:
    """Return the limits that texts such as `memory=8GB,processes=100` set, others as they are.

    Raises:
        BadLimit: an unknown name, one that is named twice, or no value for it.
    """
    found: dict[str, int] = {}
    for part in (part for text in texts for part in text.split(",") if part.strip()):
        name, _, value = (word.strip() for word in part.partition("="))
        if name not in _RANGES:
            names = ", ".join(_RANGES)
            raise BadLimit(f"there is no limit {name!r}; write NAME=VALUE, the names are {names}")
        if name in found:
            raise BadLimit(f"the limit {name} is set twice")
        found[name] = _value_of(name, value)
    return msgspec.structs.replace(Limits(), **found)


def _value_of(name: str, text: str) -> int:
    is_size = name != "processes"
    match = _SIZE.fullmatch(text)
    if is_size and match and match[2].lower() in _UNITS:
        value = int(float(match[1]) * _UNITS[match[2].lower()])
    elif not is_size and text.isascii() and text.isdecimal() and len(text) < 10:
        value = int(text)
    else:
        if not is_size:
            raise BadLimit(f"{name}={text}: the value is no whole number")
        if re.fullmatch(r"[0-9.]+", text):
            raise BadLimit(f"{name}={text}: {text} needs a unit, such as {text}MB or {text}GB")
        raise BadLimit(f"{name}={text}: the value is no size, such as 500MB or 4GB")
    least, most = _RANGES[name]
    if not least <= value <= most:
        shown = [as_size(one) if is_size else f"{one:,}" for one in (least, most)]
        raise BadLimit(f"{name}={text}: the value goes from {shown[0]} to {shown[1]}")
    return value


def in_words(limits: Limits) -> str:
    """Return all limits that can be set, in one line."""
    return (
        f"{as_size(limits.memory)} of memory, {limits.processes:,} processes, "
        f"{as_size(limits.disk)} of disk, {as_size(limits.output)} of kept output"
    )


def as_size(count: float) -> str:
    """Return a number of bytes in words: `4 GB`, `500 MB`."""
    for unit, size in (("TB", 1e12), ("GB", 1e9), ("MB", 1e6)):
        if count >= size:
            return f"{count / size:.4g} {unit}"
    return f"{count / 1e3:.4g} kB"


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
    limit_memory(limits)
    if sys.platform == "linux":
        _lower(resource.RLIMIT_MSGQUEUE, 0)
        with contextlib.suppress(OSError):  # where memory is short, it goes before any of ours
            Path("/proc/self/oom_score_adj").write_text("1000")


def limit_memory(limits: Limits) -> None:
    """Limit how much more memory this process may take; only on Linux.

    Raises:
        OSError: the system refuses.
    """
    if sys.platform == "linux":
        import resource

        _lower(resource.RLIMIT_DATA, _own_data() + limits.memory)


def limit_processes(limits: Limits) -> None:
    """Limit how many processes and threads there are in this user namespace."""
    import resource

    _lower(resource.RLIMIT_NPROC, most_tasks(limits))


def most_tasks(limits: Limits) -> int:
    """Return how many processes and threads there may be: the kernel counts them together."""
    threads = 64 * (os.cpu_count() or 1)  # TensorFlow and OpenMP start several for each core
    return limits.processes + threads


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
