"""Runs nbgrader's commands under another user's name: `python -m as_user NAME COMMAND ...`.

nbgrader asks the operating system for the name, and a test has one account.
"""

import sys

from nbgrader import utils
from nbgrader.apps.nbgraderapp import main

if __name__ == "__main__":
    user = sys.argv.pop(1)
    utils.get_osusername = lambda: user
    main()
