"""Shared by the benchmarks: medians with ranges, a description of the machine, JSON output."""

import json
import os
import platform
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[1]


def summary(values):
    """Return the median and the range of a list of numbers."""
    return {"median": float(np.median(values)), "min": float(min(values)), "max": float(max(values))}


def spread(values, digits):
    """Return "median (smallest to largest)"."""
    s = summary(values)
    return f"{s['median']:.{digits}f} ({s['min']:.{digits}f} to {s['max']:.{digits}f})"


def machine():
    """Return the processor, cores and versions that the figures depend on."""
    versions = {"python": platform.python_version(), "numpy": np.__version__}
    return {"processor": _processor(), "cores": os.cpu_count(), **versions}


def _processor():
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.machine()
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def write_json(path, content):
    """Write the results of a benchmark as JSON; create the folder if needed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content, indent=2) + "\n")
