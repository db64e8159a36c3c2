"""Output that ends in no encoding error, wherever it goes: plain signs where ours cannot be written."""

from __future__ import annotations

import contextlib
import io
import json
import os
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from pathlib import Path

import pytest
from commands import GRADE, put, solution
from rich.console import Console

from grader import doctor
from grader.catalogue import find
from grader.commands import upkeep
from grader.evidence.messages import Epoch
from grader.show.live_line import LiveLine
from grader.show.plain import use_plain_signs
from grader.show.terminal import show_verdict, to_json
from grader.submission import Submission
from grader.verdict import CheckResult, CheckStatus, Outcome, Tip, Verdict

C_LOCALE = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
STREAMS = {
    "utf-8": {"PYTHONIOENCODING": "utf-8"},
    "cp1252": {"PYTHONIOENCODING": "cp1252"},
    "latin-1": {"PYTHONIOENCODING": "latin-1"},
    "ascii": {"PYTHONIOENCODING": "ascii"},
    "C locale": C_LOCALE,
}
TABLE = """\
      yours              parameters           expected
  ────────────────────────────────────────────────────────────
   1  Dense(128, relu)   2×128 + 128 = 384    Dense(128, relu)
 → 2  Dense(60…          128×60 + 60 = 7740   Dense(64, relu)"""
UMLAUTS = '# Übung → café\nanswer = 2  # "…" – ✓ \U0001f600\n'


@contextlib.contextmanager
def _output(encoding: str) -> Iterator[io.BytesIO]:
    """Let standard output and standard error be streams of an encoding, as they are of `grade`."""
    written = io.BytesIO()
    streams = [io.TextIOWrapper(written, encoding, write_through=True) for _ in range(2)]
    with pytest.MonkeyPatch.context() as patch:
        for name, stream in zip(("stdout", "stderr"), streams, strict=True):
            patch.setattr(sys, name, stream)
        use_plain_signs()
        yield written
    for stream in streams:
        stream.detach()  # or they close what they wrote into


@pytest.mark.parametrize(
    ("encoding", "text", "expected"),
    [
        ("ascii", "✓ ✗ × – — “x” ’ x²", '+ x x - - "x" \' x^2'),
        ("ascii", "784 → 32, …", "784 -> 32, ..."),
        ("ascii", "  → 2\n→ 3", "  > 2\n> 3"),
        ("ascii", "caf\u00e9 \u4e2d \U0001f600", "caf\\xe9 \\u4e2d \\U0001f600"),
        ("ascii", "⠋⠹ ┏━┓ │ ─", "** +=+ | -"),
        ("latin-1", "✓ 2×3 é x² …", "+ 2×3 é x² ..."),
        ("cp1252", "✓ 2×3 é “x” … – →", "+ 2×3 é “x” … – ->"),
        ("utf-8", "✓ → é \ud800", "✓ → é \\ud800"),
    ],
)
def test_signs_become_plain_where_they_must(encoding: str, text: str, expected: str) -> None:
    with _output(encoding) as written:
        print(text)
        print(text, file=sys.stderr)
    assert written.getvalue().decode(encoding) == f"{expected}\n" * 2


@pytest.mark.parametrize("encoding", ["cp1252", "latin-1", "ascii"])
def test_columns_of_tables_stay_below_each_other(encoding: str) -> None:
    with _output(encoding) as written:
        print(TABLE)
    shown = written.getvalue().decode(encoding).splitlines()
    for ours, plain in zip(TABLE.splitlines(), shown, strict=True):
        assert len(plain) == len(ours)
        assert plain[25:30] == ours[25:30].replace("─", "-").replace(
            "×", "x" if encoding == "ascii" else "×"
        )
        assert plain[46:] == ours[46:].replace("─", "-")


def _verdict() -> Verdict:
    failed = CheckResult(
        "two", CheckStatus.FAILED, "It is 2×3.", "“é” → 中", "\udce9 …", "No.", TABLE, line=3
    )
    passed = CheckResult("one", CheckStatus.PASSED, "It is so.")
    tips = (Tip("≥ 2 – so"),)
    return Verdict("2.2.1", "Ü", Outcome.FAILED, (passed, failed), tips=tips, file="é.py")


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "latin-1", "ascii", "cp437", "shift_jis"])
def test_a_verdict_is_shown_whatever_is_in_it(encoding: str) -> None:
    with _output(encoding) as written:
        show_verdict(_verdict(), Console(highlight=False, width=80))
        console = Console(highlight=False, width=80, force_terminal=True, stderr=True)
        with LiveLine(console, 1) as live:
            live.update(Submission.of_bytes(find("2.2.1"), "é.py", b""), Epoch(1, 2))
    text = written.getvalue().decode(encoding)
    assert f"  {'✓' if encoding == 'utf-8' else '+'} It is so." in text
    assert f"  {'✗' if encoding == 'utf-8' else 'x'} It is 2" in text
    assert "training, epoch 1 of 2" in text


def test_no_text_of_a_learners_tells_a_terminal_to_do_something() -> None:
    text = "\x1b]0;owned\x07\x1b[2J\x9b2J\r"
    check = CheckResult("one", CheckStatus.FAILED, "So.", text, text, text, text)
    verdict = Verdict("2.2.1", "A", Outcome.ERROR, (check,), text, (Tip(text),))
    with _output("utf-8") as written:
        show_verdict(verdict, Console(highlight=False, width=80))
    shown = written.getvalue().decode()
    assert shown.count("2J") == 12
    assert not set("\x1b\x07\x9b\r") & set(shown)


@pytest.mark.parametrize("encoding", ["utf-8", "latin-1", "ascii"])
def test_json_is_json_on_every_stream(encoding: str) -> None:
    with _output(encoding) as written:
        ascii_only = Console().options.ascii_only
        print(to_json([_verdict()], ascii_only=ascii_only))
    assert ascii_only == (encoding != "utf-8")
    data = written.getvalue()
    (found,) = json.loads(data.decode("utf-8"))["exercises"]
    assert found["checks"][1]["expected"] == "“é” → 中"
    assert found["checks"][1]["got"] == "\udce9 …"
    assert ("é".encode() in data) == (encoding == "utf-8")


def _grade(*arguments: str, cwd: Path, env: dict[str, str]) -> tuple[int, bytes, bytes]:
    """Run `grade` with streams of an encoding; return its exit code and what it wrote."""
    inherited = {
        k: v for k, v in os.environ.items() if not k.startswith(("LC_", "PYTHONIO", "PYTHONUTF8"))
    }
    done = subprocess.run(
        [*GRADE, *arguments],
        cwd=cwd,
        env={**inherited, "COLUMNS": "80", "NO_COLOR": "1", **env},
        capture_output=True,
        stdin=subprocess.DEVNULL,
        timeout=300,
        check=False,
    )
    assert b"UnicodeEncodeError" not in done.stdout + done.stderr
    assert b"The grader failed" not in done.stderr
    return done.returncode, done.stdout, done.stderr


@pytest.fixture(params=STREAMS)
def env(request: pytest.FixtureRequest) -> dict[str, str]:
    return STREAMS[request.param]


COMMANDS = [
    (["list"], {0}),
    (["9.9é→"], {2}),
    (["data"], {0, 1}),
    (["show", "2.2.1"], {0}),
    (["hint", "4.1.3"], {0}),
    (["next"], {0}),
    (["--help"], {0}),
    (["cohort", "--help"], {0}),
    (["cohort", "nö→"], {2}),
    (["run", "--é→"], {2}),
]


def test_commands_end_as_they_do_elsewhere(env: dict[str, str], workspace: Path) -> None:
    narrow = env in (STREAMS["ascii"], C_LOCALE)
    for arguments, codes in COMMANDS if narrow else COMMANDS[:3]:
        code, output, error = _grade(*arguments, cwd=workspace, env=env)
        assert code in codes, arguments
        assert output or error


def test_verdicts_pages_and_json(env: dict[str, str], workspace: Path, tmp_path: Path) -> None:
    """Blanks that are left and quizzes are told without TensorFlow."""
    put(workspace, "1.1.1", UMLAUTS)
    put(workspace, "1.1.2", solution("1.1.2"))
    junit, page = tmp_path / "é.xml", tmp_path / "é.html"
    asked = ["1.1.1", "1.1.2", "2.2.1", "--junit", str(junit), "--html", str(page)]
    code, output, _ = _grade(*asked, cwd=workspace, env=env)
    assert code == 1
    assert b"NOT ATTEMPTED" in output
    assert ("✓" in output.decode("latin-1" if env is not STREAMS["utf-8"] else "utf-8")) == (
        env is STREAMS["utf-8"]
    )
    assert len(ElementTree.parse(junit).getroot()) == 3
    assert "✓" in page.read_text("utf-8")
    code, output, _ = _grade("1.1.1", "2.2.1", "--json", cwd=workspace, env=env)
    assert [found["id"] for found in json.loads(output)["exercises"]] == ["1.1.1", "2.2.1"]
    code, output, _ = _grade("list", cwd=workspace, env=env)
    assert (b" + 1.1.2" in output) == (env is not STREAMS["utf-8"])


@pytest.mark.usefixtures("kept_server")
def test_an_answer_with_characters_of_its_own(workspace: Path) -> None:
    """As it was reported: the marks could not be written. The first verdict is shown again."""
    wrong = solution("2.2.1").replace("Dense(64", "Dense(60")
    put(workspace, "2.2.1", f"# Übung → café\n{wrong}\nprint('café → \U0001f600')\n")
    for name, env in STREAMS.items():
        code, output, _ = _grade("2.2.1", cwd=workspace, env=env)
        assert code == 1, name
        text = output.decode("cp1252" if name == "cp1252" else "utf-8", "replace")
        assert "NOT YET" in text
        assert ("      → 2   Dense(60" if name == "utf-8" else "      > 2   Dense(60") in text
        assert max(len(line) for line in text.splitlines()) <= 80


def test_the_installation_is_examined_on_any_stream(monkeypatch: pytest.MonkeyPatch) -> None:
    """That it grades is seen in test_cli."""
    monkeypatch.setattr(doctor, "_can_grade", lambda: (False, "a trial grade: “é” → 中"))
    with _output("cp1252") as written:
        assert upkeep.doctor.main([], standalone_mode=False) == 3
    findings = written.getvalue().decode("cp1252").splitlines()
    assert findings[0].startswith("+ Python")
    assert findings[-1] == "x a trial grade: “é” -> \\u4e2d"


def test_a_class_is_graded_on_any_stream(tmp_path: Path) -> None:
    for student in ("Zoë → 中", "plain"):
        path = tmp_path / "class" / student / find("1.1.1").file
        path.parent.mkdir(parents=True)
        path.write_text(UMLAUTS, "utf-8")
    (tmp_path / "class" / "Zoë → 中" / "2_2_1_é.ipynb").write_text("{}", "utf-8")
    code, output, error = _grade("cohort", "class", cwd=tmp_path, env=STREAMS["ascii"])
    assert code == 1
    assert b"2 students" in output
    assert b"Zo\\xeb -> \\u4e2d: " in error


def test_paths_keep_their_bytes_in_the_c_locale(workspace: Path) -> None:
    """They are for programs: `"$EDITOR" "$(grade path 2.2.1)"`."""
    moved = workspace.rename(workspace.with_name("Übungen"))
    code, output, _ = _grade("path", "2.2.1", cwd=moved, env=C_LOCALE)
    assert code == 0
    assert Path(os.fsdecode(output.rstrip(b"\n"))).is_file()


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_closed_streams_are_no_fault(workspace: Path, closed: str) -> None:
    """Services close them. The verdict that is printed nowhere is in the exit code, and stored."""
    put(workspace, "1.1.1", solution("1.1.1"))
    shell = ["sh", "-c", f'exec "$@" {closed}', "sh"]
    done = subprocess.run(
        [*shell, *GRADE, "1.1.1"], cwd=workspace, capture_output=True, check=False
    )
    assert done.returncode == 0, done
    assert not done.stderr
