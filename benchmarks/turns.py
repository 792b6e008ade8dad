"""Time variants of a computation in turn, each in a process of its own.

In one process, two libraries disturb each other: the threads of each keep spinning for a while after their
work. Here, only one variant runs at a time, and other load on the machine affects all variants alike.
"""

import multiprocessing
import time
from contextlib import ExitStack, contextmanager

from tqdm import tqdm

PAUSE = 0.1  # seconds for the threads of one process to go to sleep before the next turn


def measure(variants, rounds, steps=1, warm_up=1):
    """Time each variant once per round, one after the other.

    Parameters
    ----------
    variants : dict of name to (function, *arguments)
        The function is called in the variant's process. It returns the function to time, or None if
        something that it needs is not installed.
    rounds, warm_up : int
        Turns of each variant that count, and turns before them that do not.
    steps : int
        Calls per turn. If there are several, one more comes first, to wake the threads.

    Returns
    -------
    dict of name to list of float
        Seconds per call, one number for each round; without the variants that returned None.
    """
    with ExitStack() as stack:
        found = {name: stack.enter_context(_process(variant, steps)) for name, variant in variants.items()}
        ready = {name: connection for name, connection in found.items() if connection.recv()}
        seconds = {name: [] for name in ready}
        for _ in tqdm(range(warm_up + rounds), desc="rounds", leave=False, disable=None):
            for name, connection in ready.items():
                time.sleep(PAUSE)
                connection.send(True)
                seconds[name].append(connection.recv())
    return {name: times[warm_up:] for name, times in seconds.items()}


@contextmanager
def _process(variant, steps):
    """Start a variant's process, yield the connection to it, and end it."""
    context = multiprocessing.get_context("spawn")
    connection, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(theirs, steps, *variant), daemon=True)
    process.start()
    theirs.close()  # so that recv fails here if the process ends
    try:
        yield connection
    finally:
        connection.close()
        process.join()


def _serve(connection, steps, function, *arguments):
    """Run a turn for each request and send its seconds back, until the connection closes."""
    step = function(*arguments)
    connection.send(step is not None)
    try:
        while step is not None and connection.recv():
            connection.send(_turn(step, steps))
    except EOFError:
        return


def _turn(step, steps):
    if steps > 1:
        step()
    start = time.perf_counter()
    for _ in range(steps):
        step()
    return (time.perf_counter() - start) / steps
