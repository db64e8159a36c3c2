"""Checks for 4.3.4, test your model."""

from grader.datasets import quotes
from grader.evidence.values import Numbers, Sequence, Texts
from grader.expect.arrays import expect_answer
from grader.expect.findings import Evidence
from grader.expect.outcome import CheckFailed, check

HINTS = (
    "The function does the work: give it a prompt of three words, and print what comes back.",
    "Call it once for each of the three prompts, in their order. Then look for the sentence that "
    "has exactly these three words among the four.",
    '`print(predict_text("answer errors with"))` shows the first word, and it is not "tests". '
    "Do the same with the other two prompts; the last word is what one learns from a fault.",
)

PROMPTS = ("answer errors with", "the curve of", "length of the")

OPTIONS = {
    1: "The text speaks of the length of a program, too. But look at what the network says after "
    '"length of the".',
    2: "Right. The network goes on with errors, progress and lesson.",
    3: 'The first and the last word are right. Look at what the network gives for "the curve of".',
    4: "The second and the third word are right. Look at what the network gives for "
    '"answer errors with".',
}
RIGHT = 2


def _tried(evidence: Evidence) -> list[list[float]]:
    """Return the rows of numbers that a network was asked about, in order."""
    rows: list[list[float]] = []
    for call in evidence.calls("predict"):
        found = call.arguments.get("x")
        if isinstance(found, Numbers) and len(found.shape) == 2:
            rows += evidence.load(found).astype(float).tolist()
    return rows


@check(points=3)
def test_prompts(evidence: Evidence) -> None:
    """The network was asked about all three prompts."""
    tokenizer, tried = quotes.load_tokenizer(), _tried(evidence)
    numbers = dict(zip(PROMPTS, tokenizer.texts_to_sequences(PROMPTS), strict=True))
    left = [prompt for prompt in PROMPTS if numbers[prompt] not in tried]
    if not left:
        return
    if evidence.ended_early:
        raise evidence.not_before("all prompts were tried")
    done = len(PROMPTS) - len(left)
    others = tokenizer.sequences_to_texts([row for row in tried if row not in numbers.values()])
    also = f", and {others[0][:60]!r}" if any(others) else ""
    lines = [call.line for call in evidence.calls("predict")]
    line, message = lines[-1] if lines else None, ""
    for call in evidence.written.calls("predict_text"):
        held = [evidence.values.get(text) for text in call.arguments]
        literal = any(text.startswith("[") for text in call.arguments)
        if literal or any(isinstance(one, Sequence | Texts) for one in held):
            line = call.line
            message = "predict_text takes one text, not a list. Call it once for each prompt."
        words = len(" ".join(call.arguments).split())
        if words > quotes.WINDOW and all(text[:1] in "'\"" for text in call.arguments):
            line, message = call.line, f"This asks with {words} words at once. "
            message += "Call the function once for each prompt."
    raise CheckFailed(
        expected="predict_text called with 3 prompts",
        got=f"called with {done or 'none'} of them{also}",
        message=message or f"The network was not asked what comes after {left[0]!r}.",
        line=line,
    )


@check(points=3)
def test_answer(evidence: Evidence) -> None:
    """`answer` is the sentence with the network's three words."""
    expect_answer(evidence, OPTIONS, RIGHT)
