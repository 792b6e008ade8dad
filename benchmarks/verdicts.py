"""Grade right answers repeatedly: each must get full marks every time. Then print each bound's power.

    python benchmarks/verdicts.py --jobs 2
    python benchmarks/verdicts.py --seeds 10 --sandbox

The reference and five right answers that draw their masks in other ways are graded on the four function
cells, with --seeds seeds each. Without --sandbox they run in this process, with it in a new kernel for each
grading. A right answer fails a check by chance less than once in 10**9 gradings: one failure is a defect.
"""

import argparse
import os
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

from tqdm import tqdm

os.environ["OPENBLAS_NUM_THREADS"] = "1"  # matrices are small here: more threads only wait
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "source" / "dropout"))

import nbformat
from answers import FUNCTION_CELLS, ROOT, answers, failures, judge, reference

from autograder.checks.dropout.bounds import ERROR, smallest_correlation, smallest_deviation
from autograder.course import Course
from autograder.demo.answering import answered
from autograder.grading.grade import grade
from autograder.grading.options import GradingOptions

REFERENCE = "reference"
RIGHT = [
    "seeds_the_global_generator",  # np.random.seed in the function
    "integer_mask_binomial",
    "default_rng_always",  # not NumPy's global generator: different draws in every run
    "float32_mask",
    "network_dropout_by_hand",
]
PROBABILITIES = (0.3, 0.75)  # the checks judge fractions at these p
# What is compared, the check, the number of draws, the number of comparisons that share the error probability
FRACTIONS = [
    ("kept share", "test_dropout_forward::keeps_a_fraction_p", 100_000, 1),
    ("kept share", "test_fc_net_forward::keeps_a_fraction_p", 12_000, 1),
]
CORRELATIONS = [
    ("correlation of neighbours", "test_dropout_forward::decides_for_each_unit_alone", 5_000, 6),
    ("correlation of two rows", "test_dropout_forward::decides_for_each_unit_alone", 100, 4_950),
    ("correlation of two calls", "test_dropout_forward::draws_anew_at_each_call", 10_000, 1),
    ("correlation of neighbours", "test_fc_net_forward::keeps_a_fraction_p", 6_000, 6),
]


def cells_of(name):
    """Return the cells that an answer replaces; {} for the reference."""
    return {} if name == REFERENCE else next(a.cells for a in answers() if a.path.stem == name)


def fails_in_process(task):
    """Judge one answer with one seed in this process; return (name, the checks that failed)."""
    name, seed = task
    return name, sorted("::".join(key) for key in failures(judge(cells_of(name), seed=seed)[0]))


def fails_in_sandbox(task, sealed=True):
    """Grade one answer as a notebook with one seed; return (name, the checks that failed)."""
    name, seed = task
    course = Course.load("dropout", ROOT)
    released = nbformat.read(ROOT / "release/dropout/dropout.ipynb", as_version=4)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "dropout.ipynb"
        nbformat.write(answered(released, reference() | cells_of(name)), path)
        result = grade(path, GradingOptions(course, only=FUNCTION_CELLS, seed=seed, sandboxed=sealed))
    if result.status != "graded":
        return name, [f"{result.status}: {result.output}"]
    return name, [f"{t.name}::{c.id}" for t in result.tests for c in t.checks if c.status != "passed"]


def print_power():
    """Print the smallest deviation that each statistical check catches with probability 0.999."""
    header = f"{'what':27}{'check':53}{'draws':>8}" + "".join(f"{f'p = {p}':>10}" for p in PROBABILITIES)
    print("\nSmallest deviation caught with probability 0.999; each bound fails a right answer")
    print(f"with probability {ERROR:g} or less\n")
    print(header)
    for rows, smallest in ((FRACTIONS, smallest_deviation), (CORRELATIONS, smallest_correlation)):
        for what, check, n, shared in rows:
            found = [smallest(n, p, ERROR / shared) for p in PROBABILITIES]
            print(f"{what:27}{check:53}{n:8,}" + "".join(f"{d:10.3f}" for d in found))


def main():
    """Run the benchmark; return 1 if a right answer lost a point."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seeds", type=int, default=200, help="gradings of each answer (default 200)")
    parser.add_argument("--first", type=int, default=1, help="the first seed (default 1)")
    parser.add_argument("--jobs", type=int, default=1, help="processes (default 1)")
    parser.add_argument("--sandbox", action="store_true", help="grade notebooks in the sandbox")
    parser.add_argument("--no-sandbox", action="store_true", help="grade notebooks without a sandbox")
    options = parser.parse_args()
    tasks = [
        (name, seed)
        for seed in range(options.first, options.first + options.seeds)
        for name in (REFERENCE, *RIGHT)
    ]
    judged = fails_in_process
    if options.sandbox or options.no_sandbox:
        judged = partial(fails_in_sandbox, sealed=options.sandbox)
    start, full, failed = time.monotonic(), Counter(), Counter()
    with ProcessPoolExecutor(options.jobs) as pool:
        for name, lost in tqdm(pool.map(judged, tasks), total=len(tasks), unit="grading", disable=None):
            full[name] += not lost
            failed.update(f"{name}: {check}" for check in lost)
    for name in (REFERENCE, *RIGHT):
        print(f"{name:32} full marks {full[name]} of {options.seeds} times")
    print(f"{sum(full.values())} of {len(tasks)} in {time.monotonic() - start:.0f} s")
    for what, times in failed.items():
        print(f"FAILED {times} times: {what}")
    print_power()
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
