"""1.1.2 Would you use deep learning?

A friend plans an app for people who cannot decide what to put on. You take a photo of
the clothes that you wear, and the app finds shoes to go with them. To do so, it must
recognise on the photo what you wear (a coat, a dress, jeans), in what colour, and of
what fabric. Your friend asks whether that part should use deep learning.

What do you say?

1. Yes. A photo is tabular data, rows and columns that each have a meaning of their
   own, and that is what networks were made for.
2. Yes. A photo is unstructured data, where no single value means anything by itself,
   and networks do very well on images.
3. No. Simple machine learning methods recognise clothes on photos just as well, so a
   network is not worth its cost.
4. Yes. Whatever the data, deep learning gives the best result, so there is no need to
   look at the problem first.

Steps
1. Set `answer` to the number of the best reply.
"""

# TODO: set `answer` to the number of the reply that you would give: 1, 2, 3 or 4
### BEGIN SOLUTION
answer = 2
### END SOLUTION
