"""Setting up: a workspace, and the shell's completion."""

from __future__ import annotations

import os
import shlex
from pathlib import Path

import click
from click.shell_completion import get_completion_class

from grader.desk import lay_out
from grader.files import as_typed
from grader.usage import WrongUsage
from grader.workspace import NoWorkspace, Workspace, find_workspace

_SHELLS = {"bash": ".bashrc", "zsh": ".zshrc", "fish": ".config/fish/completions/grade.fish"}
"""Each shell, and the file in the user's home that it reads."""

_ZSH_FIRST = "(( $+functions[compdef] )) || { autoload -Uz compinit && compinit }\n"
"""A zsh that nobody has set up completes nothing yet."""


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--notebooks", is_flag=True, help="A notebook for each exercise, not a script.")
@click.option("--nested", is_flag=True, help="Also inside of another workspace.")
def init(folder: Path, notebooks: bool, nested: bool) -> None:
    """Lay out a workspace with all exercises. Files that are there stay as they are."""
    outer = _workspace_around(folder)
    if outer and not nested:
        raise WrongUsage(
            f"{folder} would lie inside of a workspace: the exercises are in "
            f"{outer / 'exercises'} already. Choose a folder elsewhere, or add --nested."
        )
    try:
        new, kept = lay_out(folder, notebooks=notebooks)
    except OSError as error:
        raise click.BadParameter(f"{folder} cannot be written to: {error.strerror}") from None
    stayed = f", {kept} stayed as they were" if kept else ""
    what = "notebooks" if notebooks else "files"
    print(f"{new} new {what} in {folder / 'exercises'}{stayed}.")
    if Workspace(folder).has_both():
        print("Of scripts and notebooks, `grade ID` grades scripts. `grade FILE` grades any.")
    if folder.resolve() == Path.cwd():
        print("Begin with `grade next`.")
    else:
        print(f"Go there with `cd {as_typed(folder)}`, then `grade next`.")


def _workspace_around(folder: Path) -> Path | None:
    """Return the workspace that a folder lies in, if it is not that folder itself."""
    folder = folder.resolve()
    try:
        outer = find_workspace(folder).root
    except NoWorkspace:
        return None
    return None if outer == folder else outer


@click.command()
@click.argument("shell", metavar="[SHELL]", type=click.Choice(list(_SHELLS)), required=False)
@click.option("--install", is_flag=True, help="Let the shell load it, from its next start on.")
def completion(shell: str | None, install: bool) -> None:
    """Print what lets bash, zsh or fish complete commands and exercises, or install it."""
    shell = shell or Path(os.environ.get("SHELL", "")).name
    kind = get_completion_class(shell) if shell in _SHELLS else None
    if kind is None:
        raise WrongUsage(f"Which shell? Say `grade completion` with one of {', '.join(_SHELLS)}.")
    root = click.get_current_context().find_root().command
    script = kind(root, {}, "grade", "_GRADE_COMPLETE").source()
    if not install:
        print(script)
        return
    read = Path.home() / _SHELLS[shell]
    try:
        _install(shell, script, read)
    except OSError as error:
        raise click.BadParameter(f"{read} cannot be written to: {error.strerror}") from None
    print(f"Installed for {shell}. Open a new terminal, then try `grade h` and the Tab key.")


def _install(shell: str, script: str, read: Path) -> None:
    """Put the script where the shell loads it: fish has a folder, others are told in a line."""
    read.parent.mkdir(parents=True, exist_ok=True)
    if shell == "fish":
        read.write_text(script, "utf-8")
        return
    import platformdirs

    own = platformdirs.user_data_path("keras-grader") / f"completion.{shell}"
    own.parent.mkdir(parents=True, exist_ok=True)
    own.write_text(_ZSH_FIRST + script if shell == "zsh" else script, "utf-8")
    line = f"source {shlex.quote(str(own))}  # keras-grader: completion of `grade`\n"
    before = read.read_text("utf-8") if read.exists() else ""
    if line not in before:
        with read.open("a", encoding="utf-8") as stream:
            stream.write(("" if before.endswith("\n") or not before else "\n") + line)
