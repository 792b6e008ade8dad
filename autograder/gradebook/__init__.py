"""Everything about nbgrader: its pipeline, its gradebook and its folders."""
