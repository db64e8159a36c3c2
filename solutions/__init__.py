"""Reference solutions. Stubs are built from them; see CONTRIBUTING.md."""
