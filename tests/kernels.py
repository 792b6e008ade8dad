"""What a test asks of a kernel."""


def printed(kernel, source, timeout_s=10):
    """Run a cell that must end well, and return what it printed."""
    outputs, error = kernel.run_cell(source, timeout_s)
    assert error is None, outputs
    return "".join(output.text for output in outputs if output.output_type == "stream")


def failure(kernel, source, timeout_s=10):
    """Run a cell that must not end well, and return how it ended: a kind and a message."""
    _, error = kernel.run_cell(source, timeout_s)
    return error.kind, str(error)
