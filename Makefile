# Needs make and Python 3.11, 3.12 or 3.13; everything else goes into $(VENV).
# Tests and type checks run against the installed package, not against these folders.

BUILD ?= .build
VENV ?= $(BUILD)/venv
PYTHON ?=
ARGS ?=
JOBS ?= logical
PYTHONS ?= python3.11 python3.12 python3.13
SECONDS ?= 600

FOLDERS := chartproof extract evaluate scoring render prompts review batch
BIN := $(abspath $(VENV))/bin
PY := $(BIN)/python
STAMPS := $(abspath $(VENV))/.stamps
PIP := $(PY) -m pip install -qq --disable-pip-version-check --no-input

# The working directory must not shadow the installed package.
export PYTHONSAFEPATH := 1

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help setup demo test check bench fuzz docs report peers notebooks wheel wheel-test site readme screenshots cassettes \
  clean FORCE

help: ## show this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' Makefile

setup: $(STAMPS)/package $(STAMPS)/dev ## make the environment: package, tests and checks

demo: $(STAMPS)/package ## assess the demo request
	@$(BIN)/chartproof assess --case gold/demo/sij-case.json

test: $(STAMPS)/package $(STAMPS)/dev ## run the tests (ARGS="-k name" picks some)
	@$(BIN)/pytest -n $(JOBS) --dist loadgroup $(ARGS)

check: $(STAMPS)/package $(STAMPS)/dev ## formatting, lint and types
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@cd $(BUILD) && $(BIN)/mypy --config-file $(CURDIR)/pyproject.toml -p chartproof

bench: $(STAMPS)/package $(STAMPS)/bench ## measure the speed beside other tools
	@$(PY) bench/run.py $(ARGS)

fuzz: $(STAMPS)/package $(STAMPS)/dev $(STAMPS)/fuzz ## fuzz readers and extractor (SECONDS=600 in all)
	@mkdir -p $(BUILD)/fuzz
	@for target in documents exports notes; do \
	  $(PY) tests/fuzz/run.py $$target $$(($(SECONDS) / 3)) $(BUILD)/fuzz || exit 1; \
	done

docs: $(STAMPS)/package ## write the cross-check tables of the guidelines and the table of checks
	@mkdir -p docs/guidelines
	@$(BIN)/chartproof guidelines checks --format markdown > docs/checks.md
	@for id in $$($(BIN)/chartproof guidelines list --format json | $(PY) -c 'import json, sys; print(*(json.loads(line)["id"] for line in sys.stdin))'); do \
	  $(BIN)/chartproof guidelines show $$id --format markdown > docs/guidelines/$$id.md; \
	done

report: $(STAMPS)/package $(STAMPS)/dev ## evaluate on the gold: $(BUILD)/report and docs/evaluation.md
	@$(BIN)/chartproof score gold/notes gold/cases --report $(BUILD)/report --robustness > /dev/null
	@cp $(BUILD)/report/evaluation.md docs/evaluation.md

peers: $(STAMPS)/package $(STAMPS)/bench ## compare the accuracy with other tools: docs/peers.md (URL= MODEL= record a language model)
	@$(PY) bench/peers/run.py $(if $(URL),--record $(URL) --model "$(MODEL)") $(ARGS) > $(BUILD)/peers.md 2> $(BUILD)/peers.log \
	  || { tail -n 3 $(BUILD)/peers.log >&2; exit 1; }
	@mv $(BUILD)/peers.md docs/peers.md

notebooks: $(STAMPS)/package $(STAMPS)/dev ## run the notebooks
	@$(BIN)/pytest -q --nbmake --nbmake-timeout=600 notebooks

wheel: $(STAMPS)/dev ## build wheel and source archive into $(BUILD)/dist
	@rm -rf build $(BUILD)/dist
	@$(PY) -m build --outdir $(BUILD)/dist . > $(BUILD)/wheel.log 2>&1 || { cat $(BUILD)/wheel.log >&2; exit 1; }
	@rm -rf build

wheel-test: wheel ## try the wheel in fresh environments (PYTHONS="python3.11 python3.12 python3.13")
	@bash tests/wheel/run.sh $(BUILD)/dist $(PYTHONS)

site: $(STAMPS)/package $(STAMPS)/docs ## build the documentation's site in $(BUILD)/site
	@NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --quiet --strict --site-dir $(abspath $(BUILD))/site

readme: $(STAMPS)/package $(STAMPS)/dev ## write the real outputs into README and documentation
	@CHARTPROOF_UPDATE_README=1 $(BIN)/pytest -q tests/chartproof/test_readme.py

screenshots: $(STAMPS)/package $(STAMPS)/dev ## take the pictures of the documentation anew
	@CHARTPROOF_SCREENSHOTS=1 $(BIN)/pytest -q tests/review/browser/test_screenshots.py

cassettes: $(STAMPS)/package $(STAMPS)/dev ## record a real model anew (URL=http://127.0.0.1:8080/v1 MODEL=name)
	@test -n "$(URL)" || { echo "URL= of an OpenAI-compatible endpoint is needed; docs/llm.md says how to run one" >&2; exit 1; }
	@CHARTPROOF_RECORD=$(URL) $(if $(MODEL),CHARTPROOF_RECORD_MODEL=$(MODEL)) $(BIN)/pytest -q tests/extract/llm/test_cassettes.py
	@CHARTPROOF_RECORD=$(URL) $(if $(MODEL),CHARTPROOF_RECORD_MODEL=$(MODEL)) $(BIN)/pytest -q --nbmake --overwrite --nbmake-timeout=2000 notebooks/05-llm.ipynb

clean: ## remove everything that make made
	rm -rf $(BUILD) build chartproof.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis

# --- the environment ---------------------------------------------------------------------------------------

# 3.13 last: not every requirement has a wheel for it, and then a C compiler is needed.
CANDIDATES := $(if $(PYTHON),$(PYTHON),python3.12 python3.11 python3.13 python3)
SUITABLE := import ensurepip, sys, venv; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))

$(STAMPS)/venv:
	@mkdir -p $(BUILD)
	@for candidate in $(CANDIDATES); do \
	  if "$$candidate" -c '$(SUITABLE)' >/dev/null 2>&1; then found=$$candidate; break; fi; \
	done; \
	if [ -z "$$found" ]; then \
	  echo "No suitable Python among: $(CANDIDATES). Install Python 3.11 to 3.13 with its venv module, or set PYTHON." >&2; \
	  exit 1; \
	fi; \
	echo "Making $(VENV) with $$($$found --version)"; \
	"$$found" -m venv $(VENV)
	@mkdir -p $(STAMPS) && touch $@

# Requirements are read out of pyproject.toml and installed again only when they change; always together with those of the
# package itself, which what comes later must suit.
LIST = $(PY) -c 'import sys, tomllib; p = tomllib.load(open("pyproject.toml", "rb")); e = p["project"]["optional-dependencies"]; \
  print(*(p["build-system"]["requires"] + p["project"]["dependencies"] if sys.argv[1] == "runtime" else e[sys.argv[1]]), sep="\n")'
KEEP = cmp -s $@.new $@ && rm $@.new || mv $@.new $@

$(STAMPS)/%.txt: $(STAMPS)/venv FORCE
	@$(LIST) $* > $@.new && { $(KEEP); }

$(STAMPS)/runtime $(STAMPS)/dev $(STAMPS)/bench $(STAMPS)/docs $(STAMPS)/fuzz: $(STAMPS)/%: $(STAMPS)/%.txt $(STAMPS)/runtime.txt
	@echo "Installing $* requirements (once)"
	@$(PIP) --requirement $(STAMPS)/runtime.txt --requirement $<
	@touch $@

# The package is installed again, without its requirements, when the content of its sources changes.
$(STAMPS)/sources: $(STAMPS)/venv FORCE
	@find $(FOLDERS) pyproject.toml README.md LICENSE -type f ! -name '*.pyc' -exec cksum {} + | sort > $@.new && { $(KEEP); }

$(STAMPS)/package: $(STAMPS)/sources $(STAMPS)/runtime
	@echo "Installing chartproof"
	@rm -rf build
	@$(PIP) --no-deps --no-build-isolation --force-reinstall .
	@rm -rf build
	@touch $@
