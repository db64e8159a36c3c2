"""Namespaces: a network without interfaces, and shared memory and queues that end with the run.

There is no PID namespace: the process would have to be forked once more and be its first one,
to which signals do nothing, and what it would bring is there already: Landlock hides /proc and
holds signals back, and the filter on system calls keeps all that a file starts in one group.
"""

from __future__ import annotations

import os
from pathlib import Path

from grader.evidence.messages import Limits
from grader.sandbox.limits import limit_processes
from grader.sandbox.system_calls import Missing, call

_NEW_IPC, _NEW_USER, _NEW_NET = 0x08000000, 0x10000000, 0x40000000


def apply(limits: Limits) -> None:
    """Leave the network and the shared memory of the machine for good.

    The process must have one thread. After a fork that is so, whatever threads there were.

    Raises:
        Missing: the system allows no namespaces.
    """
    if os.geteuid() == 0:
        try:  # root needs no user namespace, in which it could not read others' files
            call("unshare", _NEW_NET | _NEW_IPC)
            return
        except OSError:
            pass
    user, group = os.geteuid(), os.getegid()
    try:
        call("unshare", _NEW_USER | _NEW_NET | _NEW_IPC)
    except OSError as error:
        raise Missing(f"the system allows no user namespaces ({error.strerror})") from None
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{user} {user} 1")
    Path("/proc/self/gid_map").write_text(f"{group} {group} 1")
    limit_processes(limits)  # of this namespace alone: outside, all of the user's would count
