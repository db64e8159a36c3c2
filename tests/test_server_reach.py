"""The server that is kept between calls is out of reach of learners' code, and of strangers."""

from __future__ import annotations

import contextlib
import socket
import sys
from pathlib import Path

import pytest
from own_server import gone, passes, server_pid

from grader.catalogue import find
from grader.evidence.messages import Confinement
from grader.grading.pipeline import Options, grade
from grader.processes import server
from grader.processes.server import ServerWorkers
from grader.sandbox.confinement import LAYERS
from grader.submission import read_submission
from grader.verdict import Outcome

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the server is Linux's only")

EXERCISE = find("2.2.1")
NO_LAYERS = Options(confinement=Confinement(without=tuple(LAYERS)))
"""The server is out of reach also where the system has no way to confine a process."""


CONNECT = """
import os, socket, struct, sys, time

def attack():
    sock = socket.socket(socket.AF_UNIX)
    sock.connect({path!r})
    data = bytes([0x81, 0xa4]) + b"kind" + bytes([0xaa]) + b"ask status"  # MessagePack
    sock.sendall(struct.pack("!I", len(data)) + data)
    answer = sock.recv(4)
    open({mark!r}, "a").write("answered\\n" if answer else "refused\\n")

try:
    attack()
except OSError as error:
    open({mark!r}, "a").write("refused\\n")
"""
DAEMON = """
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        time.sleep(0.3)  # until the one that started us is gone
        try:
            attack()
        except OSError:
            open({mark!r}, "a").write("refused\\n")
        time.sleep(600)
    os._exit(0)
time.sleep(1.5)
"""


@pytest.mark.usefixtures("shared_server")
@pytest.mark.parametrize("code", [CONNECT, CONNECT + DAEMON], ids=["itself", "a daemon"])
def test_a_learners_process_cannot_reach_the_server(code: str, tmp_path: Path) -> None:
    pid = passes()
    mark = tmp_path / "mark"
    source = code.format(path=str(server.socket_path()), mark=str(mark))
    path = tmp_path / "attack.py"
    path.write_text(source + EXERCISE.solution.read_text("utf-8"), "utf-8")
    with ServerWorkers() as workers:
        verdict = grade(read_submission(EXERCISE, path), workers, NO_LAYERS)
    words = mark.read_text().split()
    assert words == ["refused"] * (2 if code != CONNECT else 1)
    assert verdict.status == Outcome.PASSED
    assert server_pid() == pid
    assert server.ask_status().running == 0


@pytest.mark.usefixtures("shared_server")
def test_a_learners_process_inherits_no_socket(tmp_path: Path) -> None:
    passes()
    mark = tmp_path / "mark"
    path = tmp_path / "look.py"
    path.write_text(
        "import os\n"
        "names = []\n"
        "for number in os.listdir('/proc/self/fd'):\n"
        "    try:\n"
        "        names.append(os.readlink(f'/proc/self/fd/{number}'))\n"
        "    except OSError:\n"
        "        pass\n"
        f"open({str(mark)!r}, 'w').write('\\n'.join(names))\n",
        "utf-8",
    )
    with ServerWorkers() as workers, contextlib.closing(server.connect()):
        grade(read_submission(EXERCISE, path), workers, NO_LAYERS)
    names = mark.read_text().splitlines()
    assert any(name.startswith("pipe:") for name in names)
    assert not [name for name in names if name.startswith("socket:")]


@pytest.mark.usefixtures("shared_server")
def test_what_a_learners_code_leaves_running_is_ended(tmp_path: Path) -> None:
    passes()
    mark = tmp_path / "mark"
    path = tmp_path / "daemon.py"
    path.write_text(
        "import os, time\n"
        "if os.fork() == 0:\n"
        "    os.setsid()\n"
        "    if os.fork() == 0:\n"
        f"        open({str(mark)!r}, 'w').write(str(os.getpid()))\n"
        "        time.sleep(600)\n"
        "    os._exit(0)\n"
        "time.sleep(0.5)\n",
        "utf-8",
    )
    with ServerWorkers() as workers:
        grade(read_submission(EXERCISE, path), workers, NO_LAYERS)
    assert gone(int(mark.read_text()))


@pytest.mark.usefixtures("shared_server")
@pytest.mark.parametrize(
    "data",
    [b"\x80\x04K\x01.", b"\x00\x00\x00\x05hello", b"\xff\xff\xff\xff", b"\x00\x00\x00\x02[]"],
)
def test_the_server_drops_who_does_not_speak_its_language(data: bytes) -> None:
    pid = passes()
    with server.connect() as sock:
        sock.settimeout(10)
        sock.sendall(data)
        with contextlib.suppress(OSError):
            sock.shutdown(socket.SHUT_WR)
        with contextlib.suppress(ConnectionResetError):
            assert sock.recv(1) == b""
    assert passes() == pid
