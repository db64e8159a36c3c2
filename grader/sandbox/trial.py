"""Which layers hold on this machine, found out by putting each on a process and trying it."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NamedTuple

from grader.evidence.messages import Confinement, Limits
from grader.sandbox import cgroups, group_watch, landlock, namespaces, privileges, seccomp
from grader.sandbox.confinement import LAYERS, NotConfined
from grader.sandbox.limits import apply as limit_process
from grader.sandbox.policy import Policy
from grader.sandbox.system_calls import Missing, hide_memory

_SECONDS = 60
_USUAL = Limits()


class LayerTrial(NamedTuple):
    """A layer, and whether it holds here."""

    name: str
    holds: bool
    remark: str
    """Why it does not, or what it is too old for."""


def probe() -> list[LayerTrial]:
    """Try all layers, in a new interpreter: this process stays as it is."""
    try:
        done = subprocess.run(
            [sys.executable, "-P", "-m", "grader.sandbox.trial"],
            capture_output=True,
            stdin=subprocess.DEVNULL,
            timeout=_SECONDS,
            check=True,
        )
        return [LayerTrial(*found) for found in json.loads(done.stdout)]
    except (OSError, subprocess.SubprocessError, ValueError) as error:
        return [LayerTrial(name, False, f"the trial failed: {error}") for name in LAYERS]


def instructor_rules(
    required: Iterable[str], say: Callable[[str], object], limits: Limits = _USUAL
) -> Confinement:
    """Return what holds the processes of an instructor's run; say which layers hold here.

    This process, which will have the verdicts, is closed to others of the same user.

    Raises:
        NotConfined: a layer that is required does not hold, or there is none of that name.
    """
    hide_memory()
    with contextlib.suppress(Missing):  # the trial says why
        cgroups.divide()
    wanted = tuple(required)
    found = {layer.name: layer for layer in probe()}
    for name in wanted:
        if name not in found:
            raise NotConfined(f"there is no layer {name!r}; there are {', '.join(LAYERS)}")
        if not found[name].holds:
            raise NotConfined(f"the layer {name} does not hold here: {found[name].remark}")
    say(summary(found.values()))
    return Confinement("instructor", require=wanted, limits=limits)


def summary(layers: Iterable[LayerTrial]) -> str:
    """Return one sentence or two on what holds."""
    found = list(layers)
    names = [f"{one.name} ({one.remark})" if one.remark else one.name for one in found if one.holds]
    missing = [f"{one.name} ({one.remark})" for one in found if not one.holds]
    text = f"Submissions are confined by: {', '.join(names) or 'nothing'}."
    return f"{text} Missing here: {', '.join(missing)}." if missing else text


def _try_landlock() -> str:
    landlock.apply(Policy((), (), (), ()))
    return landlock.remark() if _refused(Path(__file__).read_text) else _fail("it forbids nothing")


def _try_seccomp() -> str:
    seccomp.apply(signals=False)
    return "" if _refused(lambda: socket.socket().close()) else _fail("it forbids nothing")


def _try_namespaces() -> str:
    namespaces.apply(Limits())
    alone = [name for _, name in socket.if_nameindex()] == ["lo"]
    return "" if alone else _fail("the network is the machine's")


def _try_privileges() -> str:
    privileges.drop()
    return ""


def _try_cgroup() -> str:
    cgroups.divide()
    cgroups.apply(Limits())
    return ""


def _try_limits() -> str:
    limit_process(Limits())
    return ""


def _fail(why: str) -> str:
    raise Missing(why)


def _refused(action: Callable[[], object]) -> bool:
    try:
        action()
    except PermissionError:
        return True
    return False


_TRIALS: dict[str, Callable[[], str]] = {
    "cgroup": _try_cgroup,
    "limits": _try_limits,
    "namespaces": _try_namespaces,
    "privileges": _try_privileges,
    "landlock": _try_landlock,
    "seccomp": _try_seccomp,
}


def _in_a_fork(name: str, trial: Callable[[], str]) -> LayerTrial:
    """Try one layer in a process that is thrown away."""
    read, write = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            if sys.platform == "linux":
                privileges.prepare()
            found = [True, trial()]
        except BaseException as error:  # whatever it is, the layer does not hold
            found = [False, str(error) or type(error).__name__]
        os.write(write, json.dumps(found).encode())
        os._exit(0)
    os.close(write)
    with open(read, encoding="utf-8") as stream:  # noqa: PTH123
        holds, remark = json.loads(stream.read() or '[false, "its trial ended early"]')
    os.waitpid(pid, 0)
    cgroups.end_run(pid)
    return LayerTrial(name, holds, remark)


def _all_layers() -> list[LayerTrial]:
    if sys.platform == "win32":
        return [LayerTrial(name, False, "Windows has none of it") for name in LAYERS]
    why_not = group_watch.why_not_watched()
    watch = LayerTrial("watch", not why_not, why_not)
    if sys.platform != "linux":
        return [
            _in_a_fork(name, trial)
            if name == "limits"
            else LayerTrial(name, False, "only Linux has it")
            for name, trial in _TRIALS.items()
        ] + [watch]
    return [*(_in_a_fork(name, trial) for name, trial in _TRIALS.items()), watch]


if __name__ == "__main__":
    print(json.dumps(_all_layers()))
