# Each target makes the environment that it needs: .venv, and bubblewrap where it can be had.

PYTHON ?= python3
BIN := .venv/bin
PYTEST := $(BIN)/python -m pytest -q
TESTS := OPENBLAS_NUM_THREADS=1 $(PYTEST) -n 2 --dist loadfile --no-loadscope-reorder
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: help demo test test-all test-browser lint release solutions install lab clean

help: ## list what there is
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 20

demo: install ## release, answer, grade and return a small class
	$(BIN)/autograder demo

test: install ## everything but the slow tests, and the linters (under 15 minutes)
	$(BIN)/ruff check --quiet
	$(BIN)/ruff format --check --quiet
	$(TESTS) -m "not slow"

test-all: install ## the slow tests too
	$(TESTS)

test-browser: install ## a student's and an instructor's way in a real browser; pictures in build/screenshots
	REQUIRE_BROWSER=1 $(PYTEST) -m browser

lint: install ## ruff, notebooks included
	$(BIN)/ruff check
	$(BIN)/ruff format --check

release: install ## make release/ from source/
	$(BIN)/python tools/publish.py release

solutions: install ## make solutions/ from source/, run on CIFAR-10
	$(BIN)/python tools/publish.py solutions

lab: install ## open JupyterLab on the demonstration's course
	test -d demo || $(BIN)/autograder demo
	cd demo && ../$(BIN)/jupyter lab

install: .venv/installed

.venv/installed: pyproject.toml tools/install.sh
	@sh tools/install.sh "$(PYTHON)"
	@touch $@

clean: ## remove what the targets made
	rm -rf .venv demo build dist
