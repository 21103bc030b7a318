# Everything that one does with this project, from a fresh clone on. `make` alone prints the list.

PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin

PACKAGES_DONE := $(VENV)/.packages-done
PROJECT_DONE := $(VENV)/.project-done
JARS_DONE := stack/jars/.done
PARSER_DONE := tests/asyncapi/node_modules/.done
POMS := stack/kafka/pom.xml stack/registry/pom.xml stack/flink/pom.xml

FAST_TESTS := $(wildcard tests/spec tests/property tests/contract)
LINE_TESTS := tests/integration
KILLING_TESTS := $(LINE_TESTS)/test_chaos.py
CITY_TESTS := $(LINE_TESTS)/test_simulated_city.py
OTHER_TESTS := $(filter-out $(FAST_TESTS) $(LINE_TESTS),$(patsubst %/,%,$(filter-out %__pycache__/,$(wildcard tests/*/))))
SLOW := "not chaos and not whole"

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help setup tools up down status check format-check lint types fast-tests test line-tests city-tests other-tests chaos whole bench docs clean

help: ## Print this list.
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

setup: tools $(PACKAGES_DONE) $(PROJECT_DONE) $(JARS_DONE) $(PARSER_DONE) ## Install everything that is pinned; skips what is done.

tools:
	@scripts/check-tools "$(PYTHON)"

$(PACKAGES_DONE): requirements.lock
	@echo "[1/4] virtual environment with the packages of requirements.lock (a few minutes the first time) ..."
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@touch $@

$(PROJECT_DONE): pyproject.toml $(PACKAGES_DONE)
	@echo "[2/4] the project itself ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(JARS_DONE): $(POMS) $(PROJECT_DONE)
	@echo "[3/4] Kafka, schema registry and Flink connectors (about 200 MB the first time) ..."
	@$(BIN)/python -m stack.provision
	@touch $@

$(PARSER_DONE): tests/asyncapi/package-lock.json
	@echo "[4/4] AsyncAPI's own parser, for one test (55 MB) ..."
	@npm ci --prefix tests/asyncapi --ignore-scripts --no-audit --no-fund --silent
	@touch $@

up: setup ## Start everything on this machine and show what it does; Ctrl-C stops it in order.
	@$(BIN)/citybrain up

down: ## Stop what `make up` started.
	@$(BIN)/citybrain down

status: ## Show which parts run, since when, and how often each was restarted.
	@$(BIN)/citybrain status

check: setup ## Check format, lint, types and the fast tests, in some three minutes.
	@$(MAKE) --no-print-directory --jobs=2 --output-sync=target --keep-going types fast-tests format-check lint

format-check:
	@$(BIN)/ruff format --check .

lint:
	@$(BIN)/ruff check .

types:
	@$(BIN)/mypy

fast-tests:
	@$(BIN)/python -m pytest -q -n 2 --hypothesis-profile=quick $(FAST_TESTS)

test: setup ## Run every test except chaos and whole recordings; starts its own Kafka, registry and Flink.
	@$(BIN)/python -m pytest -q -n 2 $(FAST_TESTS)
	@$(MAKE) --no-print-directory --keep-going other-tests line-tests city-tests

# One after the other: two lines at once on two processors miss each other's deadlines.
line-tests:
	@$(BIN)/python -m pytest -m $(SLOW) $(LINE_TESTS) --ignore=$(KILLING_TESTS) --ignore=$(CITY_TESTS)

# By itself, because it has a line with every system: the one that the others share would still be up beside it.
city-tests:
	@$(BIN)/python -m pytest -q -m $(SLOW) $(CITY_TESTS)

other-tests:
	@$(BIN)/python -m pytest -q -m $(SLOW) $(OTHER_TESTS) $(KILLING_TESTS)

chaos: setup ## Kill every part in turn while events flow, and count what comes out.
	@$(BIN)/python -m pytest -m chaos tests

whole: setup ## Play whole recordings, and compare every window with an independent calculation.
	@$(BIN)/python -m pytest -m whole --durations=0 tests

bench: setup ## Measure speed and latency, and keep the results.
	@$(BIN)/python -m load_tests.bench

docs: setup ## Write the generated pages again, and the example's reference data.
	@$(BIN)/python -m citybrain.docs

clean: ## Remove what setup made, and caches; the data in .citybrain stays.
	@rm -rf $(VENV) stack/jars tests/asyncapi/node_modules .mypy_cache .ruff_cache .pytest_cache .hypothesis *.egg-info
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
