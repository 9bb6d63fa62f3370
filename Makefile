# Everything a newcomer needs: `make demo` and `make test` do all their own set-up.
# Only python (>= 3.11), git and make are expected; nothing is installed globally.

PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
PIP := PIP_DISABLE_PIP_VERSION_CHECK=1 $(BIN)/python -m pip install --quiet --no-input
HOST ?= 127.0.0.1
PORT ?= 8077

# One thread per BLAS or OpenMP pool unless the settings say otherwise: oversubscription is slow.
export OMP_NUM_THREADS ?= 2
export OPENBLAS_NUM_THREADS ?= 2

.PHONY: setup setup-dev demo serve test fuzz-api check docs-rights format lock bench bench-nightly bench-search bench-api bench-model bench-allocation bench-events bench-mail bench-access bench-pages pictures clean

VENDOR := api/static/vendor

setup: $(VENV)/.ready $(VENDOR)/.ready
setup-dev: $(VENV)/.ready-dev $(VENDOR)/.ready

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "matchmaker needs Python 3.11 or newer; set PYTHON=/path/to/python3.11"; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.ready: requirements.lock pyproject.toml | $(BIN)/python
	$(PIP) --require-hashes -r requirements.lock
	$(PIP) --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.ready-dev: requirements-dev.lock $(VENV)/.ready
	$(PIP) --require-hashes -r requirements-dev.lock
	@touch $@

# Front-end libraries, by their lock file. Without npm the pages work too, only without JavaScript.
$(VENDOR)/.ready: package-lock.json package.json .npmrc
	@mkdir -p $(VENDOR)
	@if command -v npm >/dev/null 2>&1; then \
		npm ci --ignore-scripts --no-progress --loglevel=error && cp node_modules/htmx.org/dist/htmx.min.js \
			node_modules/leaflet/dist/leaflet.js node_modules/leaflet/dist/leaflet.css $(VENDOR)/ && touch $@; \
	else \
		echo "npm is not here: the pages will work without their JavaScript (install Node.js, then make setup)"; \
	fi

demo: setup  ## the fictional territory, from files to suggestions to a served page
	$(BIN)/matchmaker demo --home var/demo --host $(HOST) --port $(PORT)

serve: setup  ## serve what the home (MATCHMAKER_HOME, default var/) has published
	$(BIN)/matchmaker serve --host $(HOST) --port $(PORT)

# One thread per process here: two processes with two threads each wait for one another. A file stays on
# one process: its tests share a home and a server.
test: setup-dev
	OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 $(BIN)/python -m pytest -n 2 --dist loadfile

# FUZZ_SEED draws other requests; it takes some minutes.
fuzz-api: setup-dev  ## every route of the API with every role, under many odd requests
	OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 FUZZ_EXAMPLES=$${FUZZ_EXAMPLES:-60} \
		$(BIN)/python -m pytest tests/integration/test_every_role_fuzzed.py

check: setup-dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

docs-rights: setup-dev  ## write who may use which route into docs/access.md, from the code
	$(BIN)/python -m api.rights_table

format: setup-dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: setup-dev  ## speed and memory, on this machine; see benchmarks/README.md
	$(BIN)/python -m benchmarks

bench-nightly bench-search bench-api bench-model bench-allocation bench-events bench-mail bench-access bench-pages: setup-dev
	$(BIN)/python -m benchmarks $(@:bench-%=%)

pictures: setup-dev  ## screenshots of the main pages into docs/img, from a demo home with a fixed seed
	OMP_NUM_THREADS=1 PYTHONPATH=tests $(BIN)/python -m browser.pictures

lock:  ## refresh the pinned requirements (needs uv); review the diff before committing
	uv pip compile pyproject.toml --extra dev --extra postgres --extra cluster --extra oidc --universal \
		--python-version 3.11 --generate-hashes --no-header --no-emit-index-url -q -o requirements-dev.lock
	uv pip compile pyproject.toml --group build --universal --python-version 3.11 --generate-hashes \
		--no-header --no-emit-index-url -q -c requirements-dev.lock -o requirements.lock

clean:
	rm -rf $(VENV) node_modules $(VENDOR) var .pytest_cache .mypy_cache .ruff_cache .hypothesis
