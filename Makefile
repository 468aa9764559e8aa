# `make` alone lists the targets. Needs Python 3.11 or newer, and nothing else.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.ONESHELL:
.SHELLFLAGS := -eu -o pipefail -c

PYTHON ?= $(shell command -v python3.11 || command -v python3.12 || command -v python3.13 || command -v python3)
BIN := .venv/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes
# How many tests run at once.
JOBS ?= 2

.PHONY: help
help: ## List the targets
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

.PHONY: run
run: .venv/.stamp-run ## Open the demo hall here (HALL_PORT=8000, HALL_BIND=127.0.0.1)
	@exec $(BIN)/python -m hallsvc.run

.PHONY: env
env: .venv/.stamp-dev ## Prepare .venv with everything, tests included

.PHONY: test
test: .venv/.stamp-dev lint browser ## Check everything: style, types, layers, templates, tests, browser
	@# A browser leaves an event loop behind: its tests have processes of their own.
	@$(BIN)/python -m pytest -n $(JOBS) --dist loadgroup -q -m "not browser and not benchmark"
	@$(BIN)/python -m pytest -n $(JOBS) -q -m browser
	@# Times are taken with nothing beside them.
	@$(BIN)/python -m pytest -q -m benchmark

.PHONY: test-fast
test-fast: .venv/.stamp-dev ## Run the tests that need no browser
	@$(BIN)/python -m pytest -n $(JOBS) --dist loadgroup -q -m "not browser and not benchmark"

.PHONY: lint
lint: .venv/.stamp-dev ## Check style, types, layers, templates, migrations and settings
	@say() { printf '%s\n' "-- $$1"; }
	say "ruff"; $(BIN)/ruff format --quiet --check .; $(BIN)/ruff check --quiet .
	say "import contracts"; $(BIN)/lint-imports --no-logo
	say "templates"; $(BIN)/djlint --quiet --lint templates
	say "types"; $(BIN)/mypy --no-error-summary
	say "migrations"; $(BIN)/python manage.py makemigrations --check --dry-run
	say "settings for production"
	export $$($(BIN)/python -m hallsvc.keys)
	DATABASE_URL=postgres://hall_app@db.example/hall HALL_HTTPS=1 HALL_ALLOWED_HOSTS=hall.example \
		HALL_PROCESS=web $(BIN)/python manage.py check --deploy --fail-level WARNING

.PHONY: format
format: .venv/.stamp-dev ## Put the code into its form
	@$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

.PHONY: messages
messages: .venv/.stamp-dev ## Collect and compile the translations (needs gettext)
	@command -v msgfmt >/dev/null || { echo "gettext is missing: apt-get install gettext"; exit 1; }
	$(BIN)/python manage.py makemessages --locale zh_Hans --no-location --no-obsolete \
		--ignore '.venv/*' --ignore '.data*/*' --ignore 'tests/*'
	$(BIN)/python manage.py compilemessages --ignore '.venv/*'

.PHONY: lock
lock: ## Lock the dependencies anew, with hashes (needs uv)
	@lock="uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
		--no-header --no-emit-index-url --no-emit-find-links"
	$$lock requirements-dev.in pyproject.toml --extra pdf -o requirements-dev.txt
	$$lock --no-annotate requirements.in -c requirements-dev.txt -o requirements.txt
	$$lock --no-annotate pyproject.toml --extra pdf -c requirements-dev.txt -o requirements-pdf.txt

.PHONY: clean
clean: ## Remove .venv and caches; the data of the hall stay
	@rm -rf .venv .*_cache .hypothesis test-results
	find . -name __pycache__ -prune -exec rm -rf {} +

# Who only runs the hall needs no test tools; who has them has all it needs to run.
.venv/.stamp-run: requirements.txt
	@test -f .venv/.stamp-dev -a .venv/.stamp-dev -nt requirements-dev.txt || {
		$(MAKE) --no-print-directory .venv/bin/python
		echo "Installing what the hall runs on …"
		$(PIP) -r requirements.txt
	}
	touch $@

.venv/.stamp-dev: requirements-dev.txt
	@$(MAKE) --no-print-directory .venv/bin/python
	echo "Installing the hall and its tests …"
	$(PIP) -r requirements-dev.txt
	touch $@

.venv/bin/python:
	@test -n "$(PYTHON)" && $(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
		echo "Python 3.11 or newer is needed; name it: make PYTHON=/path/to/python3.11"
		exit 1
	}
	$(PYTHON) -m venv .venv || {
		echo "python -m venv does not work here; on Debian: apt-get install python3-venv"
		exit 1
	}

.PHONY: browser
browser:
	@missing=""
	command -v chromium >/dev/null || command -v chromium-browser >/dev/null || missing="chromium"
	fc-list :lang=zh 2>/dev/null | grep -q . || missing="$$missing fonts-noto-cjk"
	command -v xgettext >/dev/null || missing="$$missing gettext"
	here="$$(PATH=$$PATH:/sbin:/usr/sbin ldconfig -p 2>/dev/null || true)"
	grep -q libpango-1.0 <<< "$$here" || missing="$$missing libpango-1.0-0"
	grep -q libpangoft2-1.0 <<< "$$here" || missing="$$missing libpangoft2-1.0-0"
	grep -q libharfbuzz-subset <<< "$$here" || missing="$$missing libharfbuzz-subset0"
	if [ -n "$$missing" ]; then
		if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
			echo "Installing for the tests: $$missing"
			apt-get update -qq >/dev/null
			DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
				fontconfig $$missing >/dev/null
		else
			echo "The tests need: $$missing. Install with: sudo apt-get install $$missing"
			echo "Or run the tests without them: make test-fast"
			exit 1
		fi
	fi
