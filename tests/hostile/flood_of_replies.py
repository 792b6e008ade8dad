"""Rule 4. Floods the shell socket with forged replies and never sends the one that was asked for.
Says: did not finish|died|answered with something
"""

# cell: dropout_forward
import time

kernel = get_ipython().kernel


def flood(stream, ident, message):
    late = {**message, "header": {**message["header"], "msg_id": "of-an-earlier-request"}}
    end = time.monotonic() + 30
    while time.monotonic() < end:
        kernel.session.send(stream, "autograder_reply", {"value": [0, 0], "changed": []}, late, ident=ident)


def dropout_forward(x, dropout_param):
    kernel.shell_handlers["autograder_request"] = flood
    return x, None
