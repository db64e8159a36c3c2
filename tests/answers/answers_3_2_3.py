"""Answers to 3.2.3, comparing activation functions II."""

from corpus import Course2019, Right, Wrong, bare, edit, steps

LOSS = "val_loss = pd.DataFrame(val_loss_per_function)"
ACC = "val_acc = pd.DataFrame(val_acc_per_function)"
PLOT_LOSS = "val_loss.plot()\nplt.show()"
PLOT_ACC = "val_acc.plot()\nplt.show()"
BOTH = f"{LOSS}\n{ACC}\n"

RIGHT = [
    Right(
        "as in 2019, bare",
        bare("""
# Create a dataframe from val_loss_per_function
val_loss= pd.DataFrame(val_loss_per_function)

# Call plot on the dataframe
val_loss.plot()
plt.show()

# Create a dataframe from val_acc_per_function
val_acc = pd.DataFrame(val_acc_per_function)

# Call plot on the dataframe
val_acc.plot()
plt.show()
"""),
    ),
    Right(
        "never shown, titles",
        bare(BOTH + "val_loss.plot(title='loss');val_acc.plot(title='accuracy');\n"),
    ),
    Right(
        "Matplotlib's own lines, a loop",
        steps(
            BOTH
            + """
for table in (val_loss, val_acc):
    fig, ax = plt.subplots()
    for name in table.columns:
        ax.plot(table.index + 1, table[name], label=name)
    ax.legend()
    plt.show()
"""
        ),
    ),
    Right(
        "two plots side by side, accuracy first",
        steps(
            BOTH
            + """
fig, (left, right) = plt.subplots(1, 2, figsize=(12, 4))
val_acc.plot(ax=left)
val_loss.plot(ax=right)
"""
        ),
    ),
    Right(
        "no labels, all columns at once",
        steps(BOTH + "plt.plot(val_loss)\nplt.show()\nplt.plot(val_acc)\nplt.show()\n"),
    ),
    Right(
        "one small plot for each function",
        steps(BOTH + "val_loss.plot(subplots=True)\nval_acc.plot(subplots=True, layout=(2, 2))\n"),
    ),
    Right(
        "columns in another order, epochs from 1, seaborn",
        steps("""
import seaborn as sns
columns = sorted(val_loss_per_function)
val_loss = pd.DataFrame(val_loss_per_function, columns=columns, index=range(1, 101))
val_acc = pd.concat([pd.Series(val_acc_per_function[name], name=name) for name in columns], axis=1)
sns.lineplot(data=val_loss, dashes=False)
plt.figure()
sns.lineplot(val_acc)
plt.show()
"""),
    ),
    Right(
        "float32, points, turned round",
        steps("""
val_loss = pd.DataFrame.from_dict(val_loss_per_function, orient="index").T.astype("float32")
val_acc = pd.DataFrame({name: pd.Series(values) for name, values in val_acc_per_function.items()})
for table in val_loss, val_acc:
    plt.figure()
    for name, values in table.items():
        plt.scatter(table.index, values, s=4)
    plt.legend(list(table))
"""),
    ),
    Right(
        "legend by hand, labels in other words",
        steps(
            BOTH
            + """
plt.plot(val_loss.to_numpy())
plt.legend(["ReLU", "Leaky ReLU", "Sigmoid", "Tanh"])
plt.savefig("loss.png")
plt.close()
val_acc.plot.line()
"""
        ),
    ),
]

WRONG = [
    Wrong("the axes kept", edit((LOSS, LOSS + ".plot()"), (PLOT_LOSS, "plt.show()")), "val_loss", "`val_loss` is what a plot was drawn in"),
    Wrong("into the first plot, by ax", edit((PLOT_LOSS, "ax = val_loss.plot()"), (PLOT_ACC, "val_acc.plot(ax=ax)\nplt.show()")), "two_plots",
          "`ax=ax` says where this is drawn: into a plot that is there already", blames="val_acc.plot(ax=ax)"),
    Wrong("a dictionary in brackets", edit((LOSS, LOSS.replace("val_loss_per_function", "[val_loss_per_function]")), (PLOT_LOSS, "pass")), "val_loss",
          "In brackets, a dictionary is one row"),
    Wrong("plot without parentheses", edit((PLOT_LOSS, "val_loss.plot\nplt.show()")), "loss_plot",
          "`val_loss.plot` is not called here: it needs parentheses", blames="val_loss.plot"),
    Wrong("the accuracy as loss", edit((LOSS, LOSS.replace("loss_per", "acc_per"))), "val_loss", "This is the validation accuracy"),
    Wrong("the loss as accuracy", edit((ACC, ACC.replace("acc_per", "loss_per"))), "val_acc", "This is the validation loss"),
    Wrong("names swapped", edit((LOSS, LOSS.replace("loss_per", "acc_per")), (ACC, ACC.replace("acc_per", "loss_per"))), "val_acc",
          "This is the validation loss"),
    Wrong("rows and columns swapped", edit((LOSS, 'val_loss = pd.DataFrame.from_dict(val_loss_per_function, orient="index")')),
          "val_loss", r'shape \(4, 100\).*`orient="index"` makes each name of the dictionary a row. Let each epoch be a row, and each function a column'),
    Wrong("transposed", edit((ACC, ACC + ".T")), "val_acc", r"shape \(4, 100\)\n`.T` turns rows and columns round. Let each"),
    Wrong("transposed on a line of its own", edit((ACC, ACC + "\nval_acc = val_acc.transpose()")), "val_acc", "\n`transpose` turns rows and columns"),
    Wrong("transposed, and turned twice more", edit((ACC, 'val_acc = pd.DataFrame.from_dict(val_acc_per_function, orient="index").T.T')), "val_acc",
          "\nLet each epoch be a row"),
    Wrong("the dictionary itself", edit((LOSS, "val_loss = val_loss_per_function"), (PLOT_LOSS, "pass")), "val_loss",
          "a DataFrame.*a dictionary of 4"),
    Wrong("an array", edit((LOSS, LOSS + ".to_numpy()"), (PLOT_LOSS, "plt.plot(val_loss)\nplt.show()")), "val_loss", "an array of shape"),
    Wrong("one function only", edit((LOSS, 'val_loss = pd.DataFrame(val_loss_per_function["relu"])')), "val_loss",
          r"\(100, 1\).*whole dictionary"),
    Wrong("a Series", edit((ACC, "val_acc = pd.Series(val_acc_per_function)"), (PLOT_ACC, "pass")), "val_acc", "a Series of 4"),
    Wrong("numbers for names", edit((LOSS, "val_loss = pd.DataFrame(list(val_loss_per_function.values())).T")), "val_loss",
          "columns 0, 1, 2, 3.*named after the functions"),
    Wrong("names in another order than the columns", edit(
        (LOSS, LOSS + '\nval_loss.columns = ["leaky_relu", "relu", "sigmoid", "tanh"]'), (PLOT_LOSS, "plt.plot(val_loss)\nplt.show()")),
        "val_loss", "column of another function"),
    Wrong("the first 20 epochs", edit((ACC, ACC + "[:20]")), "val_acc", r"shape \(20, 4\)"),
    Wrong("rounded", edit((ACC, ACC + ".round(1)")), "val_acc", "as they are"),
    Wrong("sorted", edit((LOSS, LOSS + '.sort_values("relu", ignore_index=True)')), "val_loss", "in their order"),
    Wrong("not kept", edit((ACC, "pd.DataFrame(val_acc_per_function).plot()"), (PLOT_ACC, "plt.show()")), "val_acc",
          "does not make `val_acc`.*`val_loss`|does not make `val_acc`"),
    Wrong("nothing plotted", edit((PLOT_LOSS, "pass"), (PLOT_ACC, "pass")), "loss_plot", "no plot.*Draw `val_loss`"),
    Wrong("accuracy not plotted", edit((PLOT_ACC, "print(val_acc.plot)")), "acc_plot", "1 plot of something else"),
    Wrong("the loss plotted twice", edit((PLOT_ACC, PLOT_LOSS.replace("loss", "loss "))), "acc_plot", "2 plots of something else"),
    Wrong("one line only", edit((PLOT_LOSS, 'val_loss["relu"].plot()\nplt.show()')), "loss_plot",
          "a plot of relu\n.*leaky_relu, sigmoid, tanh"),
    Wrong("a line missing", edit((PLOT_ACC, 'val_acc.drop(columns="tanh").plot()\nplt.show()')), "acc_plot", "No line for tanh"),
    Wrong("labels in another order", edit((PLOT_LOSS, 'plt.plot(val_loss)\nplt.legend(["tanh", "sigmoid", "leaky_relu", "relu"])\nplt.show()')),
          "loss_plot", "the line of relu with its own name.*another order"),
    Wrong("bars", edit((PLOT_ACC, "val_acc.plot.hist()\nplt.show()")), "acc_plot", "something else"),
    Wrong("all in one plot", steps(BOTH + "plt.plot(val_loss)\nplt.plot(val_acc)\nplt.show()\n"), "two_plots",
          "loss and accuracy in one plot.*new figure"),
    Wrong("accuracy drawn over the loss", edit((PLOT_LOSS, "axes = val_loss.plot()"), (PLOT_ACC, "val_acc.plot(ax=axes)\nplt.show()")),
          "two_plots", "loss and accuracy in one plot"),
    Wrong("a key of 2019", edit((LOSS, 'val_loss = pd.DataFrame(val_loss_per_function["val_loss"])')), "", "KeyError", "error"),
    Wrong("R's table", steps("""
val_loss = data.frame(val_loss_per_function)
val_loss.plot()
plt.show()
val_acc = data.frame(val_acc_per_function)
val_acc.plot()
plt.show()
"""),
          "", r"`data.frame` is R's", "error", blames="data.frame("),
]  # fmt: skip

TYPICAL = "the loss plotted twice"

COURSE_2019 = [
    Course2019("""
val_loss = pd.DataFrame(val_loss_per_function)
val_loss.plot()
plt.show()
val_acc = pd.DataFrame(val_acc_per_function)
val_acc.plot()
plt.show()
"""),
]  # fmt: skip

EQUIVALENT = {
    (
        "deleted",
        "plt.show()",
    ): "Not observable: figures that are open at the end count as shown, as in a notebook and in the course's own editor.",
    (
        "deleted",
        "plt.show() (2)",
    ): "Not observable: figures that are open at the end count as shown, as in a notebook and in the course's own editor.",
}
