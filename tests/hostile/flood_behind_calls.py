"""Rule 4. Starts threads that keep printing while its functions are called."""

# cell: dropout_forward
import threading


def flood():
    while True:
        print("z" * 10_000, flush=True)


for _ in range(2):
    threading.Thread(target=flood, daemon=True).start()


def dropout_forward(x, dropout_param):
    return x, None
