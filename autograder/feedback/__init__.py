"""Results as people read them: a student's feedback page, the page on a class, a terminal."""
