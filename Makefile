# Spinout: every task of the project has its name here. `make` alone lists them.

.DEFAULT_GOAL := help
SHELL := bash
.SHELLFLAGS := -euo pipefail -c

# Where `make run` keeps its data.
DATA_DIR ?= ./data
# Tests' DynamoDB Local is not the one of `make dynamo-start`.
TEST_DYNAMODB_PORT ?= 8009
TEST_MINISTACK_PORT ?= 8010

.PHONY: help
help: ## List the tasks
	@awk 'BEGIN { FS = ":.*## " } /^[a-z0-9-]+:.*## / { printf "  \033[1m%-20s\033[0m %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# ---- use it

.PHONY: run
run: frontend/dist/index.html ## Build what is needed and start everything on http://localhost:8080
	cargo run --release --package standalone -- run --data-dir $(DATA_DIR)

.PHONY: dev
dev: frontend/node_modules/.package-lock.json ## The same with hot reload: pages on http://localhost:5173, services restart on change
	cd frontend && node scripts/dev.js

# ---- check it

.PHONY: test
test: frontend/node_modules/.package-lock.json ## All tests of services and pages; needs no AWS account, Docker or Java
	cargo test --workspace
	npm --prefix frontend run test

# Seeds that `make chaos` plays; each takes some seconds. CHAOS_SEED=17 plays that one again.
SEEDS ?= 50

.PHONY: chaos
chaos: ## Everything that can go wrong, at random: SEEDS=100 plays so many seeds, `make test` a few
	CHAOS_SEEDS=$(SEEDS) cargo test --package standalone --test chaos -- --nocapture --include-ignored
	cargo test --release --package domain --test explorer -- --nocapture --include-ignored

.PHONY: scale
scale: ## How much fits: twenty drivers at once, 12,000 races, 54,000 laps, and the memory it takes; some minutes
	cargo test --package standalone --test scale -- --nocapture --include-ignored --test-threads 1

.PHONY: e2e
e2e: frontend/dist/index.html ## Browser tests of the whole system, in Chromium
	cargo test --workspace --no-run # builds the program with the features that the tests have built it with
	npm --prefix frontend run e2e

.PHONY: test-store-contract
test-store-contract: ## The store's tests against AWS's own DynamoDB Local (needs Java 17)
	export DYNAMODB_PORT=$(TEST_DYNAMODB_PORT); \
	  crates/engines/dynamodb-local/server start; \
	  trap 'crates/engines/dynamodb-local/server stop' EXIT; \
	  DYNAMODB_TEST_ENDPOINT=http://127.0.0.1:$$DYNAMODB_PORT cargo test --workspace --test store

.PHONY: test-extended
test-extended: test-store-contract test-conformance test-packages ## What needs Java and Python: DynamoDB Local, schemathesis, and the Lambda packages on ministack

.PHONY: test-packages
test-packages: ## The Lambda packages on the embedded engines, on DynamoDB Local (needs Java 17) and on ministack (needs Python)
	terraform/package --here
	export DYNAMODB_PORT=$(TEST_DYNAMODB_PORT); \
	  crates/engines/dynamodb-local/server start; \
	  trap 'crates/engines/dynamodb-local/server stop' EXIT; \
	  LAMBDA_PACKAGES=target/lambda-here MINISTACK_PORT=$(TEST_MINISTACK_PORT) \
	  DYNAMODB_TEST_ENDPOINT=http://127.0.0.1:$$DYNAMODB_PORT cargo test --package standalone --test lambdas

.PHONY: test-conformance
test-conformance: ## Every operation that the API describes, called with good and bad input by schemathesis (needs Python)
	fuzz/conformance

.PHONY: coverage
coverage: frontend/node_modules/.package-lock.json ## What the tests of services and pages reach, as lcov in target/coverage (needs rustup)
	command -v cargo-llvm-cov >/dev/null || cargo install cargo-llvm-cov --locked --quiet
	mkdir -p target/coverage
	rustup component add llvm-tools
	cargo llvm-cov --workspace --lcov --output-path target/coverage/services.lcov
	npm --prefix frontend install --no-save --ignore-scripts @vitest/coverage-v8@4.1.12
	npm --prefix frontend run test -- --coverage.enabled --coverage.reporter=lcovonly --coverage.reportsDirectory=../target/coverage/pages

.PHONY: fuzz
fuzz: ## Feed every parser of outside data with random input, a minute each (FUZZ_SECONDS, FUZZ_TARGETS)
	fuzz/run

.PHONY: lint
lint: frontend/node_modules/.package-lock.json ## Formatting, lints, types, documentation, dependency rules
	cargo fmt --all -- --check
	cargo clippy --workspace --all-targets -- -D warnings
	RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps --quiet
	cargo deny check bans licenses sources
	npm --prefix frontend run format:check
	npm --prefix frontend run lint
	npm --prefix frontend run type-check

.PHONY: format
format: frontend/node_modules/.package-lock.json ## Put everything into its form
	cargo fmt --all
	npm --prefix frontend run format

.PHONY: bench
bench: frontend/dist/index.html ## Measure costs and speed; writes target/bench/report.json
	terraform/package --here || echo "the report will lack the Lambdas" >&2
	cargo bench --package standalone --bench report

.PHONY: ci
ci: ## What decides whether a change is green
	bash .ci/run

# ---- DynamoDB Local, for those who want it: AWS_ENDPOINT_URL_DYNAMODB=http://127.0.0.1:8000

.PHONY: dynamo-start dynamo-stop dynamo-status
dynamo-start: ## Start AWS's DynamoDB Local (needs Java 17)
	crates/engines/dynamodb-local/server start
dynamo-stop: ## Stop it
	crates/engines/dynamodb-local/server stop
dynamo-status: ## Say whether it runs, and where
	crates/engines/dynamodb-local/server status

# ---- build it

.PHONY: build
build: ## Build the Lambda packages and their manifest into target/lambda
	terraform/package

.PHONY: openapi
openapi: ## Write the API's description and the types that the pages use
	cargo run --package standalone -- openapi > frontend/openapi.json
	npm --prefix frontend run api:types

.PHONY: build-frontend
build-frontend: frontend/dist/index.html ## Build the pages into frontend/dist

frontend/node_modules/.package-lock.json: frontend/package-lock.json
	npm --prefix frontend ci
	@touch $@

frontend/dist/index.html: frontend/node_modules/.package-lock.json frontend/index.html frontend/vite.config.ts $(shell find frontend/src frontend/public -type f 2>/dev/null)
	npm --prefix frontend run build

# ---- put it on AWS: addresses come from Terraform's outputs of the chosen workspace

.PHONY: deploy-frontend
deploy-frontend: frontend/node_modules/.package-lock.json ## Build the pages for the deployment and publish them
	env $$(terraform -chdir=terraform output -json frontend_environment | jq -r 'to_entries[] | "\(.key)=\(.value)"') \
	  npm --prefix frontend run build
	terraform/publish-site app frontend/dist

.PHONY: deploy-website
deploy-website: frontend/node_modules/.package-lock.json ## Build the public site and publish it; CONTACT is who answers questions of privacy
	addresses=$$(terraform -chdir=terraform output -json addresses); \
	  node website/build.mjs --contact "$${CONTACT:?who answers questions of privacy}" \
	    --site "$$(jq -r .website <<<"$$addresses")" --app "$$(jq -r .app <<<"$$addresses")"
	terraform/publish-site website target/website

.PHONY: run-rest-api
run-rest-api: ## Serve the API alone on http://localhost:8081, over the deployment's table
	env AWS_REGION="$$(terraform -chdir=terraform output -raw region)" \
	  $$(terraform -chdir=terraform output -json environment | jq -r '.api | to_entries[] | "\(.key)=\(.value)"') \
	  cargo run --package standalone -- rest-api

.PHONY: website-pictures
website-pictures: frontend/dist/index.html ## Photograph the app for the public site
	cargo build --package standalone
	cd frontend && WEBSITE_PICTURES=1 npx playwright test e2e/pictures.spec.ts --project desktop

.PHONY: clean
clean: ## Remove what was built; data stays
	cargo clean
	rm -rf frontend/dist frontend/node_modules
