# `make run` to try it, `make check test` before a change is handed in.

CARGO ?= cargo
POSTGRES = tests/with-postgres.sh

.DEFAULT_GOAL := help
.PHONY: help run test bench bench-credits fmt check check-fmt check-clippy check-docs check-deps check-openapi check-migrations openapi deny

help: ## Say what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-18s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ## Serve on http://127.0.0.1:8080 with a database in guildhall-data/
	$(CARGO) run --package guildhall -- serve

test: ## Run every test, with a throw-away PostgreSQL
	$(POSTGRES) $(CARGO) test --workspace

bench-credits: ## Measure credits spent on one pool, against the usual design
	tests/bench/credits.sh

bench: ## Measure the policy and the release binary, see docs/benchmarks.md
	$(CARGO) bench --package guildhall-domain
	tests/bench/run.sh

fmt: ## Format all code
	$(CARGO) fmt --all

openapi: ## Renew docs/openapi.json
	$(CARGO) run --quiet --package guildhall -- openapi > docs/openapi.json.new
	mv docs/openapi.json.new docs/openapi.json

check: check-fmt check-deps check-clippy check-docs check-openapi check-migrations deny ## Run every check but the tests

check-fmt:
	$(CARGO) fmt --all --check

check-clippy:
	$(CARGO) clippy --workspace --all-targets --all-features --locked -- -D warnings

check-docs:
	RUSTDOCFLAGS="-D warnings" $(CARGO) doc --workspace --no-deps --locked

check-deps: ## Prove the dependency table of docs/architecture.md
	checks/dependencies.sh

check-openapi: ## Prove that docs/openapi.json is current
	checks/openapi.sh

check-migrations: ## Run the migrations up, down and up again
	checks/migrations.sh

deny: ## Check licences, sources and banned crates
	@if $(CARGO) deny --version >/dev/null 2>&1; then \
		$(CARGO) deny --locked check licenses bans sources; \
	else \
		echo "deny: skipped, cargo-deny is not installed (cargo install --locked cargo-deny)"; \
	fi
