"""Answers to 1.1.2, would you use deep learning?"""

from corpus import Right, Wrong, bare, edit, steps

RIGHT = [
    Right("as a text", edit(("answer = 2", "answer = '2'"))),
    Right("text with a full stop", edit(("answer = 2", "answer = '2.'"))),
    Right("as a float", edit(("answer = 2", "answer = 2.0"))),
    Right("in parentheses", edit(("answer = 2", "answer = (2)"))),
    Right("computed", edit(("answer = 2", "answer = 1 + 1"))),
    Right(
        "in a function",
        steps("""
def choose():
    return 2

answer = choose()
"""),
    ),
    Right("a NumPy integer", steps("import numpy as np\nanswer = np.int64(2)\n")),
    Right("bare", bare("answer = 2\n")),
]

WRONG = [
    Wrong("a colon in place of the sign", edit(("answer = 2", "answer: 2")), "answer", "a number called `answer`\n(.|\n)*does not make"),
    Wrong("compared in place of kept", edit(("answer = 2", "answer == 2")), "", "`==` compares. To give `answer` a value, write a single", "error"),
    Wrong("tabular", edit(("answer = 2", "answer = 1")), "answer", "not tabular"),
    Wrong("other methods suffice", edit(("answer = 2", "answer = 3")), "answer", "what to measure"),
    Wrong("always the best", edit(("answer = 2", "answer = 4")), "answer", "kind of data"),
    Wrong("no such option", edit(("answer = 2", "answer = 5")), "answer", "one of 1, 2, 3, 4"),
    Wrong("yes", edit(("answer = 2", 'answer = "yes"')), "answer", "number of the option"),
    Wrong("a truth value", edit(("answer = 2", "answer = True")), "answer", "one of 1, 2, 3, 4"),
    Wrong("a computed truth value", edit(("answer = 2", "answer = bool(1)")), "answer", "one of 1, 2, 3, 4"),
    Wrong("two options", edit(("answer = 2", "answer = (1, 2)")), "answer", "one is asked for. Write its number"),
    Wrong("negative", edit(("answer = 2", "answer = -2")), "answer", "one of 1, 2, 3, 4"),
    Wrong("computed and wrong", edit(("answer = 2", "answer = int('1')")), "answer", "not tabular"),
    Wrong("None", edit(("answer = 2", "answer = print(2)")), "answer", "None"),
    Wrong("other name", edit(("answer = 2", "reply = 2")), "answer", "does not make `answer`"),
    Wrong("stub untouched", edit(("answer = 2", "answer = ____")), "", "blank", "not_attempted"),
]  # fmt: skip

TYPICAL = "tabular"
