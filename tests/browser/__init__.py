"""What people see, seen in a browser."""
