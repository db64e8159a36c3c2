"""The layers that hold a learner's process, in their order, and putting them on.

Each may be missing on a system; then the others hold what they can, and `trial` says what is
missing and why. A layer that was required stops the run before the learner's code begins.
"""

from __future__ import annotations

import sys
from collections.abc import Callable

from grader.evidence.messages import Confinement
from grader.sandbox import cgroups, landlock, limits, namespaces, privileges, seccomp
from grader.sandbox.policy import Policy
from grader.sandbox.system_calls import Missing

LAYERS = {
    "cgroup": "memory and number of processes of all that a file starts, at every moment",
    "limits": "memory, file sizes, open files of each process",
    "namespaces": "a network of its own without interfaces, shared memory of its own",
    "privileges": "no rights of root's, and no new ones",
    "landlock": "files by a list of what may be read and written, TCP, signals to others",
    "seccomp": "no sockets, no access to other processes, none gets away when the run is ended",
    "watch": "memory, disk and number of processes of all that a file starts, four times a second",
}
"""Each with what it holds. The last is on the other side: see `group_watch`."""


class NotConfined(Exception):
    """A layer that was required cannot be had."""


def confine(policy: Policy, wanted: Confinement) -> None:
    """Put all layers on this process that it can have, for good.

    Raises:
        NotConfined: one that was required failed.
    """
    if sys.platform == "linux":
        _try(privileges.prepare)
    for name, apply in _steps(policy, wanted).items():
        if name in wanted.without:
            reason = "left out"
        elif sys.platform != "linux" and name != "limits":
            reason = "only Linux has it"
        elif not (reason := _try(apply)):
            continue
        if name in wanted.require:
            raise NotConfined(f"the layer {name} was required and is missing: {reason}")


def _steps(policy: Policy, wanted: Confinement) -> dict[str, Callable[[], None]]:
    def filter_calls() -> None:
        scoped = "landlock" not in wanted.without and landlock.scopes_signals()
        seccomp.apply(signals=not scoped)

    def join_group() -> None:
        if wanted.rules == "own":
            raise Missing("only instructors' runs have it")  # a server may be in any group
        cgroups.apply(wanted.limits)

    return {
        "cgroup": join_group,
        "limits": lambda: limits.apply(wanted.limits),
        "namespaces": lambda: namespaces.apply(wanted.limits),
        "privileges": privileges.drop,
        "landlock": lambda: landlock.apply(policy),
        "seccomp": filter_calls,
    }


def _try(apply: Callable[[], None]) -> str:
    """Return why a layer could not be put on, "" if it is on."""
    try:
        apply()
    except (OSError, ImportError, Missing) as error:
        return str(error)
    return ""
