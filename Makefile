# Everything runs in .venv, which is made from the pinned lock when it is missing.
.DEFAULT_GOAL := help
SHELL := /bin/bash

export DO_NOT_TRACK := true
export KEDRO_LOGGING_CONFIG := $(CURDIR)/conf/logging.yml


VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: help demo training serve watch test lint viz mlflow notebook pretrained lock clean

help: ## Show the targets.
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/  make \1\t\2/' | expand -t 22

demo: $(READY) ## Show it all: a simulated company under attack, the first alert within a minute.
	@$(BIN)/kedro demo

training: $(READY) ## Train the detectors: data, tuning, reports, registry.
	$(BIN)/kedro run --pipelines=training $(if $(ENV),--env=$(ENV))

serve: $(READY) ## Serve the API and the pages on this machine, with the shipped detectors.
	@$(BIN)/kedro serve $(if $(ENV),--env=$(ENV))

watch: $(READY) ## Receive events: syslog on port 5514, HTTP on 8514, messages put into data/drop.
	@$(BIN)/kedro watch --syslog-udp=127.0.0.1:5514 --syslog-tcp=127.0.0.1:5514 \
		--http=127.0.0.1:8514 --drop=data/drop $(if $(ENV),--env=$(ENV))

test: $(READY) ## Run the tests and report the coverage.
	$(BIN)/python -m pytest --numprocesses=2 --dist=loadfile --cov --cov-report=term

lint: $(READY) ## Check style, format and types.
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

viz: $(READY) ## Explore the pipelines in the browser.
	$(BIN)/kedro viz run

mlflow: $(READY) ## Browse tracked trainings and the model registry.
	PATH="$(abspath $(BIN)):$$PATH" $(BIN)/kedro mlflow ui

notebook: $(READY) ## Open the notebooks.
	$(BIN)/jupyter lab notebooks

pretrained: $(READY) ## Put the newest trained detector into the package.
	$(BIN)/kedro run --pipelines=pretrained

lock: $(READY) ## Pin the newest versions that pyproject.toml allows.
	$(BIN)/pip install --quiet uv
	$(BIN)/uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 \
		--generate-hashes --no-annotate --no-header --no-emit-index-url --upgrade \
		--output-file requirements.lock
	$(BIN)/uv pip compile pyproject.toml --constraint requirements.lock --universal \
		--python-version 3.11 --generate-hashes --no-annotate --no-header --no-emit-index-url \
		--output-file requirements-runtime.lock

clean: ## Remove the environment, caches and what a training makes; raw data, the store and MLflow stay.
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis .coverage .viz data/test data/demo
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
	find data/0[2-8]_* -type f ! -name .gitkeep -delete
	find data/0[2-8]_* -mindepth 1 -type d -empty -delete

$(READY): requirements.lock pyproject.toml
	@bash scripts/bootstrap $(VENV)
	@touch $@
