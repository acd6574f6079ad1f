# What a maintainer does with this tree. `make help` lists it.
.DEFAULT_GOAL := help
SHELL := /bin/sh
.DELETE_ON_ERROR:

VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
CATALOGUES := $(wildcard translations/*/LC_MESSAGES/*.po)
# One more than the cores of a small machine: browser tests wait much.
WORKERS ?= 3
PYTEST_ARGS ?=

export PIP_DISABLE_PIP_VERSION_CHECK = 1

.PHONY: help
help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

$(STAMP): setup.cfg pyproject.toml constraints.txt
	@scripts/system-packages demo
	@python=$$(scripts/find-python) && echo "Environment: $(VENV), with $$python" \
		&& { [ -x $(BIN)/python ] || "$$python" -m venv $(VENV); }
	@echo "Installing Dân Bàn and its pinned dependencies (constraints.txt) into $(VENV)"
	@$(BIN)/python -m pip install --quiet -e '.[dev,redis]' -c constraints.txt
	@touch $@

$(VENV)/.translated: $(CATALOGUES) $(STAMP)
	@if [ -n "$(CATALOGUES)" ]; then echo "Compiling translations" && $(BIN)/pybabel --quiet compile -d translations; fi
	@touch $@

.PHONY: setup
setup: $(STAMP) $(VENV)/.translated ## the environment alone: .venv/, with the console script .venv/bin/danban
	@echo "Ready: $(BIN)/danban"

.PHONY: demo
demo: setup ## the site with sample drafts on http://127.0.0.1:8000, web and worker in the foreground
	@exec $(BIN)/danban demo

.PHONY: run
run: setup ## web and worker of the default deployment, on this tree's own database
	@$(BIN)/danban init && exec $(BIN)/danban serve --host 127.0.0.1 --port 8000

.PHONY: worker
worker: setup ## one more worker
	@exec $(BIN)/danban worker

.PHONY: db
db: setup ## create or upgrade the database
	@$(BIN)/danban init

.PHONY: check check-python check-templates check-types check-imports
check: check-python check-templates check-types check-imports ## ruff, djlint, mypy, import-linter: no test is run
check-python: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
check-templates: setup
	$(BIN)/djlint templates --check --lint
check-types: setup
	$(BIN)/mypy
check-imports: setup
	$(BIN)/lint-imports

.PHONY: format
format: setup ## lay out Python and templates
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	@if [ -d templates ]; then $(BIN)/djlint templates --reformat --quiet || true; fi

.PHONY: test-packages
test-packages:
	@scripts/system-packages test

.PHONY: test-browser
test-browser: setup
	@$(BIN)/python -m tests.support.chromium \
		|| $(BIN)/playwright install $$([ "$$(id -u)" != 0 ] || echo --with-deps) chromium || [ "$$CI" != true ]

.PHONY: test
test: test-packages setup test-browser check ## every check and test, on SQLite and PostgreSQL, in a real browser
	$(BIN)/pytest -n $(WORKERS) --dist loadgroup $(PYTEST_ARGS)

.PHONY: soak
soak: test-packages setup test-browser ## the long forms: chaos, fuzz, races, full corpora
	DANBAN_SOAK=1 $(BIN)/pytest -m "soak or scaled" --timeout=14400 $(PYTEST_ARGS)

.PHONY: bench
bench: setup ## measure the claims of benchmarks/ again
	@for script in benchmarks/*.py; do case $$script in */_*) ;; *) echo "== $$script" && $(BIN)/python $$script || exit 1 ;; esac; done

.PHONY: messages
messages: setup ## bring the English catalogue up to the texts of the code; then translate what is new in it
	@$(BIN)/pybabel --quiet extract -F translations/babel.cfg -k _l -k lazy_gettext --project "Dân Bàn" --msgid-bugs-address none --no-location --sort-output \
		-o $(VENV)/messages.pot .
	@$(BIN)/pybabel --quiet update -i $(VENV)/messages.pot -d translations --width 120 --no-fuzzy-matching --ignore-obsolete \
		--ignore-pot-creation-date
	@$(BIN)/pytest -q --no-header tests/architecture/test_catalogue.py -k english

.PHONY: screenshots
screenshots: test-packages setup test-browser ## take the pictures of docs/images/ again
	$(BIN)/python scripts/screenshots.py
