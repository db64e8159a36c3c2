"""All references pass every check and all stubs are blank, with no network at all."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from commands import grade

from grader.catalogue import exercises


@pytest.fixture
def no_network(tmp_path: Path) -> tuple[dict[str, str], Path]:
    """An environment in which each connection to another machine fails and leaves a line."""
    hook = tmp_path / "hook"
    hook.mkdir()
    log = tmp_path / "connections.log"
    (hook / "sitecustomize.py").write_text(
        "import socket\n"
        "def refuse(self, address, *rest):\n"
        "    if self.family != socket.AF_UNIX:\n"
        f"        open({str(log)!r}, 'a').write(f'{{address}}\\n')\n"
        "        raise OSError('no network in this test')\n"
        "    return connect(self, address, *rest)\n"
        "connect = socket.socket.connect\n"
        "socket.socket.connect = refuse\n"
        "socket.socket.connect_ex = refuse\n"
        "def look_up(host, *rest, **more):\n"
        f"    open({str(log)!r}, 'a').write(f'{{host}}\\n')\n"
        "    raise OSError('no network in this test')\n"
        "socket.getaddrinfo = look_up\n"
    )
    log.touch()
    return {"PYTHONPATH": str(hook)}, log


def test_every_reference_passes_with_no_network(
    no_network: tuple[dict[str, str], Path], tmp_path: Path
) -> None:
    env, log = no_network
    done = grade("verify", cwd=tmp_path, env=env)
    count = len(exercises())
    assert done.returncode == 0, done.stdout + done.stderr
    words = f"{count} of {count} references passed, {count} of {count} stubs are not_attempted."
    assert words in done.stdout
    assert log.read_text() == ""


def test_a_connection_would_be_noticed(no_network: tuple[dict[str, str], Path]) -> None:
    env, log = no_network
    code = "import urllib.request; urllib.request.urlopen('http://127.0.0.1:9/')"
    done = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, check=False)
    assert done.returncode != 0
    assert "127.0.0.1" in log.read_text()
