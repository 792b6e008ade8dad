"""A process in a sandbox: its start, messages, outputs and agent, and the trusted side of a call."""
