"""Calling Linux itself, for what Python has no function for."""

from __future__ import annotations

import contextlib
import ctypes
import os
import sys
from functools import cache
from pathlib import Path

PR_SET_PDEATHSIG = 1
PR_SET_DUMPABLE = 4
PR_SET_NO_NEW_PRIVS = 38


class Missing(Exception):
    """A layer cannot be had here; says why in a few words."""


@cache
def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def call(name: str, *arguments: object) -> int:
    """Call a function of the C library.

    Raises:
        OSError: it failed.
    """
    result = int(getattr(_libc(), name)(*arguments))
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return result


def prctl(option: int, value: int) -> None:
    """Set an attribute of this process.

    Raises:
        OSError: the kernel refuses.
    """
    call("prctl", option, *(ctypes.c_ulong(one) for one in (value, 0, 0, 0)))


def hide_memory() -> None:
    """Keep other processes of the same user out of this one: /proc/PID/mem, environ, ptrace."""
    if sys.platform == "linux":
        prctl(PR_SET_DUMPABLE, 0)


def own_memory() -> int:
    """Return this process's proportional set size in bytes; 0 where the system does not tell."""
    with contextlib.suppress(OSError):
        for line in Path("/proc/self/smaps_rollup").read_text().splitlines():
            name, _, size = line.partition(":")
            if name == "Pss":
                return int(size.split()[0]) * 1024
    return 0
