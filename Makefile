# One verb per task; `make` alone lists them.
SHELL := /bin/sh
BIN := .venv/bin
# with it every process that is started would compile the whole application anew
export PYTHONDONTWRITEBYTECODE :=
LOCK_FLAGS := --universal --generate-hashes --python-version 3.11 --no-header -q pyproject.toml

.DEFAULT_GOAL := help
.PHONY: help setup setup-dev run test lint format translations messages bench lock migration clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: ## Install what running needs into .venv
	@.ci/setup requirements.lock

setup-dev: ## Install what developing and testing needs into .venv
	@.ci/setup requirements-dev.lock

run: setup translations ## Start everything with demo data on http://127.0.0.1:8080
	@exec env MODE=demo $(BIN)/python run.py serve

test: setup-dev translations lint ## Everything that CI does: style, types, layers, definitions, tests
	@.ci/browser
	$(BIN)/python run.py check
	$(BIN)/pytest -n auto --dist loadfile --no-loadscope-reorder --tree-guard $(ARGS)

lint: ## Style, types and the direction of imports
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

format: ## Put the code into the house's form
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

translations:
	@if [ -d app/translations ]; then $(BIN)/pybabel -q compile -d app/translations; fi

messages: ## Collect the sentences of the code into the catalogues
	@mkdir -p build
	$(BIN)/pybabel -q extract -F babel.cfg -k text -k OfficeError -k NotFound -k Forbidden -k Conflict -k Invalid \
		-k Broken -k Busy -k CodeNeeded -k Malformed -k NotKept -k NotSigned -k Outdated -k Overrun -k Refused -k SameHands -k Stale -k WrongPassphrase \
		-k SignInFirst -k SignInRefused -k TooMany -k WrongType -k WrongValue -k lazy_gettext --sort-output --no-location -o build/messages.pot .
	$(BIN)/pybabel -q update -d app/translations -l id -i build/messages.pot --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date

bench: ## Measure speed beside other engines
	@.ci/setup requirements-bench.lock
	$(BIN)/python -m bench $(ARGS)

lock: ## Renew the lock files from pyproject.toml
	$(BIN)/pip install -q uv
	$(BIN)/uv pip compile $(LOCK_FLAGS) -o requirements.lock
	$(BIN)/uv pip compile $(LOCK_FLAGS) -c requirements.lock --group dev -o requirements-dev.lock
	$(BIN)/uv pip compile $(LOCK_FLAGS) -c requirements.lock --group dev --group bench -o requirements-bench.lock

migration: ## Write a migration from the models: make migration m="what changes"
	$(BIN)/python run.py migrate --new "$(m)"

clean: ## Remove what can be made again (not the data in .data)
	rm -rf .venv build .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find app tests bench -name __pycache__ -type d -prune -exec rm -rf {} +
