"""Reading, sanitising and identifying what was handed in."""
