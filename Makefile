# Everything that is needed to work on Esteira, each with its own set-up. Needs Node 20 or newer,
# npm and Python 3.11.
.DEFAULT_GOAL := help
.PHONY: help demo test install uninstall wheel rig rig-stop

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: ## Deploy and run the example projects on this machine
	@tools/demo.sh

test: ## Check format, lint and types, and run all tests
	@tools/test.sh

PREFIX ?= $(HOME)/.local

install: ## Install the command `esteira` below PREFIX (~/.local)
	@tools/setup.sh
	@tools/install.sh "$(PREFIX)"

uninstall: ## Remove what `make install` installed below PREFIX
	@tools/install.sh --remove "$(PREFIX)"

wheel: ## Make the Python wheel, python/dist/esteira_ml-….whl
	@tools/setup.sh
	@tools/wheel.sh

rig: ## Start a Docker engine and a registry, and install moto and MLflow, for the tests (Debian, root)
	@tools/rig/install.sh
	@tools/rig/start-docker.sh
	@tools/rig/start-registry.sh
	@tools/rig/make-moto.sh
	@tools/rig/make-mlflow.sh

rig-stop: ## Stop what `make rig` started
	@tools/rig/stop.sh
