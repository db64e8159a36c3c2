"""Where a process of ours listens: who gets in, and who is talked to."""

from __future__ import annotations

import secrets
import socket
import threading
from pathlib import Path

import pytest

from grader.processes import addresses


@pytest.fixture(params=["a Unix socket", "a port"])
def transport(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Both ways to reach a process of ours; the second is that of Windows."""
    if request.param == "a port":
        monkeypatch.setattr(addresses, "_MOST_BYTES", 0)
    return str(request.param)


def _serve_one(listener: addresses.Listener, admitted: list[bool]) -> threading.Thread:
    def serve() -> None:
        with listener.accept() as client:
            admitted.append(listener.admit(client))
            if admitted[-1]:
                client.sendall(b"hello")

    thread = threading.Thread(target=serve)
    thread.start()
    return thread


def test_a_client_and_a_keeper_know_each_other(transport: str, tmp_path: Path) -> None:
    path = tmp_path / "listens"
    listener = addresses.Listener(path)
    assert path.stat().st_mode & 0o077 == 0
    admitted: list[bool] = []
    # For a Unix socket, the kernel tells who we are: a process that is the listener's own is not
    # to connect, and that is what a test in one process is.
    thread = _serve_one(listener, admitted)
    with addresses.connect(path) as client:
        said = client.recv(5)
    thread.join()
    assert (said, admitted) == ((b"hello", [True]) if transport == "a port" else (b"", [False]))
    listener.close()
    assert not path.exists()
    with pytest.raises(OSError):
        addresses.connect(path)


def test_who_does_not_know_the_token_is_sent_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(addresses, "_MOST_BYTES", 0)
    path = tmp_path / "listens"
    listener = addresses.Listener(path)
    port, _ = path.read_text().split()
    admitted: list[bool] = []
    path.write_text(f"{port} {secrets.token_hex(32)}")
    thread = _serve_one(listener, admitted)
    with pytest.raises(OSError, match="another process"):
        addresses.connect(path)
    thread.join()
    thread = _serve_one(listener, admitted)
    with socket.create_connection(("127.0.0.1", int(port))) as client:
        client.sendall(b"x" * 64)  # no proof
        assert b"hello" not in b"".join(iter(lambda: client.recv(1000), b""))
    thread.join()
    assert admitted == [False, False]
    listener.close()


def test_a_port_that_somebody_else_has_taken_is_not_talked_to(tmp_path: Path) -> None:
    path = tmp_path / "listens"
    heard = b""
    with socket.create_server(("127.0.0.1", 0)) as other:

        def answer() -> None:
            nonlocal heard
            with other.accept()[0] as client:
                heard += client.recv(1000)
                client.sendall(b"y" * 64)
                heard += client.recv(1000)

        thread = threading.Thread(target=answer)
        thread.start()
        path.write_text(f"{other.getsockname()[1]} {secrets.token_hex(32)}")
        with pytest.raises(OSError, match="another process"):
            addresses.connect(path)
        thread.join()
    assert len(heard) == 32  # a number that says nothing; no token, no proof
