"""Checks for 3.2.1, different activation functions."""

from grader.expect.arrays import expect_answer
from grader.expect.findings import Evidence
from grader.expect.outcome import check

HINTS = (
    "Three statements are true. The functions are there, so put in the numbers that each "
    "statement talks about and see what comes out.",
    "Think of the range of each function. Which of the four can be negative at all?",
    "A sigmoid lies between 0 and 1, everywhere. So which statement about it cannot be true?",
)

OPTIONS = {
    1: "This statement is true. In the middle sigmoid is halfway between 0 and 1, and tanh is "
    "halfway between -1 and 1.",
    2: "Right, this statement is false. Far below zero tanh comes close to -1, but sigmoid comes "
    "close to 0: it is never negative.",
    3: "This statement is true. Below zero relu is 0, while the leaky_relu that is at hand lets a "
    "hundredth of the number through.",
    4: "This statement is true. The two differ only below zero; above it both give the number "
    "back as it is.",
}
RIGHT = 2


@check(points=1)
def test_answer(evidence: Evidence) -> None:
    """`answer` names the false statement."""
    expect_answer(evidence, OPTIONS, RIGHT)
