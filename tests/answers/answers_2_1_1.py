"""Answers to 2.1.1, exploring dollar bills."""

from corpus import Course2019, Right, Wrong, bare, edit, steps

SLOW = True

PLOT = 'sns.pairplot(banknotes, hue="class")'
STATS = "stats = banknotes.describe()"
COUNTS = 'counts = banknotes["class"].value_counts()'
OTHERS = f"{STATS}\n{COUNTS}\n"

RIGHT = [
    Right(
        "coloured by a column that says the same",
        edit(
            (
                PLOT,
                """notes = banknotes.copy()
notes["is fake"] = notes["class"] == "fake"
sns.pairplot(notes, hue="is fake", vars=["variance", "skewness", "curtosis", "entropy"])""",
            )
        ),
    ),
    Right(
        "without colours first",
        edit(
            (
                PLOT,
                f"sns.pairplot(banknotes)\nplt.show()\n{PLOT}\nplt.show()\nsns.countplot(banknotes, x='class')",
            )
        ),
    ),
    Right(
        "as in 2019, bare, only printed",
        bare("""
# Use pairplot and set the hue to be our class column
sns.pairplot(banknotes, hue='class')

# Show the plot
plt.show()

# Describe the data
print('Dataset stats: \\n', banknotes.describe())

# Count the number of observations per class
print('Observations per class: \\n', banknotes['class'].value_counts())
"""),
    ),
    Right(
        "bare, a groupby's size, described per class as well",
        bare("""
sns.pairplot(banknotes, hue='class')
print(banknotes.describe())
print(banknotes.groupby('class').describe())
print(banknotes.groupby('class').size())
"""),
    ),
    Right(
        "groupby size, everything described",
        edit(
            (COUNTS, 'counts = banknotes.groupby("class").size()'),
            (STATS, 'stats = banknotes.describe(include="all")'),
        ),
    ),
    Right(
        "a dictionary, turned over and rounded",
        edit(
            (COUNTS, 'counts = dict(banknotes["class"].value_counts())'),
            (STATS, "stats = banknotes.describe().T.round(2)"),
        ),
    ),
    Right(
        "Counter, agg",
        edit(
            (COUNTS, 'from collections import Counter\ncounts = Counter(banknotes["class"])'),
            (STATS, 'stats = banknotes.drop(columns="class").agg(["mean", "std", "min", "max"])'),
        ),
    ),
    Right(
        "value_counts of the table, other quantiles",
        edit(
            (COUNTS, 'counts = banknotes.value_counts("class", ascending=True)'),
            (STATS, "stats = banknotes.describe(percentiles=[0.1, 0.9])"),
        ),
    ),
    Right(
        "value_counts of a frame, an array",
        edit(
            (COUNTS, 'counts = banknotes[["class"]].value_counts()'),
            (STATS, "stats = banknotes.describe().to_numpy()"),
        ),
    ),
    Right(
        "np.unique, dictionary of dictionaries",
        edit(
            (
                COUNTS,
                'import numpy as np\ncounts = np.unique(banknotes["class"].to_numpy(str), return_counts=True)',
            ),
            (STATS, "stats = banknotes.describe().to_dict()"),
        ),
    ),
    Right(
        "counts as a table, only numbers described",
        edit(
            (COUNTS, 'counts = banknotes["class"].value_counts().reset_index()'),
            (STATS, 'stats = banknotes.describe(include=["number"])'),
        ),
    ),
    Right(
        "counted by hand, in a loop",
        edit(
            (
                COUNTS,
                'counts = {}\nfor name in banknotes["class"]:\n    counts[name] = counts.get(name, 0) + 1',
            ),
            (
                STATS,
                "import pandas as pd\nstats = pd.DataFrame({name: banknotes[name].describe() for name in banknotes.columns[:4]})",
            ),
        ),
    ),
    Right(
        "groupby count, most_common",
        edit(
            (COUNTS, 'counts = banknotes.groupby("class").count()'),
            (STATS, "stats = banknotes.describe(include='all').fillna('')"),
        ),
    ),
    Right(
        "shown never, histograms on the diagonal",
        edit(
            (PLOT, PLOT.replace(")", ', diag_kind="hist", palette="husl")')),
            ("plt.show()\n", "pass\n"),
        ),
    ),
    Right("regression lines", edit((PLOT, PLOT.replace(")", ', kind="reg")')))),
    Right("densities, one half", edit((PLOT, PLOT.replace(")", ', kind="kde", corner=True)')))),
    Right(
        "one half of the points, no legend",
        edit(
            (
                PLOT,
                "grid = "
                + PLOT.replace(")", ", corner=True, height=2)")
                + "\ngrid._legend.remove()",
            )
        ),
    ),
    Right(
        "PairGrid",
        edit(
            (
                PLOT,
                'grid = sns.PairGrid(banknotes, hue="class", hue_order=["real", "fake"])\n'
                "grid.map_diag(sns.histplot)\ngrid.map_offdiag(sns.scatterplot)\ngrid.add_legend()",
            )
        ),
    ),
    Right(
        "PairGrid without legend",
        edit((PLOT, 'sns.PairGrid(banknotes, hue="class").map(plt.scatter)')),
    ),
    Right(
        "one measurement at a time, in the columns' order",
        edit(
            (
                PLOT,
                'sns.pairplot(data=banknotes, vars=list(banknotes.columns)[3::-1], hue="class", markers=["o", "D"])',
            )
        ),
    ),
    Right(
        "pandas' own, colours from codes",
        edit(
            (
                PLOT,
                "from pandas.plotting import scatter_matrix\n"
                'scatter_matrix(banknotes, c=banknotes["class"].map({"real": 0, "fake": 1}), cmap="coolwarm")',
            )
        ),
    ),
    Right(
        "axes by hand",
        edit(
            (
                PLOT,
                """fig, grid = plt.subplots(4, 4, figsize=(10, 10))
for row, y in zip(grid, banknotes.columns):
    for ax, x in zip(row, banknotes.columns):
        if x == y:
            sns.kdeplot(data=banknotes, x=x, hue="class", ax=ax)
        else:
            sns.scatterplot(data=banknotes, x=x, y=y, hue="class", ax=ax)""",
            )
        ),
    ),
]

WRONG = [
    Wrong("no colours", edit((', hue="class"', "")), "colours", "one colour for all"),
    Wrong("coloured by a measurement", edit(('hue="class"', 'hue="variance"')), "colours", "colours for variance"),
    Wrong("coloured by a threshold", edit((PLOT, "sns.pairplot(banknotes.assign(high=banknotes.entropy > 0), hue='high',"
                                           " vars=list(banknotes.columns[:4]))")), "colours", "high"),
    Wrong("one colour for both classes", edit(('hue="class"', 'hue="class", palette=["red", "red"]')), "colours", "one colour for all"),
    Wrong("coloured by other rows' classes", edit((PLOT, "mixed = banknotes.assign(**{'class': banknotes['class'].to_numpy()[::-1]})\n"
                                                   "sns.pairplot(mixed, hue='class')")), "colours", "2 colours, but not one for each class"),
    Wrong("a column of labels plotted, too", edit((PLOT, "banknotes['label'] = banknotes['class'].map({'real': 0, 'fake': 1})\n" + PLOT),
                                                  (STATS, "stats = banknotes.drop(columns='label').describe()")), "pairplot", "(?s)4 × 4.*with label"),
    Wrong("two measurements", edit((PLOT, PLOT.replace(")", ', vars=["variance", "entropy"])'))), "pairplot",
          "with 1 of them"),
    Wrong("one row of plots", edit((PLOT, PLOT.replace(")", ', y_vars=["variance"])'))), "pairplot", "with 3 of them"),
    Wrong("real notes only", edit((PLOT, PLOT.replace("banknotes", 'banknotes[banknotes["class"] == "real"]'))),
          "pairplot", "points of 53 notes"),
    Wrong("half of the notes", edit((PLOT, PLOT.replace("banknotes", "banknotes.head(48)"))), "pairplot", "not a part"),
    Wrong("one scatter plot", edit((PLOT, 'sns.scatterplot(banknotes, x="variance", y="entropy", hue="class")')),
          "pairplot", "with 1 of them"),
    Wrong("correlations", edit((PLOT, 'sns.heatmap(banknotes.drop(columns="class").corr())')), "pairplot", "none of them"),
    Wrong("columns mixed up", edit((PLOT, "mixed = banknotes.copy()\nmixed['variance'] = mixed['variance'].to_numpy()[::-1]\n"
                                    + PLOT.replace("banknotes", "mixed"))), "pairplot", "3 of them"),
    Wrong("not drawn", edit((PLOT + "\nplt.show()", "pass")), "pairplot", "no figure"),
    Wrong("described per class", edit((STATS, 'stats = banknotes.groupby("class").describe()')), "stats", "over all notes"),
    Wrong("one column described", edit((STATS, 'stats = banknotes["variance"].describe()')), "stats", "of skewness"),
    Wrong("only classes described", edit((STATS, 'stats = banknotes["class"].describe()')), "stats", "without the mean"),
    Wrong("real notes described", edit((STATS, 'stats = banknotes[banknotes["class"] == "real"].describe()')), "stats",
          "count of variance: 96"),
    Wrong("all 1372 notes described", edit((STATS, "stats = banknotes_data.load_frame().describe()")), "stats", "1372"),
    Wrong("means only", edit((STATS, 'stats = banknotes.drop(columns="class").mean()')), "stats", "without the"),
    Wrong("info instead", edit((STATS, "stats = banknotes.info()")), "stats", "None"),
    Wrong("describe not called", edit((STATS, "stats = banknotes.describe"), ("stats, sep", "sep")), "stats", "parentheses"),
    Wrong("the sample itself", edit((STATS, "stats = banknotes")), "stats", "without the"),
    Wrong("nothing described", bare(f"{PLOT}\nplt.show()\nprint(banknotes['class'].value_counts())\n"), "stats",
          "does not make `stats`"),
    Wrong("only printed, and per class", bare(f"{PLOT}\n{COUNTS}\nprint(banknotes.groupby('class').describe())\n"), "stats",
          "not about all|does not make|over all notes"),
    Wrong("shares", edit((COUNTS, COUNTS.replace("()", "(normalize=True)"))), "counts", "shares"),
    Wrong("only shares printed", bare(f"{PLOT}\nprint(banknotes.describe())\n"
                                      "print(banknotes['class'].value_counts(normalize=True))\n"), "counts", "shares"),
    Wrong("rows per column", edit((COUNTS, "counts = banknotes.count()")), "counts", "`count` counts the values of a column, whatever they are.*one number for real"),
    Wrong("all values of the column", edit((COUNTS, 'counts = banknotes["class"].count()')), "counts",
          "that of all notes: `count` counts the values of a column, whatever they are. `counts` must have one for real"),
    Wrong("how many notes", edit((COUNTS, "counts = len(banknotes)")), "counts", "This is one number, that of all notes. `counts` must"),
    Wrong("how many classes", edit((COUNTS, 'counts = banknotes["class"].nunique()')), "counts", "the number 2"),
    Wrong("which classes", edit((COUNTS, 'counts = banknotes["class"].unique()')), "counts", "Count how often each of them comes"),
    Wrong("another column", edit((COUNTS, COUNTS.replace('"class"', '"variance"'))), "counts", "Which column"),
    Wrong("classes swapped", edit((COUNTS, 'counts = {"real": 43, "fake": 53}')), "counts", "real 43"),
    Wrong("counted in a part", edit((COUNTS, COUNTS.replace("banknotes[", "banknotes.head(50)["))), "counts", "all 96"),
    Wrong("value_counts not called", edit((COUNTS, COUNTS.replace("()", ""))), "counts", "parentheses"),
    Wrong("a column called by a word of Python's own", steps("""
sns.pairplot(banknotes, hue="class")
plt.show()
stats = banknotes.describe()
counts = banknotes.class.value_counts()
"""),
          "", r"needs quotes, in brackets: `\['class'\]`", "error"),
]  # fmt: skip

TYPICAL = "no colours"

COURSE_2019 = [
    Course2019("""
import seaborn as sns
import matplotlib.pyplot as plt

sns.pairplot(banknotes, hue='class')
plt.show()
print('Statistics:\\n', banknotes.describe())
print('How many of each:\\n', banknotes['class'].value_counts())
""", says=("the name `stats`", "the name `counts`")),
]  # fmt: skip

EQUIVALENT = {
    (
        "deleted",
        "plt.show()",
    ): "Not observable: figures that are open at the end count as shown, as in a notebook and in the course's own editor.",
}
