"""What the trusted side relies on, and a submission may have spoilt: its helper, caches, folders."""

from __future__ import annotations

import contextlib
import os
import selectors
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from attacks import RIGHT
from confined import INSTRUCTOR, grade_text
from processes import below
from words import words_of

from grader.processes import caches, connections, forking, server
from grader.processes.forking import ForkWorkers
from grader.processes.workers import GraderFault
from grader.sandbox.folders import remove_folder
from grader.verdict import Outcome

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="the layers are Linux's"),
    pytest.mark.usefixtures("nothing_stays"),
]


@pytest.mark.by_turns
def test_a_helper_that_does_not_answer_is_replaced(
    helper: ForkWorkers, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert grade_text(helper, RIGHT, INSTRUCTOR).status == Outcome.PASSED
    assert helper._helper is not None
    assert helper._socket is not None
    helper._socket.settimeout(1.0)
    stopped = helper._helper.pid
    os.kill(stopped, signal.SIGSTOP)
    assert grade_text(helper, RIGHT, INSTRUCTOR).status == Outcome.PASSED
    assert helper._helper is not None
    assert helper._helper.pid != stopped


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("import time; time.sleep(60)", "gave no answer in 0 s. Is the machine busy?"),
        ("print('oneDNN custom operations are on'); print('no room')", "Its last words: no room"),
    ],
)
def test_why_no_helper_is_there_is_told(
    code: str, says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = "sleep" in code
    monkeypatch.setattr(forking, "_START_SECONDS", 0.3 if slow else 60.0)
    monkeypatch.setattr(connections, "_HANGING_UP_SECONDS", 0.1 if slow else 60.0)
    monkeypatch.setattr(forking, "HELPER_COMMAND", [sys.executable, "-c", code])
    with contextlib.closing(ForkWorkers()) as workers, pytest.raises(GraderFault) as fault:
        workers.preload([])
    assert says in str(fault.value)


def test_a_helper_that_has_ended_meanwhile_costs_no_verdict(helper: ForkWorkers) -> None:
    """Whoever hands the job over replaces it; to prepare the job is no reason to give up."""
    ended, other = socket.socketpair()
    other.close()
    with contextlib.closing(ForkWorkers()) as workers:
        workers._socket = ended
        workers.preload(["json"])


def test_a_helper_ends_with_its_grader_also_while_it_imports() -> None:
    code = (
        "import socket, sys, time\n"
        "from grader.processes import zygote\n"
        "with zygote._ended_with(socket.socket(fileno=int(sys.argv[1]))):\n"
        "    print('imports', flush=True)\n"
        "    time.sleep(60)\n"
    )
    ours, theirs = socket.socketpair()
    with subprocess.Popen(
        [sys.executable, "-c", code, str(theirs.fileno())],
        pass_fds=[theirs.fileno()],
        stdout=subprocess.PIPE,
    ) as process:
        theirs.close()
        assert process.stdout is not None
        assert process.stdout.readline() == b"imports\n"
        ours.sendall(b"a request")  # is no reason to end
        time.sleep(0.2)
        assert process.poll() is None
        ours.close()
        assert process.wait(30) == 0


def test_a_helper_that_is_killed_under_a_right_answer_costs_it_nothing(helper: ForkWorkers) -> None:
    """The system may do so where memory is short: nobody's answer has ended it."""
    helper.preload([])
    assert helper._helper is not None
    pid = helper._helper.pid

    def kill_while_it_runs() -> None:
        while not below(pid):
            time.sleep(0.005)
        os.kill(pid, signal.SIGKILL)

    killer = threading.Thread(target=kill_while_it_runs, daemon=True)
    killer.start()
    verdict = grade_text(helper, f"import time\ntime.sleep(1)\n{RIGHT}", INSTRUCTOR)
    killer.join()
    assert verdict.status == Outcome.PASSED


@pytest.mark.parametrize("after", [0.0, 0.1, 0.4])
def test_a_process_that_is_killed_is_told_or_was_done(helper: ForkWorkers, after: float) -> None:
    """Sooner or later: no verdict is lost, none is wrong, and the next one is right."""
    helper.preload([])
    assert helper._helper is not None
    children = Path(f"/proc/{helper._helper.pid}/task/{helper._helper.pid}/children")

    def kill() -> None:
        while not (jobs := children.read_text().split()):
            time.sleep(0.001)
        time.sleep(after)
        with contextlib.suppress(ProcessLookupError):
            os.kill(int(jobs[0]), signal.SIGKILL)

    killer = threading.Thread(target=kill)
    killer.start()
    verdict = grade_text(helper, f"import time\ntime.sleep(0.2)\n{RIGHT}", INSTRUCTOR)
    killer.join()
    if verdict.status != Outcome.PASSED:  # it is tried again if its file had not begun to run
        assert verdict.status == Outcome.FAILED
        assert "signal 9" in words_of(verdict)
    assert grade_text(helper, RIGHT, INSTRUCTOR).status == Outcome.PASSED


def test_a_pipe_in_place_of_a_cache_is_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    folder = Path(caches.cache_variables()["MPLCONFIGDIR"])
    assert folder.is_relative_to(tmp_path)
    assert folder.stat().st_mode & 0o077 == 0
    os.mkfifo(folder / "fontlist-v390.json")
    (folder / "matplotlibrc").symlink_to("/etc/passwd")
    (folder / "kept.json").write_text("{}")
    caches.cache_variables()
    assert [path.name for path in folder.iterdir()] == ["kept.json"]


def test_what_keras_downloads_is_seen_as_soon_as_it_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    folder = Path(caches.cache_variables()["KERAS_HOME"]) / "datasets"
    (tmp_path / "keras" / "datasets" / "mnist.npz").write_bytes(b"data")
    assert (folder / "mnist.npz").read_bytes() == b"data"


def test_caches_in_a_folder_that_is_open_to_others_are_not_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    (tmp_path / "keras-grader" / "workers").mkdir(parents=True)
    (tmp_path / "keras-grader" / "workers").chmod(0o777)
    caches._temporary_folder.cache_clear()
    assert not caches.cache_variables()["MPLCONFIGDIR"].startswith(str(tmp_path))
    remove_folder(caches._temporary_folder())
    caches._temporary_folder.cache_clear()


def test_a_runtime_folder_of_somebody_else_means_no_server(monkeypatch: pytest.MonkeyPatch) -> None:
    def not_ours(*_: object) -> Path:
        raise PermissionError("/tmp/runtime-0")

    monkeypatch.setattr("platformdirs.user_runtime_path", not_ours)
    with pytest.raises(server.NoServer):
        server.connect()


def test_a_folder_far_too_deep_for_any_path_is_removed(tmp_path: Path) -> None:
    folder = tmp_path / "deep"
    folder.mkdir()
    home = Path.cwd()
    os.chdir(folder)
    try:
        for _ in range(2500):  # PATH_MAX is 4096 bytes
            Path("file").touch()
            os.mkdir("d")  # noqa: PTH102 - a folder of the current one
            os.chdir("d")
    finally:
        os.chdir(home)
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "kept").touch()
    (folder / "link").symlink_to(outside)
    (folder / "closed").mkdir(mode=0o000)
    remove_folder(folder)
    assert not folder.exists()
    assert (outside / "kept").exists()


def test_what_an_ended_job_left_is_read_however_late_we_come_to_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """On a starved machine all patience may be over before the first look. Somebody holds on."""
    monkeypatch.setattr(forking, "_PATIENCE_SECONDS", -1.0)
    found = bytearray()
    with forking._pipe() as (reader, writer), selectors.DefaultSelector() as selector:
        writer.write(b"x" * 40_000)
        selector.register(reader, selectors.EVENT_READ, found.extend)
        forking.read_rest(selector)
    assert len(found) == 40_000


def test_a_file_that_goes_from_a_cache_meanwhile_is_no_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Matplotlib has a lock beside its cache, in each of several processes."""
    for name in ("matplotlib", "keras"):
        (tmp_path / name).mkdir()
    lock, pipe = tmp_path / "matplotlib" / "lock", tmp_path / "matplotlib" / "pipe"
    lock.touch()
    os.mkfifo(pipe)
    scan = os.scandir

    def scan_late(folder: Path) -> contextlib.AbstractContextManager[list[os.DirEntry[str]]]:
        with scan(folder) as entries:
            found = sorted(entries, key=lambda entry: entry.name)
        lock.unlink(missing_ok=True)
        return contextlib.nullcontext(found)

    monkeypatch.setattr(os, "scandir", scan_late)
    caches._remove_what_is_no_file(tmp_path, ())
    assert not pipe.exists()
