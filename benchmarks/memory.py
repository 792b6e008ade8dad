"""Measure time and peak memory of loading CIFAR-10, training on it, and grading a submission.

    python benchmarks/memory.py [--trained]

Each row is measured in a process of its own. Peak memory is the operating system's figure for the process;
for a sandbox it is the watchdog's, the sum of all processes inside, without the images, which all sandboxes
share. --trained also grades a submission with the final training, which takes minutes. Needs CIFAR-10.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections import defaultdict
from pathlib import Path

from grading import images, submission
from reporting import ROOT, machine, spread, summary, write_json
from tqdm import tqdm

from autograder.course import Course
from autograder.grading.grade import grade
from autograder.grading.options import GradingOptions

IMPORTS = """\
from nndl.fc_net import FullyConnectedNetBase
from utils.data_utils import get_CIFAR10_data
from utils.solver import Solver"""
LOADS = "data = get_CIFAR10_data()"
TRAINS = """\
sys.path.insert(0, {benchmarks!r})
from training import Net, HIDDEN, KEEP, BATCH, RATE
model = Net(HIDDEN, dropout=KEEP, use_batchnorm=True, weight_scale=4e-2)
Solver(model, data, num_epochs=1, batch_size=BATCH, update_rule="adam",
       optim_config={{"learning_rate": RATE}}, verbose=False).train()"""
REPORT = """\
import json, resource
print(json.dumps({"seconds": seconds, "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss}))"""
FIRST, CACHED, EPOCH, IMPORT = (
    "loading CIFAR-10 the first time",
    "loading it again",
    "one epoch of the final network",
    "importing the library",
)
SANDBOX, WORKER = "untrained network: sandbox", "untrained network: worker"
TRAINED, ITS_WORKER = "with the final training: sandbox", "with the final training: worker"


def process(parts, timed, cache):
    """Run parts of a program in one process; return the seconds of one part and the process's peak MiB."""
    lines = ["import sys, time"]
    for part in parts:
        lines += ["start = time.perf_counter()", part]
        if part == timed:
            lines.append("seconds = time.perf_counter() - start")
    variables = {**os.environ, "XDG_CACHE_HOME": str(cache), "PYTHONPATH": str(ROOT / "source/dropout")}
    command = [sys.executable, "-c", "\n".join([*lines, REPORT])]
    done = subprocess.run(command, env=variables, check=True, capture_output=True, text=True)
    found = json.loads(done.stdout.splitlines()[-1])
    return found["seconds"], found["peak"] / 1024


def library(rounds):
    """Measure the lesson's library; return {what: (list of seconds, list of MiB)}."""
    found = defaultdict(lambda: ([], []))
    trains = TRAINS.format(benchmarks=str(ROOT / "benchmarks"))
    for _ in tqdm(range(rounds), desc="library", leave=False, disable=None):
        # an empty cache, so that the first load is a first load
        with tempfile.TemporaryDirectory(prefix="memory-") as cache:
            for what, parts in {
                IMPORT: (IMPORTS,),
                FIRST: (IMPORTS, LOADS),
                CACHED: (IMPORTS, LOADS),
                EPOCH: (IMPORTS, LOADS, trains),
            }.items():
                for values, value in zip(found[what], process(parts, parts[-1], cache), strict=True):
                    values.append(value)
    return found


def grader(rounds, names, *other_answers):
    """Grade a submission; return {name: (list of seconds, list of MiB)} for its sandbox and this process."""
    import resource

    course, found = Course.load("dropout", ROOT), {name: ([], []) for name in names}
    with tempfile.TemporaryDirectory(prefix="memory-") as folder:
        data, path = images(course, Path(folder)), submission(Path(folder), *other_answers)
        for _ in tqdm(range(rounds), desc="grading", leave=False, disable=None):
            result = grade(path, GradingOptions(course, data))
            own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
            for name, peak in zip(names, (result.peak_memory, own), strict=True):
                found[name][0].append(result.execution_time)
                found[name][1].append(peak)
    return found


def main():
    """Measure, print and write the results."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--trained", action="store_true", help="also grade a submission that trains")
    parser.add_argument("--json", type=Path, default=Path("build/memory.json"))
    options = parser.parse_args()
    found = library(options.rounds) | grader(options.rounds, (SANDBOX, WORKER), "not_trained")
    if options.trained:
        found |= grader(1, (TRAINED, ITS_WORKER))
    print(f"{'':<34} {'seconds':>26} {'peak memory, MiB':>26}")
    for what, (seconds, peaks) in found.items():
        print(f"{what:<34} {spread(seconds, 3):>26} {spread(peaks, 0):>26}")
    results = {
        what: {"seconds": summary(seconds), "mebibytes": summary(peaks)}
        for what, (seconds, peaks) in found.items()
    }
    write_json(options.json, {"machine": machine(), "rounds": options.rounds, "results": results})


if __name__ == "__main__":
    main()
