"""Isolation of a process: bubblewrap, limits, a watchdog, and what is in force on this machine."""
