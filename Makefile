# Two commands matter: `make demo` and `make test`. The rest is for whoever changes the code.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: demo test check bench servers install lock clean

demo: install
	$(BIN)/tocsin demo --out demo

test: install
	$(BIN)/pytest -q

check: install
	$(BIN)/ruff format --check src tests
	$(BIN)/ruff check src tests
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest -q -m "not slow" -x -n 2 --dist loadfile

bench: install
	$(BIN)/tocsin bench ingest
	$(BIN)/tocsin bench contain
	$(BIN)/tocsin bench notify

# What tests can drive when it is there: a browser that opens the report. Optional for a user.
servers:
	sh tests/servers.sh

install: .venv/installed

.venv/installed: requirements/dev.txt pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch .venv/installed

# After a change of pyproject.toml: pins with hashes, without any index address.
lock:
	uv pip compile -q --python-version 3.11 --generate-hashes --no-emit-index-url --no-header pyproject.toml -o requirements/run.txt
	uv pip compile -q --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --extra dev pyproject.toml -o requirements/dev.txt

clean:
	rm -rf .venv demo build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache
