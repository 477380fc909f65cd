# run · test · lint · bench. See README.md.
SHELL := /bin/bash
PYTHON_IN := .venv/bin/python
# Tests and linters that need a database get one of their own for as long as they run.
WITH_DATABASE := $(PYTHON_IN) -m launcher.throwaway

.PHONY: help run test test-pg15 lint bench manage pins venv venv-dev

help:
	@echo "make run        start everything (PORT, DATA_DIR, DATABASE_URL, DEMO, HOST); Ctrl-C stops it"
	@echo "make test       all tests, journeys in a browser included (ARGS='-k word' for some)"
	@echo "make test-pg15  the same on the PostgreSQL 15 of the system"
	@echo "make lint       ruff, djlint, mypy, imports, migrations, translations, deploy/, audit"
	@echo "make bench      one table of measurements"
	@echo "make pins       write requirements.txt anew from requirements.in (UPGRADE=1: newest releases)"
	@echo "make manage ARGS='makemigrations office'   a command of Django on a throwaway database"

venv:
	@scripts/venv requirements.txt

venv-dev: venv
	@scripts/venv tests/requirements.txt

run: venv
	@exec $(PYTHON_IN) -m launcher.run

# Bytecode is kept even where the environment says not to: what a test starts need not be compiled each time.
test: export PYTHONDONTWRITEBYTECODE =
test: venv-dev
	@CHROMIUM="$$(scripts/chromium)" || exit 1; export CHROMIUM; \
	$(PYTHON_IN) -m familylaw.i18n.translations && exec $(PYTHON_IN) -m pytest -n 3 --dist worksteal $(ARGS)

test-pg15: export POSTGRES_BIN = /usr/lib/postgresql/15/bin
test-pg15: export DATABASE_URL =
test-pg15: test

lint: venv-dev
	$(PYTHON_IN) -m ruff check .
	$(PYTHON_IN) -m ruff format --check .
	$(PYTHON_IN) -m djlint --quiet --lint templates
	scripts/check_css
	$(PYTHON_IN) -m familylaw.i18n.translations
	$(WITH_DATABASE) $(PYTHON_IN) -m mypy
	.venv/bin/lint-imports
	$(WITH_DATABASE) $(PYTHON_IN) manage.py makemigrations --check --dry-run
	$(WITH_DATABASE) $(PYTHON_IN) -m tests.check_migrations
	$(PYTHON_IN) -m familylaw.i18n.translations --check
	scripts/check_deploy
	scripts/audit

bench: venv-dev
	@exec $(PYTHON_IN) -m tests.bench

manage: venv-dev
	@exec $(WITH_DATABASE) $(PYTHON_IN) manage.py $(ARGS)

pins:
	@scripts/pin
