"""Commands of this environment, run in a folder as a person would run them."""

import os
import subprocess
import sys

from autograder.gradebook.environment import path_with_scripts


def start(folder, module, *arguments, **variables):
    """Start `python -m module *arguments` in a folder, with environment variables added."""
    return subprocess.Popen(
        [sys.executable, "-m", module, *arguments],
        cwd=folder,
        env={**os.environ, "PATH": path_with_scripts(), **variables},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def run(folder, module, *arguments, **variables):
    """Run `python -m module *arguments` in a folder and return the completed process."""
    process = start(folder, module, *arguments, **variables)
    stdout, stderr = process.communicate()
    return subprocess.CompletedProcess(process.args, process.returncode, stdout, stderr)
