"""Answers to 1.3.3, predicting the orbit."""

from corpus import Course2019, Right, Wrong, bare, edit, steps

SLOW = True

TWENTY = "twenty_min_orbit = model.predict(np.arange(-10, 11))"
EIGHTY = "eighty_min_orbit = model.predict(np.arange(-40, 41))"

RIGHT = [
    Right(
        "as in the course, bare",
        bare("""
twenty_min_orbit = model.predict(np.arange(-10, 11))
plot_orbit(twenty_min_orbit)
print(inspect.getsource(plot_orbit))
eighty_min_orbit = model.predict(np.arange(-40, 41))
plot_orbit(eighty_min_orbit)
"""),
    ),
    Right(
        "columns, direct call",
        steps("""
def orbit(half):
    minutes = np.linspace(-half, half, 2 * half + 1).reshape(-1, 1)
    return model(minutes)
twenty_min_orbit, eighty_min_orbit = orbit(10), orbit(40)
plot_orbit(twenty_min_orbit)
plot_orbit(eighty_min_orbit)
"""),
    ),
    Right(
        "flat arrays, own plots",
        steps("""
import matplotlib.pyplot as plt
twenty_min_orbit = model.predict(np.arange(-10, 11)).flatten()
eighty_min_orbit = model.predict(np.arange(-40, 41)).flatten()
fig, (left, right) = plt.subplots(1, 2)
left.plot(np.arange(-10, 11), twenty_min_orbit)
right.plot(np.arange(-40, 41), eighty_min_orbit)
plt.show()
"""),
    ),
    Right(
        "in the other order",
        steps(
            EIGHTY
            + "\nplot_orbit(eighty_min_orbit)\n"
            + TWENTY
            + "\nplot_orbit(twenty_min_orbit)\n"
        ),
    ),
    Right(
        "minute by minute",
        steps("""
twenty_min_orbit = [model.predict(np.array([minute])) for minute in range(-10, 11)]
eighty_min_orbit = np.array([float(model(np.array([[minute]]))[0, 0]) for minute in range(-40, 41)])
plot_orbit(twenty_min_orbit)
plot_orbit(eighty_min_orbit)
"""),
    ),
    Right(
        "points",
        steps(
            TWENTY
            + "\n"
            + EIGHTY
            + """
import matplotlib.pyplot as plt
plt.scatter(np.arange(-10, 11), twenty_min_orbit)
plt.figure()
plt.scatter(np.arange(-40, 41), eighty_min_orbit)
"""
        ),
    ),
    Right(
        "measured first",
        edit(
            (
                TWENTY,
                "from grader.datasets import orbit\nprint(model.evaluate(*orbit.load()))\n"
                + TWENTY,
            )
        ),
    ),
    Right(
        "lists of minutes",
        steps("""
twenty_min_orbit = model.predict(np.array([float(m) for m in range(-10, 11)]), batch_size=4)
eighty_min_orbit = model.predict(np.array(list(range(-40, 41))), verbose=0)
for positions in (twenty_min_orbit, eighty_min_orbit):
    plot_orbit(positions)
"""),
    ),
]

WRONG = [
    Wrong("the end left out", edit((TWENTY, TWENTY.replace("11", "10")), ("plot_orbit(twenty_min_orbit)", "pass")),
          "twenty_min_orbit", "range ends"),
    Wrong("from zero", edit((EIGHTY, EIGHTY.replace("-40, 41", "81"))), "eighty_min_orbit", "not what the given model"),
    Wrong("twenty minutes to each side", edit((TWENTY, TWENTY.replace("-10, 11", "-20, 21"))), "twenty_min_orbit", "41"),
    Wrong("the true orbit", edit((TWENTY, "twenty_min_orbit = np.arange(-10, 11.0) ** 2")), "twenty_min_orbit",
          "squares of the minutes"),
    Wrong("names swapped", edit((TWENTY, TWENTY.replace("-10, 11", "-40, 41")), (EIGHTY, EIGHTY.replace("-40, 41", "-10, 11"))),
          "eighty_min_orbit", r"\(21, 1\)"),
    Wrong("no plot at all", edit(("plot_orbit(twenty_min_orbit)", "pass"), ("plot_orbit(eighty_min_orbit)", "pass")),
          "twenty_min_plot", "no plot"),
    Wrong("second plot forgotten", edit(("plot_orbit(eighty_min_orbit)", "pass")), "eighty_min_plot", "No figure shows `eighty_min_orbit`"),
    Wrong("first plot forgotten", edit(("plot_orbit(twenty_min_orbit)", "pass")), "twenty_min_plot", "minute -10 to minute 10"),
    Wrong("the same plot twice", steps(TWENTY + "\n" + EIGHTY + "\nplot_orbit(twenty_min_orbit)\nplot_orbit(twenty_min_orbit)\n"),
               "eighty_min_plot", "2 plots, without it"),
    Wrong("trained again", edit((TWENTY, "from grader.datasets import orbit\nmodel.fit(*orbit.load(), epochs=1)\n" + TWENTY)),
          "twenty_min_orbit", "trained `model` again"),
    Wrong("the end left out, and plotted", edit((TWENTY, TWENTY.replace("11", "10"))), "twenty_min_orbit", r"\(20, 1\)"),
    Wrong("an untrained model", edit((TWENTY, "from grader.datasets import networks\nmodel = networks.orbit_network()\n" + TWENTY)),
          "twenty_min_orbit", "not what the given model"),
    Wrong("the minutes themselves", edit((EIGHTY, "eighty_min_orbit = np.arange(-40, 41)")), "eighty_min_orbit", "minute"),
    Wrong("half steps", edit((TWENTY, TWENTY.replace("-10, 11", "-10, 11, 0.5")), ("plot_orbit(twenty_min_orbit)", "pass")), "twenty_min_orbit", "42"),
    Wrong("result not kept", edit((TWENTY, TWENTY.split(" = ")[1]), ("plot_orbit(twenty_min_orbit)", "pass")),
          "twenty_min_orbit", "does not make"),
    Wrong("another number of minutes", edit((EIGHTY, EIGHTY.replace("np.arange(-40, 41)", "np.linspace(-40, 40)"))), "eighty_min_orbit",
          "start and end where they should, and there are 50 of them"),
    Wrong("the end left out of both", edit((TWENTY, TWENTY.replace("11", "10")), (EIGHTY, EIGHTY.replace("41", "40"))), "twenty_min_orbit",
          "The minutes go from -10 to 9"),
    Wrong("the first plot once more", edit(("plot_orbit(eighty_min_orbit)", "plot_orbit(twenty_min_orbit)")), "eighty_min_plot",
          r"The figure drawn on line \d+ shows `twenty_min_orbit` once more"),
    Wrong("the plot kept", steps("twenty_min_orbit = plot_orbit(model.predict(np.arange(-10, 11)))\n" + EIGHTY + "\nplot_orbit(eighty_min_orbit)\n"),
          "twenty_min_orbit", "\n`plot_orbit` draws and returns None, so `twenty_min_orbit` is None. First give a name to what it is to draw, on a line of its own.$"),
    Wrong("in a row", edit((TWENTY, TWENTY + ".T")), "twenty_min_orbit", "they do not stand in a column"),
    Wrong("all minutes in one row", steps("""
twenty_min_orbit = model.predict(np.arange(-10, 11))
plot_orbit(twenty_min_orbit)
minutes = np.arange(-40, 41).reshape(1, -1)
eighty_min_orbit = model.predict(minutes)
plot_orbit(eighty_min_orbit)
"""),
          "", r"takes 1 number for each sample, but got 81.*reshape\(-1, 1\)", "error", blames="predict(minutes)"),
    Wrong("a list emptied in the loop", steps("""
twenty_min_orbit = []
for minute in range(-10, 11):
    twenty_min_orbit = []
    twenty_min_orbit.append(model.predict(np.array([minute]), verbose=0)[0, 0])
twenty_min_orbit = np.array(twenty_min_orbit)
plot_orbit(twenty_min_orbit)
eighty_min_orbit = model.predict(np.arange(-40, 41))
plot_orbit(eighty_min_orbit)
"""),
          "twenty_min_orbit", r"makes the list empty again in each turn", blames="= []"),
]  # fmt: skip

TYPICAL = "the end left out"

COURSE_2019 = [
    Course2019("""
twenty_min_orbit = model.predict(np.arange(-10, 11))
plot_orbit(twenty_min_orbit)
eighty_min_orbit = model.predict(np.arange(-40, 41))
plot_orbit(eighty_min_orbit)
"""),
]  # fmt: skip
