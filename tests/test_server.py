"""The server that is kept between calls: found again, replaced, refused to learners' code."""

from __future__ import annotations

import os
import re
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from commands import grade as run_grade
from own_server import end, gone, no_other_server, passes, server_pid

from grader import identity
from grader.catalogue import find
from grader.evidence.messages import Confinement, LearnerJob, Progress
from grader.grading.pipeline import Options, grade
from grader.processes import server, wire
from grader.processes.jobs import encode_job
from grader.processes.server import NoServer, ServerWorkers
from grader.sandbox.confinement import LAYERS
from grader.submission import read_submission
from grader.verdict import Outcome

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the server is Linux's only")

EXERCISE = find("2.2.1")
NO_LAYERS = Options(confinement=Confinement(without=tuple(LAYERS)))
"""The server is out of reach also where the system has no way to confine a process."""


@pytest.fixture
def own_server() -> Iterator[None]:
    """No server at the start of the test, and none after it."""
    with no_other_server():
        yield


@pytest.fixture
def light_server(own_server: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """As `own_server`; one that is started has no TensorFlow, and nothing is graded."""
    monkeypatch.setattr(server, "HELPER_COMMAND", [sys.executable, "-P", "-c", LIGHT_MAIN])


def _reaches() -> int:
    """Speak to the server over a connection of its own; return its process."""
    workers = ServerWorkers()
    with workers:
        workers.preload(())
        assert not workers._own_helper
    return server_pid()


@pytest.mark.usefixtures("own_server")
def test_calls_at_once_start_one_server_and_later_ones_find_it() -> None:
    with pytest.raises(NoServer):
        server.ask_status()
    found: list[Outcome] = []

    def one() -> None:
        with ServerWorkers() as workers:
            found.append(grade(read_submission(EXERCISE, EXERCISE.solution), workers).status)

    threads = [threading.Thread(target=one) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [Outcome.PASSED] * 3
    first = server.ask_status()
    assert first.jobs == 6
    assert passes() == first.pid
    status = server.ask_status()
    assert (status.jobs, status.running) == (8, 0)
    assert server.socket_path().stat().st_mode & 0o077 == 0
    assert server.folder().stat().st_mode & 0o077 == 0


@pytest.mark.usefixtures("own_server")
def test_a_server_that_does_not_listen_yet_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    slow = (
        "import socket, sys, time; sock = socket.socket(socket.AF_UNIX); sock.bind(sys.argv[2]); "
        "time.sleep(0.3); sock.listen(); sock.accept()"
    )
    monkeypatch.setattr(server, "HELPER_COMMAND", [sys.executable, "-c", slow])
    with server.connect_or_start("fork") as sock:
        assert sock.getpeername() == str(server.socket_path())


@pytest.mark.usefixtures("light_server")
def test_a_changed_installation_gets_a_new_server(monkeypatch: pytest.MonkeyPatch) -> None:
    first = _reaches()
    assert _reaches() == first
    monkeypatch.setattr(identity, "code_fingerprint", lambda: "another")
    second = _reaches()
    assert second != first
    assert gone(first)


def test_the_fingerprint_changes_with_a_file_of_the_grader(tmp_path: Path) -> None:
    code = "from grader import identity; print(identity.code_fingerprint())"
    copy = tmp_path / "grader"
    source = Path(identity.__file__).parent
    subprocess.run(["cp", "-r", str(source), str(copy)], check=True)

    def of_copy() -> str:
        done = subprocess.run(
            [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True
        )
        return done.stdout

    before = of_copy()
    assert of_copy() == before
    with (copy / "learner" / "run.py").open("a") as stream:
        stream.write("# changed\n")
    assert of_copy() != before


@pytest.mark.usefixtures("own_server")
def test_without_a_server_a_helper_of_our_own_does_the_same(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    open_to_all = Path(os.environ["XDG_RUNTIME_DIR"], "keras-grader")
    open_to_all.mkdir()
    open_to_all.chmod(0o777)
    with pytest.raises(NoServer, match="not the user's own"):
        server.folder()
    workers = ServerWorkers()
    with workers:
        assert grade(read_submission(EXERCISE, EXERCISE.solution), workers).status == Outcome.PASSED
        assert workers._own_helper


@pytest.mark.usefixtures("light_server")
def test_the_server_ends_when_told_and_when_idle(monkeypatch: pytest.MonkeyPatch) -> None:
    first = _reaches()
    server.stop()
    assert gone(first)
    assert not server.socket_path().exists()
    monkeypatch.setenv("GRADER_SERVER_SECONDS", "1")
    second = _reaches()
    assert second != first
    assert gone(second)
    assert not server.socket_path().exists()


@pytest.mark.usefixtures("shared_server")
def test_a_client_that_goes_away_takes_its_job_along(tmp_path: Path) -> None:
    passes()
    mark = tmp_path / "mark"
    with server.connect() as sock:
        read, write = os.pipe()
        job = LearnerJob(
            source=f"import time, os\nopen({str(mark)!r}, 'w').write(str(os.getpid()))\n"
            "time.sleep(600)\n",
            file="x.py", evidence=str(tmp_path), scratch=str(tmp_path), seed=0, seconds=600, most_epochs=0,
            fast_fit=True, threads=None, given="", given_file="", names=[], watch=[], withheld=[], install=[],
            probes=[],
        )  # fmt: skip
        with tempfile.TemporaryFile() as file:
            file.write(encode_job(job))
            file.flush()
            wire.send(sock, wire.StartJob(), [write, write, file.fileno()])
        answer = wire.receive_response(sock)
        assert isinstance(answer, wire.JobStarted)
        pid = answer.pid
        deadline = time.monotonic() + 20
        while not (mark.exists() and mark.read_text()) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert mark.read_text() == str(pid)
        os.close(read)
        os.close(write)
    assert gone(pid)
    assert server.ask_status().running == 0


# Which server a call finds


@pytest.mark.usefixtures("own_server")
def test_the_server_is_the_installations_whatever_the_shell_is(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    own = server.socket_path()
    monkeypatch.setenv("PATH", f"{sys.prefix}/bin:{sys.prefix}/bin:/usr/bin")  # activated twice
    monkeypatch.setenv("VIRTUAL_ENV", sys.prefix)
    monkeypatch.setenv("LANG", "C")
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    assert server.socket_path() == own
    link = tmp_path / "link"
    link.symlink_to(sys.prefix)
    monkeypatch.setattr(sys, "prefix", str(link))
    assert server.socket_path() == own
    monkeypatch.setenv("GRADER_DATA", str(tmp_path))  # other data: what is loaded may differ
    assert server.socket_path() != own
    monkeypatch.delenv("GRADER_DATA")
    monkeypatch.setattr(sys, "prefix", str(tmp_path))
    assert server.socket_path() != own


LIGHT_MAIN = (
    "import sys; from grader.processes import zygote\n"
    "zygote.PRELOAD, zygote.PRELOAD_NEXT, zygote.PRELOAD_WHEN_IDLE = (), 'json', ()\n"
    "zygote.main(sys.argv[1:])\n"
)
"""A helper without TensorFlow."""

LIGHT = (
    "import sys; from pathlib import Path; from grader.processes import zygote\n"
    "zygote.PRELOAD_NEXT, zygote.PRELOAD_WHEN_IDLE = 'json', ()\n"
    "sys.prefix = sys.argv[1]; one = zygote.Zygote('', 60); one.listen(Path(sys.argv[2]))\n"
    "print('listens', flush=True); one.serve()\n"
)
"""A server without TensorFlow, of the installation that the first argument names."""


@pytest.mark.usefixtures("own_server")
def test_all_servers_are_listed_and_stopped(tmp_path: Path) -> None:
    paths = {"/an/installation": server.socket_path(), "/another": server.folder() / "0.sock"}
    started = [
        subprocess.Popen(
            [sys.executable, "-c", LIGHT, *map(str, pair)], stdout=subprocess.PIPE, text=True
        )
        for pair in paths.items()
    ]
    for process in started:
        assert process.stdout is not None
        assert process.stdout.readline() == "listens\n"
    (server.folder() / "left behind.sock").touch()
    first, second = run_grade("server", "status", cwd=tmp_path).stdout.splitlines()
    for process, line, words in zip(
        started, (first, second), ("this installation's, /an/", "another installation's, /another"),
        strict=True,
    ):  # fmt: skip
        assert f"Process {process.pid}, {words}" in line
        assert re.search(r": [1-9]\d* MB, for 0 minutes, 0 jobs done, 0 running\.", line)
    told = run_grade("server", "stop", cwd=tmp_path).stdout
    assert "The server has been told to end." in told
    assert started[0].wait(10) == 0
    assert [one.installation for one in server.running().values()] == ["/another"]
    assert "told to end" in run_grade("server", "stop", "--all", cwd=tmp_path).stdout
    assert started[1].wait(10) == 0
    done = run_grade("server", "status", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (1, "No server is running.\n")


def test_no_server_in_ci(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.delenv("GRADER_NO_SERVER", raising=False)
    assert server.wanted()
    monkeypatch.setenv("CI", "true")
    assert not server.wanted()


@pytest.mark.by_turns
@pytest.mark.usefixtures("shared_server")
def test_a_server_that_ends_in_the_middle_costs_no_verdict(tmp_path: Path) -> None:
    pid = passes()
    path = tmp_path / "slow.py"
    path.write_text(f"import time\ntime.sleep(2)\n{EXERCISE.solution.read_text('utf-8')}", "utf-8")
    begun: list[Progress] = []

    def end_server(progress: Progress) -> None:
        if not begun:
            end(pid)
        begun.append(progress)

    workers = ServerWorkers()
    with workers:
        verdict = grade(read_submission(EXERCISE, path), workers, None, end_server)
        assert verdict.status == Outcome.PASSED
        assert workers._own_helper


def test_descriptors_of_a_message_that_never_comes_are_ours_to_close() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs, tempfile.TemporaryFile() as file:
        socket.send_fds(theirs, [struct.pack("!I", 10)], [file.fileno()])
        ours.settimeout(0.01)
        request, descriptors = wire.receive_request(ours)
    assert request is None
    assert len(descriptors) == 1
    os.close(descriptors[0])
