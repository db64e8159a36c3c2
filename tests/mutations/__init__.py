"""Two engines that measure fairness: both derive answers from the reference solutions.

`mutants` makes wrong answers, each with one fault, which the checks must reject by a
message that names it. `equivalents` makes right answers that are written differently,
which the checks must accept. `python tests/mutations` runs them all and prints a table.
"""
