# One door to all tasks, for people and for CI.  `make run` and `make test` set up what they need.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
REVIEW := $(BIN)/evigraph
# Exit code 1 means: checked, and something does not hold or cannot be told.  That is an answer.
ANSWERED = || [ $$? -eq 1 ]

.PHONY: run test test-slow test-servers lint format bench clean

$(VENV)/.run: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	touch $@

$(VENV)/.test: pyproject.toml $(VENV)/.run
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[test]'
	touch $@

run: $(VENV)/.run  ## Screen the shipped review, ask it, recount its claims, write its Turtle.
	$(REVIEW) check
	$(REVIEW) screen $(ANSWERED)
	$(REVIEW) ask trials-against-professional-treatment
	$(REVIEW) ask unknown-facts
	$(REVIEW) claims $(ANSWERED)
	mkdir -p build
	$(REVIEW) export -o build/mutual-help.ttl

test: lint  ## Lint, types, unit, shapes, queries, end to end.
	$(BIN)/python -m pytest -n auto --dist loadfile -m 'not slow' --ignore tests/test_virtuoso.py

test-slow: $(VENV)/.test  ## Invented input, other than the last time; faults of the disk, kills, and other tests of minutes.
	$(BIN)/python -m pytest -n auto -m 'slow or hypothesis' --hypothesis-profile search

test-servers: $(VENV)/.test  ## Against Virtuoso, when virtuoso-t is installed; says so when it is not.
	$(BIN)/python -m pytest tests/test_virtuoso.py

lint: $(VENV)/.test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: $(VENV)/.test  ## Format the Python, and write the graph canonically.
	$(BIN)/ruff format .
	$(BIN)/python tools/canonical.py

N ?= 1000 10000

bench: $(VENV)/.test  ## Measure against peers on synthetic reviews of N studies; writes benchmarks/RESULTS.md.
	$(BIN)/python -m benchmarks $(N)

clean:
	rm -rf $(VENV) build dist .mypy_cache .pytest_cache .ruff_cache
