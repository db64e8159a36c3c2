"""What an error or an old spelling means."""
