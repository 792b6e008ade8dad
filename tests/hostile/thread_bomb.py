"""Rule 4. Starts hundreds of threads."""

# cell: dropout_forward
import threading
import time

for _ in range(400):
    try:
        threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
    except RuntimeError:
        break
time.sleep(3)


def dropout_forward(x, dropout_param):
    return x, None
