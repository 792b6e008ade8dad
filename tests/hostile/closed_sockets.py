"""Rule 4. Closes the kernel's sockets and keeps running.
Says: died
"""

# cell: dropout_forward
import os
import time


def dropout_forward(x, dropout_param):
    os.closerange(3, 200)
    time.sleep(60)
