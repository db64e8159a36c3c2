"""2.2.2 Prepare your dataset

The network of 2.2.1 takes two numbers and gives four. The throws do not have that form
yet: who threw the dart is a name, and a network cannot learn from names.

So each name becomes a code, and each code becomes a row of four numbers:

    Kate     0    1 0 0 0
    Michael  1    0 1 0 0
    Steve    2    0 0 1 0
    Susan    3    0 0 0 1

Such a row is called one-hot: a single 1, in the column of the friend who threw, and 0
everywhere else. It is what a perfect network would answer: all of the probability for
one friend, none for the others. Why not stop at the codes? They would say that Susan is
three times Michael, which means nothing.

These are at hand:
- `darts`: a DataFrame of 800 throws. `xCoord` and `yCoord` say where the dart landed,
  `competitor` is the name of the friend who threw it.
- `pd`: pandas. `pd.Categorical(names)` finds out which names there are and sorts them by
  the alphabet. In a DataFrame, such a column knows its codes: `column.cat.codes`.
- `to_categorical`: from Keras. It takes codes and gives one-hot rows.

Steps
1. Replace the names in the column `competitor` by their codes.
2. Keep where the darts landed as `coordinates`: the two columns of numbers, x first and
   then y, without the thrower. Its shape is (800, 2).
3. One-hot encode the codes and keep the rows as `competitors`. Its shape is (800, 4), with
   the columns in the order of the codes. Row by row it fits `coordinates`: the first row
   of both is about the first throw, and so on.
"""

import pandas as pd
from keras.utils import to_categorical

from grader.datasets import darts as darts_data

darts = darts_data.load_frame()

# TODO: make the column `competitor` categorical, then replace it by its codes
____

# TODO: keep the two coordinates of each throw
coordinates = ____

# TODO: turn the codes into one-hot rows
competitors = ____

print("Where the darts landed:", coordinates, sep="\n")
print("Who threw them:", competitors, sep="\n")
