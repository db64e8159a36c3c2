"""The expectation that trainings start from the same weights, and why some do not."""

from __future__ import annotations

from grader.expect.outcome import CheckFailed, CheckSkipped
from grader.expect.training import Training
from grader.expect.uncalled import or_not_called


def expect_same_start(trainings: list[Training]) -> None:
    """Expect all these trainings to start from the same weights, those of an untrained model.

    Raises:
        CheckFailed: one goes on where an earlier one ended, or starts from other weights.
        CheckSkipped: there are not two of them, or their weights were not kept.
    """
    if len(trainings) < 2:
        raise CheckSkipped("there is only one training")
    if any(training.call.weights_before is None for training in trainings):
        raise CheckSkipped("the weights of this training were not kept")
    everything = trainings[0].evidence.trainings
    first = everything[0] if everything[0].call.model == trainings[0].call.model else trainings[0]
    for number, training in enumerate(trainings, start=1):
        if training.start == first.start != ():
            continue
        if training.start in [other.end for other in everything if other.end]:
            raise _goes_on(training, f"training {number} starts from the initial weights")
        raise CheckFailed(
            expected=f"training {number} starts from the initial weights",
            got="it starts from other weights",
            message="These are new random weights. The trainings can only be compared if all of "
            "them start from the same ones.",
            line=training.line,
        )


def _goes_on(training: Training, expected: str) -> CheckFailed:
    """Return the failure of a training that goes on where an earlier one ended."""
    evidence, line = training.evidence, training.line
    message = "The model still knows what it learned before. "
    sets = evidence.written.calls("set_weights")
    reads = [call for call in evidence.written.calls("get_weights") if call.in_loop]
    once = all(not call.in_loop and not call.function for call in sets)
    if sets and once and len(evidence.trainings) > len(sets):
        line = sets[-1].line
        message += "This line stands in no loop, so it runs once. Each training needs it."
    elif reads and sets:
        line = reads[-1].line
        message += "`get_weights` in the loop reads what it has learned by then."
    elif reads:
        line = reads[-1].line
        message += (
            "`get_weights` reads its weights, and does not set them back. `set_weights` does that, "
            "with weights that were read before any training."
        )
    else:
        message += "Set its weights back before each training."
    failure = CheckFailed(
        expected=expected,
        got="it starts where an earlier training ended",
        message=message,
        line=line,
    )
    alone = evidence.written.standing_alone
    return or_not_called(
        failure, evidence, *(text for text in alone if text.endswith(".set_weights"))
    )
