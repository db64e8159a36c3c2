"""Answers to 2.2.2, prepare your dataset."""

from corpus import Change, Course2019, Right, Wrong, bare, edit, steps

CATEGORICAL = 'darts["competitor"] = pd.Categorical(darts["competitor"])\n'
CODES = 'darts["competitor"] = darts["competitor"].cat.codes\n'
COORDINATES = 'darts.drop(columns="competitor")'
ONE_HOT = 'to_categorical(darts["competitor"])'
XY = 'darts[["xCoord", "yCoord"]]'
KEEP_NAMES = ((CATEGORICAL, "pass\n"), (CODES, ""))


def coordinates(code: str) -> Change:
    """Replace only what is kept as `coordinates`."""
    return edit((COORDINATES, code))


def competitors(code: str) -> Change:
    """Leave the names in the table; replace what is kept as `competitors`."""
    return edit(*KEEP_NAMES, (ONE_HOT, code))


RIGHT = [
    Right(
        "as in 2019, bare",
        bare("""
darts.competitor = pd.Categorical(darts.competitor)
darts.competitor = darts.competitor.cat.codes

from keras.utils import to_categorical

coordinates = darts.drop(['competitor'], axis=1)
competitors = to_categorical(darts.competitor)

print(competitors)
"""),
    ),
    Right(
        "both parts of the course, one after the other, nothing imported",
        bare("""
darts.competitor = pd.Categorical(darts.competitor)
darts.competitor = darts.competitor.cat.codes
print(darts.competitor.head())

darts.competitor = pd.Categorical(darts.competitor)
darts.competitor = darts.competitor.cat.codes
coordinates = darts.drop(['competitor'], axis=1)
competitors = to_categorical(darts.competitor)
"""),
    ),
    Right(
        "in a function",
        bare("""
import numpy as np
from tensorflow.keras.utils import to_categorical

def prepare(table):
    table = table.copy()
    table['competitor'] = pd.Categorical(table['competitor'])
    labels = np.array(to_categorical(table['competitor'].cat.codes))
    return np.array(table.drop(['competitor'], axis=1)), labels

coordinates, competitors = prepare(darts)
"""),
    ),
    Right(
        "goes on to train",
        bare("""
import keras
from sklearn.model_selection import train_test_split
darts.competitor = pd.Categorical(darts.competitor)
coordinates = darts[['xCoord', 'yCoord']]
competitors = keras.utils.to_categorical(darts.competitor.cat.codes)
x_train, x_test, y_train, y_test = train_test_split(coordinates, competitors, stratify=competitors)
model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(4, activation='softmax')])
model.compile('adam', 'categorical_crossentropy', metrics=['accuracy'])
model.fit(x_train, y_train, epochs=1)
darts.drop('competitor', axis=1, inplace=True)
"""),
    ),
    Right(
        "a copy, so that the names stay",
        steps("""
table = darts.copy()
table["competitor"] = table["competitor"].astype("category").cat.codes
coordinates = table.iloc[:, :2].to_numpy()
competitors = to_categorical(table[["competitor"]], num_classes=4)
"""),
    ),
    Right(
        "get_dummies",
        steps(f"coordinates = {XY}\ncompetitors = pd.get_dummies(darts.competitor)\n"),
    ),
    Right(
        "get_dummies, numbers, arrays",
        steps(f"""
coordinates = {XY}.values.astype("float32")
competitors = pd.get_dummies(darts["competitor"], prefix="by", dtype=int).to_numpy()
"""),
    ),
    Right(
        "get_dummies of the whole table",
        steps("""
table = pd.get_dummies(darts, dtype=float)
coordinates = table.iloc[:, :2]
competitors = table.iloc[:, 2:]
"""),
    ),
    Right(
        "get_dummies, sparse columns",
        steps("""
competitors = pd.get_dummies(darts.pop("competitor"), sparse=True)
coordinates = darts
"""),
    ),
    Right(
        "eye",
        steps("""
import numpy as np
codes = pd.Categorical(darts.competitor).codes
coordinates = np.column_stack([darts.xCoord, darts.yCoord])
competitors = np.eye(4)[codes]
"""),
    ),
    Right(
        "factorize, sorted",
        steps("""
import keras
codes, names = pd.factorize(darts.competitor, sort=True)
coordinates = darts.select_dtypes("number")
competitors = keras.utils.to_categorical(codes, len(names)).astype(bool)
"""),
    ),
    Right(
        "LabelEncoder",
        steps("""
from sklearn.preprocessing import LabelEncoder
darts["competitor"] = LabelEncoder().fit_transform(darts["competitor"])
coordinates = darts.to_numpy()[:, :2]
competitors = to_categorical(darts.to_numpy()[:, 2])
"""),
    ),
    Right(
        "OneHotEncoder",
        steps("""
from sklearn.preprocessing import OneHotEncoder
coordinates = darts.drop("competitor", axis=1)
competitors = OneHotEncoder(sparse_output=False).fit_transform(darts[["competitor"]])
"""),
    ),
    Right(
        "OneHotEncoder, made dense",
        steps(f"""
from sklearn.preprocessing import OneHotEncoder
coordinates = {XY}.to_numpy().tolist()
competitors = OneHotEncoder().fit_transform(darts[["competitor"]]).toarray()
"""),
    ),
    Right(
        "LabelBinarizer",
        steps(f"""
from sklearn.preprocessing import LabelBinarizer
coordinates = {XY}.rename(columns={{"xCoord": "x", "yCoord": "y"}})
competitors = LabelBinarizer().fit_transform(darts["competitor"])
"""),
    ),
    Right(
        "tensors",
        steps(f"""
import tensorflow as tf
coordinates = tf.constant({XY}.to_numpy(), tf.float32)
competitors = tf.one_hot(pd.Categorical(darts.competitor).codes, 4)
"""),
    ),
    Right(
        "by hand, with a dictionary",
        steps("""
codes = {"Kate": 0, "Michael": 1, "Steve": 2, "Susan": 3}
darts["competitor"] = darts["competitor"].map(codes)
coordinates = list(zip(darts.xCoord, darts.yCoord))
competitors = [[1 if code == column else 0 for column in range(4)] for code in darts.competitor]
"""),
    ),
    Right(
        "one column at a time",
        steps(f"""
coordinates = {XY}
competitors = pd.DataFrame({{name: darts.competitor == name for name in sorted(set(darts.competitor))}})
"""),
    ),
    Right(
        "mixed before, together",
        steps(f"""
darts = darts.sample(frac=1, random_state=5)
coordinates = {XY}
competitors = to_categorical(darts.competitor.astype("category").cat.codes)
"""),
    ),
    Right(
        "sorted by friend, together",
        steps(f"""
darts = darts.sort_values("competitor", ignore_index=True)
coordinates = {XY}.to_numpy("float32")
competitors = pd.get_dummies(darts.competitor)
"""),
    ),
]

WRONG = [
    Wrong("codes of codes", edit(("to_categorical(darts[\"competitor\"])", "to_categorical(darts.competitor.cat.codes)")), "",
          "The codes of `competitor` were put in its place on line .*They are numbers already", "error"),
    # coordinates
    Wrong("the whole table", coordinates("darts"), "coordinates", "xCoord, yCoord, competitor.*\n.*cannot be part"),
    Wrong("the whole table, with names", edit(*KEEP_NAMES, (COORDINATES, "darts"), (ONE_HOT, "pd.get_dummies(darts.competitor)")),
          "coordinates", "columns xCoord, yCoord, competitor\n"),
    Wrong("the whole table, as an array", coordinates("darts.to_numpy()"), "coordinates", r"shape \(800, 3\)\n.*cannot be part"),
    Wrong("the whole table with names, as an array", edit(*KEEP_NAMES, (COORDINATES, "darts.values"), (ONE_HOT, "pd.get_dummies(darts.competitor)")),
          "coordinates", "names: Michael"),
    Wrong("one-hot columns left in", edit((CATEGORICAL, "darts = pd.get_dummies(darts)\n"), (CODES, ""), (COORDINATES, "darts"),
                                          (ONE_HOT, "darts.iloc[:, 2:]")), "coordinates", "competitor_Kate.*\n.*cannot be part"),
    Wrong("x and the thrower", coordinates('darts.drop(columns="yCoord")'), "coordinates", "cannot be part"),
    Wrong("x only", coordinates('darts[["xCoord"]]'), "coordinates", "columns xCoord\n.*two coordinates"),
    Wrong("x only, a Series", coordinates("darts.xCoord"), "coordinates", r"shape \(800,\)\n.*two coordinates"),
    Wrong("x twice", coordinates('darts[["xCoord", "xCoord"]].to_numpy()'), "coordinates", "not the 800 throws"),
    Wrong("the index as well", coordinates(f"{XY}.reset_index()"), "coordinates", "index, xCoord, yCoord\n.*two coordinates"),
    Wrong("y first", coordinates('darts[["yCoord", "xCoord"]]'), "coordinates", "columns yCoord, xCoord.x comes first"),
    Wrong("y first, an array", coordinates("darts.to_numpy()[:, [1, 0]]"), "coordinates", "x comes first"),
    Wrong("swapped rows and columns", coordinates(f"{XY}.to_numpy().T"), "coordinates", r"shape \(2, 800\)\n.*swapped"),
    Wrong("standardised", edit((COORDINATES, f"({XY} - {XY}.mean()) / {XY}.std()")), "coordinates", "rescaled"),
    Wrong("rounded", coordinates(f"{XY}.round(2)"), "coordinates", "rounded or"),
    Wrong("whole numbers", coordinates(f"{XY}.astype(int)"), "coordinates", "not the 800 throws"),
    Wrong("throws drawn with replacement", coordinates(f"{XY}.sample(800, replace=True, random_state=1)"), "coordinates", "once each"),
    Wrong("objects", edit(*KEEP_NAMES, (COORDINATES, "darts.to_numpy()[:, :2]"), (ONE_HOT, "pd.get_dummies(darts.competitor)")),
          "coordinates", "texts or as objects"),
    Wrong("numbers as texts", coordinates(f"{XY}.astype(str)"), "coordinates", "texts or as objects"),
    Wrong("dropped in place", edit(("coordinates = " + COORDINATES, "pass"), (ONE_HOT, ONE_HOT + '\ncoordinates = darts.drop(columns="competitor", inplace=True)')),
          "coordinates", "None\n.*in place"),
    Wrong("under other names", edit(("coordinates = ", "X = "), ("competitors = ", "y = "), ("coordinates, sep", "X, sep"), ("competitors, sep", "y, sep")),
          "coordinates", "does not make `coordinates`"),
    Wrong("coordinates missing", edit(("coordinates = ", ""), ("coordinates, sep", "sep")), "coordinates", "does not make `coordinates`"),
    Wrong("only the training part of both", edit((CODES, CODES + "darts = darts[:640]\n")), "coordinates", "640 rows"),
    Wrong("only Kate and Michael", edit((CODES, CODES + "darts = darts[darts.competitor < 2]\n")), "coordinates", "400 rows"),
    Wrong("missing numbers", coordinates(f"{XY}.where(darts.xCoord > 0)"), "coordinates", "nan"),
    Wrong("true and false", coordinates(f"{XY} > 0"), "coordinates", "not the 800 throws"),
    # one-hot
    Wrong("codes", edit((ONE_HOT, "darts.competitor")), "one_hot", r"shape \(800,\)\n.*a code"),
    Wrong("codes as a column", edit((ONE_HOT, 'darts[["competitor"]]')), "one_hot", r"shape \(800, 1\)\n.*a code"),
    Wrong("a list of codes", edit((ONE_HOT, "list(darts.competitor)")), "one_hot", "a code"),
    Wrong("names", competitors("darts.competitor"), "one_hot", "names: Michael.*\n.*still has the names"),
    Wrong("a list of names", competitors("darts.competitor.tolist()"), "one_hot", "still has the names"),
    Wrong("categories", edit((CODES, ""), (ONE_HOT, "darts.competitor")), "one_hot", "still has the names"),
    Wrong("a Categorical", competitors("pd.Categorical(darts.competitor)"), "one_hot", "as a Categorical"),
    Wrong("names and numbers, row by row", competitors("darts.values.tolist()"), "one_hot", "still has the names"),
    Wrong("codes from 1", edit((ONE_HOT, "to_categorical(darts.competitor + 1)")), "one_hot", r"shape \(800, 5\)\n.*start at 0"),
    Wrong("five classes", edit((ONE_HOT, "to_categorical(darts.competitor, 5)")), "one_hot", r"shape \(800, 5\)\n.*nobody has a 1 behind the first four"),
    Wrong("first column dropped", competitors("pd.get_dummies(darts.competitor, drop_first=True)"), "one_hot", "no column of their own"),
    Wrong("a friend forgotten", edit((CATEGORICAL, 'darts["competitor"] = pd.Categorical(darts["competitor"], ["Kate", "Michael", "Steve"])\n')),
          "one_hot", "no column of their own"),
    Wrong("the whole table encoded", competitors("pd.get_dummies(darts)"), "one_hot", "columns xCoord.*The coordinates do not belong"),
    Wrong("every number encoded", edit((ONE_HOT, "to_categorical(darts)")), "one_hot", r"shape \(800, 3, 4\)\n.*throwers alone"),
    Wrong("encoded twice", edit((ONE_HOT, f"to_categorical({ONE_HOT})")), "one_hot", r"shape \(800, 4, 2\)"),
    Wrong("transposed", edit((ONE_HOT, ONE_HOT + ".T")), "one_hot", r"shape \(4, 800\)\n.*swapped"),
    Wrong("sparse", edit(*KEEP_NAMES, ("import pandas as pd", "import pandas as pd\nfrom sklearn.preprocessing import OneHotEncoder"),
                         (ONE_HOT, "OneHotEncoder().fit_transform(darts[['competitor']])")),
          "one_hot", r"sparse matrix \(csr_matrix\)"),
    Wrong("zeros for ones", edit((ONE_HOT, "1 - " + ONE_HOT)), "one_hot", "3 ones in row 0"),
    Wrong("counted up to the code", edit((ONE_HOT, ONE_HOT + "[:, ::-1].cumsum(axis=1)[:, ::-1]")), "one_hot", "2 ones in row 0"),
    Wrong("probabilities", edit((ONE_HOT, ONE_HOT + " * 0.9 + 0.025")), "one_hot", "only 0 and 1"),
    Wrong("codes in place of ones", edit((ONE_HOT, ONE_HOT + " * darts.competitor.to_numpy()[:, None]")), "one_hot", "3 at"),
    Wrong("the function itself", edit((ONE_HOT, "to_categorical")), "one_hot", "function or class to_categorical"),
    Wrong("one-hot objects", competitors("pd.get_dummies(darts.competitor).astype(object)"), "one_hot", "texts or as objects"),
    Wrong("the step with the codes only", bare("""
darts.competitor = pd.Categorical(darts.competitor)
darts.competitor = darts.competitor.cat.codes
print('Label encoded competitors: \\n',darts.competitor.head())
"""), "one_hot", "does not make `competitors`"),
    Wrong("codes of half of the throwers", edit((ONE_HOT, "darts.competitor[:400]")), "one_hot", r"shape \(400,\)\n.*a code"),
    Wrong("half of the throwers", edit((ONE_HOT, "to_categorical(darts.competitor[:400])")), "one_hot", "400 rows"),
    Wrong("two friends share a code", competitors("to_categorical(darts.competitor.map({'Kate': 0, 'Michael': 1, 'Steve': 3, 'Susan': 3}))"),
          "one_hot", "ones in columns 0, 1, 3\n.*share"),
    Wrong("always Susan", edit((ONE_HOT, "to_categorical([3] * 800)")), "one_hot", "ones in column 3\n"),
    # pairs
    Wrong("coordinates mixed alone", coordinates(f"{XY}.sample(frac=1, random_state=0)"), "pairs", "different orders"),
    Wrong("throwers sorted alone", edit((ONE_HOT, "to_categorical(darts.competitor.sort_values())")), "pairs", "different orders"),
    Wrong("upside down", edit((ONE_HOT, ONE_HOT + "[::-1]")), "pairs", "different orders"),
    Wrong("codes from the rows", edit((ONE_HOT, "to_categorical(darts.index % 4)")), "pairs", "not given by name"),
    # columns
    Wrong("in the order of first throws", competitors("to_categorical(pd.factorize(darts.competitor)[0])"), "columns",
          "Kate 1, Michael 0, Steve 3, Susan 2\n.*turn up"),
    Wrong("Steve first", edit((CATEGORICAL, CATEGORICAL.replace('"])', '"], ["Steve", "Susan", "Michael", "Kate"])'))),
          "columns", "Kate 3, Michael 2, Steve 0, Susan 1\n.*alphabet"),
    Wrong("dummies in another order", competitors("pd.get_dummies(darts.competitor)[['Susan', 'Kate', 'Michael', 'Steve']]"), "columns", "Kate 1"),
    Wrong("another order, and the thrower left in", edit(*KEEP_NAMES, (COORDINATES, "darts"), (ONE_HOT, "to_categorical(pd.factorize(darts.competitor)[0])")),
          "columns", "turn up"),
    # no check gets to run
    Wrong("names given to to_categorical", competitors(ONE_HOT), "", "'Michael'(.|\n)*codes into rows, not names", "error"),
    Wrong("codes of a column that is not categorical", edit((CATEGORICAL, "")), "", "AttributeError.*cat", "error"),
    Wrong("a column misspelt", edit((COORDINATES, 'darts.drop(columns="competitors")')), "", "KeyError.*competitors", "error"),
    Wrong("the rows' numbers encoded", edit((ONE_HOT, "to_categorical(sorted(darts.index))")), "one_hot",
          r"shape \(800, 800\)\nEvery throw has a column of its own"),
    Wrong("three classes", steps("""
darts['competitor'] = pd.Categorical(darts['competitor'])
darts['competitor'] = darts['competitor'].cat.codes
coordinates = darts[['xCoord', 'yCoord']]
competitors = to_categorical(darts['competitor'], num_classes=3)
"""),
          "", r"class with the number 3, and `num_classes` makes room for 3", "error", blames="to_categorical("),
    Wrong("the names dropped in place", steps("""
darts.competitor = pd.Categorical(darts.competitor)
darts.competitor = darts.competitor.cat.codes
coordinates = darts.drop(columns='competitor', inplace=True)
competitors = to_categorical(darts.competitor)
"""),
          "", r"takes the column `competitor` out of `darts` itself", "error", blames="inplace=True"),
    Wrong("codes that are not kept", steps("""
darts.competitor = pd.Categorical(darts.competitor)
darts.competitor.cat.codes
coordinates = darts[["xCoord", "yCoord"]].values
competitors = to_categorical(darts.competitor)
"""),
          "", r"The result of `darts.competitor.cat.codes` is not kept", "error", blames=".cat.codes"),
    Wrong("sorted behind the coordinates", steps("""
darts["competitor"] = pd.Categorical(darts["competitor"])
darts["competitor"] = darts["competitor"].cat.codes
coordinates = darts[["xCoord", "yCoord"]]
darts = darts.sort_values("competitor")  # Kate, Michael, Steve, Susan
competitors = to_categorical(darts["competitor"])
"""),
          "pairs", r"puts the rows in another order, and `coordinates` was made before it", blames="sort_values"),
]  # fmt: skip

TYPICAL = "codes"

COURSE_2019 = [
    Course2019("""
darts.competitor = pd.Categorical(darts.competitor)
darts.competitor = darts.competitor.cat.codes
print('Codes:\\n', darts.competitor.head())

from keras.utils import to_categorical

coordinates = darts.drop(['competitor'], axis=1)
competitors = to_categorical(darts.competitor)
print('One-hot:\\n', competitors)
"""),
    Course2019("""
from keras.utils import np_utils
darts.competitor = pd.Categorical(darts.competitor)
darts.competitor = darts.competitor.cat.codes
coordinates = darts.drop(['competitor'], axis=1)
competitors = np_utils.to_categorical(darts.competitor)
""", "error", ("Line 2: `keras.utils.np_utils` has moved. Write `from keras.utils import to_categorical`",),
           (("import np_utils", "import to_categorical"), ("np_utils.to", "to"))),
]  # fmt: skip
