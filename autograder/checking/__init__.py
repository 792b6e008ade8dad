"""What authors of checks import; it knows no assignment."""
