"""nbgrader's commands as somebody else: `python -m as_user NAME COMMAND ...`.

nbgrader asks the operating system who it is, and a test has one account.
"""

import sys

from nbgrader import utils
from nbgrader.apps.nbgraderapp import main

if __name__ == "__main__":
    user = sys.argv.pop(1)
    utils.get_osusername = lambda: user
    main()
