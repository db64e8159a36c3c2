"""Expectations on how models were trained: on which data, for how long, from which weights."""

from __future__ import annotations

from grader.evidence.record import Endless
from grader.evidence.values import Nothing, Number, Numbers, Sequence, Value
from grader.expect.data_changes import how_data_differ
from grader.expect.extra_callbacks import who_ended
from grader.expect.findings import Evidence
from grader.expect.fit_settings import expect_plain_fit
from grader.expect.known_data import KnownPair, has_same_rows, is_same, no_longer_given
from grader.expect.model import Model
from grader.expect.outcome import CheckFailed, counted
from grader.expect.training import Training
from grader.expect.uncalled import or_not_called
from grader.expect.value_words import kind_text
from grader.expect.written_file import WrittenCall
from grader.places import Lines, OnLine, Said, said
from grader.verdict import Fact


def expect_trained(model: Model) -> list[Training]:
    """Expect a model to have been trained; return its trainings.

    Raises:
        CheckFailed: it was not trained at all.
        CheckSkipped: it was not because the file stopped in the training or before it.
    """
    evidence = model.evidence
    if model.trainings:
        _expect_something_left(model.trainings)
        return model.trainings
    if model.begun_trainings:
        raise evidence.not_before("the training ended")
    if evidence.ended_early:
        over = f"the training of `{model.name}` was over"
        raise evidence.not_before(over if model.begun_trainings else f"`{model.name}` was trained")
    expected = f"`{model.name}` trained with fit"
    cause = f"untrained {model.number}"
    others = evidence.trainings
    if not others or evidence.calls("train_on_batch", model):
        message = f"No line trains `{model.name}`. Call its method fit."
        line = None if evidence.is_given(model.name) else model.line
        raise not_trained(evidence, expected, message, line, cause)
    trained, named = others[-1].line, model.line
    if trained is not None and named is not None and named > trained:
        raise CheckFailed(
            expected=expected,
            got="another model was trained",
            message=said(
                "The training is ",
                OnLine(trained),
                f", and `{model.name}` became another model ",
                OnLine(named),
                ", one that was not trained. Go on with the trained one.",
            ),
            line=named,
            cause=cause,
        )
    raise CheckFailed(
        expected=expected,
        got="another model was trained",
        message=f"Call fit on the model that `{model.name}` is at the end.",
        line=trained,
        cause=cause,
    )


def _expect_something_left(trainings: list[Training]) -> None:
    """Expect that `validation_split` left rows to learn from.

    Keras cuts a share of 2 or more off the other end, and has no row left; it trains all the same.
    """
    for training in trainings:
        share = training.number("validation_split") or 0.0
        if share >= 2 and isinstance(training.validation_data, Nothing):
            raise CheckFailed(
                expected="fit with rows to learn from",
                got=f"fit with validation_split={share:g}, which leaves none",
                message="`validation_split` is the share of the rows that is set aside, from 0 to "
                f"1. With {share:g} nothing is left to train on.",
                line=training.line,
                cause=f"nothing left {training.line}",
            )


def expect_begun(model: Model) -> list[Training]:
    """Expect a model's training to have begun; return its trainings, for what they were given.

    Unlike `expect_trained` it counts one that was under way when the file was stopped.
    """
    begun = model.begun_trainings
    _expect_something_left(begun)
    return begun or expect_trained(model)


def expect_any_training(
    evidence: Evidence, what: str, expected: str, message: str, line: int | None
) -> list[Training]:
    """Expect a file to train a model, whichever; return all its trainings.

    Args:
        evidence: of the run.
        what: is trained, for a file that stopped before: "a network".
        expected: what should be there.
        message: what to tell where nothing was trained.
        line: of the learner's file, to blame for it.

    Raises:
        CheckFailed: nothing was trained.
        CheckSkipped: nothing was, because the file stopped before.
    """
    if not evidence.trainings:
        if evidence.ended_early:
            raise evidence.not_before(f"{what} was trained")
        raise not_trained(evidence, expected, message, line)
    return evidence.trainings


def not_trained(
    evidence: Evidence, expected: str, message: str, line: int | None, cause: str = "untrained"
) -> CheckFailed:
    """Return the failure of a file without a training that checks can follow.

    A loop of one's own that they cannot follow is told apart from nothing.
    """
    loops = evidence.calls("train_on_batch")
    if loops:
        return CheckFailed(
            expected=expected,
            got="train_on_batch, on data that were not kept",
            message="A loop of your own trains as well, but of this one the checks cannot tell "
            "what it was given: too many batches, too many numbers in an epoch, or no plain "
            "arrays. Call fit in its place.",
            line=loops[0].line,
            cause=cause,
        )
    tapes = evidence.written.calls("GradientTape")
    if tapes:
        return CheckFailed(
            expected=expected,
            got="a GradientTape, and no call of fit",
            message="A loop of your own may train as well, but these checks follow fit and "
            "train_on_batch only. Call fit in its place.",
            line=tapes[0].line,
            cause=cause,
        )
    untrained = CheckFailed(
        expected=expected, got="fit was not called", message=message, line=line, cause=cause
    )
    alone = evidence.written.standing_alone
    return or_not_called(untrained, evidence, *(text for text in alone if text.endswith(".fit")))


def expect_trained_on(model: Model, pair: KnownPair) -> None:
    """Expect every training of a model to use these data; the same rows in another order are right.

    Raises:
        CheckFailed: naming the data that was used instead.
    """
    begun = expect_begun(model)
    if model.evidence.calls("train_on_batch", model):  # beside those that can be told
        expected = f"no training but on `{pair.features}` and `{pair.labels}`"
        raise not_trained(model.evidence, expected, "", None)
    for training in begun:
        expect_plain_fit(training)
        x, y = training.features, training.labels
        if (is_same(x, pair.x) and is_same(y, pair.y)) or has_same_rows(
            model.evidence, [x, y], [pair.x, pair.y]
        ):
            _expect_whole_epochs(training, pair)
            continue
        got_x, got_y = pair.known.name_of(x), pair.known.name_of(y)
        message, fact = _what_is_wrong(training, pair, (got_x, got_y))
        changed = [
            no_longer_given(model.evidence, pair.known, name, training.call, found)
            for name, found in ((pair.features, x), (pair.labels, y))
        ]
        raise CheckFailed(
            expected=f"{training.method} on `{pair.features}` and `{pair.labels}`",
            got=f"{training.method} on {got_x} and {got_y}",
            message=_sentences(*changed, message),
            line=training.line,
            tells=fact,
        )


def _sentences(*parts: Said) -> Said:
    """Put sentences together, those that are there."""
    told = [part for part in parts if part]
    return said(*(piece for part in told for piece in (part, " ")[: 1 + (part is not told[-1])]))


def _what_is_wrong(
    training: Training, pair: KnownPair, got: tuple[str, str]
) -> tuple[str, Fact | None]:
    """Return what is said of other data than these, and the fact that it tells.

    Args:
        training: that took them.
        pair: the data that it should have taken.
        got: what the features and labels that it took are called.
    """
    if any(f"`{name}`" in got for name in pair.known if name.endswith("test")):
        return "A model that has trained on the test data can no longer be tested with them.", None
    if is_same(training.features, pair.y) and is_same(training.labels, pair.x):
        return "Features come first, labels second.", Fact.OTHER_DATA
    if text := how_data_differ(training, pair):
        return text, Fact.OTHER_DATA
    if training.is_loop and training.rows != len(pair.x):
        return (
            "An epoch takes each row once, as batches in a row. One that another call of the model "
            "interrupts is not seen as an epoch here.",
            None,
        )
    if f" rows of `{pair.features}`" in got[0]:
        return "Give fit all of the rows.", None
    return f"Look at the data that you give to {training.method}.", None


def _expect_whole_epochs(training: Training, pair: KnownPair) -> None:
    """Expect that `steps_per_epoch`, where it is given, lets an epoch take all the rows."""
    rows = len(pair.x)
    rows -= int(rows * training.share_held_back)
    steps, size = int(training.number("steps_per_epoch") or 0), training.batch_size
    if 0 < steps * size < rows:
        raise CheckFailed(
            expected=f"fit on all {rows} rows of `{pair.features}` in every epoch",
            got=f"{steps} × {size} = {steps * size} rows in an epoch",
            message="Leave `steps_per_epoch` out: then an epoch goes through all the data.",
            line=training.line,
        )


PARTS = "parts of a history"
"""The cause of what is wrong where a model's epochs came in several calls of fit."""


def expect_epochs(model: Model, epochs: int) -> None:
    """Expect that many epochs over all trainings of the model together."""
    trainings = expect_trained(model)
    total = sum(training.epochs for training in trainings)
    kind = "trainings" if any(one.is_loop for one in trainings) else "calls of fit"
    elsewhere = epochs_elsewhere(trainings[0], epochs) if len(trainings) == 1 else ""
    if len(trainings) == 1:
        elsewhere = elsewhere or _third_thing(trainings[0])
    if total != epochs:
        raise CheckFailed(
            expected=f"{epochs} epochs",
            got=counted(total, "epoch")
            + (f" in {len(trainings)} {kind}" if len(trainings) > 1 else ""),
            message=who_ended(trainings, epochs) or elsewhere or _which_number(trainings),
            line=trainings[-1].line,
            tells=Fact.EPOCHS_ELSEWHERE if elsewhere else None,
            cause=PARTS if len(trainings) > 1 and total > epochs else "",
            absent=total < epochs,
        )


def _which_number(trainings: list[Training]) -> Said:
    """Return where to look for a wrong number of epochs."""
    if any(training.is_loop for training in trainings):
        return (
            "Calls of train_on_batch in a row are one epoch until all its rows come again, in any "
            f"order, or the model is used otherwise. Look at {trainings[-1].what_sets_epochs}."
        )
    lines = sorted({training.line for training in trainings if training.line is not None})
    if 1 < len(lines) == len(trainings):
        where = Lines(tuple(lines))
        return said("The epochs of all calls of fit add up. It is called on ", where, ".")
    if len(trainings) > 1:
        return "The epochs of all calls of fit add up. Look at how often it is called."
    if trainings[0].number("epochs") != 1:
        return "Look at the number of epochs that you give to fit."
    for call in _written_as(trainings[0]):
        if given := call.keywords.get("epochs"):
            return f"Your fit says `epochs={given}`{'' if given == '1' else ', which is 1 here'}."
    return "Without `epochs`, fit trains for one epoch."


def _written_as(training: Training) -> list[WrittenCall]:
    """Return the calls of fit that stand on a training's line."""
    return [call for call in training.evidence.written.calls("fit") if call.line == training.line]


def _third_thing(training: Training) -> str:
    """Tell of a third thing that fit got without a name, and no epochs; "" of others."""
    calls = _written_as(training)
    if len(calls) != 1 or training.number("epochs") != 1:
        return ""
    if len(calls[0].arguments) != 3 or "epochs" in calls[0].keywords:
        return ""
    return (
        "The third thing that fit takes without a name is its `batch_size`. If it is the number of "
        "epochs, give it by its name."
    )


_COUNTS = {
    "batch_size": "how many samples make a batch",
    "steps_per_epoch": "how many batches make an epoch",
    "verbose": "how much fit prints",
    "validation_freq": "how many epochs lie between two validations",
}
"""Arguments of fit that take a whole number, and what that is."""


def epochs_elsewhere(training: Training, epochs: int) -> str:
    """Tell of an argument of fit that got the task's number of epochs; "" where none has."""
    found = [name for name in _COUNTS if epochs > 1 and training.number(name) == epochs]
    if training.is_loop or len(found) != 1 or training.number("epochs") != 1:
        return ""
    return (
        f"{epochs:,} went into `{found[0]}`, which is {_COUNTS[found[0]]}. The number of epochs is "
        "another argument; without it, there is one epoch."
    )


def expect_validated_on(model: Model, pair: KnownPair) -> None:
    """Expect the last training of a model to be validated on these data, every epoch."""
    training = expect_begun(model)[-1]
    expected = f"validation on `{pair.features}` and `{pair.labels}`"
    found = training.validation_data
    parts = found.items if isinstance(found, Sequence) else []
    if len(parts) < 2:
        message = "Give fit the data to validate on, as a pair of features and labels."
        if not isinstance(found, Nothing):
            got = f"validation data that is {kind_text(found)}"
        elif share := training.share_held_back:
            got = f"validation on {share:.0%} of the training data"
            message = (
                "`validation_split` takes what it validates on away from the training. " + message
            )
        else:
            got = "no validation data"
            if training.is_loop:
                message = "train_on_batch measures nothing on other data. fit does, with a pair of "
                message += "features and labels as `validation_data`."
        raise CheckFailed(
            expected=expected,
            got=got,
            message=message,
            line=training.line,
            tells=_fact_of_no_validation(training) if got == "no validation data" else None,
        )
    if not (is_same(parts[0], pair.x) and is_same(parts[1], pair.y)):
        features, labels = (pair.known.name_of(part) for part in parts[:2])
        raise CheckFailed(
            expected=expected,
            got=f"validation on {features} and {labels}",
            message="Validation says something only on data that the model does not train on.",
            line=training.line,
        )
    if len(parts) > 2 and not _are_ones(training, parts[2]):
        raise CheckFailed(
            expected=expected,
            got="validation with weights of the samples",
            message="With weights, some samples count more than others in what is measured.",
            line=training.line,
        )
    rows, size = len(pair.x), int(training.number("validation_batch_size") or training.batch_size)
    steps = int(training.number("validation_steps") or 0)
    if 0 < steps * size < rows:
        raise CheckFailed(
            expected=f"validation on all {rows} rows of `{pair.features}`",
            got=f"validation on {steps} × {size} = {steps * size} rows",
            message="Leave `validation_steps` out: then validation goes through all the data.",
            line=training.line,
        )
    every = training.argument("validation_freq")
    if isinstance(every, Number) and every.value != 1:
        raise CheckFailed(
            expected="validation after each epoch",
            got=f"validation_freq={every.value}",
            message="The model is validated in some epochs only. Without `validation_freq` fit "
            "does it after each.",
            line=training.line,
        )


def _fact_of_no_validation(training: Training) -> Fact:
    """Return what it is that a training had no data to validate on: it may be why it went on."""
    ended = training.evidence.record.ended
    if isinstance(ended, Endless) and ended.lacks_validation and ended.line == training.line:
        return Fact.NOT_ENDED
    return Fact.NOT_VALIDATED


def _are_ones(training: Training, weights: Value) -> bool:
    match weights:
        case Nothing():
            return True
        case Numbers(file=str()):
            return bool((training.evidence.load(weights) == 1).all())
        case _:
            return False
