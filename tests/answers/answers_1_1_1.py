"""Answers to 1.1.1, describing Keras."""

from corpus import Right, Wrong, bare, edit, steps

RIGHT = [
    Right("as a text", edit(("answer = 3", 'answer = "3"'))),
    Right("text in parentheses", edit(("answer = 3", 'answer = " (3) "'))),
    Right("as a float", edit(("answer = 3", "answer = 3.0"))),
    Right("with an annotation", edit(("answer = 3", "answer: int = 3"))),
    Right(
        "computed",
        steps("""
false = {1: False, 2: False, 3: True}
answer = max(false, key=false.get)
"""),
    ),
    Right("second thoughts", steps("answer = 1\nanswer = 3\n")),
    Right("bare", bare("answer = 3\n")),
]

WRONG = [
    Wrong("high-level interface", edit(("answer = 3", "answer = 1")), "answer", "high-level.*"),
    Wrong("runs in many places", edit(("answer = 3", "answer = 2")), "answer", "open source"),
    Wrong("no such option", edit(("answer = 3", "answer = 4")), "answer", "one of 1, 2, 3"),
    Wrong("counted from zero", edit(("answer = 3", "answer = 0")), "answer", "number of the option"),
    Wrong("between two options", edit(("answer = 3", "answer = 2.5")), "answer", "one of 1, 2, 3"),
    Wrong("in words", edit(("answer = 3", 'answer = "backend"')), "answer", "one of 1, 2, 3"),
    Wrong("all of them", edit(("answer = 3", "answer = [1, 2, 3]")), "answer", "one is asked for. Write its number"),
    Wrong("a truth value", edit(("answer = 3", "answer = True")), "answer", "one of 1, 2, 3"),
    Wrong("computed and wrong", edit(("answer = 3", "answer = 4 - 2")), "answer", "open source"),
    Wrong("None", edit(("answer = 3", "answer = None")), "answer", "None"),
    Wrong("printed only", edit(("answer = 3", "print(3)")), "answer", "does not make `answer`"),
    Wrong("misspelt", edit(("answer = 3", "anwser = 3")), "answer", "misspelt"),
    Wrong("stub untouched", edit(("answer = 3", "answer = ____")), "", "blank", "not_attempted"),
    Wrong("raises before", edit(("answer = 3", "answer = int(statement)")), "", "NameError", "error"),
]  # fmt: skip

TYPICAL = "high-level interface"
