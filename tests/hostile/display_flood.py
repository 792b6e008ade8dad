"""Rule 4. Displays ten thousand empty outputs, each of which would take up a place in the notebook."""

# cell: dropout_forward
from IPython.display import HTML, display

send, socket, parent = (
    getattr(get_ipython().kernel, name, None) for name in ("session", "iopub_socket", "x")
)
for i in range(5_000):
    send.send(
        socket,
        "display_data",
        {"data": {"text/plain": ""}, "metadata": {}},
        get_ipython().kernel.get_parent("shell"),
    )
    send.send(
        socket,
        "error",
        {"ename": [[]], "evalue": {}, "traceback": [""] * 9},
        get_ipython().kernel.get_parent("shell"),
    )
display(HTML("<script>SPILLED</script>"))


def dropout_forward(x, dropout_param):
    return x, None
