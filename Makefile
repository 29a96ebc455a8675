# Two commands do all the set-up: `make run` and `make test`. Needs Python 3.11 and make, nothing else.

PYTHON ?= $(shell command -v python3.11 || command -v python3)
PORT ?= 8000
BIN := .venv/bin
MANAGE := $(BIN)/python manage.py
UV := $(BIN)/uv pip
INSTALL = $(UV) install --quiet --require-hashes --python $(BIN)/python

# Every process would compile what it imports anew, and the tests start hundreds.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: run test lint bench lock format translations clean

run: .venv/product
	@exec $(MANAGE) run_demo --port $(PORT)

test: .venv/development
	@$(BIN)/python -m pytest -n 0 -m faults
	@$(BIN)/python -m pytest -n 2 --dist loadgroup -m "not faults"

lint: .venv/development
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/djlint templates --lint --quiet
	$(BIN)/lint-imports
	$(BIN)/mypy .
	$(BIN)/bandit -q -c pyproject.toml -r crowd discussions questions services ideas search home
	$(MANAGE) makemigrations --check --dry-run
	$(BIN)/python -m tests.check_deploy

bench: .venv/development
	$(BIN)/python -m benchmarks

# Resolves the ranges of requirements*.txt anew.
lock: .venv/development
	$(UV) compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --output-file requirements.lock requirements.txt
	$(UV) compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --constraint requirements.lock --output-file requirements-dev.lock requirements-dev.txt

format: .venv/development
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/djlint templates --reformat --quiet

# Needs GNU gettext: collects the strings of code and templates into locale/.
translations: .venv/development
	$(MANAGE) makemessages --locale ru --locale en --no-location --no-obsolete --no-wrap \
	  --ignore var --ignore tests --ignore benchmarks

clean:
	rm -rf .venv var

.venv/installer: requirements-installer.lock
	@echo "Preparing the environment…"
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or later is needed, this is " + sys.version.split()[0])'
	@$(PYTHON) -m venv .venv
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-installer.lock
	@touch $@

.venv/product: .venv/installer requirements.lock
	@echo "Installing what runs the product…"
	@$(INSTALL) -r requirements.lock
	@touch $@

.venv/development: .venv/installer requirements-dev.lock
	@echo "Installing what tests the product…"
	@$(INSTALL) -r requirements-dev.lock
	@touch $@
