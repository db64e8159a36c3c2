"""For those who teach with the exercises: notebooks, nbgrader courses, Jupyter."""
