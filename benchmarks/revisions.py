"""Time an epoch of the lesson's library as it stands in two folders: what does a change of it cost?

    git archive v0.1.0 source | tar x -C /tmp/before
    python benchmarks/revisions.py /tmp/before/source/dropout

An epoch is that of training.py: the lesson's final network, trained by the Solver with its accuracy checks.
The images are what each folder's `get_CIFAR10_data` loads, so CIFAR-10 is needed. Both versions are timed in
turn, each in a process of its own (see turns.py), and the ratio is that of the two epochs of one round.
Printed are medians, with the smallest and largest in brackets.
"""

import argparse
import sys
from pathlib import Path

import numpy as np
from reporting import ROOT, machine, spread, summary, write_json
from turns import measure


def epoch_of(folder):
    """Return a function that trains the final network by an epoch with the library in `folder`."""
    sys.path.insert(0, folder)
    import nndl  # noqa: F401  imported first, so that training.py finds these two and not its own
    import utils  # noqa: F401
    from training import our_epoch
    from utils.data_utils import get_CIFAR10_data

    return our_epoch(get_CIFAR10_data())


def main():
    """Measure, print and write the results."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("before", type=Path, help="the folder with the other version's nndl/ and utils/")
    parser.add_argument(
        "--after", type=Path, default=ROOT / "source/dropout", help="default: this checkout's"
    )
    parser.add_argument("--epochs", type=int, default=12, help="how often each is timed (default: 12)")
    parser.add_argument(
        "--json", type=Path, default=Path("build/revisions.json"), help="where the results go"
    )
    options = parser.parse_args()

    folders = {"before": options.before, "after": options.after}
    variants = {name: (epoch_of, str(folder.resolve())) for name, folder in folders.items()}
    seconds = {name: np.array(times) for name, times in measure(variants, options.epochs).items()}
    ratio = seconds["after"] / seconds["before"]
    for name, times in seconds.items():
        print(f"{name:<8} {spread(times, 2)} seconds")
    print(f"{'ratio':<8} {spread(ratio, 3)}")
    results = {**{name: summary(times) for name, times in seconds.items()}, "ratio": summary(ratio)}
    write_json(options.json, {"machine": machine(), "epochs": options.epochs, "results": results})


if __name__ == "__main__":
    main()
