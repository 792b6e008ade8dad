"""Rule 4. Writes to everything under /proc that could change the machine; if root runs the grader, these
files belong to the same user.
"""

# cell: dropout_forward
import os

written = []
for root, folders, names in os.walk("/proc"):
    folders[:] = [f for f in folders if not f.isdigit() and f not in ("self", "thread-self")]
    for name in names:
        try:
            os.close(os.open(os.path.join(root, name), os.O_WRONLY))
            written.append(os.path.join(root, name))
        except OSError:
            pass
print("CANA" + "RY-PROC", written) if written else None


def dropout_forward(x, dropout_param):
    return x, None
