"""2.1.1 Exploring dollar bills

Soon you will build a network that tells fake banknotes from real ones. First have a
look at the data that it will learn from.

This is at hand:
- `banknotes`: a DataFrame of 96 notes. Each was photographed, and four measurements
  were taken from the picture: `variance`, `skewness`, `curtosis` and `entropy`. They
  are standardised: over all 1372 notes that there are, each has mean 0
  and standard deviation 1. The column `class` says "real" or "fake".
- `sns`: seaborn. `sns.pairplot(table)` plots every column of numbers against every
  other one, in one figure. Its argument `hue` takes the name of a column; each value
  of that column gets a colour of its own.
- `plt`: Matplotlib's pyplot. `plt.show()` shows what was drawn.

Steps
1. Draw a pairplot of the banknotes, 4 × 4 small plots, with the points coloured by
   the class of the note.
2. Describe the measurements: a table with the mean, the standard deviation, the
   smallest and the largest value of each. pandas has a method that gives it. Keep the
   table as `stats`.
3. Count how many notes of each class there are. Keep the counts as `counts`.

Look at the figure: in which of the small plots do the two colours lie apart?
"""

import matplotlib.pyplot as plt
import seaborn as sns

from grader.datasets import banknotes as banknotes_data

banknotes = banknotes_data.load_sample()

# TODO: draw a pairplot of the banknotes, coloured by class, and show it
### BEGIN SOLUTION
sns.pairplot(banknotes, hue="class")
plt.show()
### END SOLUTION

# TODO: describe the measurements
### BEGIN SOLUTION
stats = banknotes.describe()
### END SOLUTION

# TODO: count the notes of each class
### BEGIN SOLUTION
counts = banknotes["class"].value_counts()
### END SOLUTION

print("The measurements:", stats, sep="\n")
print("Notes per class:", counts, sep="\n")
