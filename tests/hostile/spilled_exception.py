"""Rule 1. Raises exceptions whose text, name and type contain the inputs, and whose attributes run code."""

# cell: dropout_forward
import numpy as np


class Spilling(NameError):
    name = property(lambda self: "SPIL" + "LED")

    def __str__(self):
        return "SPIL" + "LED"

    __repr__ = __str__


Spilling.__name__ = Spilling.__qualname__ = "SPIL" + "LED"


def dropout_forward(x, dropout_param):
    raise Spilling("SPIL" + f"LED {x!r} {dropout_param!r}")
