"""The hidden checks: one pytest file per exercise."""
