# Everything a newcomer needs: `make demo` runs the main job, `make test` passes the tests.
# What is missing (python3-venv, certificates, Chromium) tools/setup installs by apt when it may.

VENV := .venv
PY := $(VENV)/bin/python
STAMP := $(VENV)/.ready

.DEFAULT_GOAL := help
.PHONY: help demo test quick check lint types bench setup wheel clean

help: ## Say what there is
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

$(STAMP): requirements.lock pyproject.toml tools/setup
	@sh tools/setup run

setup: $(STAMP) ## Make the environment and nothing else

demo: $(STAMP) ## Run the main job with sandbox servers and an example company
	@$(VENV)/bin/doorstep demo

test: $(STAMP) ## Pass every test, browser and database included
	@sh tools/setup test
	@$(PY) tools/run_tests.py

quick: $(STAMP) ## Run everything that needs neither browser nor server (under 60 s)
	@$(PY) -m pytest -q -n auto -m "not browser and not database and not server" tests

check: $(STAMP) lint types ## Run the linters

lint: $(STAMP)
	@$(VENV)/bin/ruff check src tests bench tools
	@$(VENV)/bin/ruff format --check src tests bench tools
	@$(VENV)/bin/lint-imports --no-logo

types: $(STAMP)
	@$(VENV)/bin/mypy

bench: $(STAMP) ## Measure; one JSON object a line
	@$(PY) -m bench

wheel: $(STAMP) ## Build the wheel
	@$(PY) -m build --wheel --installer uv 2>/dev/null || $(PY) -m build --wheel

clean: ## Remove what can be made again
	rm -rf build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
