"""Answers to 4.3.4, test your model."""

from corpus import Course2019, Right, Wrong, bare, edit, steps

SLOW = True

PROMPTS = '["answer errors with", "the curve of", "length of the"]'
CALLS = """
print(predict_text("answer errors with"))
print(predict_text("the curve of"))
print(predict_text("length of the"))
"""

RIGHT = [
    Right("one by one", steps(CALLS + "answer = 2\n")),
    Right("bare, answer as a text", bare(CALLS + "answer = '2'\n")),
    Right(
        "a list, the sentence looked up",
        steps(f"""
words = [predict_text(prompt) for prompt in {PROMPTS}]
sentences = ["errors progress program", "errors progress lesson", "errors network lesson", "tests progress lesson"]
answer = sentences.index(" ".join(words)) + 1
"""),
    ),
    Right(
        "in another order, capitals",
        steps("""
first = predict_text("Length of the")
second = predict_text("  the   curve of ")
third = predict_text("ANSWER errors with")
answer = 2.0
"""),
    ),
    Right(
        "with others",
        steps(f"""
for prompt in ("it is not", "it is", "meet my friend") + tuple({PROMPTS}) * 2:
    print(prompt, predict_text(prompt))
answer = 2
"""),
    ),
    Right(
        "in a function, a chain",
        steps(f"""
def go_on(prompt, words):
    text = prompt
    for _ in range(words):
        text += " " + predict_text(" ".join(text.split()[-3:]))
    return text

print([go_on(prompt, 5) for prompt in {PROMPTS}])
answer = "2"
"""),
    ),
    Right(
        "a function of one's own",
        steps(f"""
import numpy as np
from grader.datasets import quotes, trained
model, tokenizer = trained.load("quotes"), quotes.load_tokenizer()
numbers = np.array(tokenizer.texts_to_sequences({PROMPTS}))
print(tokenizer.sequences_to_texts(model.predict(numbers).argmax(axis=1)[:, None].tolist()))
answer = 2
"""),
    ),
]

WRONG = [
    Wrong("all prompts at once", steps(f"print(predict_text({PROMPTS}))\nanswer = 2\n"), "prompts", "takes one text, not a list"),
    Wrong("option 1", edit(("answer = 2", "answer = 1")), "answer", '"length of the"'),
    Wrong("option 3", edit(("answer = 2", "answer = 3")), "answer", '"the curve of"'),
    Wrong("option 4", edit(("answer = 2", "answer = 4")), "answer", '"answer errors with"'),
    Wrong("the words", edit(("answer = 2", 'answer = "errors progress lesson"')), "answer", "number of the option"),
    Wrong("no such option", edit(("answer = 2", "answer = 5")), "answer", "one of 1, 2, 3, 4"),
    Wrong("no answer", edit(("answer = 2", "pass")), "answer", "does not make `answer`"),
    Wrong("printed only", edit(("answer = 2", "answer = print(2)")), "answer", "None"),
    Wrong("a guess", steps("answer = 2\n"), "prompts", "with none of them.*'answer errors with'"),
    Wrong("a guess, bare", bare("answer = 2\n"), "prompts", "with none of them"),
    Wrong("two of three", edit((', "length of the"', "")), "prompts", "with 2 of them.*'length of the'"),
    Wrong("a prompt misspelt", edit(('"the curve of"', '"the curve off"')), "prompts", "with 2 of them\n.*'the curve of'"),
    Wrong("another prompt", edit(('"the curve of"', '"the data of"')), "prompts", "with 2 of them, and 'the data of'"),
    Wrong("too short a prompt", edit(('"the curve of"', '"curve of"')), "prompts", "'the curve of'"),
    Wrong("words in another order", edit(('"the curve of"', '"of the curve"')), "prompts", "and 'of the curve'"),
    Wrong("the prompts of 2019", bare("""
predict_text('meet revenge with')
predict_text('the course of')
predict_text('strength of the')
answer = 2
"""), "prompts", "with none of them"),
    Wrong("all in one", edit((PROMPTS, '["answer errors with the curve of length of the"]')), "prompts", "with none of them"),
    Wrong("letter by letter", edit((PROMPTS, '"answer errors with"')), "prompts", "with none of them"),
    Wrong("the function itself", edit(("predict_text(prompt)", "predict_text")), "prompts", "with none of them"),
    Wrong("a list of prompts", edit(("predict_text(prompt)", f"predict_text({PROMPTS})")), "prompts", "takes one text, not a list"),
    Wrong("one blank left", edit(("answer = 2", "answer = ____")), "", "blank", "unfinished"),
    Wrong("three prompts at once", steps("""
print(predict_text("answer errors with", "the curve of", "length of the"))
answer = 4
"""),
          "", r"takes one text. Call it once for each of them", "error", blames="predict_text("),
    Wrong("all prompts in one text", steps("""
print(predict_text("answer errors with the curve of length of the"))
answer = 3
"""), "prompts", r"This asks with 9 words at once. Call the function once for each prompt", blames="predict_text("),
]  # fmt: skip

TYPICAL = "two of three"

UNNAMED = {
    ("argument", "print without predict_text(prompt)"): (
        "The message says that the function was called with none of the prompts."
    ),
    ("deleted", 'for prompt in ["answer errors with", "the curve of", "lengt…'): (
        "The message says that the function was called with none of the prompts."
    ),
    ("deleted", 'print(prompt, "…", predict_text(prompt))'): (
        "The message says that the function was called with none of the prompts."
    ),
}

COURSE_2019 = [
    Course2019("""
print(predict_text('answer errors with'))
print(predict_text('the curve of'))
print(predict_text('length of the'))
answer = 2
"""),
]  # fmt: skip
