"""The `grade` command.

TensorFlow, and what imports it, is never imported here: it is imported once, in the
process that `grader.engine.workers` starts. So `grade list` and the like answer at once.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.markup import escape

from grader import __version__
from grader.catalogue import (
    Exercise,
    UnknownExercise,
    chapter_titles,
    exercises,
    find,
    package_folder,
    select,
)
from grader.submission import NotAFile, require_file
from grader.verdict import Outcome, Verdict
from grader.workspace import NoWorkspace, Workspace, chapter_progress, find_workspace, lay_out

if TYPE_CHECKING:
    from grader.engine.grading import Options

ALL_PASSED, NOT_PASSED, USAGE, FAULT = 0, 1, 2, 3

app = typer.Typer(
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="`grade 2.2.1` is short for `grade run 2.2.1`; lessons (2.2), chapters (2) and "
    "`all` work too. Exit code: 0 all passed, 1 not, 2 wrong usage, 3 a fault of the grader.",
)
out = Console(highlight=False)
err = Console(stderr=True, highlight=False)

ExerciseId = Annotated[str, typer.Argument(metavar="ID", help="An exercise, such as 2.2.1.")]
ExerciseIds = Annotated[
    list[str] | None,
    typer.Argument(metavar="[ID]...", help="Exercises, lessons, chapters or `all`."),
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]
Timeout = Annotated[
    float | None, typer.Option(min=1, help="Seconds that the file may run.", show_default=False)
]
Jobs = Annotated[
    int | None,
    typer.Option(min=1, help="Files graded at a time; as many as cores.", show_default=False),
]
Server = Annotated[
    bool,
    typer.Option(
        "--server/--no-server", help="Keep TensorFlow loaded for the next call.", show_default=False
    ),
]
Seed = Annotated[int, typer.Option(min=0, max=2**32 - 1, help="Seed for the random numbers.")]


def _version(wanted: bool) -> None:
    if wanted:
        print(f"keras-grader {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    _: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Grade your Keras exercises: fill in a stub, grade it, read what is wrong, go on."""


@app.command()
def run(
    ids: ExerciseIds = None,
    file: Annotated[
        Path | None, typer.Option(help="Grade this file in place of the workspace's.")
    ] = None,
    solution: Annotated[bool, typer.Option("--solution", help="Grade the reference.")] = False,
    json: Json = False,
    timeout: Timeout = None,
    seed: Seed = 0,
    jobs: Jobs = None,
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Grade anew, also what has not changed.")
    ] = False,
    server: Server = True,
) -> None:
    """Grade exercises; the word `run` may be left out."""
    chosen = select(ids or [])
    if not chosen:
        raise typer.BadParameter("name an exercise, a lesson, a chapter, or `all`")
    if file is not None and len(chosen) != 1:
        raise typer.BadParameter("--file goes with one exercise")
    if file is not None and solution:
        raise typer.BadParameter("--file and --solution do not go together")
    workspace = None if file is not None or solution else find_workspace()
    paths = []
    for exercise in chosen:
        path = exercise.solution if solution else file
        paths.append(path or _own_file(workspace, exercise))
    from grader.engine.grading import Options
    from grader.report import show_verdict

    verdicts = _grade_all(
        list(zip(chosen, paths, strict=True)),
        Options(seed=seed, timeout=timeout),
        jobs=jobs,
        server=server,
        fresh=fresh,
        show=None if json else lambda verdict: show_verdict(verdict, out),
    )
    _show_all(verdicts, json)
    if workspace is not None:
        workspace.remember(verdicts)
    raise typer.Exit(_exit_code(verdicts))


def _own_file(workspace: Workspace | None, exercise: Exercise) -> Path:
    assert workspace is not None
    path = workspace.file_of(exercise)
    if not path.exists():
        raise NotAFile(
            f"There is no file {path}. `grade reset {exercise.id}` brings its stub back."
        )
    return path


def _exit_code(verdicts: list[Verdict]) -> int:
    if any(verdict.status is Outcome.GRADER_ERROR for verdict in verdicts):
        return FAULT
    passed = all(verdict.status is Outcome.PASSED for verdict in verdicts)
    return ALL_PASSED if passed else NOT_PASSED


def _grade_all(
    work: list[tuple[Exercise, Path]],
    options: Options,
    *,
    json: bool = False,
    jobs: int | None = None,
    server: bool = True,
    fresh: bool = False,
    show: Callable[[Verdict], None] | None = None,
) -> list[Verdict]:
    """Grade files; show each verdict as soon as it and those before it are there."""
    from grader import stored
    from grader.engine.batch import cores, grade_all
    from grader.engine.server import wanted
    from grader.engine.workers import open_workers
    from grader.live import LiveLine

    for _, path in work:
        require_file(path)  # a wrong path is told before anything is started
    keys = [
        None if fresh else stored.key_of(*task, seed=options.seed, timeout=options.timeout)
        for task in work
    ]
    found = [stored.load(key) if key else None for key in keys]
    to_do = [task for task, verdict in zip(work, found, strict=True) if verdict is None]
    verdicts = []
    with ExitStack() as stack:
        live = stack.enter_context(LiveLine(err, len(to_do)))
        new: Iterator[Verdict] = iter(())
        if to_do:
            workers = stack.enter_context(open_workers(server=server and wanted()))
            new = grade_all(to_do, workers, options, jobs or cores(), live.update)
        for key, verdict in zip(keys, found, strict=True):
            if verdict is None:
                verdict = next(new)
                if key:
                    stored.keep(key, verdict)
            verdicts.append(verdict)
            if show:
                with live.one_done():
                    show(verdict)
    return verdicts


def _show_all(verdicts: list[Verdict], json: bool) -> None:
    from grader.report import show_summary, to_json

    if json:
        print(to_json(verdicts))
    else:
        show_summary(verdicts, out)


@app.command("list")
def list_exercises() -> None:
    """List all exercises, and which of yours have passed."""
    try:
        progress = find_workspace().progress()
    except NoWorkspace:
        progress = {}
    done = chapter_progress(progress)
    marks = {"passed": "✓", "failed": "✗", "error": "✗", "timeout": "✗"}
    for number, title in chapter_titles().items():
        _, passed, count = done[number]
        out.print(f"\n[bold]Chapter {number}: {escape(title)}[/]  {passed} of {count} passed")
        for exercise in exercises():
            if exercise.chapter == number:
                mark = marks.get(str(progress.get(exercise.id, {}).get("status")), " ")
                points = f"{exercise.points} point{'s' if exercise.points != 1 else ''}"
                out.print(f"  {mark} {exercise.id}  {escape(exercise.title)}  [dim]{points}[/]")


@app.command("next")
def next_exercise() -> None:
    """Show the first exercise that you have not passed yet."""
    workspace = find_workspace()
    progress = workspace.progress()
    for exercise in exercises():
        if progress.get(exercise.id, {}).get("status") != "passed":
            out.print(f"[bold]{exercise.id}[/] {escape(exercise.title)}")
            print(workspace.file_of(exercise))
            return
    out.print("All exercises have passed. Well done!")


@app.command()
def hint(
    id: ExerciseId,
    level: Annotated[
        int, typer.Option(min=1, max=3, help="From 1, a nudge, to 3, nearly the answer.")
    ] = 1,
) -> None:
    """Give a hint."""
    exercise = find(id)
    out.print(f"Hint {level} of {len(exercise.hints)} for {exercise.id}:", style="bold")
    out.print(escape(exercise.hints[level - 1]))
    if level < len(exercise.hints):
        out.print(f"More: `grade hint {exercise.id} --level {level + 1}`", style="dim")


@app.command()
def path(id: ExerciseId) -> None:
    """Print the path of your file for an exercise."""
    exercise = find(id)
    print(find_workspace().file_of(exercise))


@app.command()
def show(id: ExerciseId) -> None:
    """Show an exercise's task."""
    exercise = find(id)
    print(exercise.task)
    points = ", ".join(f"{name} {points}" for name, points in exercise.check_points.items())
    out.print(f"\n{exercise.points} points: {escape(points)}", style="dim")


@app.command()
def reset(id: ExerciseId) -> None:
    """Bring an exercise's stub back; your own file is kept beside it."""
    exercise = find(id)
    workspace = find_workspace()
    kept = workspace.reset(exercise)
    out.print(f"{workspace.file_of(exercise)} is the stub again.", soft_wrap=True)
    if kept is not None:
        out.print(f"Your file was kept as {kept.name}.", soft_wrap=True)


@app.command()
def init(folder: Annotated[Path, typer.Argument(metavar="DIR")]) -> None:
    """Lay out a workspace with all exercises. Files that are there stay as they are."""
    try:
        new, kept = lay_out(folder)
    except OSError as error:
        raise typer.BadParameter(f"{folder} cannot be written to: {error.strerror}") from None
    stayed = f", {kept} stayed as they were" if kept else ""
    out.print(f"{new} new files in {folder / 'exercises'}{stayed}.", soft_wrap=True)
    out.print(f"Go there with `cd {folder}`, then `grade next`.", soft_wrap=True)


@app.command()
def verify(
    ids: ExerciseIds = None,
    json: Json = False,
    seed: Seed = 0,
    jobs: Jobs = None,
    server: Server = True,
) -> None:
    """Prove that every reference passes every check, and that no stub does."""
    from grader.engine.grading import Options
    from grader.report import show_verdict

    chosen = select(ids or ["all"])

    def show(verdict: Verdict) -> None:
        if verdict.status is Outcome.PASSED:
            title = escape(verdict.title)
            out.print(f"{verdict.id}  passed  {verdict.seconds:.1f} s  {title}")
        else:
            show_verdict(verdict, out)

    options = Options(seed=seed)
    verdicts = _grade_all(
        [(exercise, exercise.solution) for exercise in chosen],
        options,
        jobs=jobs,
        server=server,
        fresh=True,
        show=None if json else show,
    )
    stubs = _grade_all(
        [(exercise, exercise.stub) for exercise in chosen], options, server=False, fresh=True
    )
    for stub in stubs:
        if stub.status is not Outcome.NOT_ATTEMPTED:
            err.print(f"{stub.id}: the stub is {stub.status}, not not_attempted")
    _show_all(verdicts, json)
    passed = sum(verdict.status is Outcome.PASSED for verdict in verdicts)
    blank = sum(stub.status is Outcome.NOT_ATTEMPTED for stub in stubs)
    if not json:
        out.print(
            f"{passed} of {len(chosen)} references passed, "
            f"{blank} of {len(chosen)} stubs are not_attempted.",
        )
    code = _exit_code(verdicts)
    if code == ALL_PASSED and blank < len(chosen):
        code = NOT_PASSED
    raise typer.Exit(code)


@app.command()
def doctor() -> None:
    """Look whether everything that grading needs is here and works."""
    from grader.doctor import examine

    healthy = True
    for good, text in examine():
        healthy = healthy and good
        out.print(f"{'✓' if good else '✗'} {escape(text)}", soft_wrap=True)
    raise typer.Exit(ALL_PASSED if healthy else FAULT)


server_commands = typer.Typer(help="The process that keeps TensorFlow loaded between calls.")
app.add_typer(server_commands, name="server")


@server_commands.command()
def status() -> None:
    """Say whether a server runs, and since when."""
    from grader.engine.server import NoServer, ask

    try:
        found = ask({"status": True})
    except NoServer:
        out.print("No server is running.")
        raise typer.Exit(NOT_PASSED) from None
    out.print(
        f"A server is running: process {found['pid']}, for {found['seconds'] / 60:.0f} minutes, "
        f"{found['jobs']} jobs done, {found['running']} running. "
        f"It ends after {found['idle_seconds'] / 60:.0f} minutes without a call.",
        soft_wrap=True,
    )


@server_commands.command()
def stop() -> None:
    """End the server, if one runs."""
    from grader.engine.server import NoServer, ask

    try:
        ask({"stop": True})
    except NoServer:
        out.print("No server is running.")
    else:
        out.print("The server has been told to end.")


@app.command()
def build(
    check: Annotated[
        bool, typer.Option("--check", help="Change nothing; fail if a stub is out of date.")
    ] = False,
) -> None:
    """For authors: build the stubs from the solutions."""
    from grader.stubs import BadSolution, build_all

    try:
        changes = build_all(
            package_folder("solutions"), package_folder("exercises"), write=not check
        )
    except BadSolution as error:
        raise typer.BadParameter(str(error)) from None
    for change in changes:
        print(change)
    if not changes:
        print("All stubs are up to date.")
    raise typer.Exit(NOT_PASSED if check and changes else ALL_PASSED)


def main() -> None:
    """Run the command line; wrong usage is told in one line, with exit code 2."""
    arguments = sys.argv[1:]
    names = {command.name or command.callback.__name__ for command in app.registered_commands}  # type: ignore[union-attr]
    names |= {str(group.name) for group in app.registered_groups}
    if arguments and arguments[0] not in {*names, "--help", "-h", "--version"}:
        arguments = ["run", *arguments]
    try:
        code = app(arguments or ["--help"], standalone_mode=False, prog_name="grade")
    except typer.Exit as leave:
        code = leave.exit_code
    except (UnknownExercise, NoWorkspace, NotAFile) as error:
        code = _usage(str(error))
    except KeyboardInterrupt:
        err.print("Stopped.")
        code = 130
    except Exception as error:
        show_message = getattr(error, "format_message", None)
        if isinstance(error, typer.Abort):
            code = 130
        elif show_message is None:
            err.print(
                f"The grader failed, not you: {type(error).__name__}: {error}\n"
                "`grade doctor` may tell why.",
                markup=False,
            )
            code = FAULT
        else:
            code = _usage(show_message())
    sys.exit(code if isinstance(code, int) else ALL_PASSED)


def _usage(message: str) -> int:
    print(f"grade: {' '.join(message.split())}", file=sys.stderr)
    return USAGE


if __name__ == "__main__":
    main()
