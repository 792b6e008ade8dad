"""Rule 4. Stops its own process with SIGSTOP, so that an interrupt has no effect.
Says: did not finish
"""

# cell: dropout_forward
import os
import signal


def dropout_forward(x, dropout_param):
    os.kill(os.getpid(), signal.SIGSTOP)
    return x, None
