"""Isolation of a process: bubblewrap, limits, watchdog, probe."""
