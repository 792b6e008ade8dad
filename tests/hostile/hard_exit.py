"""Rule 4. Exits its process in the middle of a call, without an exception.
Says: died
"""

# cell: dropout_forward
import os


def dropout_forward(x, dropout_param):
    os._exit(0)
