"""Answers to 3.2.1, different activation functions."""

from corpus import Right, Wrong, bare, edit, steps

RIGHT = [
    Right("as a text", edit(("answer = 2", 'answer = "2"'))),
    Right("as a float", edit(("answer = 2", "answer = 2.0"))),
    Right("bare", bare("answer = 2\n")),
    Right(
        "found by trying",
        steps("""
far = -100.0
true = {
    1: abs(sigmoid(0) - 0.5) < 0.01 and abs(tanh(0)) < 0.01,
    2: abs(sigmoid(far) + 1) < 0.01 and abs(tanh(far) + 1) < 0.01,
    3: relu(-1) == 0 and leaky_relu(-1) == -0.01,
    4: all(relu(x) == leaky_relu(x) for x in range(1, 10)),
}
answer = min(true, key=true.get)
"""),
    ),
    Right(
        "found by trying, bare, with arrays",
        bare("""
print(inspect.getsource(leaky_relu))
x = np.array([-100.0, -1.0, 0.0, 5.0])
assert list(relu(x)) == [0, 0, 0, 5]
assert list(leaky_relu(x)) == [-1, -0.01, 0, 5]
assert sigmoid(x)[2] == 0.5 and tanh(x)[2] == 0
answer = 2 if sigmoid(x)[0] >= 0 else 1
plt.plot(x, tanh(x))
"""),
    ),
    Right(
        "second thoughts in a main block",
        steps("answer = 3\nif __name__ == '__main__':\n    answer = 2\n"),
    ),
    Right("second thoughts", steps("answer = 4\nanswer = 2\n")),
]

WRONG = [
    Wrong("the values at zero", edit(("answer = 2", "answer = 1")), "answer", "halfway between 0 and 1"),
    Wrong("the values at minus one", edit(("answer = 2", "answer = 3")), "answer", "a hundredth"),
    Wrong("positive numbers", edit(("answer = 2", "answer = 4")), "answer", "differ only below zero"),
    Wrong("no such option", edit(("answer = 2", "answer = 5")), "answer", "one of 1, 2, 3, 4"),
    Wrong("a function", edit(("answer = 2", "answer = sigmoid")), "answer", "function or class sigmoid.*number of the option"),
    Wrong("a value", edit(("answer = 2", "answer = sigmoid(0)")), "answer", "one of 1, 2, 3, 4"),
    Wrong("in words", edit(("answer = 2", 'answer = "sigmoid"')), "answer", "number of the option"),
    Wrong("printed only", edit(("answer = 2", "print(2)")), "answer", "does not make `answer`"),
    Wrong("computed and wrong", edit(("answer = 2", "answer = 2 + (relu(-3) == 0)")), "answer", "a hundredth"),
    Wrong("right at first", edit(("answer = 2", "answer = 2\nfor answer in (2, 4):\n    pass")), "answer", "differ only below zero"),
    Wrong("stub untouched", edit(("answer = 2", "answer = ____")), "", "blank", "not_attempted"),
]  # fmt: skip

TYPICAL = "the values at zero"
