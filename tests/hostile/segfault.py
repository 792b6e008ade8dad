"""Rule 4. Crashes the interpreter.
Says: died
"""

# cell: dropout_forward
import ctypes


def dropout_forward(x, dropout_param):
    ctypes.string_at(0)
