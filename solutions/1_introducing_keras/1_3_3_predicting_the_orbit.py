"""1.3.3 Predicting the orbit!

The network has learned where the meteor is from 10 minutes before its nearest
point to 10 minutes after it. What does it say of the minutes that it has never
seen? You ask it, and look at two pictures.

These are at hand:
- `model`: the trained network. It takes minutes and gives positions.
- `plot_orbit(predictions)`: draws predicted positions beside the true orbit. It
  expects one position for each whole minute, with minute 0 in the middle.
- `np`: NumPy. `np.arange(a, b)` gives the whole numbers from a up to b - 1.

Steps
1. Predict the positions at the 21 whole minutes from -10 to 10, both included.
   Keep them as `twenty_min_orbit`.
2. Plot them with `plot_orbit`.
3. Predict the positions at the 81 whole minutes from -40 to 40, both included.
   Keep them as `eighty_min_orbit`, and plot them, too.

Which of the two does the network know well, and why?
"""

import numpy as np

from grader.datasets import trained
from grader.datasets.plots import plot_orbit

model = trained.load("orbit")

# TODO: predict the positions from minute -10 to minute 10
### BEGIN SOLUTION
twenty_min_orbit = model.predict(np.arange(-10, 11))
### END SOLUTION

# TODO: plot them
### BEGIN SOLUTION
plot_orbit(twenty_min_orbit)
### END SOLUTION

# TODO: predict the positions from minute -40 to minute 40
### BEGIN SOLUTION
eighty_min_orbit = model.predict(np.arange(-40, 41))
### END SOLUTION

# TODO: plot them
### BEGIN SOLUTION
plot_orbit(eighty_min_orbit)
### END SOLUTION
