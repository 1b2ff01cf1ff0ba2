# What a developer runs. Every target sets up what it needs in .venv, and again when pyproject.toml has changed.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := python -m pip --disable-pip-version-check

.PHONY: help demo test lint unit wheel oracle fuzz mutation trial bench bench-quick docs clean
.NOTPARALLEL:

help:  ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-6s  %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: $(VENV)/.core  ## the model case: rank the rescue alternatives, then the safest plan
	$(BIN)/crewreturn compare soyuz-ms22 --time-limit 25
	$(BIN)/crewreturn solve soyuz-ms22

test: lint unit wheel  ## everything that must hold before a change is accepted

lint: $(VENV)/.dev  ## style, format, types, layers, spelling
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/codespell

unit: $(VENV)/.dev  ## the tests under coverage, those of the solver beside the others; the floor under models and solver
	$(BIN)/coverage erase
	mkdir -p build
	$(BIN)/coverage run -m pytest --hypothesis-profile=ci tests/solver >build/solver-tests.log 2>&1 & beside=$$!; \
	$(BIN)/coverage run -m pytest --hypothesis-profile=ci --ignore=tests/solver; rest=$$?; \
	wait $$beside; solver=$$?; cat build/solver-tests.log; test $$rest -eq 0 -a $$solver -eq 0
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report --fail-under=0
	$(BIN)/coverage report --include='models/*,solver/*'

wheel: $(VENV)/.dev  ## build the wheel, install it elsewhere, run it from another folder
	rm -rf build
	$(BIN)/$(PIP) wheel --quiet --no-deps --wheel-dir build/wheel .
	$(BIN)/python -m venv build/smoke
	build/smoke/bin/$(PIP) install --quiet build/wheel/crewreturn-*.whl
	cd build/smoke && bin/crewreturn validate soyuz-ms22
	cd build/smoke && bin/crewreturn schema >schema.json
	cd build/smoke && bin/crewreturn cases

oracle: $(VENV)/.dev  ## 2,000 random cases: solver, textbook model, enumerator and checker agree (a quarter of an hour)
	$(BIN)/python -m crewreturn.bench.oracle --count 2000

fuzz: $(VENV)/.dev  ## 20,000 damaged case files: refused with reasons or good for use, never a traceback (ten minutes)
	$(BIN)/python -m crewreturn.bench.fuzz --count 20000

mutation: $(VENV)/.dev  ## change the checker and the loss in one place at a time: does a test notice? (hours)
	$(BIN)/$(PIP) install --quiet 'cosmic-ray>=8.7'
	rm -rf build/mutation && mkdir -p build/mutation
	git archive --prefix=crewreturn/ HEAD | tar -xf - -C build/mutation
	cd build/mutation/crewreturn && export PATH="$(CURDIR)/$(BIN):$$PATH" PYTHONPATH="$(CURDIR)/build/mutation" && \
	for c in mutation mutation_loss; do \
	    cosmic-ray init tests/$$c.toml ../$$c.sqlite && cr-filter-operators ../$$c.sqlite tests/$$c.toml && \
	    cosmic-ray exec tests/$$c.toml ../$$c.sqlite && cr-report --show-diff --surviving-only ../$$c.sqlite || exit 1; done

trial: $(VENV)/.dev  ## 10,000 small cases, runner and workers killed twenty times: every run has one row (twenty minutes)
	$(BIN)/python -m crewreturn.bench.trial --count 10000 --kills 20

bench: $(VENV)/.core  ## the fixed set by crewreturn and by its peers, a minute each: rows in build/bench, resumed (an hour)
	$(call benched,instances/benchmark,60,textbook textbook-highs flow-highs greedy)

bench-quick: $(VENV)/.core  ## an excerpt of it (two minutes)
	$(call benched,instances/benchmark/planted-1.json instances/benchmark/planted-2.json,15,textbook greedy)

# Cases, seconds for each run, peers. A peer that fails on a case is a row like any other: it does not end the rest.
define benched
mkdir -p build/bench
$(BIN)/crewreturn bench run $(1) --time-limit $(2) --out build/bench/crewreturn-$(2)s.jsonl
for peer in $(3); do \
    $(BIN)/crewreturn bench run $(1) --time-limit $(2) --peer $$peer --out build/bench/$$peer-$(2)s.jsonl || [ $$? -eq 4 ] && \
    $(BIN)/crewreturn bench compare build/bench/$$peer-$(2)s.jsonl build/bench/crewreturn-$(2)s.jsonl || [ $$? -eq 4 ] || exit 1; done
endef

docs: $(VENV)/.docs  ## the pages, in docs/_build/html; a warning is an error
	$(BIN)/sphinx-build --quiet --fail-on-warning --keep-going --builder html docs docs/_build/html

clean:  ## remove everything that was made here
	rm -rf $(VENV) build dist *.egg-info docs/_build htmlcov .coverage .coverage.* .hypothesis
	rm -rf .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# The link gives mypy the package under its own name, whatever the clone's folder is called.
$(VENV)/.made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	    echo "crewreturn needs Python 3.11 or newer (tried: $(PYTHON)); name one, as in: make PYTHON=python3.12" >&2; \
	    exit 1; }
	$(PYTHON) -m venv --clear $(VENV)
	mkdir -p $(VENV)/src
	ln -sfn ../.. $(VENV)/src/crewreturn
	touch $@

$(VENV)/.core: pyproject.toml $(VENV)/.made
	$(BIN)/$(PIP) install --quiet --editable .
	touch $@

$(VENV)/.dev: pyproject.toml $(VENV)/.made
	$(BIN)/$(PIP) install --quiet --editable '.[report,test,lint]'
	touch $@

$(VENV)/.docs: pyproject.toml $(VENV)/.made
	$(BIN)/$(PIP) install --quiet --editable '.[report,docs]'
	touch $@
