"""Files in interpreters that were started ahead: held by the same layers and limits."""

from __future__ import annotations

import signal
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from confined import INSTRUCTOR, NO_LAYERS, OWN, grade_text, learner_job
from processes import survivors
from words import words_of

from grader.evidence.messages import Confinement
from grader.processes.forking import ForkWorkers
from grader.processes.head_start import AheadWorkers
from grader.processes.workers import Run
from grader.verdict import Outcome

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the layers are Linux's")


@pytest.fixture(scope="module")
def ahead() -> Iterator[AheadWorkers]:
    with AheadWorkers() as opened:
        yield opened


LOOK = f"""
import os, socket
from pathlib import Path
import grader
def told(name, action):
    try:
        action()
        print(name, "done")
    except BaseException as error:
        print(name, type(error).__name__)
told("solution", lambda: Path({str(Path(__file__).parents[1] / "solutions")!r}).iterdir().__next__())
told("socket", lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
told("outside", lambda: Path({tempfile.gettempdir()!r}, "reached").write_text("x"))
told("inside", lambda: Path("mine").write_text("x"))
told("parent", lambda: os.kill(os.getppid(), 0))
told("session", os.setsid)
status = dict(line.split(":\\t", 1) for line in Path("/proc/self/status").read_text().splitlines())
print({{name: status[name].strip() for name in ("CapEff", "NoNewPrivs", "Seccomp")}})
links = [os.readlink(f"/proc/self/fd/{{number}}") for number in (0, 1, 2)]
print(links[0], links[1] == links[2], os.getsid(0) == os.getpid(), sorted(os.environ))
print(os.listdir("/proc/self/net") if Path("/proc/self/net").exists() else "hidden")
"""


@pytest.mark.by_turns
@pytest.mark.parametrize("confinement", [OWN, INSTRUCTOR], ids=["own", "instructor"])
def test_the_layers_hold_as_in_a_fork(
    confinement: Confinement, ahead: AheadWorkers, helper: ForkWorkers, tmp_path: Path
) -> None:
    found = [one.run(learner_job(LOOK, tmp_path, confinement), 60) for one in (ahead, helper)]
    assert found[0].output == found[1].output
    assert "inside done" in found[0].output
    assert [run.exit_code for run in found] == [0, 0]


@pytest.mark.by_turns
def test_limits_end_a_run(ahead: AheadWorkers, tmp_path: Path) -> None:
    def run(code: str, timeout: float = 60) -> Run:
        return ahead.run(learner_job(code, tmp_path, OWN), timeout)

    deaf = (
        "import signal, time\n"
        "for s in (signal.SIGINT, signal.SIGTERM, signal.SIGALRM): signal.signal(s, signal.SIG_IGN)\n"
        "while True: time.sleep(0.1)"
    )
    late = run(deaf, timeout=6)
    assert (late.timed_out, late.exit_code) == (True, -signal.SIGKILL)
    full = run(
        "while True: open(str(len(__import__('os').listdir())), 'wb').write(b'x' * 50_000_000)"
    )
    assert full.exceeded is not None
    assert full.exceeded.limit == "disk"
    mark = tmp_path / "scratch" / "pid"
    left = run(
        "import subprocess, sys\n"
        "one = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\n"
        "open('pid', 'w').write(str(one.pid))"
    )
    assert left.exit_code == 0
    assert not survivors([int(mark.read_text())])


@pytest.mark.by_turns
def test_a_file_that_ends_the_process_above_it_fails(tmp_path: Path) -> None:
    """It ends the keeper twice; what left the group has ended, too, and the next file is graded."""
    code = (
        "import os, signal, time\n"
        f"open({str(tmp_path / 'pids')!r}, 'a').write(f'{{os.getpid()}}\\n')\n"
        "os.kill(os.getppid(), signal.SIGKILL)\n"
        "time.sleep(600)\n"
    )
    with AheadWorkers() as workers:
        verdict = grade_text(workers, code, NO_LAYERS)
        assert verdict.status == Outcome.FAILED
        assert "signal 9" in words_of(verdict)
        pids = [int(line) for line in (tmp_path / "pids").read_text().split()]
        assert len(pids) == 2
        assert not survivors(pids)
        daemon = (
            "import os, time\n"
            "if os.fork() == 0:\n"
            "    os.setsid()\n"
            "    if os.fork() == 0:\n"
            f"        open({str(tmp_path / 'daemon')!r}, 'w').write(str(os.getpid()))\n"
            "        time.sleep(600)\n"
            "    os._exit(0)\n"
            "time.sleep(0.5)\n"
        )
        assert workers.run(learner_job(daemon, tmp_path, NO_LAYERS), 60).exit_code == 0
        assert not survivors([int((tmp_path / "daemon").read_text())])
