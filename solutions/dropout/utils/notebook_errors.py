"""Keep a notebook's error messages short where an exercise is still to be written."""

import traceback

from IPython import get_ipython

EXERCISES = {"dropout_forward": 1, "dropout_backward": 2, "forward": 3, "backward": 3, "<module>": 5}


def name_missing_exercises():
    """Answer the NotImplementedError of an exercise with one line in place of a traceback, from now on."""
    get_ipython().set_custom_exc((NotImplementedError,), _show)


def _show(shell, kind, error, trace, tb_offset=None):
    """Show one line if the error comes from an exercise's function, else the traceback."""
    *_, (frame, _) = traceback.walk_tb(trace)
    number = EXERCISES.get(frame.f_code.co_name)
    if number:
        error._render_traceback_ = lambda: [f"Exercise {number} is not written yet; this cell needs it."]
    shell.showtraceback((kind, error, trace), tb_offset=tb_offset)
