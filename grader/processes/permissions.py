"""What a learner's process may read and write, by the rules of its run.

In an instructor's run: Python and its libraries, what the system itself consists of, the data,
and the parts of this package that run beside the learner's code. In a learner's own run:
everything but solutions and checks. In neither what its exercise withholds: `withholding` tells
who opens that with Python why, the system stops all others. It writes to its own two folders.
"""

from __future__ import annotations

import os
import sys
import sysconfig
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import grader
from grader.evidence.messages import LearnerJob
from grader.identity import data_folders, package_folder
from grader.processes.caches import cache_folder
from grader.sandbox.policy import Policy, trees_without

_SYSTEM = (
    "/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/nix/store", "/opt/conda",
    "/etc/ld.so.cache", "/etc/ld.so.conf", "/etc/ld.so.conf.d", "/etc/localtime", "/etc/timezone",
    "/etc/mime.types", "/etc/fonts", "/etc/passwd", "/etc/group", "/etc/nsswitch.conf",
    "/etc/locale.alias", "/etc/alternatives", "/var/cache/fontconfig",
    "/proc/cpuinfo", "/proc/meminfo", "/proc/stat", "/proc/loadavg",
    "/proc/filesystems", "/proc/version", "/proc/sys/vm/overcommit_memory",
    "/sys/devices/system/cpu", "/sys/devices/system/node", "/sys/fs/cgroup", "/sys/kernel/mm",
    "/dev/random", "/dev/urandom",
)  # fmt: skip
_ITSELF = "/proc/self"  # a link, to be followed by the process itself
_DEVICES = ("/dev/null", "/dev/zero", "/dev/full")
_OF_A_PREFIX = ("bin", "lib", "lib64", "share", "etc", "pyvenv.cfg")
_BESIDE_THE_CODE = ("learner", "evidence")
_SECRET_PARTS = ("solutions", "checks")
_SECRET_IN_A_CLONE = ("solutions", "tests", ".git", "build", "dist")
"""What Git keeps, and what pip makes, holds all of it once more."""


def policy_of(job: LearnerJob, closed: Iterable[str]) -> Policy:
    """Return what a job's process may do; the files CLOSED may not be read."""
    roots, list_only = _of_a_class() if job.confinement.rules == "instructor" else (("/",), ())
    if job.beside:
        roots = (*roots, job.beside)
    read, more = _without([*secret_folders(), *map(os.path.realpath, closed)], roots)
    list_only += more
    scratch, evidence = job.scratch, job.evidence
    return Policy(read, list_only, _DEVICES, (scratch, evidence))


@cache
def _of_a_class() -> tuple[tuple[str, ...], tuple[str, ...]]:
    package, datasets = Path(grader.__file__).parent, package_folder("datasets")
    # In a clone, right answers lie in its tests, too: nothing of it but what is named here.
    ours = [str(package), str(datasets.parent)] if _is_clone() else [str(package)]
    readable, listable = trees_without([*_SYSTEM, *_of_python()], [*ours, *secret_folders()])
    readable += [str(package / part) for part in _BESIDE_THE_CODE]
    readable += [str(path) for path in package.glob("*.py")]
    readable += [_ITSELF, str(datasets), *map(str, data_folders())]
    if caches := cache_folder():
        readable.append(str(caches))
    return tuple(readable), (*listable, str(package))


def _of_python() -> list[str]:
    prefixes = {sys.prefix, sys.base_prefix, sys.exec_prefix, sys.base_exec_prefix}
    found = [str(Path(prefix, part)) for prefix in prefixes for part in _OF_A_PREFIX]
    found += [sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")]
    return found + [path for path in sys.path if path and Path(path).is_dir()]


def _without(secrets: list[str], roots: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Take those roots apart that have a secret in them, as they are now."""
    taken = {root for root in roots if _holds_any(os.path.realpath(root), secrets)}
    read, list_only = trees_without(taken, secrets)
    return (*(root for root in roots if root not in taken), *read), tuple(list_only)


def _holds_any(folder: str, paths: list[str]) -> bool:
    return any(path == folder or path.startswith(folder.rstrip("/") + "/") for path in paths)


@cache
def secret_folders() -> tuple[str, ...]:
    """Return where solutions, checks and what is made of them lie, as far as they are here."""
    package = Path(grader.__file__).parent
    found = [package / part for part in _SECRET_PARTS]
    if _is_clone():
        found += [package.parent / part for part in _SECRET_IN_A_CLONE]
    found.append(package_folder("datasets") / "making.py")  # it makes networks from solutions
    return tuple(sorted({os.path.realpath(path) for path in found if path.exists()}))


def prepare() -> None:
    """Find out what is the same for all runs, in the process that they are forked from."""
    _of_a_class()


def _is_clone() -> bool:
    return (package_folder("datasets").parent / "pyproject.toml").exists()
