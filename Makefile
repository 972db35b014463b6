# One door to all tasks, for people and for CI.  `make run` and `make test` set up what they need.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
REVIEW := $(BIN)/evigraph
# Exit code 1 means: checked, and something does not hold or cannot be told.  That is an answer.
ANSWERED = || [ $$? -eq 1 ]

.PHONY: run test test-slow test-servers round-trips fuzz coverage mutation lint format bench clean

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

round-trips: $(VENV)/.test  ## 10,000 invented exports read again in each format, and long runs of the state machine.
	$(BIN)/python -m pytest -n auto --hypothesis-profile many tests/test_round_trips.py tests/test_own_machine.py

MINUTES ?= 1
#: The tests that concern reading, writing and storing.
COVERING := $(addprefix tests/test_,$(addsuffix .py,bad_input beginning bulk canonical citation_files committing \
  confined disk duplicates exporting faults fuzz input lookup nothing_leaves own_machine own_review printed reading readers \
  records remote round_trips sight snowball store streaming texts verdicts writing decisions endpoint))

fuzz: $(VENV)/.test  ## Spoilt files for every reader, for MINUTES; those that fail are kept in build/fuzz.
	$(BIN)/python -m tests.fuzzing $(MINUTES)

coverage: $(VENV)/.test  ## How many branches of reading, writing and storing the tests take; fails under 95 %.
	$(BIN)/python -m coverage erase
	$(BIN)/python -m coverage run -m pytest -n auto --dist loadfile -m 'not slow' $(COVERING)
	$(BIN)/python -m coverage combine
	$(BIN)/python -m coverage report --fail-under 95

mutation: $(VENV)/.test  ## How many small faults in the code of text and of the order of statements the tests notice.
	$(BIN)/python -m mutmut run
	$(BIN)/python -m mutmut results

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
	rm -rf $(VENV) build dist mutants .hypothesis .mypy_cache .pytest_cache .ruff_cache
