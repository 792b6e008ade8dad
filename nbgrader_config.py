"""The course's configuration, read by every nbgrader command, formgrader and `autograder`."""

c = get_config()  # noqa: F821 - nbgrader provides it

c.CourseDirectory.course_id = "deep-learning"
c.CourseDirectory.solution_directory = "solutions"

# The published solution: run on CIFAR-10, without markers, mark schemes or hidden tests.
c.GenerateSolution.preprocessors = [
    "nbgrader.preprocessors.LockCells",
    "nbgrader.preprocessors.ClearOutput",
    "autograder.gradebook.preprocessors.RemoveMarkers",
    "nbgrader.preprocessors.Execute",
    "nbconvert.preprocessors.CoalesceStreamsPreprocessor",
]
c.CoalesceStreamsPreprocessor.enabled = True
c.Execute.timeout = 1200
c.Execute.record_timing = False  # so that the solution is the same file each time

# Grade in the sandbox: the exporter reads any submitted file, and the checks run outside the student's
# kernel instead of in it.
c.Autograde.exporter_class = "autograder.gradebook.exporter.SubmissionExporter"
c.Autograde.autograde_preprocessors = [
    "autograder.gradebook.preprocessors.GradeInSandbox",
    "nbgrader.preprocessors.LimitOutput",
    "nbgrader.preprocessors.SaveAutoGrades",
    "nbgrader.preprocessors.AssignLatePenalties",
    "nbgrader.preprocessors.CheckCellMetadata",
]

# Formgrader shows the mark scheme above each written answer; feedback for students leaves it out.
c.GenerateFeedback.preprocessors = [
    "nbgrader.preprocessors.GetGrades",
    "autograder.gradebook.preprocessors.RemoveMarkSchemes",
    "nbconvert.preprocessors.CSSHTMLHeaderPreprocessor",
]
