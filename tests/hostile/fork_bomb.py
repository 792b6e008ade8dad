"""Rule 4. Forks processes as fast as it can."""

# cell: dropout_forward
import os
import time

for _ in range(250):  # more than the limit allows
    try:
        if os.fork() == 0:
            time.sleep(60)
    except OSError:
        break
time.sleep(20)


def dropout_forward(x, dropout_param):
    return x, None
