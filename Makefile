# `make run` and `make test` need python3 (3.11 or newer) with venv, and make; they fetch the rest.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help run test bench drill officer lock

PYTHON := .venv/bin/python
PORT ?= 8000
NAME = officer

# A client that sends or reads slowly holds a thread, so there can be many; each is made when it is needed.
SERVER ?= gunicorn
PACKAGES_gunicorn = requirements.txt
PACKAGES_granian = requirements-deploy.txt
SERVE_gunicorn = -m gunicorn sosafe_site.wsgi --bind "127.0.0.1:$(PORT)" \
	--preload --worker-class gthread --workers 2 --threads 128 --log-level warning
SERVE_granian = -m sosafe_site.serve "127.0.0.1:$(PORT)"

# On another port the site's own address is another one too, unless a proxy in front of it speaks https for it.
ifneq ($(PORT),8000)
ifeq ($(filter https://%,$(or $(SITE_URL),$(shell sed -n "s/^SITE_URL=[\"']*//p" .env 2>/dev/null))),)
run: export SITE_URL := http://localhost:$(PORT)
endif
endif

help: ## lists these targets
	@sed -nE 's/^([a-z]+):.* ## (.*)/make \1\t\2/p' Makefile | expand -t 16

run: .venv/$(or $(PACKAGES_$(SERVER)),$(error SERVER can be gunicorn or granian)) .env ## serves the site on localhost; another port: make run PORT=8001; another server: make run SERVER=granian
	@$(PYTHON) manage.py setup --port "$(PORT)"
	@echo "Ctrl-C stops the site."
	@exec $(PYTHON) $(SERVE_$(SERVER))

# Every step runs, so that one run shows all that is wrong; one failed step fails the whole. Python compiles each module
# once, and not in each of the many processes, whatever the environment says.
test: export PYTHONDONTWRITEBYTECODE :=
test: .venv/requirements-dev.txt node_modules/.package-lock.json ## runs all checks and tests; fewer, of a folder or file: make test ONLY=tests/partners
	@failed=; step() { echo "$$*"; $(PYTHON) -m "$$@" || failed="$$failed $$1"; }; \
	step ruff check --quiet .; \
	step ruff format --check --quiet .; \
	if [ -z "$(ONLY)" ]; then \
		step djlint templates --check --lint; \
		step mypy --no-error-summary; \
		step django makemigrations --check --dry-run --verbosity 1 --settings tests.settings; \
	fi; \
	step pytest -n auto $(ONLY); \
	test -z "$$failed" || { echo "These steps failed:$$failed"; exit 1; }

# What it shares with the tests may use their packages.
bench: .venv/requirements-dev.txt ## measures the site beside the smallest Django there can be for minutes; to try it: make bench SIZE=small
	@$(PYTHON) -m tests.benchmark $(SIZE)

drill: .venv/requirements-dev.txt ## causes bad days and failures on purpose, for some twelve minutes; fewer: make drill ONLY=day; to try it: SIZE=small; into docs/operations.md: WRITE=yes
	@$(PYTHON) -m tests.drill $(ONLY) $(SIZE) $(if $(WRITE),write)

officer: .venv/requirements.txt .env ## makes an account, or gives it a new password: make officer NAME=anna ROLE=editor; takes away its second factor: PHONE=lost
	@$(PYTHON) manage.py make_officer $(if $(ROLE),--role "$(ROLE)") $(if $(filter lost,$(PHONE)),--second-factor-lost) -- "$(NAME)"

LOCK := .venv/bin/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-header --no-annotate pyproject.toml

lock: $(PYTHON) ## writes the lock files anew, with the newest versions that pyproject.toml allows
	@$(PYTHON) -m pip install -qq uv==0.13.9 || { echo "uv can't be fetched. Is there a network connection?" >&2; exit 1; }
	@$(LOCK) --output-file requirements.txt
	@$(LOCK) --all-extras --constraint requirements.txt --output-file requirements-deploy.txt
	@$(LOCK) --all-extras --group dev --constraint requirements-deploy.txt --output-file requirements-dev.txt

# Made once
$(PYTHON):
	@python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
		{ echo "SoSafe needs Python 3.11 or newer under the name python3; here it is: $$(python3 --version 2>&1)." >&2; exit 1; }
	@rm -rf .venv; python3 -m venv .venv || \
		{ rm -rf .venv; echo "python3 can't make a virtual environment. On Debian or Ubuntu: apt install python3-venv" >&2; exit 1; }

.env:
	@umask 077; sed "s/^SECRET_KEY=.*/SECRET_KEY=$$(python3 -c 'import secrets; print(secrets.token_urlsafe(48))')/" .env.example > $@

# Made again when the lock file changes
.venv/%.txt: %.txt $(PYTHON)
	@echo "Fetching the packages of $< ..."
	@$(PYTHON) -m pip install -qq --require-hashes --requirement $< || \
		{ echo "The packages can't be fetched. Is there a network connection? Then run the command again." >&2; exit 1; }
	@cp $< $@

node_modules/.package-lock.json: package-lock.json
	@if ! command -v npm >/dev/null; then \
		echo "There is no npm here, so the tests that check HTML with it will be left out. It comes with Node.js 18 or newer."; \
	elif ! npm ci --silent; then \
		echo "npm can't fetch the HTML checker, so the tests that need it will be left out. Is there a network connection?"; \
	fi
