# Each target first makes what it needs: an environment in .venv, and bubblewrap if it can be installed.

PYTHON ?= python3
WORKERS ?= 2
BIN := .venv/bin
PYTEST := OPENBLAS_NUM_THREADS=1 $(BIN)/python -m pytest -q
export PIP_DISABLE_PIP_VERSION_CHECK := 1

# Which tests each target runs; pyproject.toml says what the marks mean.
QUICK := not kernel and not slow and not thorough
USUAL := not slow

.PHONY: help demo check test test-all test-browser lint types release solutions install lab clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 20

demo: install ## release, answer, grade and return a small class
	$(BIN)/autograder demo

check: lint types ## linters, types and the quick tests (under a minute)
	$(PYTEST) -n $(WORKERS) -m "$(QUICK)"

test: lint types ## linters, types and all tests but the slow ones (about 15 minutes)
	$(PYTEST) -n $(WORKERS) -m "$(USUAL)"

test-all: lint types ## linters, types and all tests
	$(PYTEST) -n $(WORKERS)

test-browser: install ## the tests in a real browser; screenshots in build/screenshots
	REQUIRE="$(REQUIRE) browser" $(PYTEST) -m browser

lint: install ## ruff, notebooks included
	$(BIN)/ruff check --quiet
	$(BIN)/ruff format --check --quiet

types: install ## mypy
	$(BIN)/mypy

release: install ## make release/ from source/
	$(BIN)/python tools/publish.py release

solutions: install ## make solutions/ from source/, run on CIFAR-10
	$(BIN)/python tools/publish.py solutions

lab: install ## open JupyterLab on the demonstration's course
	test -d demo || $(BIN)/autograder demo
	cd demo && ../$(BIN)/jupyter lab

install: .venv/installed ## make the environment

.venv/installed: pyproject.toml tools/install.sh
	@sh tools/install.sh "$(PYTHON)"
	@touch $@

clean: ## remove what the targets made
	rm -rf .venv demo build dist
