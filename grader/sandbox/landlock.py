"""Landlock: which files a process may read and write, no TCP, no signals to others.

Three system calls; a binding would bring more code than is here. What was allowed is a list of
folders and files, each with all that lies below; everything else is refused, to root as well.
See https://docs.kernel.org/userspace-api/landlock.html.
"""

from __future__ import annotations

import ctypes
import os
import stat
import struct
from collections.abc import Iterable

from grader.sandbox.policy import Policy
from grader.sandbox.system_calls import Missing, call

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446  # the same on all architectures
_PATH_BENEATH = 1
_ASK_VERSION = 1

_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR = 1, 2, 4, 8
_REMOVE_DIR, _REMOVE_FILE = 1 << 4, 1 << 5
_MAKE_DIR, _MAKE_REG, _MAKE_SOCK, _MAKE_FIFO, _MAKE_SYM = 1 << 7, 1 << 8, 1 << 9, 1 << 10, 1 << 12
_REFER, _TRUNCATE, _IOCTL_DEV = 1 << 13, 1 << 14, 1 << 15

_READ = _EXECUTE | _READ_FILE | _READ_DIR
_USE = _READ_FILE | _WRITE_FILE
_WRITE = (
    _READ | _WRITE_FILE | _TRUNCATE | _REMOVE_DIR | _REMOVE_FILE | _REFER
    | _MAKE_DIR | _MAKE_REG | _MAKE_FIFO | _MAKE_SYM | _MAKE_SOCK
)  # fmt: skip
"""No devices: root could make one that is the disk."""

_FOR_FILES = _EXECUTE | _WRITE_FILE | _READ_FILE | _TRUNCATE | _IOCTL_DEV
_ALL_OF_VERSION = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 5: (1 << 16) - 1}
_TCP_VERSION, _TCP = 4, 3
_SCOPES_VERSION, _SCOPES = 6, 3


def version() -> int:
    """Return which version of Landlock the kernel has.

    Raises:
        Missing: none.
    """
    try:
        return call("syscall", _CREATE_RULESET, None, 0, _ASK_VERSION)
    except OSError as error:
        raise Missing(f"this kernel has no Landlock ({error.strerror})") from None


def scopes_signals() -> bool:
    """Whether Landlock keeps a process from sending signals to others."""
    try:
        return version() >= _SCOPES_VERSION
    except Missing:
        return False


def remark() -> str:
    """Return what this kernel's Landlock is too old for; "" where it does everything."""
    found = version()
    if found < _TCP_VERSION:
        return f"version {found}: neither TCP nor signals"
    return f"version {found}: no signals" if found < _SCOPES_VERSION else ""


def apply(policy: Policy) -> None:
    """Hold this process, and all that it starts, to the policy for good.

    Raises:
        Missing: the kernel has no Landlock.
        OSError: it refuses.
    """
    found = version()
    handled = _ALL_OF_VERSION[max(known for known in _ALL_OF_VERSION if known <= found)]
    attributes = struct.pack(
        "QQQ",
        handled,
        _TCP if found >= _TCP_VERSION else 0,
        _SCOPES if found >= _SCOPES_VERSION else 0,
    )
    size = 24 if found >= _SCOPES_VERSION else 16 if found >= _TCP_VERSION else 8
    ruleset = call("syscall", _CREATE_RULESET, attributes, ctypes.c_size_t(size), 0)
    try:
        _allow(ruleset, policy.write, _WRITE & handled)
        _allow(ruleset, policy.use, _USE & handled)
        _allow(ruleset, policy.list_only, _READ_DIR & handled)
        _allow(ruleset, policy.read, _READ & handled)
        call("syscall", _RESTRICT_SELF, ruleset, 0)
    finally:
        os.close(ruleset)


def _allow(ruleset: int, paths: Iterable[str], rights: int) -> None:
    for path in paths:
        try:
            opened = os.open(path, os.O_PATH | os.O_CLOEXEC)
        except OSError:
            continue  # what is not there need not be allowed
        try:
            is_folder = stat.S_ISDIR(os.fstat(opened).st_mode)
            allowed = rights if is_folder else rights & _FOR_FILES
            rule = struct.pack("=Qi", allowed, opened)
            call("syscall", _ADD_RULE, ruleset, _PATH_BENEATH, rule, 0)
        finally:
            os.close(opened)
