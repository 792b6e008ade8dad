"""Rule 4. Stops its own process, so that it does not see an interrupt.
Says: did not finish
"""

# cell: dropout_forward
import os
import signal


def dropout_forward(x, dropout_param):
    os.kill(os.getpid(), signal.SIGSTOP)
    return x, None
