"""Rule 4. Leaves twenty processes behind, each in a session of its own, to outlive the grading."""

# cell: dropout_forward
import os
import time

for _ in range(20):
    if os.fork() == 0:
        os.setsid()
        if os.fork():
            os._exit(0)
        time.sleep(600)


def dropout_forward(x, dropout_param):
    return x, None
