"""Interpreters that are started ahead: replaced, held, ended, out of others' reach."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from commands import grade as run_grade
from confined import NO_LAYERS, learner_job
from own_server import no_other_server
from processes import below, is_there, survivors

from grader.evidence.messages import Confinement, Internal
from grader.processes import addresses, connections, head_start, keeper, server, wire, workers
from grader.processes.head_start import AheadWorkers
from grader.processes.interpreters import Interpreter
from grader.processes.keeper import Spares
from grader.processes.opening import open_workers
from grader.processes.spawning import SpawnWorkers
from grader.processes.workers import GraderFault, clean_environment
from grader.usage import WrongUsage

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="it looks at processes in /proc")

NOTHING_RUNS = Confinement("own", require=("seccomp",), without=("seccomp",))
"""Stops a job before anything is imported for it."""

LIGHT = (
    "import sys; from grader.processes import keeper\n"
    "keeper.KINDS = {'learner': ('json',), 'checks': ('json',)}; keeper.LATER = ()\n"
    "keeper.main(sys.argv[1:])\n"
)
"""A keeper whose interpreters import no TensorFlow."""


@pytest.fixture(params=["a Unix socket", "a port"])
def light(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Keepers like that; the second way to reach one is that of Windows."""
    code = LIGHT
    if request.param == "a port":
        monkeypatch.setattr(addresses, "_MOST_BYTES", 0)
        code = "from grader.processes import addresses; addresses._MOST_BYTES = 0\n" + LIGHT
    for module in (server, head_start):
        monkeypatch.setattr(module, "KEEPER_COMMAND", [sys.executable, "-c", code])
    monkeypatch.setenv("GRADER_PROCESSES", "ahead")
    return str(request.param)


def _status(ahead: AheadWorkers) -> wire.ServerStatus:
    ahead._send(wire.AskStatus())
    status = wire.receive_response(ahead._connected())
    assert isinstance(status, wire.ServerStatus)
    return status


def _wait(condition: Callable[[], bool], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


# Which way processes come about


def test_the_way_is_the_systems_or_what_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GRADER_PROCESSES", raising=False)
    assert workers.way() == "fork"
    for system in ("darwin", "win32"):
        monkeypatch.setattr(sys, "platform", system)
        assert workers.way() == "ahead"
    monkeypatch.setenv("GRADER_PROCESSES", "ahead")
    with contextlib.closing(open_workers()) as opened:
        assert isinstance(opened, AheadWorkers)
    monkeypatch.setenv("GRADER_PROCESSES", "spawn")
    assert isinstance(open_workers(server=True), SpawnWorkers)
    monkeypatch.setenv("GRADER_PROCESSES", "fork")
    monkeypatch.delattr(os, "fork")
    with pytest.raises(WrongUsage, match="cannot do"):
        workers.way()
    monkeypatch.setenv("GRADER_PROCESSES", "thread")
    with pytest.raises(WrongUsage, match="fork, ahead, spawn"):
        open_workers()


def test_a_way_that_there_is_not_is_wrong_usage(workspace: Path) -> None:
    env = {"GRADER_PROCESSES": "thread"}
    done = run_grade("2.2.1", "--solution", "--fresh", cwd=workspace, env=env)
    assert (done.returncode, done.stdout) == (2, "")
    assert "it can be fork, ahead, spawn" in done.stderr


# What is kept ready


@pytest.fixture
def spares(monkeypatch: pytest.MonkeyPatch) -> Iterator[Spares]:
    monkeypatch.setattr(keeper, "KINDS", {"learner": ("json",), "checks": ("json",)})
    monkeypatch.setattr(keeper, "_QUIET_SECONDS", 0.3)
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    kept = Spares(())
    yield kept
    kept.close()


def _tend_until(spares: Spares, condition: Callable[[], bool]) -> None:
    def tended() -> bool:
        spares.tend()
        return condition()

    _wait(tended)


def test_what_is_used_up_is_replaced_when_no_job_runs(spares: Spares, tmp_path: Path) -> None:
    spares.want(["csv"])
    _tend_until(spares, lambda: spares.count_ready() == 2)
    spares.want([])
    taken = spares.take("learner")
    for _ in range(3):
        spares.tend()
    assert (len(spares._waiting), spares.count_running()) == (1, 1)
    run = taken.run(learner_job("", tmp_path, NOTHING_RUNS), 60, None, lambda: False)
    assert run.exit_code == 70
    spares.give_back("learner", taken)
    assert not is_there(taken.pid)
    _tend_until(spares, lambda: spares.count_ready() == 2)
    assert spares.take("learner").pid != taken.pid


def test_one_that_ends_while_it_waits_is_replaced_for_the_next_job(spares: Spares) -> None:
    spares.want([])
    _tend_until(spares, lambda: spares.count_ready() == 2)
    (gone, *_) = (one for one in spares._waiting.values())
    os.kill(gone.pid, signal.SIGKILL)
    _tend_until(spares, lambda: spares.count_ready() == 1)
    for _ in range(4):  # what ended may end again: nobody starts one after the other
        spares.tend()
        time.sleep(0.1)
    assert spares.count_ready() == 1
    spares.want([])
    _tend_until(spares, lambda: spares.count_ready() == 2)


def test_an_interpreter_that_never_gets_ready_is_given_up(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("grader.processes.interpreters._START_SECONDS", 0.5)
    (tmp_path / "endless.py").write_text("import time\ntime.sleep(600)\n")
    (tmp_path / "crash.py").write_text("import os\nos._exit(9)\n")
    env = clean_environment() | {"PYTHONPATH": str(tmp_path)}
    for module, words in (("endless", "imports in"), ("crash", "exit code 9")):
        interpreter = Interpreter([module], env)
        with pytest.raises(GraderFault, match=words):
            interpreter.wait_until_idle(lambda: False)
        interpreter.close()
        assert not is_there(interpreter.pid)
        monkeypatch.setattr("grader.processes.interpreters._START_SECONDS", 60)


# The keeper, with interpreters that import nothing


def test_jobs_are_run_and_nothing_is_left(light: str, tmp_path: Path) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tempfile, "tempdir", str(tmp_path))
        with AheadWorkers() as ahead:
            first = ahead.run(learner_job("", tmp_path, NOTHING_RUNS), 60)
            assert (first.exit_code, first.began) == (70, False)
            assert any(isinstance(reply, Internal) for reply in first.replies)
            with ahead.another() as beside:
                assert beside.run(learner_job("", tmp_path, NOTHING_RUNS), 60).exit_code == 70
            _wait(lambda: _status(ahead).ready == 2)
            status = _status(ahead)
            assert (status.jobs, status.running) == (2, 0)
            assert status.memory > 10_000_000
            pids = {status.pid, *below(status.pid)}
            assert len(pids) == 3
        assert not survivors(pids)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["evidence", "scratch"]


def test_a_grader_that_is_killed_leaves_nothing(light: str, tmp_path: Path) -> None:
    code = (
        "import os, sys, time\n"
        "from grader.processes import head_start\n"
        f"head_start.KEEPER_COMMAND = {server.KEEPER_COMMAND!r}\n"
        "ahead = head_start.AheadWorkers(); ahead.preload([])\n"
        "print(ahead._helper.pid, ahead._path, flush=True); time.sleep(600)\n"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as grader:
        assert grader.stdout is not None
        pid, path = grader.stdout.readline().decode().split()
        _wait(lambda: len(below(int(pid))) == 2)
        pids = {int(pid), *below(int(pid))}
        grader.kill()
        assert not survivors(pids)
        _wait(lambda: not Path(path).parent.exists())


def test_a_keeper_that_does_not_answer_is_replaced(
    light: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "_ENDING_SECONDS", 0.5)
    with AheadWorkers() as ahead:
        ahead.preload([])
        assert ahead._helper is not None
        stopped = ahead._helper.pid
        os.kill(stopped, signal.SIGSTOP)
        ahead._connected().settimeout(0.5)
        assert ahead.run(learner_job("", tmp_path, NOTHING_RUNS), 60).exit_code == 70
        assert ahead._helper.pid != stopped
        assert not is_there(stopped)


def test_a_job_is_ended_with_who_has_asked_for_it(light: str, tmp_path: Path) -> None:
    with AheadWorkers() as ahead:
        ahead.preload([])
        _wait(lambda: _status(ahead).ready == 2)
        keeper_pid = _status(ahead).pid
        beside = ahead.another()
        ended: list[str] = []

        def run() -> None:
            try:
                beside.run(learner_job("", tmp_path, NO_LAYERS), 600)
            except GraderFault as fault:
                ended.append(str(fault))

        thread = threading.Thread(target=run)
        thread.start()
        _wait(lambda: _status(ahead).running == 1)  # it imports TensorFlow
        running = below(keeper_pid)
        beside.abort()
        thread.join()
        beside.close()
        _wait(lambda: _status(ahead).running == 0)
        assert ended
        assert [pid for pid in running if not is_there(pid)]


def test_one_that_nobody_waits_for_any_more_stays_for_the_next(spares: Spares) -> None:
    spares.want([])
    _tend_until(spares, lambda: spares.count_ready() == 2)
    taken = spares.take("learner")
    spares.give_back("learner", taken)
    assert spares.take("learner") is taken


def test_a_server_is_found_again_listed_and_stopped(light: str, tmp_path: Path) -> None:
    with no_other_server():
        with AheadWorkers(server=True) as ahead:
            ahead.run(learner_job("", tmp_path, NOTHING_RUNS), 60)
            first = _status(ahead).pid
            assert ahead._helper is None
        with AheadWorkers(server=True) as ahead, ahead.another() as beside:
            assert _status(ahead).pid == _status(beside).pid == first
            _wait(lambda: _status(ahead).ready == 2)
        pids = {first, *below(first)}
        told = run_grade("server", "status", cwd=tmp_path).stdout
        assert f"Process {first}, this installation's" in told
        assert "1 jobs done, 0 running. 2 interpreters are ready." in told
        assert "told to end" in run_grade("server", "stop", cwd=tmp_path).stdout
        assert not survivors(pids)
        assert not server.socket_path().exists()


def test_a_server_of_other_code_is_replaced_and_one_without_calls_ends(
    light: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with no_other_server():
        with AheadWorkers(server=True) as ahead:
            first = _status(ahead).pid
        monkeypatch.setattr("grader.identity.code_fingerprint", lambda: "another")
        monkeypatch.setenv("GRADER_SERVER_SECONDS", "0.5")
        with AheadWorkers(server=True) as ahead:
            second = _status(ahead).pid
        assert first != second
        assert not survivors([first, second])


@pytest.mark.parametrize("data", [b"\x80\x04K\x01.", b"\xff\xff\xff\xff", b"\x00\x00\x00\x02[]"])
def test_a_server_drops_who_does_not_speak_its_language(light: str, data: bytes) -> None:
    with no_other_server(), AheadWorkers(server=True) as ahead:
        pid = _status(ahead).pid
        with addresses.connect(server.socket_path()) as sock:
            sock.sendall(data)
            sock.shutdown(socket.SHUT_WR)
            with contextlib.suppress(ConnectionResetError):
                assert sock.recv(1) == b""
        assert _status(ahead).pid == pid
