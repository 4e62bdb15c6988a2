# Everything starts from here; only Python 3.11 or newer, make and the network are needed.
PYTHON ?= python3
PRESET ?= quick
OUT ?= out/report
RUNS ?= out/parity
JOBS ?= logical
SIZE ?= 150
SEED ?= 0
VENV := .venv
BIN := $(VENV)/bin

# One thread a process: the tests of small problems run side by side, and the many processes share what is compiled.
PYTEST := PYTHONDONTWRITEBYTECODE= OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 $(BIN)/python -m pytest --numprocesses $(JOBS) --dist worksteal

.DEFAULT_GOAL := help
.PHONY: help install report recorded check fix fast test test-slow mutants docs bench clean

help: ## list the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

$(VENV)/.installed: pyproject.toml constraints.txt $(wildcard empirical/engines/*.[ch])
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "groksharp needs Python 3.11 or newer; try make PYTHON=python3.12")'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[networks,report,images]'
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.installed
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[dev,docs]'
	@touch $@

$(VENV)/.installed-mutants: $(VENV)/.installed-dev
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[mutants]'
	@touch $@

install: $(VENV)/.installed ## create .venv and install groksharp into it

report: install ## write the comparison report; PRESET=paper runs the full protocol
	$(BIN)/groksharp report --preset $(PRESET) --out $(OUT) --runs $(RUNS)

recorded: install ## train the networks whose curves come with the package, and write those curves anew; SYSTEM=digits: its own
	$(BIN)/python -m empirical.recorded $(SYSTEM)

check: $(VENV)/.installed-dev ## in seconds: format, lint, types, the rules of the house
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(PYTEST) -q tests/house tests/packaging/test_metadata.py

fix: $(VENV)/.installed-dev ## format, and mend what the linter is able to mend
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

fast: $(VENV)/.installed-dev ## the tests of one room: make fast ROOM=numerics
	$(PYTEST) -m 'not slow' $(or $(ROOM),$(error ROOM names a room: make fast ROOM=numerics)) tests/$(ROOM)

test: check ## everything that has to pass: check, unit tests, doctests, documentation examples
	$(PYTEST) -m 'not slow' --ignore tests/house # which the check has run

test-slow: $(VENV)/.installed-dev ## the tests that take minutes
	$(PYTEST) -m slow

mutants: $(VENV)/.installed-mutants ## does a test notice a wrong character? make mutants SIZE=150 SEED=0; goes on where it stopped
	$(BIN)/python tests/mutants/score.py --size $(SIZE) --seed $(SEED) $(SOURCES)

docs: $(VENV)/.installed-dev ## build the documentation into docs/_build/html
	$(BIN)/sphinx-build -W -b html docs docs/_build/html

bench: $(VENV)/.installed-dev ## measure speed against the alternatives, as ratios in one run
	@for file in benchmarks/*.py; do echo "== $$file"; $(BIN)/python $$file || exit 1; done

clean: ## remove everything that can be made again, except trained runs
	rm -rf $(VENV) build dist *.egg-info empirical/engines/*.so docs/_build $(OUT) .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
