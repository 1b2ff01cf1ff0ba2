# What a developer runs. Every target sets up what it needs in .venv, and again when pyproject.toml has changed.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := python -m pip --disable-pip-version-check

.PHONY: help demo test lint unit wheel oracle fuzz mutation trial throughput figures bench bench-quick docs clean
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

SOLVER := tests/solver tests/models tests/report
unit: $(VENV)/.dev  ## the tests under coverage, those of the solver beside the others; the floor under models and solver
	$(BIN)/coverage erase
	mkdir -p build
	$(BIN)/coverage run -m pytest --hypothesis-profile=ci $(SOLVER) >build/solver-tests.log 2>&1 & beside=$$!; \
	$(BIN)/coverage run -m pytest --hypothesis-profile=ci $(SOLVER:%=--ignore=%); rest=$$?; \
	wait $$beside; solver=$$?; cat build/solver-tests.log; test $$rest -eq 0 -a $$solver -eq 0
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report --fail-under=0
	$(BIN)/coverage report --include='models/*,solver/*'

wheel: $(VENV)/.dev  ## build the wheel, install it elsewhere, run it from another folder
	rm -rf build/wheel build/smoke build/lib build/bdist.*
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

trial: $(VENV)/.dev  ## 10,000 small cases, kills, full disks, torn lines: every run has one row (twenty minutes)
	$(BIN)/python -m crewreturn.bench.trial --count 10000 --kills 20

throughput: $(VENV)/.core  ## two workers against one, and against one process, on cores that nobody else uses (ten minutes)
	$(BIN)/python -m crewreturn.bench.throughput

figures: $(VENV)/.core  ## MS-22 and large cases: plans, proofs, gaps and memory, one after the other (half an hour)
	$(BIN)/python -m crewreturn.bench.figures

# 27 cases, two at a time, each ended from outside 3 s after its 15: at most 14 x 18 s, 4 minutes, for each of the 8
# contestants (crewreturn and 7 peers, of which those through MiniZinc need it). So 34 minutes if nobody ever proves
# anything or looks at a clock; starting, and writing the page, takes less than a minute. The same command goes on where
# it stopped; after a change of the source begin anew, with `rm -r build/bench`.
bench: $(VENV)/.report  ## the fixed set by crewreturn and its peers: docs/benchmarks.md, best known values (half an hour)
	$(call benched,build/bench,instances/benchmark,15,3,$$(PYTHONWARNINGS=ignore $(BIN)/python -c '$(THERE)'))
	$(BIN)/crewreturn bench record $(call rows,build/bench,15) --out instances/benchmark/best_known.json; recorded=$$?; \
	$(BIN)/python -m crewreturn.bench.page $(call rows,build/bench,15) --out docs/benchmarks.md && exit $$recorded

# 6 cases, two at a time, 6 s and 2: at most 24 s for each of 4 contestants, a minute and 36 seconds.
QUICK := planted-1 planted-2 planted-argument-counting-1 commercial-1 commercial-2 station-2
bench-quick: $(VENV)/.report  ## an excerpt of it, with its page in build/bench (two minutes)
	$(call benched,build/bench/quick,$(QUICK:%=instances/benchmark/%.json),6,2,textbook flow-highs greedy)
	$(BIN)/python -m crewreturn.bench.page $(call rows,build/bench/quick,6) --out build/bench/quick.md \
	    --command 'make bench-quick'

# The peers that can be asked here.
THERE := from crewreturn.bench.peers import PEERS; print(*(name for name, peer in PEERS.items() if not peer.missing()))
# Folder of rows, and seconds: the files of all contestants, crewreturn's first.
rows = $(1)/crewreturn-$(2)s.jsonl $$(ls $(1)/*-$(2)s.jsonl | grep -v /crewreturn-)
# Folder of rows, cases, seconds for each run, seconds until it is ended, peers. What fails is a row like any other: it
# does not end the rest.
define benched
mkdir -p $(1)
for who in crewreturn $(5); do \
    case $$who in crewreturn) peer= ;; *) peer="--peer $$who" ;; esac; \
    $(BIN)/crewreturn bench run $(2) $$peer --levels 1 --time-limit $(3) --grace $(4) --workers 2 \
        --out $(1)/$$who-$(3)s.jsonl || [ $$? -eq 4 ] || exit 1; done
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
	$(BIN)/$(PIP) install --quiet --editable '.[cluster,report,test,lint]'
	touch $@

$(VENV)/.report: pyproject.toml $(VENV)/.made
	$(BIN)/$(PIP) install --quiet --editable '.[report]'
	touch $@

$(VENV)/.docs: pyproject.toml $(VENV)/.made
	$(BIN)/$(PIP) install --quiet --editable '.[report,docs]'
	touch $@
