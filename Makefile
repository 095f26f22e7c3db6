# Everything a person or a machine does with Renke. `make` prints the verbs.

PYTHON ?= python3
PORT ?= 8000
BIN := .venv/bin
.DEFAULT_GOAL := help
COMMA := ,
.PHONY: help run test check bench translations clean

help: ## print these verbs
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: .venv/run ## set everything up and serve on http://127.0.0.1:$(PORT), with a fictional county on first start
	@PORT=$(PORT) $(BIN)/flask serve

test: .venv/dev ## run every test: SQLite, PostgreSQL and a real browser
	@deploy/browser.sh
	@RENKE_TEST_NEEDS=postgres,browser$(if $(CI),$(COMMA)mounts) $(BIN)/pytest -n 2 --dist loadgroup $(TESTS)

check: .venv/dev ## lint, types, import rules; seconds
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/pytest tests/architecture

bench: .venv/dev ## the benchmarks: ratios to a yardstick measured in the same run, and peak memory
	@$(BIN)/python -m tests.benchmarks

translations: .venv/dev ## collect the interface's texts and compile the English catalogue
	@$(BIN)/pybabel -q extract -F deploy/babel.cfg -k lazy_gettext --omit-header --no-location --no-wrap --sort-output \
		-o app/translations/messages.pot app
	@$(BIN)/pybabel -q update -i app/translations/messages.pot -d app/translations -l en --no-wrap --no-fuzzy-matching \
		--ignore-obsolete --ignore-pot-creation-date
	@$(BIN)/pybabel -q compile -d app/translations

clean: ## remove what was installed and cached; data in var/ stays
	rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .hypothesis

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Renke needs Python 3.11 or newer; name one with: make PYTHON=/path/to/python3 …"; exit 1; }
	@$(PYTHON) -m venv .venv \
		|| { echo "Python cannot make a virtual environment; on Debian: apt-get install python3-venv"; exit 1; }

.venv/run: requirements.txt | .venv/bin/python
	@echo "Installing what Renke runs on (once; about a minute) …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

.venv/dev: .venv/run tests/requirements.txt
	@echo "Installing what the tests need …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r tests/requirements.txt
	@touch $@
