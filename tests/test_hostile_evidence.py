"""Evidence that was damaged on purpose: a failed submission, never a fault of ours, never a pass.

Real records of wrong answers are cut, their bytes changed, their parts swapped for others of
every type, emptied, doubled, nested and blown up. What still decodes goes to the exercise's
checks. `pytest tests/test_hostile_evidence.py --fuzz 200000` looks for longer.
"""

from __future__ import annotations

import importlib.util
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from unittest import mock

import keras
import msgspec
import pytest
from confined import learner_job
from corpus import answer_source, load_answers
from damage import damaged, damaged_bytes, search
from hypothesis import given
from hypothesis import strategies as st
from words import words_of

from grader.catalogue import Exercise, find
from grader.evidence import rebuilding
from grader.evidence.messages import Finished
from grader.evidence.reading import RECORD, DamagedEvidence, read_record
from grader.evidence.record import Probe, StoredModel, UnstoredModel
from grader.expect import model as expect_model
from grader.expect.findings import Evidence
from grader.grading import checker, judgement, pipeline
from grader.grading.judgement import not_looked_at
from grader.names import Binding
from grader.processes.jobs import ExamineJob
from grader.processes.workers import GraderFault, Run, Workers
from grader.submission import Submission
from grader.verdict import CheckResult, CheckStatus, Outcome

TYPICAL = {
    "1.3.2": "epochs forgotten", "2.1.1": "no colours", "2.2.1": "a layer missing",
    "2.2.2": "codes", "2.2.4": "down the columns", "3.1.1": "sixty-four neurons",
    "3.2.3": "the loss plotted twice", "3.4.1": "relu whatever is given", "4.1.1": None,
    "4.2.2": "counted from one", "4.3.1": "windows of three", "4.3.3": "the number",
}  # fmt: skip
"""Exercises whose records hold, together, every kind of value; and a wrong answer to each, whose
fault no single piece of damage takes away: a call that should not be there would be no fault then."""


@dataclass(frozen=True)
class Recording:
    """What a wrong answer left behind, and all that its checks need."""

    exercise: Exercise
    folder: Path
    data: bytes
    probes: list[Probe]
    bindings: dict[str, list[Binding]]
    checks: ModuleType

    def judged(self, data: bytes) -> list[CheckResult]:
        """Return what the checks say of the record DATA, as in a process of their own.

        Raises:
            DamagedEvidence: it is refused as a whole.
            AssertionError: a check failed in code of ours.
        """
        (self.folder / RECORD).write_bytes(data)
        record = read_record(self.folder, self.probes)
        results = list(not_looked_at(self.exercise, "it did not run"))
        plugin = checker._Plugin(Evidence(record, self.folder, self.bindings), results)
        for result in results:
            test = getattr(self.checks, f"test_{result.name}")
            error: BaseException | None = None
            try:
                plugin.require_needed(test)
                test(plugin.evidence)
            except Exception as raised:
                error = raised
            plugin.results[result.name] = plugin._result(result, error)
        assert not plugin.faults, plugin.faults
        return list(plugin.results.values())


def _checks_of(exercise: Exercise) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"fuzzed_{exercise.checks.stem}", exercise.checks)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _wrong_answer(exercise: Exercise, name: str | None) -> str:
    answers = load_answers(exercise.id)
    assert answers is not None
    wrong = next(a for a in answers.WRONG if a.status == "failed" and name in {None, a.name})
    return answer_source(exercise.solution.read_text("utf-8"), wrong.change)


@pytest.fixture(scope="module")
def recordings(workers: Workers) -> Iterator[list[Recording]]:
    found = []
    with tempfile.TemporaryDirectory() as name:
        for id_, answer in TYPICAL.items():
            exercise, folder = find(id_), Path(name, id_)
            for part in ("evidence", "scratch", "checks"):
                (folder / part).mkdir(parents=True)
            source = _wrong_answer(exercise, answer)
            submission = Submission.of_bytes(exercise, "answer.py", source.encode())
            script, probes = submission.script(), pipeline._probes_of(exercise, workers)
            options = pipeline.Options()
            job = pipeline._learner_job(submission, script, folder, probes, options)
            run = workers.run(job, 120)
            assert any(isinstance(reply, Finished) for reply in run.replies), run
            data = (folder / "evidence" / RECORD).read_bytes()
            found.append(
                Recording(
                    exercise,
                    folder / "evidence",
                    data,
                    probes,
                    script.bindings,
                    _checks_of(exercise),
                )
            )
        yield found


@pytest.fixture
def models_are_rebuilt_once() -> Iterator[None]:
    """To build a network takes longer than all the rest; most damage lies elsewhere."""
    known: dict[bytes, keras.Model] = {}

    def rebuild(stored: StoredModel | UnstoredModel, folder: Path) -> keras.Model:
        key = msgspec.msgpack.encode(stored)
        if key not in known:
            known[key] = rebuilding.rebuild(stored, folder)
        return known[key]

    with mock.patch.object(expect_model, "rebuild", rebuild):
        yield


def _expect_no_pass(recording: Recording, data: bytes) -> None:
    try:
        results = recording.judged(data)
    except DamagedEvidence:
        return
    assert any(result.status is not CheckStatus.PASSED for result in results if result.counts)


@pytest.fixture
def examples(request: pytest.FixtureRequest) -> int:
    return int(request.config.getoption("--fuzz"))


@pytest.mark.usefixtures("models_are_rebuilt_once")
def test_records_whose_parts_were_changed(recordings: list[Recording], examples: int) -> None:
    plain = [msgspec.msgpack.decode(recording.data) for recording in recordings]

    @search(examples * 3 // 4)
    @given(st.data())
    def run(data: st.DataObject) -> None:
        number = data.draw(st.integers(0, len(recordings) - 1), label="recording")
        record = plain[number]
        for _ in range(data.draw(st.integers(1, 3), label="changes")):
            record = damaged(record, data)
            if not isinstance(record, dict) or not record:
                return
        try:
            written = msgspec.msgpack.encode(record)
        except OverflowError:  # twice a large number is no MessagePack any more
            return
        _expect_no_pass(recordings[number], written)

    run()


@pytest.mark.usefixtures("models_are_rebuilt_once")
def test_records_whose_bytes_were_changed(recordings: list[Recording], examples: int) -> None:
    @search(examples // 4)
    @given(st.data())
    def run(data: st.DataObject) -> None:
        recording = recordings[data.draw(st.integers(0, len(recordings) - 1), label="recording")]
        nested = st.just(b"\x91" * 10_000)
        _expect_no_pass(recording, damaged_bytes(recording.data, data, nested))

    run()


@pytest.mark.parametrize(
    ("look", "says"),
    [
        (Run(-9, "", 0, timed_out=True, seconds=120), "longer than 120 s"),
        (Run(-6, "", 0, timed_out=False, seconds=1), "twice, by signal 6"),
        (Run(-9, "", 0, timed_out=False, seconds=1), None),  # the system may kill any process
        (Run(70, "", 0, timed_out=False, seconds=1), None),
    ],
)
def test_a_look_that_comes_to_no_end_is_told(look: Run, says: str | None, tmp_path: Path) -> None:
    exercise, job = find("2.2.1"), learner_job("", tmp_path)
    script = Submission.of_bytes(exercise, "answer.py", b"model = 1\n").script()
    run = Run(0, "", 0, timed_out=False, seconds=1)
    if says is None:
        with pytest.raises(GraderFault):
            judgement.of_checks(exercise, script, job, run, look)
        return
    verdict = judgement.of_checks(exercise, script, job, run, look)
    assert verdict.status == Outcome.FAILED
    assert says in words_of(verdict)


@pytest.mark.parametrize(("code", "looks"), [(0, 1), (-6, 2), (70, 1)])
def test_what_a_signal_ended_is_looked_at_once_more(code: int, looks: int) -> None:
    workers = mock.Mock()
    workers.run.return_value = Run(code, "", 0, timed_out=False, seconds=1)
    pipeline.look(workers, ExamineJob("evidence", "folder", {}))
    assert workers.run.call_count == looks


def test_what_was_not_damaged_is_judged_as_in_a_grade(recordings: list[Recording]) -> None:
    """Else the tests above would look at nothing."""
    for recording in recordings:
        statuses = {result.status for result in recording.judged(recording.data)}
        assert CheckStatus.FAILED in statuses, recording.exercise.id
