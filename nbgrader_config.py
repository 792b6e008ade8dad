"""The course. Every nbgrader command, formgrader and `autograder` start from this file."""

c = get_config()  # noqa: F821 - nbgrader provides it

c.CourseDirectory.course_id = "deep-learning"
c.CourseDirectory.solution_directory = "solutions"

# What is published after the deadline: run on CIFAR-10, with nothing in it that only graders read.
c.GenerateSolution.preprocessors = [
    "nbgrader.preprocessors.LockCells",
    "nbgrader.preprocessors.ClearOutput",
    "autograder.gradebook.preprocessors.RemoveMarkers",
    "nbgrader.preprocessors.Execute",
    "nbconvert.preprocessors.CoalesceStreamsPreprocessor",
]
c.CoalesceStreamsPreprocessor.enabled = True
c.Execute.timeout = 1200
c.Execute.record_timing = False  # so that a solution made again is the same file

# Grading goes through the sandbox: the exporter reads whatever was handed in, and the checks run
# outside the student's kernel instead of in it.
c.Autograde.exporter_class = "autograder.gradebook.preprocessors.SubmissionExporter"
c.Autograde.autograde_preprocessors = [
    "autograder.gradebook.preprocessors.GradeInSandbox",
    "nbgrader.preprocessors.LimitOutput",
    "nbgrader.preprocessors.SaveAutoGrades",
    "nbgrader.preprocessors.AssignLatePenalties",
    "nbgrader.preprocessors.CheckCellMetadata",
]

# The mark scheme stands above each written answer in formgrader, and is left out of what students get.
c.GenerateFeedback.preprocessors = [
    "nbgrader.preprocessors.GetGrades",
    "autograder.gradebook.preprocessors.RemoveMarkSchemes",
    "nbconvert.preprocessors.CSSHTMLHeaderPreprocessor",
]
