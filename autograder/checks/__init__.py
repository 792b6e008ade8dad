"""Hidden checks: one folder an assignment, one pytest file a graded test cell."""
