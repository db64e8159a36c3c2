"""Grading on a real Dask cluster on loopback: a scheduler and two worker processes."""

from __future__ import annotations

import csv
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from commands import GRADE, grade, solution

import grader
from grader.catalogue import find
from grader.teaching import cluster
from grader.teaching.cluster import Cluster, NoCluster

pytest.importorskip("distributed")

NAME = Path(find("2.2.1").file).name
StartWorker = Callable[..., "subprocess.Popen[bytes]"]


@pytest.fixture
def scheduler(tmp_path: Path) -> Iterator[str]:
    """Start a scheduler on a free port; return its address."""
    file = tmp_path / "scheduler.json"
    process = subprocess.Popen(
        [sys.executable, "-m", "distributed.cli.dask_scheduler", "--host", "127.0.0.1",
         "--port", "0", "--no-dashboard", "--scheduler-file", str(file)],
        cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        deadline = time.monotonic() + 60
        while not (file.exists() and file.read_text().strip()) and time.monotonic() < deadline:
            time.sleep(0.05)
        import json

        yield json.loads(file.read_text())["address"]
    finally:
        process.kill()
        process.wait()


@pytest.fixture
def start_worker(scheduler: str, tmp_path: Path) -> Iterator[StartWorker]:
    started = []

    def start(**env: str) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            [sys.executable, "-m", "distributed.cli.dask_worker", scheduler, "--nthreads", "1",
             "--no-nanny", "--no-dashboard", "--local-directory", str(tmp_path)],
            cwd=tmp_path, env={**os.environ, **env},
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.wait()


def _records(tmp_path: Path) -> int:
    return len(list((tmp_path / "out" / "verdicts").glob("*/2.2.1.verdict")))


@pytest.mark.by_turns
def test_a_worker_that_is_killed_half_way_loses_nothing(
    tmp_path: Path, scheduler: str, start_worker: StartWorker
) -> None:
    for number in range(6):
        path = tmp_path / "class" / f"s{number}" / NAME
        path.parent.mkdir(parents=True)
        wrong = solution("2.2.1").replace('"adam"', '"sgd"') if number % 2 else solution("2.2.1")
        path.write_text(f"import time; time.sleep(0.7)\n{wrong}\n# {number}\n")
    first, second = start_worker(), start_worker()
    process = subprocess.Popen(
        [*GRADE, "cohort", "class", "--out", "out", "--dask", scheduler],
        cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    deadline = time.monotonic() + 120
    while _records(tmp_path) < 2 and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.02)
    first.send_signal(signal.SIGKILL)
    assert _records(tmp_path) < 6
    output, errors = process.communicate(timeout=120)
    assert process.returncode == 0, output + errors
    assert "6 graded now, 0 known from before" in output
    assert second.poll() is None
    with (tmp_path / "out" / "gradebook.csv").open(encoding="utf-8-sig", newline="") as stream:
        marks = {row["student"]: row["2.2.1"] for row in csv.DictReader(stream)}
    assert marks == {f"s{n}": "8" if n % 2 else "9" for n in range(6)}
    done = grade("cohort", "class", "--out", "out", cwd=tmp_path)  # here, not on the cluster
    assert "0 graded now, 6 known from before" in done.stdout


def test_workers_with_another_grader_are_refused(
    tmp_path: Path, scheduler: str, start_worker: StartWorker
) -> None:
    site = tmp_path / "site"
    shutil.copytree(Path(grader.__file__).parent, site / "grader")
    init = site / "grader" / "__init__.py"
    init.write_text(init.read_text().replace(grader.__version__, "0.0.1"))
    start_worker(PYTHONPATH=str(site))
    with pytest.raises(NoCluster, match=r"keras-grader is 0\.0\.1 there and .* here"):
        Cluster(scheduler)


def test_a_cluster_without_workers_and_one_that_is_not_there(
    scheduler: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster, "_WORKERS_SECONDS", 0.5)
    monkeypatch.setattr(cluster, "_CONNECT_SECONDS", 1)
    with pytest.raises(NoCluster, match="has no workers"):
        Cluster(scheduler)
    for address in ("tcp://127.0.0.1:1", "nonsense://x", "127.0.0.1"):
        with pytest.raises(NoCluster, match="No Dask scheduler answers"):
            Cluster(address)


def test_without_distributed_there_is_a_clear_word(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(NoCluster, match=r"keras-grader\[instructor\]"):
        Cluster("tcp://127.0.0.1:1")
