# Two commands do everything: `make demo` and `make test`. Both need only Python >= 3.11, git and make.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PYTHON ?= python3
BIN := .venv/bin
PACKAGES := engine server sdk/python examples benchmarks integration-tests
SOURCES := $(PACKAGES:%=%/src) $(wildcard scripts/*.py)
JOBS ?= auto
unexport PYTHONDONTWRITEBYTECODE  # else every server that a test starts compiles all it imports: three seconds each time

.PHONY: help setup demo sensor serve test test-all prove test-gpu fuzz generate integration-test cli cli-release contract-diff lint check audit format bench bench-engine bench-server bench-sessions bench-sdk bench-gpu docs pictures lock clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: ## Make .venv with everything that development needs, Go and Node included
	@$(PYTHON) scripts/bootstrap.py dev generate toolchain

demo: ## Server, client, real digits, a trained network and a report (KEEP=1 leaves the server running)
	@$(PYTHON) scripts/bootstrap.py run
	@$(BIN)/python -m hanami_examples.demo $(if $(KEEP),--keep) $(ARGS)

sensor: ## A simulated machine speaks to a network: forecasts, novelty, a plot in the terminal and a picture
	@$(PYTHON) scripts/bootstrap.py run
	@$(BIN)/python -m hanami_examples.sensor $(ARGS)

serve: ## Start the server on embedded storage (settings: HANAMI_*; see `hanami-server serve --help`)
	@$(PYTHON) scripts/bootstrap.py run
	@$(BIN)/hanami-server serve

test: ## Run every test but the exhaustive ones and the proofs in the cache
	@$(PYTHON) scripts/bootstrap.py dev generate toolchain
	@$(PYTHON) scripts/postgres.py
	@$(PYTHON) scripts/debian.py chromium g++
	@$(PYTHON) scripts/npm.py openapi/lint sdk/js
	@$(BIN)/python -m pytest -n $(JOBS) --dist worksteal $(ARGS)

test-all: export HANAMI_PROVE := all
test-all: override ARGS := -m "" $(ARGS)
test-all: test ## Run every test, the exhaustive ones and the proofs in the cache too

prove: ## Run the proofs of the engine that the cache does not hold yet, and keep them there (HANAMI_PROVE=all runs all)
	@$(PYTHON) scripts/bootstrap.py dev
	@$(PYTHON) scripts/debian.py g++
	@$(BIN)/python -m pytest -n $(JOBS) --dist worksteal -m "proof and not exhaustive" engine/tests $(ARGS)

test-gpu: ## What only a GPU can show (HANAMI_PYTHON=python3 runs on the packages that are installed there)
	@$(if $(HANAMI_PYTHON),,$(PYTHON) scripts/bootstrap.py dev)
	@PYTHONPATH=$(CURDIR)/engine/src:$(CURDIR)/examples/src$(if $(PYTHONPATH),:$(PYTHONPATH)) $(or $(HANAMI_PYTHON),$(BIN)/python) -m pytest -c engine/tests/gpu/gpu.ini --rootdir . engine/tests/gpu $(ARGS)

fuzz: ## A hundred thousand random and mutated frames on direct sessions (FRAMES=1000000 for more)
	@$(PYTHON) scripts/bootstrap.py dev generate toolchain
	@$(PYTHON) scripts/postgres.py
	@HANAMI_FUZZ_FRAMES=$(or $(FRAMES),100000) $(BIN)/python -m pytest server/tests/test_session_fuzz.py -k sqlite $(ARGS)

generate: ## Write openapi/openapi.json and what is generated from it
	@$(PYTHON) scripts/bootstrap.py dev generate toolchain
	@$(PYTHON) scripts/npm.py sdk/js
	@$(BIN)/python scripts/generate.py

integration-test: ## Every client beside each other: one table of scenarios on one server (ARGS="--only tokens --clients Go")
	@$(PYTHON) scripts/bootstrap.py dev toolchain
	@$(PYTHON) scripts/debian.py chromium
	@$(PYTHON) scripts/npm.py sdk/js
	@$(BIN)/python -m hanami_integration $(ARGS)

cli: ## Build bin/hanamictl
	@$(PYTHON) scripts/bootstrap.py toolchain
	@$(BIN)/python scripts/cli_release.py --here

cli-release: ## hanamictl for Linux, macOS and Windows, with manual, completions and checksums, in dist/ (VERSION=1.2.3)
	@$(PYTHON) scripts/bootstrap.py toolchain
	@$(BIN)/python scripts/cli_release.py $(if $(VERSION),--version $(VERSION))

contract-diff: ## What a change of the contract breaks for clients of the last release (REF=v1.0.0 compares with that)
	@$(PYTHON) scripts/bootstrap.py dev toolchain
	@$(BIN)/python scripts/contract_diff.py $(REF)

lint: ## Formatting, style, types and the OpenAPI document; changes nothing
	@$(PYTHON) scripts/bootstrap.py dev toolchain
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy $(SOURCES)
	@$(PYTHON) scripts/npm.py openapi/lint sdk/js
	@$(BIN)/python scripts/lint_document.py
	@$(BIN)/python scripts/lint_clients.py

check: ## Within a minute: lint what changed, and the tests closest to it (BASE=HEAD~3 compares with that commit)
	@$(PYTHON) scripts/bootstrap.py dev toolchain
	@$(PYTHON) scripts/npm.py openapi/lint sdk/js
	@$(BIN)/python scripts/check.py $(if $(BASE),--base $(BASE)) --sources $(SOURCES)

audit: ## What is known to be unsafe in what the Go client and hanamictl use (asks vuln.go.dev)
	@$(PYTHON) scripts/bootstrap.py dev toolchain
	@PATH="$(CURDIR)/$(BIN):$$PATH" go -C scripts/tools build -o $(CURDIR)/$(BIN) golang.org/x/vuln/cmd/govulncheck
	@for module in sdk/go cli-go; do (cd $$module && PATH="$(CURDIR)/$(BIN):$$PATH" govulncheck ./...) || exit 1; done

format: ## Format the code and mend what can be mended
	@$(PYTHON) scripts/bootstrap.py dev
	@$(BIN)/ruff check --fix-only --quiet .
	@$(BIN)/ruff format .

bench: bench-engine bench-server bench-sessions bench-sdk ## Run every benchmark

bench-engine: ## The engine beside its peers, and what must hold of it, on one core (ARGS="--only binary,scale --seeds 3")
	@$(PYTHON) scripts/bootstrap.py run
	@$(BIN)/python -m hanami_benchmarks.engine $(ARGS)

bench-server: ## What the API costs on top of the engine
	@$(PYTHON) scripts/bootstrap.py run
	@$(BIN)/python -m hanami_benchmarks.server $(ARGS)

bench-sessions: ## Direct sessions beside a bare websocket echo, and beside the engine alone
	@$(PYTHON) scripts/bootstrap.py run
	@$(BIN)/python -m hanami_benchmarks.sessions $(ARGS)

bench-sdk: ## What the SDKs cost on top of a bare HTTP client of each language
	@$(PYTHON) scripts/bootstrap.py run toolchain
	@$(PYTHON) scripts/npm.py sdk/js
	@$(BIN)/python -m hanami_benchmarks.sdk $(ARGS)

pictures: ## Draw the pictures of the documentation again
	@$(PYTHON) scripts/bootstrap.py run
	@$(BIN)/python -m hanami_examples.pictures
	@$(BIN)/python scripts/draw_template.py

bench-gpu: ## Fleets on a GPU beside the CPU, and beside PyTorch on the same GPU (HANAMI_PYTHON as for test-gpu)
	@$(if $(HANAMI_PYTHON),,$(PYTHON) scripts/bootstrap.py run)
	@PYTHONPATH=$(CURDIR)/engine/src:$(CURDIR)/examples/src:$(CURDIR)/benchmarks/src$(if $(PYTHONPATH),:$(PYTHONPATH)) $(or $(HANAMI_PYTHON),$(BIN)/python) -m hanami_benchmarks.gpu $(ARGS)

docs: ## Build the documentation site into site/
	@$(PYTHON) scripts/bootstrap.py dev
	@NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict

lock: ## Resolve the locks under requirements/ again
	@$(PYTHON) scripts/bootstrap.py dev
	@requirements/lock.sh $(ARGS)

clean: ## Remove everything that can be made again
	@rm -rf .venv .venv-generate .mypy_cache .ruff_cache .pytest_cache .hypothesis demo-out sensor-out integration-out site bin dist
