"""A notebook's cells: read, put together to a script, laid out for learners."""
