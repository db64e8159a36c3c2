"""Answers to 2.2.4, softmax predictions."""

from corpus import Course2019, Right, Wrong, bare, edit, steps

PREDS = "preds = model.predict(coords_small_test)"
CHOSEN = "preds_chosen = np.argmax(preds, axis=1)"

RIGHT = [
    Right(
        "as in the course, bare",
        bare("""
preds = model.predict(coords_small_test)
for i, pred in enumerate(preds):
    print("{} | {}".format(pred, competitors_small_test[i]))
preds_chosen = [np.argmax(pred) for pred in preds]
for i, pred in enumerate(preds_chosen):
    print("{} | {}".format(pred, competitors_small_test[i]))
"""),
    ),
    Right(
        "array method, direct call",
        steps("""
preds = model(coords_small_test).numpy()
preds_chosen = preds.argmax(1)
"""),
    ),
    Right(
        "tensors",
        steps("""
import tensorflow as tf
preds = model(tf.constant(coords_small_test), training=False)
preds_chosen = tf.argmax(preds, axis=-1)
"""),
    ),
    Right(
        "keras.ops, measured first",
        steps("""
import keras
print(model.evaluate(coords_small_test, competitors_small_test))
preds = model.predict(coords_small_test, batch_size=2, verbose=0)
preds_chosen = keras.ops.argmax(preds, axis=1)
"""),
    ),
    Right(
        "one by one, stacked",
        steps("""
preds = np.vstack([model.predict(throw[None]) for throw in coords_small_test])
preds_chosen = list(map(int, preds.argmax(axis=1)))
"""),
    ),
    Right(
        "one by one, a list",
        steps("""
preds = [model.predict(np.array([[x, y]])) for x, y in coords_small_test]
preds_chosen = [np.argmax(pred) for pred in preds]
"""),
    ),
    Right(
        "a table",
        steps("""
import pandas as pd
preds = pd.DataFrame(model.predict(pd.DataFrame(coords_small_test)))
preds_chosen = preds.idxmax(axis=1)
"""),
    ),
    Right(
        "lists, sorted",
        steps("""
preds = model.predict(coords_small_test).tolist()
preds_chosen = []
for pred in preds:
    preds_chosen.append(sorted(range(4), key=pred.__getitem__)[-1])
"""),
    ),
    Right(
        "a column of indices",
        edit((CHOSEN, "preds_chosen = np.argmax(preds, axis=1, keepdims=True)")),
    ),
    Right(
        "argsort, in a function, a tuple",
        steps("""
def choose(probabilities):
    return tuple(int(i) for i in np.argsort(probabilities, axis=1)[:, -1])
preds = model.predict_on_batch(coords_small_test)
preds_chosen = choose(preds)
"""),
    ),
    Right(
        "as many throws at once",
        edit(
            (
                PREDS,
                "_, _, coord_test, _ = darts.load_split()\npreds = model.predict(coord_test)[5:10]",
            ),
        ),
    ),
    Right(
        "a model around the model, three digits",
        steps("""
import keras
preds = np.round(keras.Sequential([keras.Input((2,)), model]).predict(coords_small_test), 3)
preds_chosen = preds.argmax(axis=1).astype("float32")
"""),
    ),
]

WRONG = [
    Wrong("the whole table in each turn", edit((CHOSEN, "preds_chosen = [np.argmax(preds) for p in preds]")), "preds_chosen",
          "the largest number in the whole of `preds`"),
    Wrong("down the columns", edit((CHOSEN, "preds_chosen = np.argmax(preds, axis=0)")),
          "preds_chosen", r"(?s)shape \(4,\).*each friend"),
    Wrong("of the whole table", edit((CHOSEN, "preds_chosen = np.argmax(preds)")), "preds_chosen",
          r"(?s)the number \d+\n.*a single index"),
    Wrong("the largest probabilities", edit((CHOSEN, "preds_chosen = preds.max(axis=1)")), "preds_chosen",
          "largest probabilities"),
    Wrong("the smallest", edit((CHOSEN, "preds_chosen = preds.argmin(axis=1)")), "preds_chosen", "smallest"),
    Wrong("chosen from the labels", edit((CHOSEN, "preds_chosen = np.argmax(competitors_small_test, axis=1)")),
          "preds_chosen", "from the labels"),
    Wrong("names", edit((CHOSEN, "preds_chosen = [darts.NAMES[i] for i in np.argmax(preds, axis=1)]")),
          "preds_chosen", "(?s)with text.*not names"),
    Wrong("names from a table", edit((CHOSEN, "import pandas as pd\npreds_chosen = pd.DataFrame(preds, columns=darts.NAMES).idxmax(axis=1)")),
          "preds_chosen", "(?s)Series of 5 rows, with text.*not names"),
    Wrong("rounded to 0 and 1", edit((CHOSEN, "preds_chosen = np.round(preds)")), "preds_chosen", "rows of 0 and 1"),
    Wrong("the probabilities again", edit((CHOSEN, "preds_chosen = preds")), "preds_chosen", r"(?s)\(5, 4\).*Keep of each row only"),
    Wrong("counted from one", edit((CHOSEN, CHOSEN + " + 1")), "preds_chosen", "counts from 0"),
    Wrong("only the first throw", edit((CHOSEN, "preds_chosen = np.argmax(preds[0])")), "preds_chosen", "look in each row"),
    Wrong("chosen, not kept", edit((CHOSEN, CHOSEN.split(" = ")[1]), ('print("Most likely:", preds_chosen)', "")),
          "preds_chosen", "does not make `preds_chosen`"),
    Wrong("nothing returned", edit((CHOSEN, "preds_chosen = print(np.argmax(preds, axis=1))")), "preds_chosen", "None"),
    Wrong("sorted indices", edit((CHOSEN, "preds_chosen = np.sort(np.argmax(preds, axis=1))")), "preds_chosen",
          "not where the largest"),
    Wrong("preds rounded to whole numbers", edit((PREDS, "preds = np.round(model.predict(coords_small_test))")), "preds",
          "`preds` is rounded"),
    Wrong("preds rounded to two digits", edit((PREDS, "preds = model.predict(coords_small_test).round(2)")), "preds",
          "`preds` is rounded"),
    Wrong("indices as preds", steps("""
preds = model.predict(coords_small_test).argmax(axis=1)
preds_chosen = preds
"""), "preds", r"(?s)shape \(5,\).*indices come later"),
    Wrong("all test throws", edit((PREDS, "preds = model.predict(darts.load_split()[2])")), "preds", r"(?s)\(160, 4\).*which throws"),
    Wrong("other five throws", edit((PREDS, "preds = model.predict(darts.load_split()[2][:5])")), "preds",
          "for these five throws"),
    Wrong("one throw only", edit((PREDS, "preds = model.predict(coords_small_test[:1])")), "preds", r"shape \(1, 4\)"),
    Wrong("coordinates swapped", edit((PREDS, "preds = model.predict(coords_small_test[:, ::-1])")), "preds",
          "not what the given network predicts"),
    Wrong("throws in reverse", edit((PREDS, "preds = model.predict(coords_small_test[::-1])")), "preds", "another order"),
    Wrong("labels as preds", edit((PREDS, "preds = competitors_small_test")), "preds", "These are the labels"),
    Wrong("trained again", edit((PREDS, "model.fit(coords_small_test, competitors_small_test, epochs=3)\n" + PREDS)), "preds",
          "trained again"),
    Wrong("an untrained network", edit((PREDS, "from grader.datasets import networks\nmodel = networks.darts_network()\n" + PREDS)),
          "preds", "or replaced"),
    Wrong("another untrained network", edit((PREDS, "from grader.datasets import networks\nnet = networks.darts_network()\n"
                                                    "preds = net.predict(coords_small_test)")),
          "preds", "not what the given network predicts"),
    Wrong("turned round", edit((PREDS, "preds = model.predict(coords_small_test).T"), (CHOSEN, CHOSEN.replace("1", "0"))),
          "preds", r"(?s)\(4, 5\).*swapped"),
    Wrong("indices typed in, never predicted", steps("preds_chosen = [3, 0, 1, 3, 2]\n"), "preds", "does not make `preds`"),
    Wrong("probabilities typed in", steps("""
preds = np.array([
    [0.015, 0.003, 0.000, 0.982],
    [0.551, 0.008, 0.403, 0.038],
    [0.018, 0.980, 0.001, 0.001],
    [0.006, 0.352, 0.002, 0.640],
    [0.172, 0.013, 0.799, 0.016],
])
preds_chosen = preds.argmax(axis=1)
"""), "preds", "(?s)typed in.*copied numbers"),
    Wrong("under another name", edit((PREDS, "pred = model.predict(coords_small_test)"), ("print(preds)", "print(pred)"),
                                     (CHOSEN, CHOSEN.replace("preds,", "pred,"))), "preds", "You have `pred`: is it misspelt"),
    Wrong("what evaluate returns", edit((PREDS, "preds = model.evaluate(coords_small_test, competitors_small_test)"),
                                        (CHOSEN, "preds_chosen = [np.argmax(p) for p in model.predict(coords_small_test)]")),
          "preds", r"shape \(2,\)"),
    Wrong("labels passed in", edit((PREDS, "preds = model.predict(competitors_small_test)")), "", "(?i)shape|incompatible", "error"),
    Wrong("the method of 2019", edit((CHOSEN, "preds_chosen = model.predict_classes(coords_small_test)")), "",
          "`.predict_classes` is gone", "error"),
    Wrong("chosen anew in each turn", steps("""
preds = model.predict(coords_small_test)
preds_chosen = []
for p in preds:
    preds_chosen = np.argmax(p)
"""),
          "preds_chosen", r"a new value in each turn", blames="np.argmax(p)"),
]  # fmt: skip

TYPICAL = "down the columns"

COURSE_2019 = [
    Course2019("""
preds = model.predict(coords_small_test)

# first the probabilities, then the labels
for number, pred in enumerate(preds):
    print('{} | {}'.format(pred, competitors_small_test[number]))

preds_chosen = [np.argmax(pred) for pred in preds]
for number, pred in enumerate(preds_chosen):
    print('{:10} | {}'.format(pred, competitors_small_test[number]))
"""),
    Course2019("""
preds = model.predict(coords_small_test)
preds_chosen = model.predict_classes(coords_small_test)
""", "error", (r"Line 3: `.predict_classes` is gone. Write `model.predict\(X\).argmax\(axis=1\)`",),
           (("model.predict_classes(coords_small_test)", "model.predict(coords_small_test).argmax(axis=1)"),)),
]  # fmt: skip
