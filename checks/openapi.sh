#!/usr/bin/env bash
# Compares docs/openapi.json with what the handlers say. `make openapi` renews it.
set -euo pipefail
cd "$(dirname "$0")/.."

current=$(mktemp)
trap 'rm -f "$current"' EXIT
cargo run --quiet --locked --package guildhall -- openapi >"$current"
if ! diff -u docs/openapi.json "$current" >&2; then
    echo "check-openapi: docs/openapi.json is not what the handlers say: run \`make openapi\`" >&2
    exit 1
fi
echo "check-openapi: docs/openapi.json is current"
