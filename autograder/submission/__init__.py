"""Reading, sanitising and identifying submitted files."""
