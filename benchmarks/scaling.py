"""Measure how cost grows: of a training step with batch and width, of grading with the class.

    python benchmarks/scaling.py training     a step, and its ratio to the matrix products in it
    python benchmarks/scaling.py class        seconds per submission as classes grow, and to skip all

`class` grades one small exercise, two submissions at a time, in classes of 10, 30, 100 and 300.
"""

import argparse
import tempfile
from pathlib import Path

import numpy as np
import training
from classroom import GRADABLE, SMALL, make_course, run, submit
from reporting import machine, spread, summary, write_json
from turns import measure

BATCHES = (50, 100, 200, 500, 1000)  # examples
WIDTHS = (0.25, 0.5, 1, 2)  # times the hidden layers of the final network


def of_training(options):
    """Time a step for each batch size and width; print them and return {name: {seconds, ratio}}."""
    shapes = {f"batch {batch}": (batch, 1) for batch in BATCHES}
    shapes |= {f"width times {width:g}": (training.BATCH, width) for width in WIDTHS}
    found = {}
    print(f"{'one step':<18} {'milliseconds':>26} {'ratio to products':>24}")
    for name, (batch, width) in shapes.items():
        hidden = [int(width * size) for size in training.HIDDEN]
        variants = {
            training.PRODUCTS: (training.products_step, hidden, batch),
            training.OURS: (training.our_step, np.float32, hidden, batch),
        }
        seconds = measure(variants, options.rounds, training.STEPS)
        ours = training.results(seconds)[training.OURS]
        print(f"{name:<18} {spread(1e3 * ours['seconds'], 1):>26} {spread(ours['ratio'], 2):>24}", flush=True)
        found[name] = {key: summary(values) for key, values in ours.items()}
    return found


def of_class(options):
    """Grade classes of several sizes; return {size: seconds in total, per submission, to skip all}."""
    found = {}
    with tempfile.TemporaryDirectory(prefix="scaling-") as folder:
        for count in options.counts:
            course = make_course(Path(folder) / str(count), SMALL)
            submit(course, GRADABLE[:3], count)
            seconds = run(course, "autograder", "class", "dropout", "--jobs", "2")
            done = [path.stat().st_mtime for path in course.glob("autograded/*/dropout/results.json")]
            each = (max(done) - min(done)) / (count - 1)  # without start-up
            skipping = run(course, "autograder", "class", "dropout", "--jobs", "2")
            print(
                f"{count:4} submissions {seconds:7.1f} s, {each:.2f} s each; skipping all {skipping:.2f} s",
                flush=True,
            )
            found[count] = {"seconds": seconds, "each": each, "skipping": skipping}
    return found


def main():
    """Measure, print and write the results."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("what", choices=("training", "class"))
    parser.add_argument("--rounds", type=int, default=5, help="rounds (default 5)")
    parser.add_argument("--counts", type=int, nargs="+", default=[10, 30, 100, 300], help="class sizes")
    parser.add_argument("--json", type=Path, help="by default build/scaling-<what>.json")
    options = parser.parse_args()
    found = {"training": of_training, "class": of_class}[options.what](options)
    path = options.json or Path(f"build/scaling-{options.what}.json")
    write_json(path, {"machine": machine(), "results": found})


if __name__ == "__main__":
    main()
