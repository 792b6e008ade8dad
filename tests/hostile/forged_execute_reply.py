"""Rule 2. Sends the reply to its own cell before the cell has run, then keeps running; forges replies of
three kinds.
"""

# cell: dropout_forward
import time

kernel = get_ipython().kernel
ident = kernel._get_shell_context_var(kernel._shell_parent_ident)
parent = kernel.get_parent("shell")
for kind in ("execute_reply", "autograder_reply", "kernel_info_reply"):
    for content in ({"status": "ok", "score": 15}, {"value": 15, "changed": []}, {"status": 7}):
        kernel.session.send(kernel.shell_stream, kind, content, parent, ident=ident)
time.sleep(0.5)
print("went on")


def dropout_forward(x, dropout_param):
    return x, None
