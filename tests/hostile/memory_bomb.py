"""Rule 4. Allocates memory in one process, and in several processes that each stay below the limit."""

# cell: dropout_forward
import os
import time

try:
    block = bytearray(4 * 2**30)
except MemoryError:
    pass
for _ in range(6):
    if os.fork() == 0:
        block = b"x" * (300 * 2**20)
        time.sleep(60)
time.sleep(20)


def dropout_forward(x, dropout_param):
    return x, None
