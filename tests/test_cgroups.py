"""Control groups, in a folder that stands for the kernel's: few machines let a test divide theirs.

The kernel's part, that it ends a run over its memory, cannot be seen here.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from grader.evidence.messages import Limits
from grader.sandbox import cgroups
from grader.sandbox.system_calls import Missing


@pytest.fixture
def group(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A group that this process and its parent are in, and that systemd lets us divide."""
    found = tmp_path / "scope"
    found.mkdir()
    (tmp_path / "cgroup.procs").write_text("1\n")
    (found / "cgroup.controllers").write_text("cpu memory pids\n")
    (found / "cgroup.procs").write_text(f"{os.getppid()}\n{os.getpid()}\n")
    monkeypatch.setattr(cgroups, "_own_group", lambda: found)
    monkeypatch.setattr(os, "getxattr", lambda *_: b"1", raising=False)
    return found


def test_a_group_is_divided_once(group: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (group / "run-5").mkdir()  # of a grader that was killed
    cgroups.divide()
    assert (group / "cgroup.subtree_control").read_text() == "+memory +pids"
    assert (group / "keras-grader" / "cgroup.procs").read_text() == str(os.getpid())
    assert not (group / "run-5").exists()
    monkeypatch.setattr(cgroups, "_own_group", lambda: group / "keras-grader")
    (group / "cgroup.subtree_control").unlink()
    cgroups.divide()
    assert not (group / "cgroup.subtree_control").exists()


def test_a_run_gets_its_limits(group: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cgroups, "_OURS", "scope")  # as if it were divided already
    cgroups.apply(Limits(memory=123_000_000, processes=5))
    run = group.parent / f"run-{os.getpid()}"
    assert (run / "memory.max").read_text() == "123000000"
    assert (run / "memory.oom.group").read_text() == "1"
    assert int((run / "pids.max").read_text()) == 5 + 64 * (os.cpu_count() or 1)
    assert (run / "cgroup.procs").read_text() == "0"


def test_what_is_not_ours_is_left_alone(group: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def unmarked(*_: object) -> bytes:
        raise OSError

    before = sorted(group.iterdir())
    (group / "cgroup.procs").write_text(f"{os.getpid()}\n1234567\n")
    with pytest.raises(Missing, match="other processes"):
        cgroups.divide()
    monkeypatch.setattr(os, "getxattr", unmarked)
    with pytest.raises(Missing, match="nobody has let us"):
        cgroups.divide()
    (group / "cgroup.controllers").write_text("hugetlb\n")
    with pytest.raises(Missing, match="no control group of version 2 with memory"):
        cgroups.divide()
    assert sorted(group.iterdir()) == before
