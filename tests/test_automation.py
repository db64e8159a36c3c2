"""What runs on other machines says nothing that is not there."""

from __future__ import annotations

import json
import shlex
import tomllib
from pathlib import Path
from typing import Any

import yaml

from grader.commands.application import COMMANDS

ROOT = Path(__file__).parents[1]


def _jobs() -> dict[str, Any]:
    workflow = yaml.safe_load((ROOT / ".github" / "workflows" / "tests.yml").read_text("utf-8"))
    return dict(workflow["jobs"])


def _commands() -> list[list[str]]:
    container = json.loads((ROOT / ".devcontainer" / "devcontainer.json").read_text("utf-8"))
    lines = container["postCreateCommand"].split(" && ")
    lines += [step["run"] for job in _jobs().values() for step in job["steps"] if "run" in step]
    return [shlex.split(line, comments=True) for line in lines]


def test_each_system_has_each_python() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert project["requires-python"].startswith(">=3.11")
    for job in _jobs().values():
        assert job["strategy"]["matrix"]["python"] == ["3.11", "3.12", "3.13"]
    systems = {"ubuntu-latest", *_jobs()["elsewhere"]["strategy"]["matrix"]["system"]}
    assert systems == {"ubuntu-latest", "macos-latest", "windows-latest"}


def test_what_is_called_is_there() -> None:
    for command in _commands():
        if "grade" in command:
            name = command[command.index("grade") + 1]
            assert name in COMMANDS or name[0].isdigit(), command
        for word in command:
            if word.startswith(("tests/", ".ci/")):
                assert (ROOT / word).exists(), word
