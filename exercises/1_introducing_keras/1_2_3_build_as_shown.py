"""1.2.3 Build as shown!

Networks are often shown as a drawing: circles for the neurons, lines for the
connections. Here you turn such a drawing into a model.

The drawing is the picture `1_2_3_build_as_shown.png`. It lies in the folder of your file;
in a notebook you see it in the task. In words, this is what it shows: circles stand in
three columns. The column on the left holds two circles, marked as inputs. In the middle
is the hidden layer, a column of three. On the right, a single circle is the output.
Lines run from every circle to every circle of the next column, and no line skips a
column. A note at the foot says that no activation functions are used.

Mind that the inputs are drawn as circles, too, but they do not compute anything: they
are the numbers that go in.

Steps
1. Make a sequential model called `model` that takes as many numbers as the drawing has
   inputs.
2. Add a dense layer for the hidden layer and one for the output, each with as many
   neurons as the drawing shows. Give them no activation.
"""

import keras
from keras.layers import Dense, Input
from keras.models import Sequential

# TODO: make a sequential `model` that takes as many numbers as there are inputs
____

# TODO: add the hidden layer as it is drawn
____

# TODO: add the output layer as it is drawn
____

model.summary()
