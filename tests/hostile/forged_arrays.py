"""Rule 3. Forges array descriptions: negative and huge sizes, unknown types, one buffer for many arrays."""

# cell: dropout_forward
kernel = get_ipython().kernel
descriptions = [
    [0, "<f8", [-1]],
    [0, "<f8", [2**62, 2**62]],
    [0, "O", [1]],
    [0, "<f8", []],
    [-1, "<f8", [1]],
    [0, "<f8", [1e400]],
    [9, "<f8", [1]],
    [0, "|S8", [1]],
    [0, "<f8", [[1]]],
    [True, "<f8", [1]],
    [0, "<f8", [1] * 99],
    "x",
    None,
    {},
]


def forged(stream, ident, message):
    descriptions.append(descriptions.pop(0))
    value = [{"$array": descriptions[0]}, 10**400]
    kernel.session.send(
        stream, "reply", {"value": value, "changed": [[]]}, message, ident=ident, buffers=[bytes(8)]
    )


kernel.shell_handlers["autograder_request"] = forged


def dropout_forward(x, dropout_param):
    return x, None
