"""What a submission's process may do and what it is kept from, where the layers hold and where not."""

from __future__ import annotations

import os
import socket
import sys
from pathlib import Path

import msgspec
import pytest
from attacks import EXERCISE, RIGHT
from confined import INSTRUCTOR, OWN, RunCode, grade_text, learner_job
from words import words_of

from grader.evidence.messages import Confinement, LearnerJob
from grader.grading.pipeline import Options, grade
from grader.processes.forking import ForkWorkers
from grader.processes.workers import Run
from grader.sandbox import trial
from grader.sandbox.confinement import LAYERS, NotConfined
from grader.sandbox.policy import trees_without
from grader.submission import read_submission
from grader.verdict import Outcome

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="the layers are Linux's"),
    pytest.mark.usefixtures("nothing_stays"),
]

NOTHING_HOLDS = Confinement("instructor", without=tuple(LAYERS))

# What is refused

ATTEMPTS = """
import ctypes, os, signal, socket, subprocess, sys

libc = ctypes.CDLL(None, use_errno=True)

def attempt(name, action):
    try:
        result = action()
    except OSError:
        result = -1
    print(name, "refused" if result == -1 else f"done: {{result!r}}"[:80])

def call(number, *arguments):
    return libc.syscall(number, *arguments)

def read(path):
    return lambda: open(path, "rb").read(10)

def write(path):
    return lambda: open(path, "ab").write(b"owned")

above = os.getppid()
attempt("TCP", lambda: socket.create_connection(("127.0.0.1", {port}), 2))
attempt("UDP", lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
attempt("Unix socket", lambda: socket.socket(socket.AF_UNIX))
attempt("datagram pair", lambda: socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM))
attempt("memory", read(f"/proc/{{above}}/mem"))
attempt("environment", read(f"/proc/{{above}}/environ"))
attempt("ptrace", lambda: libc.ptrace(16, above, None, None))
attempt("process_vm_writev", lambda: call(311, above, None, 0, None, 0, 0))
attempt("signal above", lambda: os.kill(above, signal.SIGTERM))
attempt("signal to its group", lambda: os.killpg(os.getpgid(above), signal.SIGTERM))
attempt("signal to the grader", lambda: os.kill({grader}, signal.SIGTERM))
attempt("limits of another", lambda: __import__("resource").prlimit(above, 0, (1, 1)))
attempt("leave the session", os.setsid if os.fork() == 0 else lambda: os.wait() and -1)
attempt("namespaces", lambda: libc.unshare(0x10000000))
attempt("mount", lambda: libc.mount(b"none", b"/mnt", b"tmpfs", 0, None))
attempt("io_uring", lambda: call(425, 1, None))
attempt("shared memory", lambda: libc.shmget(0, 100, 0o1600))
attempt("outlive the helper", lambda: libc.prctl(1, 0, 0, 0, 0))
attempt("write beside", write({beside!r}))
attempt("write over", write({file!r}))
attempt("link over", lambda: os.rename("mine", {file!r}))
attempt("remove", lambda: os.unlink({file!r}))
attempt("write home", write(os.path.expanduser("~/.keras-grader-was-here")))
attempt("write packages", write(os.path.join(os.path.dirname(os.__file__), "was_here.pth")))
attempt("write caches", write(os.path.join(os.environ["MPLCONFIGDIR"], "fontlist.json")))
attempt("pipe in caches", lambda: os.mkfifo(os.environ["KERAS_HOME"] + "/pipe") or 1)
attempt("device", lambda: os.mknod("disk", 0o60600, os.makedev(254, 0)) or 1)
"""
READS = """
attempt("read solutions", read({solution!r}))
attempt("read checks", read({checks!r}))
attempt("read right answers", read({answers!r}))
attempt("read what Git keeps", read({git!r}))
"""
READS_OF_A_CLASS = """
attempt("read another's", read({file!r}))
attempt("list", lambda: os.listdir({folder!r}))
attempt("descriptors", lambda: os.listdir(f"/proc/{{above}}/fd"))
attempt("read processes", lambda: os.listdir("/proc"))
attempt("read secrets", read("/etc/shadow"))
attempt("by a link", lambda: os.symlink({file!r}, "link") or open("link").read())
"""


def _attempted(run: Run) -> dict[str, str]:
    lines = [line for line in run.output.splitlines() if " refused" in line or " done" in line]
    told = [line.rpartition(" refused" if " refused" in line else " done") for line in lines]
    return {name: (mark + rest).strip() for name, mark, rest in told}


@pytest.mark.parametrize(
    "confinement",
    [INSTRUCTOR, OWN, Confinement("instructor", without=("namespaces", "privileges"))],
    ids=["a class", "a learner's own", "without namespaces"],
)
def test_what_a_file_may_not_do_is_refused(
    run_code: RunCode, confinement: Confinement, tmp_path: Path
) -> None:
    file = tmp_path / "other" / "answer.py"
    file.parent.mkdir()
    file.write_text("secret")
    git = Path(__file__).parent.parent / ".git"  # a file where there are several working trees
    with socket.create_server(("127.0.0.1", 0)) as server:
        facts = {
            "port": server.getsockname()[1], "grader": os.getpid(), "file": str(file),
            "beside": str(file.parent / "new"), "folder": str(file.parent),
            "solution": str(EXERCISE.solution), "checks": str(EXERCISE.checks),
            "git": str(git / "HEAD" if git.is_dir() else git),
            "answers": str(Path(__file__).parent / "answers" / "answers_2_2_1.py"),
        }  # fmt: skip
        code = ATTEMPTS + READS + (READS_OF_A_CLASS if confinement.rules == "instructor" else "")
        run = run_code(code.format(**facts), confinement)
    attempted = _attempted(run)
    assert len(attempted) == code.count("\nattempt("), run.output
    assert {name: what for name, what in attempted.items() if what != "refused"} == {}
    assert file.read_text() == "secret"
    assert list(file.parent.iterdir()) == [file]


def test_without_landlock_the_filter_holds_signals_back(run_code: RunCode) -> None:
    code = (
        "import os, signal\n"
        "for who in (os.getppid(), 1, -1):\n"
        "    try:\n"
        "        os.kill(who, 0)\n"
        "        print('done')\n"
        "    except PermissionError:\n"
        "        print('refused')\n"
        "os.kill(os.getpid(), 0)\n"
        "print('itself')\n"
    )
    run = run_code(code, Confinement("instructor", without=("landlock",)))
    assert run.output.split() == ["refused", "refused", "refused", "itself"]


USES = """
import os, subprocess, tempfile, shutil, multiprocessing
with tempfile.NamedTemporaryFile() as file:
    file.write(b"x")
shutil.copy("/usr/bin/env", "copied")
assert subprocess.run(["/bin/sh", "-c", "echo said"], check=True).returncode == 0
assert open("/proc/self/status").read()
child = os.fork()
if child == 0:
    os._exit(3)
os.kill(child, 0)
assert os.waitstatus_to_exitcode(os.wait()[1]) == 3
import matplotlib.pyplot as plt, seaborn as sns, pandas as pd
sns.lineplot(x=[1, 2], y=[3, 4])
plt.savefig("plot.png")
pd.DataFrame({"a": [1]}).to_csv("table.csv")
import asyncio
asyncio.run(asyncio.sleep(0))
print("all of it")
"""


@pytest.mark.parametrize("confinement", [INSTRUCTOR, OWN], ids=["a class", "a learner's own"])
def test_what_a_file_may_do_works(run_code: RunCode, confinement: Confinement) -> None:
    assert "all of it" in run_code(USES, confinement).output


# Where nothing can forbid it


@pytest.mark.parametrize(
    "code",
    [
        f"open({str(EXERCISE.solution)!r}).read()",
        f"import os; os.chdir({str(EXERCISE.checks.parent)!r}); open('check_2_2_1.py', 'rb')",
        "import grader.checks.check_2_2_1",
    ],
)
def test_looking_at_answers_is_noticed_where_nothing_forbids_it(
    helper: ForkWorkers, code: str
) -> None:
    verdict = grade_text(helper, f"{code}\n{RIGHT}", NOTHING_HOLDS)
    assert verdict.status == Outcome.FAILED
    assert "answers or checks exercises" in words_of(verdict)


# Files beside the answer


def test_files_beside_an_answer_can_be_read_and_imported(
    helper: ForkWorkers, tmp_path: Path
) -> None:
    (tmp_path / "mine.csv").write_text("a,b\n1,2\n")
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "more.csv").write_text("a\n5\n")
    (tmp_path / "my_helper.py").write_text("import pandas as pd\nTABLE = pd.read_csv('mine.csv')\n")
    (tmp_path / "numpy.py").write_text("raise SystemExit('hijacked')\n")
    path = tmp_path / "answer.py"
    path.write_text(
        "import pandas as pd, my_helper\n"
        "assert pd.read_csv('data/more.csv').a[0] == 5\n"
        "assert my_helper.TABLE.b[0] == 2\n"
        "open('mine.csv', 'w').write('changed')\n" + RIGHT
    )
    verdict = grade(read_submission(EXERCISE, path), helper, Options())
    assert verdict.status == Outcome.PASSED, words_of(verdict)
    assert (tmp_path / "mine.csv").read_text().startswith("a,b"), "only its copy was written over"


def test_what_is_given_runs_without_modules_beside_the_answer(
    helper: ForkWorkers, tmp_path: Path
) -> None:
    (tmp_path / "missing_library.py").write_text("raise SystemExit('hijacked')\n")
    given = "try:\n    import missing_library\nexcept ImportError:\n    given = 3\n"
    job = msgspec.structs.replace(
        learner_job("assert given == 3\n", tmp_path),
        given=given,
        given_file="given.py",
        names=["given"],
        beside=str(tmp_path),
    )
    run = helper.run(job, 60)
    assert run.began
    assert run.exit_code == 0


def test_a_model_that_was_saved_earlier_is_not_taken_for_a_new_one(
    helper: ForkWorkers, tmp_path: Path, run_code: RunCode
) -> None:
    (tmp_path / "old.keras").write_bytes(b"of an earlier run")
    job = LearnerJob(
        source="name = 'old.keras'\nassert open(name, 'rb').read(2) == b'of'\n",
        file=str(tmp_path / "answer.py"), evidence=str(tmp_path / "evidence"),
        scratch=str(tmp_path / "scratch"), seed=0, seconds=60, most_epochs=0, fast_fit=True, threads=None, given="",
        given_file="", names=[], watch=[], withheld=[], install=[], probes=[],
        beside=str(tmp_path), confinement=OWN,
    )  # fmt: skip
    for folder in (job.evidence, job.scratch):
        Path(folder).mkdir()
    assert helper.run(job, 60).exit_code == 0
    record = msgspec.msgpack.decode(Path(job.evidence, "record.msgpack").read_bytes())
    assert record["ended"] == {"kind": "ran to its end"} or "line" not in record["ended"]
    assert record["files"] == {}


# Choosing layers


def test_all_layers_hold_here_or_say_why() -> None:
    for layer in trial.probe():
        assert layer.name in LAYERS
        assert layer.holds or layer.remark


def test_a_layer_that_is_required_and_missing_stops_an_instructors_run(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found = [trial.LayerTrial("limits", True, ""), trial.LayerTrial("landlock", False, "too old")]
    monkeypatch.setattr(trial, "probe", lambda: found)
    said: list[str] = []
    assert trial.instructor_rules(["limits"], said.append).require == ("limits",)
    assert said == ["Submissions are confined by: limits. Missing here: landlock (too old)."]
    with pytest.raises(NotConfined, match="too old"):
        trial.instructor_rules(["landlock"], said.append)
    with pytest.raises(NotConfined, match="no layer 'moat'"):
        trial.instructor_rules(["moat"], said.append)


def test_a_run_without_a_required_layer_is_our_fault(helper: ForkWorkers) -> None:
    confinement = Confinement("instructor", require=("seccomp",), without=("seccomp",))
    verdict = grade_text(helper, RIGHT, confinement)
    assert verdict.status == Outcome.GRADER_ERROR
    assert "seccomp was required" in words_of(verdict)


def test_folders_with_a_secret_are_taken_apart(tmp_path: Path) -> None:
    for name in ("a/b/secret", "a/b/open", "a/c", "d"):
        (tmp_path / name).mkdir(parents=True)
    readable, listable = trees_without([str(tmp_path)], [str(tmp_path / "a/b/secret")])
    assert sorted(readable) == [str(tmp_path / name) for name in ("a/b/open", "a/c", "d")]
    assert sorted(listable) == [str(tmp_path / name) for name in ("", "a", "a/b")]
