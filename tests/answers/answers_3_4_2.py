"""Answers to 3.4.2, tuning the model parameters."""

from corpus import Course2019, Right, Wrong, bare, edit, steps

SLOW = True

MODEL = 'model = KerasClassifier(model=create_model, learning_rate=0.001, activation="relu")'
PARAMS = """params = {
    "activation": ["relu", "tanh"],
    "batch_size": [32, 128, 256],
    "epochs": [50, 100, 200],
    "learning_rate": [0.1, 0.01, 0.001],
}"""
SEARCH = "random_search = RandomizedSearchCV(model, param_distributions=params, cv=KFold(3))"
COURSE = """
# Create a KerasClassifier
model = KerasClassifier(build_fn=create_model)

# Define the parameters to try out
params = {'activation': ['relu', 'tanh'], 'batch_size': [32, 128, 256],
          'epochs': [50, 100, 200], 'learning_rate': [0.1, 0.01, 0.001]}

# Create a randomize search cv object passing in the parameters to try
random_search = RandomizedSearchCV(model, param_distributions=params, cv=KFold(3))

# Running random_search.fit(X,y) would start the search,but it takes too long!
show_results()
"""

RIGHT = [
    Right(
        "as in the course, bare, the names routed",
        bare(
            COURSE.replace("'activation'", "'model__activation'").replace(
                "'learning_rate'", "'model__learning_rate'"
            )
        ),
    ),
    Right(
        "as in the course, bare, the names declared",
        bare(
            COURSE.replace(
                "build_fn=create_model",
                "build_fn=create_model, learning_rate=0.01, activation='relu'",
            )
        ),
    ),
    Right(
        "all names routed, a number for cv",
        steps("""
model = KerasClassifier(create_model, model__learning_rate=0.01, model__activation="tanh")
params = dict(model__activation=("tanh", "relu"), fit__batch_size=(256, 128, 32), fit__epochs=(200, 100, 50),
              model__learning_rate=(0.001, 0.01, 0.1))
random_search = RandomizedSearchCV(estimator=model, param_distributions=params, cv=3, n_iter=20, n_jobs=-1, random_state=1)
"""),
    ),
    Right(
        "arrays",
        steps("""
import numpy as np
model = KerasClassifier(model=create_model, learning_rate=0.001, activation="relu", epochs=50, batch_size=128)
params = {
    "activation": np.array(["relu", "tanh"]),
    "batch_size": np.array([32, 128, 256]),
    "epochs": [50 * 2**n for n in range(3)],
    "learning_rate": np.logspace(-3, -1, 3),
}
random_search = RandomizedSearchCV(model, params, cv=KFold(n_splits=3, shuffle=True, random_state=0), verbose=2)
"""),
    ),
    Right(
        "own function with required arguments",
        steps(
            """
import keras
def make(learning_rate, activation):
    model = keras.Sequential([keras.Input((30,)), keras.layers.Dense(128, activation), keras.layers.Dense(256, activation),
                              keras.layers.Dense(1, "sigmoid")])
    model.compile(keras.optimizers.Adam(learning_rate), "binary_crossentropy", metrics=["accuracy"])
    return model
model = KerasClassifier(model=make, learning_rate=0.01, activation="relu", verbose=0)
"""
            + PARAMS
            + "\n"
            + SEARCH
        ),
    ),
    Right(
        "stratified, a list with one dictionary",
        steps(
            MODEL
            + "\n"
            + PARAMS
            + """
from sklearn.model_selection import StratifiedKFold
folds = StratifiedKFold(n_splits=3)
random_search = RandomizedSearchCV(model, param_distributions=[params], cv=folds, scoring="accuracy")
"""
        ),
    ),
    Right(
        "everything in one go",
        steps("""
random_search = RandomizedSearchCV(
    model := KerasClassifier(model=create_model, learning_rate=0.1, activation="relu"),
    params := {"epochs": [50, 100, 200], "learning_rate": [0.1, 0.01, 0.001],
               "batch_size": [32, 128, 256], "activation": ["relu", "tanh"]},
    cv=KFold(3), n_iter=5, refit=False,
)
"""),
    ),
    Right(
        "step by step, the parts as a list",
        steps("""
from sklearn import model_selection
import scikeras.wrappers
model = scikeras.wrappers.KerasClassifier(model=create_model, learning_rate=0.001, activation="relu")
params = {"activation": ["relu", "tanh"]}
params["batch_size"] = [32, 128, 256]
params.update(epochs=[50, 100, 200], learning_rate=[1e-1, 1e-2, 1e-3])
random_search = model_selection.RandomizedSearchCV(model, params, cv=model_selection.KFold(3), error_score="raise")
print(random_search)
"""),
    ),
    Right(
        "the cuts of all tumours as a list",
        edit(("cv=KFold(3)", "cv=list(KFold(3, shuffle=True).split(X, y))")),
    ),
    Right(
        "the dictionary under no name",
        steps(MODEL + "\n" + SEARCH.replace("params,", PARAMS.removeprefix("params = ") + ",")),
    ),
]

WRONG = [
    Wrong("parts without their name", edit((SEARCH, "random_search = RandomizedSearchCV(model, params, KFold(3))")), "",
          r"takes 2 arguments without a name here, and got 3. Give the third one, `KFold\(3\)`, by its name", "error"),
    Wrong("the class KFold", edit((SEARCH, SEARCH.replace("KFold(3)", "KFold"))), "cv", "`KFold` is a class, not an object of it"),
    Wrong("a letter left out", edit(('"epochs": [50', '"epoch": [50')), "params", "Is `epochs` meant by `epoch`"),
    Wrong("numbers in quotes", edit(("[32, 128, 256]", '["32", "128", "256"]')), "params", "Numbers stand without quotes"),
    Wrong("one text for two", edit(('["relu", "tanh"]', '["relu, tanh"]')), "params", "Each value has quotes of its own"),
    Wrong("as in the course, bare", bare(COURSE), "trial", "(?s)Invalid parameter (learning_rate|activation).*Declare them"),
    Wrong("as in the course, bare, its import", bare("from tensorflow.keras.wrappers.scikit_learn import KerasClassifier\n" + COURSE), "",
          "Line 1: `tensorflow.keras.wrappers.scikit_learn` has moved. Write `from scikeras.wrappers import KerasClassifier`", "error"),
    Wrong("an older import", bare("from keras.wrappers.scikit_learn import KerasClassifier\n" + COURSE), "",
          "Line 1: `keras.wrappers.scikit_learn` has moved", "error"),
    Wrong("nothing declared", edit((', learning_rate=0.001, activation="relu"', "")), "trial",
          "(?s)Invalid parameter.*does not know `activation` and `learning_rate`. Declare them", blames="KerasClassifier("),
    Wrong("only one declared", edit((', activation="relu"', "")), "trial", "Invalid parameter activation.*does not know `activation`. Declare it"),
    Wrong("the rate of another optimizer", edit(('"learning_rate": [', '"optimizer__learning_rate": [')), "trial",
          "(?s)optimizer__learning_rate 0.1.*does not get to know"),
    Wrong("the search cannot be scored", edit(("cv=KFold(3))", 'cv=KFold(3), scoring="acuracy")')), "trial", "stopped with this error"),
    Wrong("settings that make_model ignores", edit((MODEL, """
def make(learning_rate=0.001, activation="relu"):
    return create_model()
""" + MODEL.replace("create_model", "make"))), "trial", "(?s)`(activation|learning_rate)`, but the network does not"),
    Wrong("a network that is made already", edit(("model=create_model,", "model=create_model(),")), "model", "(?s)made already.*without calling it"),
    Wrong("the function itself", edit((MODEL, "model = create_model")), "model", "Put it into a KerasClassifier|function or class"),
    Wrong("a network as model", edit((MODEL, "model = create_model()")), "model", "a Keras model"),
    Wrong("a regressor", edit((MODEL, "from scikeras.wrappers import KerasRegressor\n" + MODEL.replace("KerasClassifier", "KerasRegressor"))),
          "model", "two classes"),
    Wrong("no network at all", edit(("model=create_model, ", "")), "model", "(?s)function that makes networks.*None"),
    Wrong("a value missing", edit(("[50, 100, 200]", "[50, 100]")), "params", "(?s)epochs: 50, 100, 200.*epochs: 50, 100\n"),
    Wrong("another rate", edit(("[0.1, 0.01, 0.001]", "[0.1, 0.01, 0.0001]")), "params", "learning_rate: 0.1, 0.01, 0.0001"),
    Wrong("sigmoid instead of tanh", edit(('["relu", "tanh"]', '["relu", "sigmoid"]')), "params", "activation: 'relu', 'sigmoid'"),
    Wrong("one text for both activations", edit(('["relu", "tanh"]', '["relu, tanh"]')), "params", "(?s)'relu', 'tanh'.*'relu, tanh'"),
    Wrong("every number of epochs", edit(("[50, 100, 200]", "list(range(50, 201))")), "params", "epochs: 50, 51, .*and 143 more"),
    Wrong("a parameter missing", edit(('    "epochs": [50, 100, 200],\n', "")), "params", "values for activation, batch_size, learning_rate"),
    Wrong("another name", edit(('"learning_rate": [', '"lr": [')), "params", "(?s)batch_size, epochs, lr\n.*argument of `create_model`"),
    Wrong("one value instead of a list", edit(("[50, 100, 200]", "50")), "params", "epochs: the number 50"),
    Wrong("a list of lists", edit((PARAMS, 'params = [["relu", "tanh"], [32, 128, 256], [50, 100, 200], [0.1, 0.01, 0.001]]')),
          "params", "(?s)a list of 4.*in a dictionary"),
    Wrong("numbers as texts", edit(("[32, 128, 256]", '["32", "128", "256"]')), "params", "batch_size: '32', '128', '256'"),
    Wrong("a grid search", edit((SEARCH, "from sklearn.model_selection import GridSearchCV\nrandom_search = GridSearchCV(model, params, cv=KFold(3))")),
          "random_search", "(?s)GridSearchCV.*all 54"),
    Wrong("the function in the search", edit((SEARCH, SEARCH.replace("(model,", "(create_model,"))), "random_search", "tunes the function"),
    Wrong("another dictionary", edit((SEARCH, SEARCH.replace("=params", '={"epochs": [1, 2]}'))), "random_search",
          "(?s)a search over `params`.*a search over epochs"),
    Wrong("a class that only has the name", edit((SEARCH, "class RandomizedSearchCV:\n    def __init__(self, *args, **kwargs):\n        pass\n\n" + SEARCH)),
          "random_search", "a class of your own, called RandomizedSearchCV"),
    Wrong("no search", edit((SEARCH, "")), "random_search", "does not make `random_search`"),
    Wrong("the class only", edit((SEARCH, "random_search = RandomizedSearchCV")), "random_search", "function or class RandomizedSearchCV"),
    Wrong("the default parts", edit((", cv=KFold(3))", ")")), "cv", "the 5 parts of a search that is not told"),
    Wrong("KFold without a number", edit(("KFold(3)", "KFold()")), "cv", "a KFold of 5 parts"),
    Wrong("ten parts", edit(("KFold(3)", "10")), "cv", "10 parts"),
    Wrong("no dictionary", edit((PARAMS, "pass"), (SEARCH, SEARCH.replace("param_distributions=params, ", ""))), "", "param_distributions", "error"),
    Wrong("lists in each other's place", steps("""
model = KerasClassifier(model=create_model, learning_rate=0.001, activation="relu")
params = {
    "activation": ["relu", "tanh"],
    "batch_size": [50, 100, 200],
    "epochs": [32, 128, 256],
    "learning_rate": [0.1, 0.01, 0.001],
}
random_search = RandomizedSearchCV(model, param_distributions=params, cv=KFold(3))
show_results()
"""),
          "params", r"values for `epochs`, not for `batch_size`"),
]  # fmt: skip

TYPICAL = "nothing declared"

COURSE_2019 = [
    Course2019("""
from keras.wrappers.scikit_learn import KerasClassifier

model = KerasClassifier(build_fn=create_model)
params = {'activation': ['relu', 'tanh'], 'batch_size': [32, 128, 256],
          'epochs': [50, 100, 200], 'learning_rate': [0.1, 0.01, 0.001]}
random_search = RandomizedSearchCV(model, param_distributions=params, cv=KFold(3))
show_results()
""", "error", ("Line 2: .*has moved. Write `from scikeras.wrappers import KerasClassifier`",
               "Line 4: A search cannot find `activation` and `learning_rate`.*Name each of them there",
               "Line 4: `build_fn=` of KerasClassifier is called `model=` today"),
           (("keras.wrappers.scikit_learn", "scikeras.wrappers"),
            ("build_fn=create_model", "model=create_model, learning_rate=0.01, activation='relu'"))),
    Course2019("""
model = KerasClassifier(build_fn=create_model)
params = {'activation': ['relu', 'tanh'], 'batch_size': [32, 128, 256],
          'epochs': [50, 100, 200], 'learning_rate': [0.1, 0.01, 0.001]}
random_search = RandomizedSearchCV(model, param_distributions=params, cv=KFold(3))
show_results()
""", "failed", ("Line 2: `build_fn=` of",)),
]  # fmt: skip

EQUIVALENT = {
    (
        "setting",
        "learning_rate: 0.001 → 0.002",
    ): "Still right: the task leaves it open with which value the parameter is declared.",
    (
        "setting",
        "learning_rate: 0.001 → 0.0005",
    ): "Still right: the task leaves it open with which value the parameter is declared.",
}
