# Everything a newcomer needs; `make` alone lists it. Needs git, make and a Python of at least 3.11.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
# Containers like to set it. Then each of the many processes that work here would compile everything anew: 2 s instead of 1.
unexport PYTHONDONTWRITEBYTECODE
VENV ?= .venv
BIN := $(VENV)/bin
RUN := $(VENV)/.ready-to-run
TEST := $(VENV)/.ready-to-test
MODULES := terminal_ui/node_modules/.package-lock.json
TSC := $(BIN)/node terminal_ui/node_modules/typescript/bin/tsc
# The slow files come first, so that neither processor is left with one of them at the end.
PATIENT := --durations=5 --no-loadscope-reorder

STRICT := wms/core wms/agent printers $(wildcard wms/*/rules.py wms/*/service.py)

.PHONY: help demo demo-reset serve test lint bench bench-confirm bench-size bench-terminals bench-waves bench-print bench-orders battery-stock battery-terminals \
	battery-print battery-channels battery-vendure lock screenshots docs clean

help: ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*##/\t/' | sort | awk -F'\t' '{printf "  make %-15s %s\n", $$1, $$2}'

demo: $(RUN) ## a warehouse with a day's orders on this machine, in your browser
	@$(BIN)/wms demo

demo-reset: $(RUN) ## the same, begun anew
	@$(BIN)/wms demo --reset

test: $(TEST) ## everything that proves the system; what could not run is listed at the end
	@.ci/setup chromium $(VENV)
	@.ci/setup font
	@.ci/setup decoder $(VENV)
	@$(MAKE) --no-print-directory lint
	$(BIN)/wms migrate check
	$(BIN)/wms docs --check
	@$(BIN)/python -c "from wms.waves.engine import warm; warm()"
	$(BIN)/python -m pytest -n 2 --dist loadfile $(PATIENT)

lint: $(TEST) $(MODULES) ## style, types, and which room imports which
	$(BIN)/ruff check .
	$(BIN)/mypy --strict --follow-imports=silent $(STRICT)
	$(BIN)/lint-imports
	$(TSC) -p terminal_ui
	$(TSC) -p terminal_ui/core
	$(TSC) -p terminal_ui/desk

bench: $(TEST) ## measure; writes bench/results/*.json
	$(BIN)/python -m bench

bench-confirm: $(TEST) ## measure pick confirms at the public doors, beside a bare view; as `make bench` does
	$(BIN)/python -m bench confirm

bench-size: $(TEST) ## measure scans, history and the proof on ten million moves (8 GB of disk)
	$(BIN)/python -m bench size

bench-terminals: $(TEST) ## measure a terminal in a browser, and 500 at one web process, each figure beside its limit
	@.ci/setup chromium $(VENV)
	$(BIN)/python -m bench terminals

bench-print: $(TEST) ## measure labels drawn, and the way from the packer's last scan to the printer, beside their limits
	$(BIN)/python -m bench print

bench-orders: $(TEST) ## measure orders from the shop to the wave, and the desk at two million of them, beside their limits
	$(BIN)/python -m bench orders

bench-waves: $(TEST) ## measure the planning engine on public instances, where they are at hand (hours)
	$(BIN)/python bench/waves.py all

battery-stock: $(TEST) ## 140 people scan the same goods, much of it twice, while things are killed; exact to the piece
	$(BIN)/python -m bench.battery

battery-terminals: $(TEST) ## 3 browsers scan while answers are lost, the network goes black and the server is killed
	@.ci/setup chromium $(VENV)
	$(BIN)/python -m bench.chaos

battery-print: $(TEST) ## 10,000 labels while printers fail and workers are killed; none lost, none twice (half an hour)
	$(BIN)/python -m bench.prints

battery-channels: $(TEST) ## 10,000 orders of each platform change while they are pulled by workers that are killed; none lost, none twice
	$(BIN)/python -m bench.channels

battery-vendure: $(TEST) ## 200 orders of a Vendure that runs for real change while they are pulled; robots pack them; it hears of each
	WMS_VENDURE_ORDERS=200 $(BIN)/python -m pytest -q tests/peers/test_vendure.py

screenshots: $(TEST) ## take the pictures under docs/ again
	@.ci/setup chromium $(VENV)
	@.ci/setup font
	SCREENSHOTS=docs $(BIN)/python -m pytest -m browser

docs: $(RUN) ## write what is generated from the code under docs/
	$(BIN)/wms docs

lock: ## choose versions anew, for every platform and Python from 3.11 on
	@.ci/setup venv .venv-lock
	@.venv-lock/bin/python -m pip install -q --disable-pip-version-check -U uv
	$(call locked,--extra build pyproject.toml,requirements.txt)
	$(call locked,--extra build --extra test pyproject.toml,requirements-test.txt)

# The whole world's files are locked, whatever this machine's own package settings are.
locked = env -u PIP_INDEX_URL -u PIP_EXTRA_INDEX_URL -u PIP_FIND_LINKS UV_NO_CONFIG=1 .venv-lock/bin/uv pip compile \
	--quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-annotate \
	--custom-compile-command "make lock" $(1) -o $(2)

clean: ## remove what was built, but not the data
	rm -rf $(VENV) .venv-lock .mypy_cache .ruff_cache .pytest_cache .import_linter_cache *.egg-info

$(RUN): requirements.txt pyproject.toml .ci/setup
	@.ci/setup venv $(VENV)
	@.ci/setup pip $(VENV) requirements.txt
	@touch $@

$(MODULES): terminal_ui/package-lock.json $(TEST)
	@.ci/setup modules $(VENV) terminal_ui
	@touch $@

$(TEST): requirements-test.txt pyproject.toml .ci/setup
	@.ci/setup venv $(VENV)
	@.ci/setup pip $(VENV) requirements-test.txt
	@touch $@ $(RUN)
