"""Rule 4. Ends its process without a word, in the middle of a call.
Says: died
"""

# cell: dropout_forward
import os


def dropout_forward(x, dropout_param):
    os._exit(0)
