# Every command of the project. `make help` lists them.
SHELL := /bin/bash
PYTHON ?= python3.11
UV := .build/uv/bin/uv
BIN := .venv/bin
export RASA_TELEMETRY_ENABLED := false

.DEFAULT_GOAL := help
.PHONY: help setup run train test test-fast test-long test-slow check format seizure fuzz visits interface proofs-kill strings transcripts browser screenshots bench bench-recognition bench-studio load sbom audit proofs lock mutation clean observatory

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-18s %s\n", $$1, $$2}'

setup: .build/installed ## make .venv, compile the catalogs, train the model if its inputs changed
	@$(BIN)/quietline content compile
	@$(BIN)/quietline train

run: setup ## start site and assistant, and print the address (PORT=8080)
	@$(BIN)/quietline run

train: .build/installed ## train the model anew
	@$(BIN)/quietline train --force

test: test-fast test-long test-slow ## run every test

test-fast: .build/installed-tests ## tests that need neither Rasa nor a browser (about a minute)
	@$(BIN)/quietline content compile
	@$(BIN)/pytest -q -m "not slow and not long" -n 2

test-long: .build/installed-tests ## tests of the desk, the staff's pages and the commands, with copies of the content
	@$(BIN)/quietline content compile
	@$(BIN)/pytest -q -m long -n 2

test-slow: setup .build/installed-tests browser ## tests with the trained model and a real browser
	@$(BIN)/pytest -q -m slow

check: .build/installed-tests ## format, lint, types, imports and content (under 30 s)
	@$(BIN)/ruff format --check -q . && $(BIN)/ruff check -q .
	@$(BIN)/mypy --no-error-summary
	@$(BIN)/lint-imports --no-cache | grep -E "KEPT|BROKEN|Contracts:|not allowed" ; test $${PIPESTATUS[0]} -eq 0
	@$(BIN)/quietline content compile && $(BIN)/quietline content check

format: .build/installed-tests ## format the code
	@$(BIN)/ruff format -q . && $(BIN)/ruff check -q --fix .

mutation: .build/installed-tests ## change what cryptography, urgency, referral and release do, and see that a test fails (20 min)
	@$(BIN)/quietline content compile
	@nice $(BIN)/python -m tests.mutation

seizure: setup .build/installed-tests browser ## search all that is left of a marked visitor, and write docs/seizure.md
	@$(BIN)/python -m tests.seizure

fuzz: .build/installed-tests ## look for inputs that break the text cleaner, the padding or what is sealed (SECONDS=60 each)
	@$(BIN)/python -m tests.fuzz $(or $(SECONDS),60)

visits: .build/installed-tests ## take long visits in any order, with any fault, and see what must hold on every page (2 min)
	@$(BIN)/quietline content compile
	@HYPOTHESIS_PROFILE=thorough $(BIN)/pytest -q tests/faults/test_any_visit.py

interface: .build/installed-tests ## try what docs/site.openapi.yml allows, and what not, on a running site (EXAMPLES=50)
	@$(BIN)/quietline content compile
	@$(BIN)/python -m tests.web.interface $(or $(EXAMPLES),50)

proofs-kill: setup .build/installed-tests ## kill the site under traffic, and who keeps progress, at random moments (KILLS=100)
	@$(BIN)/python -m tests.storage.killing $(or $(KILLS),100)
	@$(BIN)/python -m tests.faults.killing $(or $(KILLS),100)

strings: .build/installed ## bring the translation catalogs up to date with content/
	@$(BIN)/quietline content strings

transcripts: setup ## write the golden conversations as plain texts for clinicians to read (build/transcripts)
	@$(BIN)/quietline transcripts

screenshots: setup .build/installed-tests browser ## take the pictures of docs/clinicians.md anew, on the way of its tests
	@QUIETLINE_PICTURES=docs/screenshots $(BIN)/pytest -q tests/browser/test_studio_live.py -k taken_back

bench: setup .build/installed-tests ## compare with the stock Rasa starter project, side by side
	@$(BIN)/python -m bench

bench-studio: setup .build/installed-tests ## time the studio with 40 locales and 3,000 texts
	@$(BIN)/python -m bench.studio

bench-recognition: setup .build/installed-tests ## train Rasa's stock pipeline and n-grams on our examples and compare (hours)
	@$(BIN)/python -m bench.recognition

load: setup .build/installed-tests ## flood the chat, and see that help stands and memory stays flat (MINUTES=10 CONNECTIONS=64)
	@$(BIN)/python -m bench.load --minutes $(or $(MINUTES),10) --connections $(or $(CONNECTIONS),64)

sbom: .build/installed-tests .build/installed-audit ## write the bill of materials (build/sbom.json, CycloneDX)
	@$(BIN)/python -m tests.supply.bill

audit: .build/installed-tests .build/installed-audit ## ask for known weaknesses of the locked packages (SNAPSHOT=folder of advisories)
	@$(BIN)/python -m tests.supply.audit $(if $(SNAPSHOT),--snapshot $(SNAPSHOT))

proofs: .build/installed-tests ## write docs/proofs.md from what was measured last
	@$(BIN)/python -m tests.proofs

observatory: setup .build/installed-tests ## let MDN's HTTP Observatory and Google's CSP Evaluator judge the headers (needs npm)
	@$(BIN)/python -m tests.observatory

lock: .build/uv/bin/uv ## resolve all dependencies anew and write the locks
	@$(UV) lock -q --python 3.11
	@$(UV) export -q --no-emit-project --no-header --no-annotate -o requirements.lock > /dev/null
	@$(UV) export -q --no-emit-project --no-header --no-annotate --extra test -o requirements-test.lock > /dev/null
	@rm uv.lock
	@echo uv | $(UV) pip compile -q --generate-hashes --no-header --no-annotate -o requirements-setup.lock -
	@echo pip-audit | $(UV) pip compile -q --generate-hashes --no-header --no-annotate -o requirements-audit.lock -

clean: ## remove everything that was made
	@rm -rf .venv .build build mutants .rasa models var results locales/*/LC_MESSAGES/*.mo

browser:
	@$(BIN)/python -m tests.browser.install

.build/uv/bin/uv: requirements-setup.lock
	@command -v $(PYTHON) > /dev/null || { echo "Python 3.11 is missing; install it (on Debian: apt install python3.11 python3.11-venv) and try again."; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' || { echo "$(PYTHON) is not Python 3.11; name one that is: make PYTHON=/path/to/python3.11"; exit 1; }
	@free=$$(df -Pm . | awk 'NR==2 {print $$4}'); [ "$$free" -gt 4000 ] || { echo "Only $$free MB of disk are free; make room for 4000 MB and try again."; exit 1; }
	@$(PYTHON) -m venv .build/uv > /dev/null || { rm -rf .build/uv; echo "Python's venv module is missing; install it (on Debian: apt install python3.11-venv) and try again."; exit 1; }
	@.build/uv/bin/pip install -q --disable-pip-version-check --require-hashes -r requirements-setup.lock
	@touch $@

.build/installed: requirements.lock pyproject.toml .build/uv/bin/uv
	@echo "Installing the locked packages into .venv (a few minutes the first time) ..."
	@[ -x $(BIN)/python ] || $(UV) venv -q --python $(PYTHON) .venv
	@if [ -e .build/installed-tests ]; then touch .build/installed; else $(UV) pip sync -q --python $(BIN)/python --require-hashes requirements.lock; fi
	@$(UV) pip install -q --python $(BIN)/python --no-deps --no-build-isolation -e .
	@$(BIN)/python -m compileall -q $(BIN)/../lib/python3.11/site-packages > /dev/null 2>&1 || true
	@touch $@

.build/installed-tests: requirements-test.lock .build/installed
	@$(UV) pip sync -q --python $(BIN)/python --require-hashes requirements-test.lock
	@$(UV) pip install -q --python $(BIN)/python --no-deps --no-build-isolation -e .
	@touch $@

.build/installed-audit: requirements-audit.lock .build/uv/bin/uv
	@$(UV) venv -q --clear --python $(PYTHON) .build/audit
	@$(UV) pip sync -q --require-hashes --python .build/audit/bin/python requirements-audit.lock
	@touch $@
