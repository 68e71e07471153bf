# LLM Gateway. `make demo` and `make test` do all their set-up themselves: Python 3.11+, make and a package index are enough.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
PYTEST := $(BIN)/pytest -q -r fEsR
# Tests with real processes may lose a race on a machine that others slow down: one more try, and the summary says so.
RERUN := --reruns 1 --rerun-show-tracebacks
# What goes through gunicorn, once more without the fast path.
PLAIN := tests/acceptance/test_streams.py tests/acceptance/test_hangup.py tests/acceptance/test_keys.py tests/acceptance/test_watching.py

# Tests start some hundred Pythons: without compiled files each would compile the whole of app/ anew.
check test test-vllm: export PYTHONDONTWRITEBYTECODE :=

.PHONY: help install demo run test test-vllm lint check audit format reference clean

help: ## this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## / - /'

$(STAMP): requirements.txt requirements-logits.txt requirements-otel.txt requirements-audit.txt requirements-client.txt requirements-dev.txt constraints.txt
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("LLM Gateway needs Python 3.11 or newer; this is " + sys.version)'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt -c constraints.txt
	@touch $@

install: $(STAMP) ## .venv with everything for running and development

demo: $(STAMP) ## the main job on the embedded model; DEMO_EXIT=1 ends by itself
	$(BIN)/python examples/demo.py

run: $(STAMP) ## the gateway in front of a server on localhost:9000
	$(BIN)/python -m app

lint: $(STAMP) ## format, lint, types
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

check: lint ## format, lint, types, fast tests
	$(PYTEST) -n auto -m "not acceptance and not model and not vllm"

test: $(STAMP) ## every test, those with real processes and the real test model included
	$(PYTEST) -n auto -m "not acceptance and not model and not vllm"
	$(PYTEST) $(RERUN) -m "acceptance or model"
	FAST_PATH=off $(PYTEST) $(RERUN) -m acceptance $(PLAIN)

test-vllm: $(STAMP) ## the gateway with the real vLLM, in an environment of its own in the cache folder (3.4 GB)
	$(BIN)/python tests/vllm/install.py
	$(PYTEST) $(RERUN) -m vllm tests/vllm

audit: $(STAMP) ## known holes in what we depend on, and ours
	$(BIN)/python .ci/audit.py

format: $(STAMP) ## let ruff format and mend what it can
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

reference: $(STAMP) ## write the manifest reference and its JSON Schema into document/
	$(BIN)/python -m app reference

clean: ## remove .venv and caches of the tools
	rm -rf $(VENV) .mypy_cache .ruff_cache .hypothesis
