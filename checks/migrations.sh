#!/usr/bin/env bash
# Runs every migration up, down to nothing, and up again, on SQLite and on
# PostgreSQL: the tests `migrations` of both stores do it.
set -euo pipefail
cd "$(dirname "$0")/.."

tests/with-postgres.sh bash -c '
    set -e
    cargo test --locked --package guildhall-store-sqlite --test migrations
    cargo test --locked --package guildhall-store-postgres --test migrations'
