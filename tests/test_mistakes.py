"""The mistakes that learners make most: each is told in its own words, with its line."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from corpus import Change, answer_source, bare, edit, steps
from words import tips_of, words_of, words_of_check

from grader.catalogue import find
from grader.places import Line
from grader.stubs import BEGIN, END
from grader.verdict import CheckStatus, Verdict


@dataclass(frozen=True)
class Mistake:
    """A mistake, and what the learner must be told of it.

    Args:
        name: of the mistake.
        exercise: id.
        change: from the reference solution.
        says: regular expression for what must be said.
        check: that must say it; "" for the first tip, where the file was stopped.
        at: words of the line to blame; "" where no line is.
    """

    name: str
    exercise: str
    change: Change
    says: str
    check: str = ""
    at: str = ""


HIDDEN = 'model.add(Dense(5, activation="relu"))\n'
OUTPUT = "model.add(Dense(1))\n"
SAME = 'model.add(Dense(50, activation="relu"))\n'
ONE_EPOCH = ("epochs=100", "epochs=1")
CATEGORICAL = 'darts["competitor"] = pd.Categorical(darts["competitor"])\n'
CODES = 'darts["competitor"] = darts["competitor"].cat.codes\n'
SIGMOID = 'activation="sigmoid"'
SOFTMAX = 'activation="softmax"'
NETWORK = "(?s)expected layer {}: (?:an|another|no) activation; got layer {}: {}.*{}"
PROBABILITY = "one output must be a probability, between 0 and 1"
ADD_UP = "probabilities that add up to 1"
NO_METRICS = """
import keras
from keras.layers import Dense
network = keras.Sequential([keras.Input((2,)), Dense(128, "relu"), Dense(64, "relu"), Dense(32, "relu"), Dense(4, "softmax")])
network.compile("adam", "categorical_crossentropy")
network.fit(coord_train, competitors_train, epochs=1)
"""
FIRST_MODEL = ("activation_results = {}", "activation_results = {}\nmodel = get_model('relu')")
RESULT = "accuracy = model.evaluate(X_test, y_test)[1]"
FIXED = 'activation="relu"'

MISTAKES = [
    Mistake("softmax on one output", "2.1.2", edit((SIGMOID, SOFTMAX)),
            NETWORK.format(1, 1, "softmax", PROBABILITY), "activation", "Dense(1, "),
    Mistake("sigmoid for classes that exclude each other", "2.2.1", edit((SOFTMAX, SIGMOID)),
            NETWORK.format(4, 4, "sigmoid", f"exactly one thrower.*{ADD_UP}"), "activations", "Dense(4, "),
    Mistake("linear output for two classes", "2.1.2", edit((f", {SIGMOID}", "")),
            NETWORK.format(1, 1, "linear", PROBABILITY), "activation", "Dense(1)"),
    Mistake("linear output for four classes", "2.2.1", edit((f", {SOFTMAX}", "")),
            NETWORK.format(4, 4, "linear", ADD_UP), "activations", "Dense(4)"),
    Mistake("relu on the output of a regression", "1.2.1", edit(("Dense(1)", f"Dense(1, {FIXED})")),
            NETWORK.format(2, 2, "relu", "output layer gives its number as it is"), "activations", "Dense(1, "),
    Mistake("compile forgotten", "1.3.2", edit(('model.compile(optimizer="adam", loss="mse")\n', "")),
            "not compiled yet. Compile it before this line", "", "model.fit("),
    Mistake("metrics forgotten", "2.2.3", steps(NO_METRICS + "accuracy = network.evaluate(coord_test, competitors_test)[1]"),
            "returned one number, the loss.*compiled with metrics", "", "evaluate("),
    Mistake("evaluated on the training data", "2.1.3", edit(("evaluate(X_test, y_test)", "evaluate(X_train, y_train)")),
            "on `X_test`; got only on `X_train`.*may know by heart", "tested", "evaluate("),
    Mistake("trained on the test data", "2.1.3", edit(("fit(X_train, y_train", "fit(X_test, y_test")),
            "got fit on `X_test` and `y_test`.*can no longer be tested", "training_data", "fit("),
    Mistake("labels that are not one-hot", "2.2.3", edit(("competitors_train, epochs", "competitors_train.argmax(axis=1), epochs")),
            "1 number, but the model gives 4.*one-hot: a column for each class", "", "fit("),
    Mistake("argmax along the wrong axis", "2.2.4", edit(("axis=1", "axis=0")),
            "expected 5 indices.*one value for each friend. Look along the rows", "preds_chosen", "argmax("),
    Mistake("callback made but not passed", "2.4.2", edit(("    callbacks=[monitor_val_acc],\n", ""), ("epochs=1000", "epochs=3")),
            "`monitor_val_acc` is made but fit does not know of it", "passed_to_fit", "model.fit("),
    Mistake("layers added in the wrong order", "1.2.2",
            edit((HIDDEN, 'last = Dense(1)\nhidden = Dense(5, activation="relu")\n'), (OUTPUT, "model.add(last)\nmodel.add(hidden)\n")),
            "stand in each other's place", "layers", "model.add(last)"),
    Mistake("layers joined in the wrong order", "1.2.2",
            edit(("model = Sequential()\n", "first, last = Dense(1), Dense(5, activation='relu')\n"),
                 ("model.add(Input((3,)))\n", ""), (HIDDEN, "inputs = Input((3,))\nh = first(inputs)\n"), (OUTPUT, "model = keras.Model(inputs, last(h))\n")),
            "stand in each other's place", "layers", "h = first"),
    Mistake("a loop that runs once too often", "1.3.1",
            edit((3 * SAME, "for number in range(4):\n    model.add(Dense(50, activation='relu'))\n")),
            r"one too many here. The loop on line \d+ makes 4 layers in all", "layers", "for number in"),
    Mistake("a loop that runs too rarely", "1.3.1",
            edit((3 * SAME, "for number in range(1, 3):\n    model.add(Dense(50, activation='relu'))\n")),
            r"missing before this one.*The loop on line \d+ makes 2 layers in all", "layers", "for number in"),
    Mistake("a layer for each output", "2.3.1",
            edit(("model.add(Dense(3, ", "for parcel in range(3):\n    model.add(Dense(1, ")),
            "next 2 have 1 neuron each.*one behind the other: what comes out of the model is 1 number", "layers", "    model.add(Dense(1, "),
    Mistake("rounded in place", "2.3.2",
            edit(("np.round(preds)", "preds.round(out=preds)"), ONE_EPOCH), "`preds` itself is changed here.*rounded", "preds", "out=preds"),
    Mistake("rounded in place, under a second name", "2.3.2",
            edit(("np.round(preds)", "preds\npreds_rounded[preds_rounded >= 0.5] = 1\npreds_rounded[preds_rounded < 0.5] = 0"), ONE_EPOCH),
            "`preds` itself is changed here.*rounded", "preds", ">= 0.5"),
    Mistake("one side rounded in place", "2.3.2",
            edit(("np.round(preds)", "preds\npreds[preds >= 0.5] = 1"), ONE_EPOCH), r"came into `preds` on line \d+, and this line changes", "preds", ">= 0.5"),
    Mistake("the choice in place of the probabilities", "2.3.2",
            edit(("preds_rounded = np.round(preds)", "preds = preds.argmax(axis=1)\npreds_rounded = preds"), ONE_EPOCH),
            "this line puts something else in their place", "preds", "argmax"),
    Mistake("predictions overwritten", "2.2.4", edit(("preds_chosen = np.argmax(preds, axis=1)", "preds = np.argmax(preds, axis=1)\npreds_chosen = preds")),
            r"came into `preds` on line \d+, and this line puts something else in their place", "preds", "preds = np.argmax"),
    Mistake("one orbit in place of the other", "1.3.3",
            edit(("plot_orbit(twenty_min_orbit)", "plot_orbit(twenty_min_orbit)\ntwenty_min_orbit = model.predict(np.arange(-40, 41))")),
            r"came into `twenty_min_orbit` on line \d+, and this line puts something else", "twenty_min_orbit", "twenty_min_orbit = model.predict(np.arange(-40, 41)"),
    Mistake("codes from 1", "2.2.2", edit(('"].cat.codes\n', '"].cat.codes + 1\n')), "begin at 1, so nobody has column 0", "one_hot", "+ 1"),
    Mistake("codes from 1, under a name", "2.2.2",
            edit(('to_categorical(darts["competitor"])', "to_categorical(codes)"), ("coordinates =", 'codes = [code + 1 for code in darts.competitor]\ncoordinates =')),
            "begin at 1, so nobody has column 0", "one_hot", "codes = ["),
    Mistake("codes in the order of the throws", "2.2.2",
            edit((CATEGORICAL, 'darts.competitor = pd.factorize(darts.competitor)[0]\n'), (CODES, "")),
            "the order in which the names turn up", "columns", "factorize"),
    Mistake("epochs as batch size", "1.3.2", edit(("epochs=30", "batch_size=30")),
            "30 went into `batch_size`, which is how many samples make a batch", "epochs", "fit("),
    Mistake("inputs and neurons in each other's place", "1.2.2", edit(("Input((3,))", "Input((5,))"), ("Dense(5, ", "Dense(3, ")),
            "size of this layer and that of the input stand in each other's place", "layers", "Dense(3, "),
    Mistake("measured on its own predictions", "1.3.2",
            edit(("evaluate(time_steps, y_positions)", "evaluate(time_steps, own)"), ("loss = ", "own = model.predict(time_steps)\nloss = ")),
            "given `time_steps` and `own`, which predict returned", "reported", "evaluate(time_steps, own)"),
    Mistake("a list that nothing is put into", "3.1.3",
            edit(("train_accs.append(model.evaluate(X_train_frac, y_train_frac)[1])", "model.evaluate(X_train_frac, y_train_frac)[1]")),
            r"`train_accs` is empty in the plot, and 4 values .* no `train_accs\.append\(…\)`"),
    Mistake("a list that is filled behind the loop", "3.1.3", edit(("    test_accs.append(", "test_accs.append(")),
            r"`test_accs` has 1 value in the plot.*outside of the loop on line \d+. So it runs once", "", "test_accs.append("),
    Mistake("words without an Embedding", "4.3.2", edit(("model.add(Embedding(vocab_size, 8))\n", "")),
            "an Embedding is missing between the two", "", "LSTM(32)"),
    Mistake("a grouped table described", "2.1.1",
            edit(("stats = banknotes.describe()", 'banknotes = banknotes.groupby("class")\nstats = banknotes.describe()'),
                 ('banknotes["class"].value_counts()', "banknotes.size()")),
            "From this line on `banknotes` are groups", "stats", "groupby"),
    Mistake("each class described", "2.1.1", edit(("banknotes.describe()", 'banknotes.groupby("class").describe()')),
            "real and fake notes each by themselves.*Describe all of them together", "stats", "groupby"),
    Mistake("all notes counted", "2.1.1", edit(('["class"].value_counts()', '["class"].count()')),
            "This is one number, that of all notes", "counts", "count()"),
    Mistake("a callback in quotes", "2.4.2", edit(("[monitor_val_acc]", '["monitor_val_acc"]')),
            r"In quotes, `monitor_val_acc` is only a text.*made on line \d+", "", '"monitor_val_acc"'),
    Mistake("a layer of PyTorch", "1.2.2", edit((HIDDEN, "model.add(Linear(3, 5))\n")), "`Linear` is PyTorch's.*`Dense`", "", "Linear"),
    Mistake("weights not set back", "3.1.3", edit(("    model.set_weights(initial_weights)\n", ""), ("epochs=50", "epochs=2")),
            "training 2 starts from the initial weights; got it starts where an earlier.*weights back", "reset", "fit("),
    Mistake("one model for all activations", "3.2.2", edit(("    model = get_model(act)\n", ""), FIRST_MODEL, ("epochs=20", "epochs=1")),
            "of its own for leaky_relu; got the network that was trained for relu", "models", "model.fit("),
    Mistake("no Input", "2.3.1", edit(("[Input((20,))]", "")),
            "does not know its input.*Put `Input` in front", "input", "model = Sequential("),
    Mistake("a number typed in", "2.1.3", edit(("model.evaluate(X_test, y_test)[1]", "0.825")),
            "neither was called.*a number that is typed in does not count", "tested", "accuracy = 0.825"),
    Mistake("learning rate ignored", "3.4.1", edit(("learning_rate=learning_rate", "learning_rate=0.01")),
            r"got a learning rate of 0\.01.*the same whatever `learning_rate` is", "learning_rate", "learning_rate=0.01"),
    Mistake("activation ignored", "3.4.1",
            edit(*((f"Dense({n}, activation=activation", f"Dense({n}, {FIXED}") for n in (128, 256))),
            "the same whatever `activation` is", "activation", "Dense(128, "),
    Mistake("name of the data misspelt", "2.1.3", edit(("fit(X_train", "fit(X_trian")),
            "no `X_trian`. You have `X_train`: is it misspelt", "", "fit("),
    Mistake("name of the data misspelt, bare", "2.2.3", bare("model.fit(coords_train, competitors_train)"),
            "You have `coord_train`: is it misspelt", "", "fit("),
]  # fmt: skip


def _line_with(words: str, source: str) -> int:
    return next(n for n, line in enumerate(source.splitlines(), 1) if words in line)


@pytest.mark.by_turns
@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake.name)
def test_a_mistake_is_told_in_its_own_words(
    mistake: Mistake, grade_source: Callable[..., Verdict]
) -> None:
    solution = find(mistake.exercise).solution.read_text("utf-8")
    source = answer_source(solution, mistake.change)
    verdict = grade_source(mistake.exercise, source)
    everything = words_of(verdict)
    if mistake.check:
        found = {check.name: check for check in verdict.checks}[mistake.check]
        assert found.status == CheckStatus.FAILED, everything
        words = words_of_check(found, verdict.places)
        place = found.line and Line(found.line)
    else:
        assert verdict.status == "error", everything
        words = tips_of(verdict)[0]
        place = _place_of(tips_of(verdict)[0])
    assert re.search(mistake.says, words), everything
    if mistake.at:
        assert place == Line(_line_with(mistake.at, source)), everything
    assert "something different" not in everything.lower()
    assert "Traceback" not in everything
    for code in _answer_lines(solution) - set(map(str.strip, source.splitlines())):
        assert code not in everything


def _answer_lines(solution: str) -> set[str]:
    """Return the lines of code that a solution has and its stub leaves blank."""
    found: set[str] = set()
    inside = False
    for line in map(str.strip, solution.splitlines()):
        if line in {BEGIN, END}:
            inside = line == BEGIN
        elif inside and line.strip(")"):
            found.add(line)
    return found


def _place_of(tip: str) -> Line | None:
    """Return the place that a tip begins with."""
    found = re.match(r"Line (\d+): ", tip)
    return Line(int(found[1])) if found else None


@dataclass(frozen=True)
class Error:
    """An error at run time, and what the tip must say.

    Args:
        name: of the mistake.
        exercise: id.
        code: of the steps. Its line with `# here` is the one to blame.
        says: regular expression for the tip.
    """

    name: str
    exercise: str
    code: str
    says: str


TAKES_2 = "The model takes 2 numbers for each sample, but got 4."
FIRST_FEATURES = "Features come first, labels second"
CLASS = "`{}` is a class, not an object of it. Calling `{}`, with"
NEAR = "There is no `{}`. You have `{}`: is it misspelt"
HAS = "`{}` has no `{}`. It has `{}`"
ARGUMENT = "There is no argument `{}`. There is `{}`: is it misspelt"
ONE_NUMBER = "returned one number, the loss"

ERRORS = [
    Error("compiled too late", "1.3.2", "model.fit(time_steps, y_positions)  # here\nmodel.compile('adam', 'mse')",
          "before this line, not as late as on line 29"),
    Error("evaluated before compile", "1.3.2", "model.evaluate(time_steps, y_positions)  # here", "with an optimizer and a loss"),
    Error("only the loss, kept", "2.2.3", NO_METRICS + "score = network.evaluate(coord_test, competitors_test)\nprint(score[1])  # here", ONE_NUMBER),
    Error("only the loss, unpacked", "2.2.3", NO_METRICS + "a, b = network.evaluate(coord_test, competitors_test)  # here", ONE_NUMBER),
    Error("labels in a column", "2.2.3", "model.fit(coord_train, competitors_train.argmax(axis=1)[:, None])  # here", "one-hot"),
    Error("labels of three classes", "2.2.3", "model.fit(coord_train, competitors_train[:, :3])  # here",
          r"3 numbers, but the model gives 4.*as it is\. `competitors_train\[:, :3\]` has 3 numbers in each row, and `competitors_train` has 4"),
    Error("labels for mse", "2.2.3", "model.compile('adam', 'mse')\nmodel.fit(coord_train, competitors_train[:, 0])  # here",
          "1 number, but the model gives 4"),
    Error("rows for the sparse loss", "2.2.3",
          "model.compile('adam', 'sparse_categorical_crossentropy')  # here\nmodel.fit(coord_train, competitors_train)",
          "the numbers of the classes as labels, not one-hot rows"),
    Error("features and labels swapped", "2.2.3", "model.fit(competitors_train, coord_train)  # here", f"{TAKES_2} {FIRST_FEATURES}"),
    Error("features and one label swapped", "2.1.3", "model.fit(y_train, X_train)  # here",
          rf"shape \(n, 4\), but got one of shape \(n,\)\. {FIRST_FEATURES}"),
    Error("labels predicted", "2.2.3", "model.predict(competitors_train)  # here",
          TAKES_2 + " `competitors_train` are the labels; the features that belong to them are `coord_train`"),
    Error("other data, predicted", "2.2.3", "competitors_train = competitors_train[:3]\nmodel.predict(competitors_train)  # here", TAKES_2 + "$"),
    Error("a functional model", "2.2.3", """
import keras
inputs = keras.Input((2,))
net = keras.Model(inputs, keras.layers.Dense(4)(inputs))
net.predict(competitors_train)  # here
""", TAKES_2),
    Error("neurons before and after", "1.2.1", "Dense(2, 10, activation='relu')  # here", "What comes second in `Dense` .* and this is 10"),
    Error("two things in a list", "1.3.2", "model.compile('adam', 'mse')\nmodel.fit([time_steps, y_positions], epochs=1)  # here", "features and labels as one thing"),
    Error("one row of numbers", "1.3.3", "model.predict(np.arange(-10, 11)[None])  # here", r"got 21\. One row of 21 numbers is one sample"),
    Error("a number for an array", "1.3.3", "model.predict(21)  # here", "and got one number"),
    Error("features on their side", "2.1.3", "model.fit(X_train.T, y_train)  # here", r"shape \(4, 960\), and there are 960 labels.*Are the samples columns here"),
    Error("a place that evaluate does not fill", "2.1.3", "model.evaluate(X_test, y_test)[2]  # here", "returns a list here: the loss, then .*counted from 0"),
    Error("a name for a place", "2.1.3", "model.evaluate(X_test, y_test)['accuracy']  # here", "asked for by their places"),
    Error("all of evaluate, rounded", "2.1.3", "round(model.evaluate(X_test, y_test))  # here", "Take one number out of it first"),
    Error("the whole history", "2.4.1", "history = model.fit(X_train, y_train, epochs=1)\nplot_loss(history)  # here", r"`plot_loss` takes lists of numbers.*`history\.history`"),
    Error("no validation data", "2.4.1", "history = model.fit(X_train, y_train, epochs=1)  # here\nprint(history.history['val_loss'])", "fit was given none: neither"),
    Error("Python's own max", "2.2.4", "best = model.predict(coords_small_test)\nmax(best)  # here", "Python's own `max` compares the rows"),
    Error("an index of an array", "2.2.4", "coords_small_test[0].index(3)  # here", "Lists have `.index`, arrays have not"),
    Error("a column for its name", "2.1.1", "sns.pairplot(banknotes, hue=banknotes['class'])  # here", "takes the name of a column, 'class'"),
    Error("a mean of texts", "2.1.1", "banknotes.mean()  # here", "A column of this table holds texts"),
    Error("categories of a table", "2.2.2", "darts.cat.codes  # here", "`.cat` is something that a column has"),
    Error("no categories", "2.2.2", "darts['competitor'].cat.codes  # here", "Only a categorical column has `.cat`"),
    Error("two columns by loc", "2.2.2", "darts.loc['xCoord', 'yCoord']  # here", "takes rows first, and 'xCoord' is a column"),
    Error("all samples as a single one", "4.2.2", "model.predict(X_test[None])  # here",
          r"got one of shape \(1, 50, 28, 28, 1\): it has an axis too many in front\. `X_test` is an array of samples already"),
    Error("a column by iloc", "2.1.1", "banknotes.iloc['class']  # here", r"'class' is the name of a column: it stands alone"),
    Error("columns by iloc", "2.1.1", "banknotes.iloc[['class', 'entropy']]  # here", r"a list of them stands alone"),
    Error("a column by iloc, second", "2.1.1", "banknotes.iloc[:, 'class']  # here", r"Names are for `\.loc`"),
    Error("a part by iloc, with names", "2.1.1", "banknotes.iloc[:, 'variance':'entropy']  # here", r"Names are for `\.loc`"),
    Error("a part by loc, with numbers", "2.1.1", "banknotes.loc[:, 0:3]  # here", r"Their numbers are for `\.iloc`"),
    Error("a text with a minus", "2.2.1", "Sequential().compile('adam', mean-squared-error)  # here",
          "`-` is a minus .* called 'mean_squared_error', with underscores"),
    Error("a minus that is one", "2.2.1", "Sequential().compile('adam', loss=some-thing)  # here", "`some` is a name that your file would have to"),
    Error("one index of all", "2.2.4", "best = model.predict(coords_small_test).argmax()\nbest[0]  # here",
          "`argmax` without `axis` gives one index for the whole array"),
    Error("one index of a row", "2.2.4", "best = model.predict(coords_small_test)[0].argmax()\nbest[0]  # here", r"with brackets\.$"),
    Error("a result that is not made", "1.3.3", "plot_orbit(twenty_min_orbits)  # here", "calls for `twenty_min_orbit`, which your file has not made yet"),
    Error("a single sample", "2.2.3", "model.predict(coord_train[0])  # here", r"shape \(n, 2\), but got one of shape \(2,\): `coord_train\[0\]` is one sample.*the shape \(1, 2\)\."),
    Error("images laid flat", "4.2.2", "model.predict(X_test.reshape(50, 784))  # here",
          r"shape \(n, 28, 28, 1\), but got one of shape \(n, 784\)"),
    Error("no embedding", "4.3.2", "model = Sequential([Input((3,)), LSTM(3)])  # here", r"The LSTM takes a row of numbers for each step.*gives arrays of shape \(n, 3\)"),
    Error("labels of the test data", "2.1.3", "model.fit(X_train, y_test)  # here", "different numbers of rows: 960 and 412"),
    Error("history itself", "2.1.3", "h = model.fit(X_train, y_train)\nprint(h['loss'])  # here", r"in its attribute `\.history`"),
    Error("history's attribute", "2.1.3", "h = model.fit(X_train, y_train)\nprint(h.loss)  # here", r"in its attribute `\.history`"),
    Error("result of add", "2.2.1", "model = Sequential().add(Dense(4))  # here\nmodel.summary()", "`add` returns nothing, so `model` is None"),
    Error("result of compile", "2.1.3", "model = model.compile('adam', 'mse')  # here\nmodel.fit(X_train, y_train)",
          "`compile` returns nothing, so `model` is None"),
    Error("a chain of add", "2.2.1", "model = Sequential()\nmodel.add(Dense(3)).add(Dense(4))  # here", "`add` returns nothing"),
    Error("return forgotten", "2.2.1", "def build():\n    model = Sequential()\n\nmodel = build()  # here\nmodel.summary()",
          r"`build` \(on line \d+\) returns nothing.*needs `return`"),
    Error("result of add, twice", "2.2.1", "model = Sequential()\nmodel = model.add(Dense(4))  # here\nmodel = model.add(Dense(3))\nmodel.summary()",
          "`add` returns nothing, so `model` is None"),
    Error("a class under a name", "2.2.1", "model = Sequential  # here\nmodel.add(Dense(3))", CLASS.format("model", "Sequential")),
    Error("a class itself", "2.2.1", "Sequential.summary()  # here", CLASS.format("Sequential", "Sequential")),
    Error("a class as layer", "2.2.1", "model = Sequential()\nmodel.add(Dense)  # here", CLASS.format("Dense", "Dense")),
    Error("a class as optimizer", "2.1.3", "from keras.optimizers import SGD\nmodel.compile(SGD, 'mse')  # here", CLASS.format("SGD", "SGD")),
    Error("a class as callback", "2.1.3", "from keras.callbacks import EarlyStopping\nmodel.fit(X_train, y_train, callbacks=[EarlyStopping])  # here",
          CLASS.format("EarlyStopping", "EarlyStopping")),
    Error("losses and metrics swapped", "2.2.1", "Sequential([Input((2,)), Dense(4)]).compile('adam', ['accuracy'], 'mse')  # here",
          r"`\['accuracy'\]` stands where the loss belongs, and `'mse'` where the weights belong"),
    Error("score of scikit-learn", "2.1.3", "model.score(X_test, y_test)  # here", "`score` is scikit-learn's; Keras's is `evaluate`"),
    Error("eval of PyTorch", "2.1.3", "model.eval()  # here", "`eval` is PyTorch's; in Keras no such switch"),
    Error("a layer of PyTorch", "2.2.1", "from keras.layers import Linear  # here", "`Linear` is PyTorch's; Keras's layer is called `Dense`"),
    Error("a number as shape", "2.2.1", "model = Sequential([Input((2))])  # here", r"tuple, also where.*`\(2,\)`, with a comma"),
    Error("the data as shape", "1.3.1", "model = Sequential([Input(time_steps)])  # here", "not the data"),
    Error("a range for an array", "1.3.3", "model.predict(range(-10, 11))  # here", "takes arrays here, and got a range. `np.array`"),
    Error("a list for an array", "1.3.3", "model.predict([1, 2, 3])  # here", "takes arrays here, and got a list"),
    Error("an array for a list of arrays", "4.1.1", "keras.Function([model.layers[0].input], [model.layers[0].output])(X_test)  # here",
          "takes a list with an array for each"),
    Error("history's dictionary", "2.1.3", "h = model.fit(X_train, y_train)\nh.history.history  # here", "Once is enough"),
    Error("an argument of a layer", "2.2.1", "Dense(3, activaton='relu')  # here", ARGUMENT.format("activaton", "activation")),
    Error("an argument of fit", "2.1.3", "model.fit(X_train, y_train, epoch=20)  # here", ARGUMENT.format("epoch", "epochs")),
    Error("an argument of compile", "2.1.3", "model.compile('adam', 'mse', metric=['mae'])  # here", ARGUMENT.format("metric", "metrics")),
    Error("an argument of evaluate", "2.1.3", "model.evaluate(X_test, y_test, retur_dict=True)  # here", ARGUMENT.format("retur_dict", "return_dict")),
    Error("an argument of one's own function", "2.1.3", "def train(rounds):\n    return rounds\n\ntrain(round=3)  # here",
          ARGUMENT.format("round", "rounds")),
    Error("a name of an import", "2.2.1", "model = Sequental()  # here", NEAR.format("Sequental", "Sequential")),
    Error("a name of Python's", "2.2.1", "pritn(3)  # here", NEAR.format("pritn", "print")),
    Error("a name made too late", "2.2.4", "print(preds)  # here\npreds = model.predict(coords_small_test)", "`preds` is only made on line 35"),
    Error("an index of one number", "2.2.1", "numbers = 0.5\nnumbers[1]  # here", "`numbers` is one number already"),
    Error("a method", "2.2.1", "model = Sequential()\nmodel.ad(Dense(3))  # here", HAS.format("model", "ad", "add")),
    Error("a class in keras", "2.2.1", "model = keras.Sequental()  # here", HAS.format("keras", "Sequental", "Sequential")),
    Error("an import", "2.2.1", "from keras.layers import Dens  # here", HAS.format("keras.layers", "Dens", "Dense")),
    Error("an import through TensorFlow", "2.2.1", "from tensorflow.keras.layers import Dens  # here", "has no `Dens`. It has `Dense`"),
    Error("a function of NumPy", "2.2.4", "np.argmx([3])  # here", HAS.format("numpy", "argmx", "argmax")),
    Error("a method of arrays", "2.2.4", "coords_small_test.argmx()  # here", HAS.format("coords_small_test", "argmx", "argmax")),
    Error("a method of lists", "3.1.3", "train_accs.apend(3)  # here", HAS.format("train_accs", "apend", "append")),
    Error("two names for one array", "3.1.3", "a, b = X_train[:5]  # here", r"`X_train\[:5\]` is one array, and 2 names stand in front"),
    Error("a loop over a dictionary", "3.2.3", "for name, losses in val_loss_per_function:  # here\n    print(losses)",
          r"gets its keys only. `val_loss_per_function.items\(\)`"),
    Error("a dictionary as a list", "3.2.2", "results = {}\nresults.append(3)  # here", "`results` is a dictionary, and `append` is for lists"),
    Error("a list as a dictionary", "3.2.2", "results = []\nresults['relu'] = 3  # here", "`results` is a list, whose places have numbers"),
    Error("all filters as a picture", "4.2.2", "pictures = X_test\naxs[0].matshow(pictures[0, None])  # here",
          r"has the shape \(1, 28, 28, 1\). `pictures` has the shape \(50, 28, 28, 1\)"),
    Error("a path in quotes", "4.2.3", "image.load_img('img_path')  # here", "`'img_path'` is a text.* a file of that name is looked for"),
    Error("one row to decode", "4.2.4", "decode_predictions(img_ready[0, 0, 0], top=3)  # here", "takes what predict gives as it is"),
    Error("words as arguments", "4.3.4", "predict_text('the', 'curve', 'of')  # here", "takes one text. Put all the words into one pair"),
    Error("names of activations in a list", "3.2.2", "activations = [relu, tanh]  # here", "Names of activations are texts"),
    Error("keys without quotes", "3.4.2", "params = {epochs: [50], batch_size: [32]}  # here", "`epochs` is to be a key of this dictionary"),
    Error("weights without quotes", "4.2.4", "model = ResNet50(weights=imagenet)  # here", "Names of weights are texts"),
    Error("a parameter in quotes", "3.4.1", "def create_model(learning_rate, activation):\n    return Dense(3, activation='activation')  # here\n\ncreate_model(1, 'relu')",
          "In quotes, 'activation' is a text.*what your file gives this name"),
    Error("a search's values", "3.4.2", "RandomizedSearchCV(create_model, params={}, cv=3)  # here", "as `param_distributions`, not as `params`"),
    Error("a network for scikit-learn", "3.4.3", "model = create_model()\ncross_val_score(model, X, y, cv=3)  # here", "A KerasClassifier makes a network look like"),
    Error("no labels for scikit-learn", "3.4.3", "cross_val_score(KerasClassifier(create_model), X, cv=2)  # here", "labels, which are its third argument"),
    Error("input and output asked for", "4.2.2", "Model(model.input, model.layers[0].output)  # here", r"A Sequential has no `\.input`"),
    Error("filters and their size swapped", "4.2.1", "model = Sequential([Input((28, 28, 1)), Conv2D(3, 32)])  # here", "number of filters comes first, their size second"),
    Error("colours in front", "4.2.1", "model = Sequential([Input((1, 28, 28)), Conv2D(32, 3)])  # here", "has 1 row, 28 columns and 28 colours"),
    Error("labels that are not cut", "3.1.3", "part = y_train  # here\nmodel.fit(X_train[:9], part)", "9 and 1257. `part` is the whole of `y_train`"),
    Error("a name read too early in a function", "3.1.3", "def show():\n    print(late)\n\nshow()  # here\nlate = 3", "`show` reads `late`, which is only made on line 46, after this call"),
]  # fmt: skip


@pytest.mark.by_turns
@pytest.mark.parametrize("error", ERRORS, ids=lambda error: error.name)
def test_an_error_is_told_in_the_learners_terms(
    error: Error, grade_source: Callable[..., Verdict]
) -> None:
    solution = find(error.exercise).solution.read_text("utf-8")
    source = answer_source(solution, steps(error.code))
    verdict = grade_source(error.exercise, source)
    assert verdict.status == "error", verdict
    tips = tips_of(verdict)
    assert [_place_of(tip) for tip in tips] == [Line(_line_with("# here", source))], tips
    assert re.search(error.says, tips[0]), tips


@pytest.mark.parametrize(
    "code",
    [
        "undefined_and_far_from_all",
        "None.real_name",
        "[].nothing_like_it",
        "import json\njson.plot",
        "import no_such_module",
        "len()",
        "1 / 0",
        "def f(x):\n    return x\n\nf()",
        "print('never'[7])",
    ],
)
def test_other_errors_get_no_tip(code: str, grade_source: Callable[..., Verdict]) -> None:
    verdict = grade_source("1.2.1", code)
    assert verdict.status == "error"
    assert not verdict.tips, tips_of(verdict)


def test_predictions_of_the_test_digits_are_right_and_get_a_tip(
    grade_source: Callable[..., Verdict],
) -> None:
    solution = find("3.1.1").solution.read_text("utf-8")
    verdict = grade_source(
        "3.1.1", answer_source(solution, edit(("predict(X_train)", "predict(X_test)")))
    )
    assert verdict.points == verdict.max_points
    assert tips_of(verdict) == [
        "`preds` has 540 rows: these are the test digits. The step names `X_train`, the training "
        "digits; for a first try both are right."
    ]


def test_a_model_that_is_saved_over_the_best_one_gets_a_tip(
    grade_source: Callable[..., Verdict],
) -> None:
    last = 'print("Epochs until the end:"'
    over = f'model.save("best_banknote_model.keras")\n{last}'
    solution = find("2.4.3").solution.read_text("utf-8")
    verdict = grade_source("2.4.3", answer_source(solution, edit((last, over))))
    assert verdict.points == verdict.max_points
    (tip,) = tips_of(verdict)
    assert "in place of what `modelCheckpoint` kept there" in tip
