#!/usr/bin/env bash
# `make bench-credits`: credits spent on one pool and on 1,000, as Guildhall does
# it and in the usual design, on PostgreSQL and SQLite, durable. Prints a
# Markdown table; see docs/benchmarks.md.
#
#   SECONDS_PER_CASE=5  CLIENTS="1 8 32 128"  POOLS="1 1000"  STORES="postgres sqlite"
set -euo pipefail
cd "$(dirname "$0")/../.."

seconds=${SECONDS_PER_CASE:-5}
clients=${CLIENTS:-1 8 32 128}
pools=${POOLS:-1 1000}
stores=${STORES:-postgres sqlite}
target=${CARGO_TARGET_DIR:-target}
export LC_ALL=C

if [ -z "${GUILDHALL_TEST_POSTGRES_URL:-}" ] && [[ " $stores " == *" postgres "* ]]; then
    # A cluster that keeps its promises: what is measured must be durable.
    GUILDHALL_TEST_POSTGRES_DURABLE=yes exec tests/with-postgres.sh "$0" "$@"
fi

cargo build --quiet --release -p guildhall --bin guildhall --example credits

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
export GUILDHALL_SECRET_KEY="for benchmarks only: forty characters or more"

row() { printf '| %s | %s | %s | %s | %s | %s | %s |\n' "$@"; }

# measure DESIGN STORE CLIENTS POOLS: spends a second, p50, p99, each time in a new database
number=0
measure() {
    number=$((number + 1))
    case $2 in
        sqlite) url="sqlite:$folder/$number.db"; as=$url ;;
        postgres)
            name=bench_credits_$number
            psql -X -q "$GUILDHALL_TEST_POSTGRES_URL" -c "DROP DATABASE IF EXISTS $name" -c "CREATE DATABASE $name" 2>/dev/null
            # Without TLS, as the usual design beside it.
            url="${GUILDHALL_TEST_POSTGRES_URL%/*}/$name?sslmode=disable"
            as=$url ;;
    esac
    "$target/release/guildhall" migrate --database-url "$url" >/dev/null
    "$target/release/examples/credits" "$as" "$1" "$3" "$4" "$seconds" | awk '/^RESULT/ { print $2, $3, $4 }'
    [ "$2" = sqlite ] || psql -X -q "$GUILDHALL_TEST_POSTGRES_URL" -c "DROP DATABASE $name" 2>/dev/null
}

printf '%s\n\n' "$(nproc) cores, $seconds s each, the database beside; PostgreSQL and SQLite durable."
row store pools clients "usual: a transaction each: spends/s, p50, p99 ms" "the same in one statement" "Guildhall" "times as many, against each"
row --- ---: ---: ---: ---: ---: ---:
for store in $stores; do
    for pool in $pools; do
        for client in $clients; do
            read -r usual usual50 usual99 < <(measure transaction "$store" "$client" "$pool")
            once="" against=""
            if [ "$store" = postgres ]; then
                read -r best best50 best99 < <(measure statement "$store" "$client" "$pool")
                once="$best, $best50, $best99"
            fi
            read -r ours ours50 ours99 < <(measure group "$store" "$client" "$pool")
            times=$(awk "BEGIN { printf \"%.1f\", $ours / $usual }")
            [ -z "$once" ] || against=" / $(awk "BEGIN { printf \"%.1f\", $ours / $best }")"
            row "$store" "$pool" "$client" "$usual, $usual50, $usual99" "$once" "$ours, $ours50, $ours99" "$times$against"
        done
    done
done
