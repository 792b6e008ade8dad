"""Grading one submission, and the batch of many."""
