"""Checks for 1.2.1, hello nets!"""

from grader.evidence.record import Call, StoredModel
from grader.expect.findings import Evidence
from grader.expect.model import Model
from grader.expect.network import Network
from grader.expect.outcome import CheckFailed, check
from grader.expect.specifications import dense
from grader.expect.uncalled import or_not_called

HINTS = (
    "Start with an empty model and put one thing after the other into it, in the order in which "
    "the data pass through: what goes in, the hidden layer, the output layer.",
    "The size of the input is a tuple with a single number in it, `(n,)`. A dense layer takes its "
    "number of neurons first, and the activation by name.",
    'Add `Input((2,))`, then `Dense(10, activation="relu")`, then a `Dense` layer of 1 neuron. '
    "The summary is a method of the model: call it with empty parentheses.",
)

NETWORK = Network(
    input=(2,),
    layers=[dense(10, "relu"), dense(1)],
    why={
        "relu": "The hidden layer is the one that needs an activation; look at its name.",
        "linear": "The output layer gives its number as it is, without an activation.",
    },
)


@check(points=1)
def test_input(evidence: Evidence) -> None:
    """The model takes 2 numbers."""
    NETWORK.expect_input(evidence.model())


@check(points=2)
def test_layers(evidence: Evidence) -> None:
    """The layers have the right kind and size, in the right order."""
    NETWORK.expect_layers(evidence.model())


@check(points=2, needs=("layers",))
def test_activations(evidence: Evidence) -> None:
    """Each layer has the right activation."""
    NETWORK.expect_activations(evidence.model())


@check(points=1)
def test_summary(evidence: Evidence) -> None:
    """The summary of the finished model is printed."""
    model = evidence.model()
    summaries = evidence.calls("summary", model)
    if summaries:
        _expect_finished(model, summaries[-1])
        return
    if evidence.ended_early:
        raise evidence.not_before("the summary was printed")
    others = evidence.calls("summary")
    failure = CheckFailed(
        expected=f"a summary of `{model.name}`",
        got="a summary of another model" if others else "no summary",
        message=f"Print the summary of the model that `{model.name}` is at the end."
        if others
        else "Let the model print its summary once it is finished.",
        line=others[-1].line if others else None,
    )
    raise or_not_called(failure, evidence, f"{model.name}.summary")


def _expect_finished(model: Model, summary: Call) -> None:
    """Expect that no layer was added after the last summary."""
    stored = model.stored
    if isinstance(stored, StoredModel) and summary.layers != stored.layers:
        raise CheckFailed(
            expected=f"a summary of all {stored.layers} layers",
            got=f"a summary of {summary.layers}",
            message="The model was not finished yet. Print the summary after the last layer.",
            line=summary.line,
        )
