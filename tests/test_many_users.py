"""One installation, many users: what is a user's own is in nobody's way, and open to nobody."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from grader.processes import addresses, caches, server
from grader.processes.server import NoServer
from grader.sandbox.folders import remove_folder

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="it has no numbers of users")


def test_users_of_one_installation_have_servers_and_caches_of_their_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    monkeypatch.delenv("XDG_CACHE_HOME")
    found = set()
    for name in ("ada", "ben"):
        monkeypatch.setenv("HOME", str(tmp_path / name))
        found |= {str(server.socket_path()), caches.cache_variables()["KERAS_HOME"]}
    assert len(found) == 4


def test_a_folder_of_another_user_is_not_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody may have made it first; or `su` has left the variable as it was."""
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    server.folder()
    caches.cache_variables()
    own = os.getuid()
    monkeypatch.setattr(os, "getuid", lambda: own + 1)
    with pytest.raises(NoServer, match="not the user's own"):
        server.connect_or_start("ahead")
    caches._temporary_folder.cache_clear()
    assert not caches.cache_variables()["KERAS_HOME"].startswith(str(tmp_path))
    remove_folder(caches._temporary_folder())
    caches._temporary_folder.cache_clear()


@pytest.mark.skipif(not hasattr(os, "getuid") or os.getuid() != 0, reason="root can be another")
def test_another_user_gets_at_no_token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(addresses, "_MOST_BYTES", 0)
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)  # so that it is the file itself which is closed
        path = Path(folder, "listens")
        listener = addresses.Listener(path)
        done = subprocess.run(
            ["cat", str(path)], user=65534, capture_output=True, text=True, check=False
        )
        listener.close()
    assert (done.returncode, done.stdout) == (1, "")
    assert "Permission denied" in done.stderr
