"""From a Result to what a person reads: a feedback page, formgrader, a terminal."""
