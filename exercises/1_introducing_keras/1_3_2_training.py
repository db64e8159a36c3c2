"""1.3.2 Training

The network that follows the meteor is built. Now it learns the orbit from the
measurements, and then you look how far off it is.

How far off a prediction is, is measured by the mean squared error: the mean of
the squared distances between predicted and measured positions. The smaller, the
better. Before training it is about 2000.

These are at hand:
- `model`: the network of the exercise before, 1 number in, 1 number out. It is
  not compiled yet.
- `time_steps`: 2000 minutes from -10 to 10, shape (2000,).
- `y_positions`: where the meteor was then, shape (2000,).

Steps
1. Compile the model with the adam optimizer and the mean squared error as loss.
2. Train it on all 2000 measurements for 30 epochs.
3. Evaluate it on the same measurements, and keep what you get as `loss`.
"""

from grader.datasets import networks, orbit

time_steps, y_positions = orbit.load()
model = networks.orbit_network(compiled=False)

# TODO: compile with adam and the mean squared error
____

# TODO: train on the measurements for 30 epochs
____

# TODO: evaluate the model on the measurements
loss = ____

print("Mean squared error after training:", loss)
