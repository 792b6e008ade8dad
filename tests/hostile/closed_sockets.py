"""Rule 4. Closes the kernel's sockets and goes on running.
Says: died
"""

# cell: dropout_forward
import os
import time


def dropout_forward(x, dropout_param):
    os.closerange(3, 200)
    time.sleep(60)
