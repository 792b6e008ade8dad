"""Variants of a computation timed in turn, each in a process of its own.

In one process two libraries disturb each other, since the threads of each go on spinning for a while after
their work. Here every variant has the machine to itself while it is timed, and whatever else the machine does
weighs on all of them alike.
"""

import multiprocessing
import time
from contextlib import ExitStack, contextmanager

from tqdm import tqdm

PAUSE = 0.1  # seconds in which the threads of one process fall asleep before the turn of the next


def measure(variants, rounds, steps=1, warm_up=1):
    """Time each variant once a round, one after the other.

    Parameters
    ----------
    variants : dict of name to (function, *arguments)
        The function is called in the variant's process and returns what is to be timed, or None where
        something that it needs is not installed.
    rounds, warm_up : int
        Turns of each variant, and how many more come first and are not counted.
    steps : int
        Calls in a turn; where they are several, one more comes first, to wake the threads.

    Returns
    -------
    dict of name to list of float
        Seconds of a call, one number for each round; without the variants that are not there.
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
    """Start a variant's process and give the connection to it."""
    context = multiprocessing.get_context("spawn")
    connection, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(theirs, steps, *variant), daemon=True)
    process.start()
    theirs.close()  # so that the end of the process is noticed here
    try:
        yield connection
    finally:
        connection.close()
        process.join()


def _serve(connection, steps, function, *arguments):
    """Take a turn whenever asked to, until nobody asks any more."""
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
