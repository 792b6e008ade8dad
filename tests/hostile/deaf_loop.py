"""Rule 4. Loops forever and ignores every signal that can be ignored.
Says: did not finish
"""

# cell: dropout_forward
import signal


def dropout_forward(x, dropout_param):
    for number in set(signal.Signals) - {signal.SIGKILL, signal.SIGSTOP}:
        signal.signal(number, signal.SIG_IGN)
    while True:
        try:
            pass
        except BaseException:
            pass
