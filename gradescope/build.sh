#!/bin/sh
# Build the zip file to upload: build.sh [autograder.zip]
set -eu
out=$(realpath -m "${1:-autograder.zip}")
cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/repository"
cp gradescope/setup.sh gradescope/run_autograder "$work/"
cp -r nbgrader_config.py pyproject.toml README.md LICENSE source autograder "$work/repository/"
find "$work" -name __pycache__ -prune -exec rm -rf {} +
cd "$work" && python3 -c "import shutil, sys; shutil.make_archive(sys.argv[1].removesuffix('.zip'), 'zip', '.')" "$out"
echo "$out"
