.DEFAULT_GOAL := help
.PHONY: help run test test-long check bench lock

# The Python that makes .venv; the first of these that works.
PYTHON ?= $(shell for python in python3.11 python3.12 python3.13 python3.14 python3; do \
	$$python -c "" 2>/dev/null && echo $$python && break; done)
PYTHON := $(or $(PYTHON),python3)

help: ## Show these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ## Install what is missing, then serve Lineup and print a sign-in link (HOST, PORT)
	@exec $(PYTHON) -m scripts.run

test: ## Install what tests need, then run all of them, browser journeys included
	@exec $(PYTHON) -m scripts.test

test-long: ## The fault tests, the life of an organization's money and the crowd of tabs alone, ten times as often
	@FAULTS_TIMES=10 ARGS="tests/faults tests/billing/test_any_life.py tests/playground/test_any_order.py $(ARGS)" exec $(PYTHON) -m scripts.test

check: ## Format, lint, types, import contracts, templates, settings
	@exec $(PYTHON) -m scripts.check

bench: ## Measure, and print the results as a table
	@exec $(PYTHON) -m scripts.bench

lock: ## Compile requirements*.lock from pyproject.toml
	@exec $(PYTHON) -m scripts.lock
