"""Learners' notebooks with answers in them, and a kernel that runs their cells."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.manager import KernelManager

from grader.catalogue import Exercise
from grader.notebook.run_cells import RunCells
from grader.notebook.starter import starter_notebook
from grader.notebook.steps import cell_name, split_solution
from grader.stubs import BEGIN, END

Cell = dict[str, Any]


def answers(exercise: Exercise, *changes: tuple[str, str]) -> dict[str, str]:
    """Return the reference's steps with CHANGES, by the ids of the cells that they belong in."""
    _, steps = split_solution(exercise.solution.read_text("utf-8"))
    found = {}
    for number, step in enumerate(steps, start=1):
        text = "\n".join(line for line in step.splitlines() if line.strip() not in {BEGIN, END})
        for old, new in changes:
            text = text.replace(old, new)
        found[cell_name(f"step{number}", exercise)] = text
    return found


def filled(exercise: Exercise, *changes: tuple[str, str]) -> bytes:
    """Return a learner's notebook with the reference's steps in its blanks, with CHANGES."""
    document = json.loads(starter_notebook(exercise))
    texts = answers(exercise, *changes)
    for cell in document["cells"]:
        cell["source"] = texts.get(cell["id"], "".join(cell["source"]))
    return json.dumps(document).encode()


def ran(*cells: tuple[str, str], failed: int = 0) -> RunCells:
    """Return what is noted of cells with those texts and ids, run one after the other.

    The first FAILED of them raise an exception.
    """
    shell: Any = SimpleNamespace(history_manager=None)
    noted = RunCells(shell)
    for number, (text, cell_id) in enumerate(cells, start=1):
        info = SimpleNamespace(raw_cell=text, cell_id=cell_id or None, store_history=True)
        result: Any = SimpleNamespace(info=info, execution_count=number, success=number > failed)
        noted.after(result)
    return noted


class Kernel:
    """Runs cells as JupyterLab does: with their ids, one after the other until one fails."""

    def __init__(self, client: BlockingKernelClient) -> None:
        self._client = client

    def run(self, text: str, cell_id: str = "") -> list[dict[str, Any]]:
        """Run a cell; return the contents of its outputs, errors among them."""
        session = self._client.session
        content = {
            "code": text, "silent": False, "store_history": True, "user_expressions": {},
            "allow_stdin": False, "stop_on_error": True,
        }  # fmt: skip
        message = session.msg("execute_request", content, metadata={"cellId": cell_id})
        self._client.shell_channel.send(message)
        outputs: list[dict[str, Any]] = []
        while True:
            reply = self._client.get_iopub_msg(timeout=300)
            if reply["parent_header"].get("msg_id") != message["header"]["msg_id"]:
                continue
            if reply["msg_type"] == "status" and reply["content"]["execution_state"] == "idle":
                self._client.get_shell_msg(timeout=60)
                return outputs
            if reply["msg_type"] in {"stream", "display_data", "execute_result", "error"}:
                outputs.append(reply["content"])

    def run_all(self, notebook: bytes) -> str:
        """Run a notebook's cells; return what the last that ran showed."""
        shown = ""
        for cell in json.loads(notebook)["cells"]:
            if cell["cell_type"] == "code":
                outputs = self.run("".join(cell["source"]), cell["id"])
                shown = text_of(outputs) or shown
                if any("ename" in output for output in outputs):
                    break
        return shown


def text_of(outputs: list[dict[str, Any]]) -> str:
    """Return what a cell showed, as text."""
    return "\n".join(
        output["text"] if "text" in output
        else f"{output['ename']}: {output['evalue']}" if "ename" in output
        else output["data"]["text/plain"]
        for output in outputs
    )  # fmt: skip


@contextmanager
def kernel_in(folder: Path) -> Iterator[Kernel]:
    """Start a kernel in a notebook's folder; end it."""
    manager = KernelManager(kernel_name="python3")
    manager.start_kernel(cwd=str(folder), env={**os.environ, "NO_COLOR": "1"})
    client = manager.blocking_client()
    client.start_channels()
    try:
        client.wait_for_ready(timeout=60)
        yield Kernel(client)
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
