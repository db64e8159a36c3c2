"""3.2.1 Different activation functions

A neuron adds up its inputs. The activation function then decides what it passes on.
Here are four that you will meet again and again. Three of the statements about them are
true and one is not. Which one is false?

1. At x = 0, `sigmoid` is 0.5 and `tanh` is 0.
2. For numbers far below zero, `sigmoid` and `tanh` both come close to -1.
3. At x = -1, `relu` is 0 and `leaky_relu` is -0.01.
4. For positive numbers, `relu` and `leaky_relu` are the same.

These are at hand, so you need not guess:
- `sigmoid`, `tanh`, `relu`, `leaky_relu`: the functions. Each takes one number or an
  array of them. Try them out: `print(relu(-3))`.

Steps
1. Set `answer` to the number of the false statement.
"""

from grader.datasets.activations import leaky_relu, relu, sigmoid, tanh

# TODO: set `answer` to the number of the statement that is false: 1, 2, 3 or 4
answer = ____
