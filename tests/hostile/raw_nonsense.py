"""Rule 3. Writes arbitrary bytes to the sockets' file descriptors, bypassing ZeroMQ.
Says: died|did not finish|something that is not
"""

# cell: dropout_forward
import os
import stat


def dropout_forward(x, dropout_param):
    for number in range(3, 100):
        try:
            if stat.S_ISSOCK(os.fstat(number).st_mode):
                os.write(number, b"\xff" * 5000)
        except OSError:
            pass
    return x, None
