# The commands of the repository. `make help` lists them.
#
# Variables:
#   PYTHON=python3.12  the Python that the virtual environment is made from (any from 3.11 on)
#   CORE=2.18          the ansible-core in it (default: the newest that the Python can run)
#   VENV=.venv         where it is
#   WORKERS=2          processes that pytest runs in; 0 for none
#   ARGS=...           more arguments for the command of a single target

PYTHON ?=
CORE ?=
VENV ?= .venv
WORKERS ?= 2
ARGS ?=

# Ansible refuses to run where the locale is not UTF-8.
ifeq ($(filter-out C POSIX,$(LC_ALL) $(LANG)),)
export LC_ALL := C.UTF-8
endif
# The interpreter that .venv is made from must not see one that happens to be active.
unexport PYTHONHOME PYTHONPATH
# What was compiled once is kept for all processes, also where the environment forbids that, and not beside the sources.
unexport PYTHONDONTWRITEBYTECODE
export PYTHONPYCACHEPREFIX := $(CURDIR)/build/pycache

export ANSIBLE_COLLECTIONS_PATH := $(CURDIR)/build/collections
export ANSIBLE_HOME := $(CURDIR)/build/ansible

BIN := $(abspath $(VENV))/bin
export ZFSSA_LAB_PYTHON := $(BIN)/python
RUN := PATH="$(BIN):$$PATH"
TOOL := $(RUN) "$(BIN)/python" -m tools
SETUP = @python=$$(sh tools/find-python.sh "$(PYTHON)") && "$$python" -m tools.setup --venv="$(VENV)" --core="$(CORE)"
COLLECTION := ansible_collections.zfssa.storage

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help setup setup-dataplane test checks lint docs-lint sanity pytest unit contract e2e leg prove build lab demo bench docs schema changelog format clean

help: ## List the targets
	@sed -n 's/^\([a-z0-9 -]*\):[^#]*## \(.*\)/  make \1|\2/p' $(MAKEFILE_LIST) | while IFS='|' read -r target text; do \
	    printf '%-26s %s\n' "$$target" "$$text"; done
	@printf '\nVariables: PYTHON= CORE= VENV= WORKERS= ARGS=, for example\n'
	@printf '  make test PYTHON=python3.12 CORE=2.18 VENV=build/venv-old\n  make pytest ARGS="tests/unit -k client"\n'

setup: ## Make .venv with everything pinned; quick when nothing changed; says which programs of the system are missing
	$(SETUP) tests lint
	@$(if $(filter setup,$(MAKECMDGOALS)),$(TOOL).programs,:)

setup-dataplane: ## As root on Debian or Ubuntu: the programs of the lab's data plane, by apt
	@sh tools/setup-dataplane.sh

test: override ARGS :=
test: setup checks pytest ## The whole gate: lint, docs, sanity, then unit, contract and e2e tests

checks: setup
	@$(TOOL).checks --make="$(MAKE)" --variable=PYTHON="$(PYTHON)" --variable=CORE="$(CORE)" --variable=VENV="$(VENV)" \
	    --variable=ARGS= lint docs-lint sanity

lint: setup ## ruff, mypy, yamllint, ansible-lint
	@echo "=== lint"
	$(RUN) ruff check .
	$(RUN) ruff format --check .
	$(RUN) mypy -p $(COLLECTION).plugins
	@if [ -d tests/lab/zfssa_lab ]; then set -x; $(RUN) mypy -p zfssa_lab; fi
	$(RUN) mypy tools
	$(RUN) yamllint --strict .
	$(RUN) ansible-lint --offline --profile production

docs-lint: setup ## The changelog and the documentation of modules and roles
	@echo "=== docs"
	$(RUN) antsibull-changelog lint
	$(RUN) antsibull-docs lint-collection-docs --plugin-docs --skip-rstcheck \
	    --validate-collection-refs self --disallow-unknown-collection-refs .

sanity: setup ## ansible-test sanity, e.g. ARGS="--test pylint"
	@echo "=== sanity"
	@$(TOOL).sanity $(ARGS)

pytest: setup ## All tests, or those of ARGS
	@echo "=== pytest"
	@$(TOOL).testrun --workers=$(WORKERS) $(ARGS)

unit contract e2e: setup ## The tests of one folder
	@$(TOOL).testrun --workers=$(WORKERS) --folder=tests/$@ $(ARGS)

leg: ## Sanity and the tests that can differ on another Python: make leg PYTHON=python3.11 CORE=2.18
	@python=$$(sh tools/find-python.sh "$(PYTHON)") && "$$python" -m tools.matrix leg "$(CORE)"

prove: setup ## What takes hours: a fault sweep, all switches, many examples; resumable, e.g. ARGS="--limit-minutes 60"
	@$(TOOL).prove $(ARGS)

build: setup ## The archive for Galaxy, in build/dist, tried out after an offline install
	@$(TOOL).package

lab: setup ## Two lab appliances in the foreground; ARGS go to zfssa-lab serve
	@$(TOOL).lab $(ARGS)

demo: setup ## Provision and migrate a LUN on two lab appliances
	@$(TOOL).demo $(ARGS)

bench: setup ## What tasks cost, in requests and time ratios, as a table; e.g. ARGS="--rounds 5"
	@$(TOOL).bench $(ARGS)

docs: ## The HTML documentation site, in build/site
	$(SETUP) tests lint docs
	@$(TOOL).site

schema: setup ## Write docs/document.schema.json, the JSON Schema of documents
	@$(TOOL).document_schema

changelog: setup ## Write CHANGELOG.rst for the version in galaxy.yml
	$(RUN) antsibull-changelog release --update-existing --reload-plugins --refresh

format: setup ## Let ruff mend what it can
	$(RUN) ruff check --fix --exit-zero --quiet .
	$(RUN) ruff format .

clean: ## Remove .venv and everything that was built
	rm -rf "$(VENV)" build .ansible tests/output changelogs/.plugin-cache.yaml
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
