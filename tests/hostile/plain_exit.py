"""Rule 4. Exits by exit(), SystemExit and KeyboardInterrupt, in turn.
Says: raised SystemExit|raised KeyboardInterrupt|did not finish|died
"""

# cell: dropout_forward
ways = [
    exit,
    quit,
    lambda: (_ for _ in ()).throw(SystemExit(0)),
    lambda: (_ for _ in ()).throw(KeyboardInterrupt),
]


def dropout_forward(x, dropout_param):
    ways.append(ways.pop(0))
    ways[0]()
