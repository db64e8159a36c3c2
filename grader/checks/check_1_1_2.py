"""Checks for 1.1.2, would you use deep learning?"""

from grader.expect.arrays import expect_answer
from grader.expect.findings import Evidence
from grader.expect.outcome import check

HINTS = (
    "Start with the data: what does the app get to see? Is it a table with a few columns, or "
    "something else?",
    "One pixel of a photo says nothing about the clothes on it. What do you call such data, "
    "and which kind of method is known to do well on it?",
    "Photos are unstructured data, and networks find what matters in them by themselves. Choose "
    "the reply that says so.",
)

OPTIONS = {
    1: "Yes is right, the reason is not. In a table each column has a meaning of its own, such as "
    "a price or an age. A pixel has none, so a photo is not tabular data.",
    2: "Right. A photo is unstructured data: no pixel means anything by itself. Networks learn "
    "from examples which patterns in an image matter.",
    3: "Other methods need somebody to say what to measure in a photo. Nobody can write that down "
    "well for clothes and fabrics; a network learns it from examples.",
    4: "Yes is right, the reason is not. For small tables, simpler methods are often as good and "
    "easier to understand. It is the kind of data that decides.",
}
RIGHT = 2


@check(points=1)
def test_answer(evidence: Evidence) -> None:
    """`answer` names the best reply."""
    expect_answer(evidence, OPTIONS, RIGHT)
