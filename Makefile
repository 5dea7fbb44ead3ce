# The four doors: make run, make test, make check, make bench. They need git, make and Python 3.11+.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
HOME_DIR ?= $(CURDIR)/var/home
TEST_HOME := $(CURDIR)/var/test-home
BENCHES := $(filter-out bench/_%,$(wildcard bench/*.py))

.PHONY: install run test check bench lock screenshots

# Dependencies again when requirements.txt changes, the package once, front-end parts when their lock changes.
$(VENV)/requirements.stamp: requirements.txt pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	$(BIN)/python -m compileall -q $(VENV)/lib src >/dev/null || true
	touch $@

$(VENV)/frontend.stamp: $(VENV)/requirements.stamp package-lock.json src/reciproque/web/shared/frontend.py
	$(BIN)/python -m reciproque.web.shared.frontend
	touch $@

src/reciproque/web/locale/en/LC_MESSAGES/django.mo: src/reciproque/web/locale/en/LC_MESSAGES/django.po $(VENV)/requirements.stamp
	$(BIN)/python -m reciproque.web.shared.compile_messages
	touch $@

install: $(VENV)/requirements.stamp $(VENV)/frontend.stamp src/reciproque/web/locale/en/LC_MESSAGES/django.mo

run: install
	RECIPROQUE_HOME=$(HOME_DIR) $(BIN)/reciproque serve

test: install
	RECIPROQUE_HOME=$(TEST_HOME) $(BIN)/python -m pytest --numprocesses auto --dist loadfile

check: install
	$(BIN)/ruff format --check src tests bench
	$(BIN)/ruff check src tests bench
	$(BIN)/mypy
	$(BIN)/lint-imports
	RECIPROQUE_HOME=$(TEST_HOME) $(BIN)/python -m pytest -q tests/engine/vocabulary tests/engine/territories tests/engine/reciprocity tests/test_architecture.py tests/test_lexicon.py tests/web/test_translations.py

bench: install
	@missed=0; for bench in $(BENCHES); do echo; echo "== $$bench"; $(BIN)/python $$bench || missed=1; done; exit $$missed

# Pin every dependency with its hashes; no index address is written.
lock:
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile pyproject.toml --extra dev --generate-hashes --no-emit-index-url --no-emit-find-links --no-annotate --no-header --output-file requirements.txt
	echo "pyspark>=4.0,<4.1" | $(BIN)/uv pip compile - --generate-hashes --no-emit-index-url --no-emit-find-links --no-annotate --no-header --output-file requirements-spark.txt

screenshots: install
	$(BIN)/python docs/screenshots.py
