"""Rule 4. Prints 60 MB in one cell, in large pieces and in small ones."""

# cell: dropout_forward
for _ in range(20):
    print("x" * 2_500_000)
for i in range(20_000):
    print(i, flush=i % 10 == 0)


def dropout_forward(x, dropout_param):
    print("y" * 1_000_000)
    return x, None
