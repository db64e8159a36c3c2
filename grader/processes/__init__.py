"""Starting processes and talking to them."""
