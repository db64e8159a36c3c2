"""Checks for 1.1.1, describing Keras."""

from grader.expect.arrays import expect_answer
from grader.expect.findings import Evidence
from grader.expect.outcome import check

HINTS = (
    "You are looking for the statement that is not true. Read each one and ask who does the "
    "arithmetic.",
    "Keras gives you a friendly way to describe networks. Something else multiplies the matrices.",
    "Which statement would mean that TensorFlow, JAX and PyTorch are not needed at all? That one "
    "is false.",
)

OPTIONS = {
    1: "This statement is true. Keras is a high-level interface: you say which layers you want, "
    "and the arithmetic is done for you.",
    2: "This statement is true. Keras is open source, and its networks can be brought to servers, "
    "phones and browsers.",
    3: "Right, this statement is false. Keras describes the network and hands the computing to a "
    "backend. Without one it does not even start.",
}
RIGHT = 3


@check(points=1)
def test_answer(evidence: Evidence) -> None:
    """`answer` names the false statement."""
    expect_answer(evidence, OPTIONS, RIGHT)
