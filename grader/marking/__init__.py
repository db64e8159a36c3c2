"""What becomes of a class's verdicts: marks by course.toml, gradebooks, pages, feedback."""
