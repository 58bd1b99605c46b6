# Everything a contributor types. `make demo` and `make test` are all a newcomer needs.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.PHONY: demo test lint fix eval bench scale chaos faults deadlines armoured soak audit sbom install lock clean

$(STAMP): requirements-dev.txt pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes --only-binary :all: -r requirements-dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $(STAMP)

install: $(STAMP)         ## put `watcher` into ~/.local/bin, as a link into this folder
	mkdir -p $(HOME)/.local/bin
	ln -sf $(CURDIR)/$(BIN)/watcher $(HOME)/.local/bin/watcher

demo: $(STAMP)            ## set up, then play the whole story offline
	$(BIN)/watcher demo

test: $(STAMP)            ## all tests
	$(BIN)/python -m pytest

lint: $(STAMP)            ## style, types, layers
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

fix: $(STAMP)             ## mend what can be mended mechanically
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

eval: $(STAMP)            ## how well texts and pages are understood
	$(BIN)/python -m tests.evaluate

bench: $(STAMP)           ## what a poll costs beside bare httpx, reader and urlwatch (FEEDS=… ROUNDS=…)
	$(BIN)/python bench/polls.py --feeds $${FEEDS:-300} --rounds $${ROUNDS:-3}

scale: $(STAMP)           ## a simulated day of 10,000 sources and 100,000 names (SOURCES=… HOURS=…), ten minutes
	$(BIN)/python bench/scale.py --sources $${SOURCES:-10000} --hours $${HOURS:-24}

chaos: $(STAMP)           ## kill the daemon KILLS times (SEED=…), then fail every storage call in turn
	KILLS=$${KILLS:-1000} SEED=$${SEED:-1} $(BIN)/python -m tests.chaos.kills
	$(BIN)/python -m tests.chaos.storage

faults: $(STAMP)          ## the fault catalogue, and a thousand feeds that say the same or something new
	$(BIN)/python -m pytest tests/faults tests/edges tests/core/test_daemon_clock.py tests/core/test_source_identity.py tests/system/test_kill.py
	$(BIN)/python -m tests.faults.changes 1000

deadlines: $(STAMP)       ## drips in real time: 30 s each, the others in time, the loop never still (about three minutes)
	$(BIN)/python -m tests.faults.deadlines

armoured: $(STAMP)        ## edges, faults and system under the unit's own restrictions (needs systemd, python3-seccomp)
	/usr/bin/python3 tests/support/armour.py systemd/watcher.service $(BIN)/python -m pytest tests/edges tests/faults tests/system

soak: $(STAMP)            ## LOOKS=100000 looks, FAILURES=10000 of them bad: what stays behind?
	$(BIN)/python -m tests.faults.soak

audit: $(STAMP)           ## known vulnerabilities in what is installed at runtime (asks the network)
	$(BIN)/pip-audit --strict --require-hashes --disable-pip --progress-spinner off -s osv -r requirements.txt

sbom: $(STAMP)            ## what the program is made of, as CycloneDX, from the lock alone
	$(BIN)/python -m tests.faults.sbom > sbom.json

lock: $(STAMP)            ## rewrite the pinned, hashed requirements
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header pyproject.toml -o requirements.txt
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --group dev pyproject.toml -c requirements.txt -o requirements-dev.txt

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis build *.egg-info
