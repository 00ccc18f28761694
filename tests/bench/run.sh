#!/usr/bin/env bash
# `make bench`: the release binary under wrk on SQLite and PostgreSQL, with its
# floors in the same run. Prints a Markdown table; see docs/benchmarks.md.
#
#   SECONDS_PER_CASE=5  CONNECTIONS=32  ORGANIZATIONS="0 100000"  STORES="sqlite postgres"
set -euo pipefail
cd "$(dirname "$0")/../.."

seconds=${SECONDS_PER_CASE:-5}
connections=${CONNECTIONS:-32}
sizes=${ORGANIZATIONS:-0 100000}
stores=${STORES:-sqlite postgres}
workers=${WORKERS:-2}
target=${CARGO_TARGET_DIR:-target}
export LC_ALL=C

if [ -z "${GUILDHALL_TEST_POSTGRES_URL:-}" ] && [[ " $stores " == *" postgres "* ]]; then
    # A cluster that keeps its promises: what is measured must be durable.
    GUILDHALL_TEST_POSTGRES_DURABLE=yes exec tests/with-postgres.sh "$0" "$@"
fi
command -v wrk >/dev/null || { [ "$(id -u)" = 0 ] && apt-get update -qq && apt-get install -y -qq wrk >/dev/null; }

cargo build --quiet --release -p guildhall --bin guildhall --example seed --example floor

folder=$(mktemp -d)
server=
stop() { [ -z "$server" ] || { kill "$server" 2>/dev/null; wait "$server" 2>/dev/null || true; }; server=; }
trap 'stop; rm -rf "$folder"' EXIT

wait_for() { for _ in $(seq 100); do curl -sf "$1" >/dev/null && return; sleep 0.1; done; echo "$1 does not answer" >&2; exit 1; }

# measure CASE URL: requests a second, p50, p99, refusals
measure() {
    CASE=$1 FOLDER=$folder wrk -t1 -c"$connections" -d"${seconds}s" --latency -s tests/bench/request.lua "$2" |
        awk '/^RESULT/ { print $2, $3, $4, $5 }'
}

memory() { awk '/VmRSS/ { printf "%.0f", $2 / 1024 }' "/proc/$1/status"; }

row() { printf '| %s | %s | %s | %s | %s | %s | %s |\n' "$@"; }

printf '%s\n\n' "$(nproc) cores, $connections connections, $seconds s each, wrk beside the server; PostgreSQL and SQLite durable."
row "store, other organizations" case "requests/s" "p50 ms" "p99 ms" "of the floor" refused
row --- --- ---: ---: ---: ---: ---:

"$target/release/examples/floor" 127.0.0.1:18081 "$workers" &
server=$!
wait_for http://127.0.0.1:18081/
: >"$folder/tokens"; : >"$folder/organization"
measure floor http://127.0.0.1:18081 >/dev/null
read -r floor p50 p99 refused < <(measure floor http://127.0.0.1:18081)
row "(floor)" "bare actix-web, a constant" "$floor" "$p50" "$p99" "100 %" "$refused"
stop

number=0
for store in $stores; do
    for size in $sizes; do
        number=$((number + 1))
        case $store in
            sqlite) url="sqlite:$folder/$number.db"; seed_url=$url ;;
            postgres)
                name=bench_$number
                psql -X -q "$GUILDHALL_TEST_POSTGRES_URL" -c "DROP DATABASE IF EXISTS $name" -c "CREATE DATABASE $name" 2>/dev/null
                url="${GUILDHALL_TEST_POSTGRES_URL%/*}/$name"
                seed_url="postgres://postgres@${url#*@}" ;;
        esac
        export GUILDHALL_DATABASE_URL=$url GUILDHALL_LOG__LEVEL=warn GUILDHALL_HTTP__WORKERS=$workers
        export GUILDHALL_SECRET_KEY="for benchmarks only: forty characters or more" GUILDHALL_MAIL__DIRECTORY=$folder/mail
        "$target/release/guildhall" migrate >/dev/null
        "$target/release/examples/seed" "$seed_url" "$size" "$folder"
        "$target/release/guildhall" serve --listen 127.0.0.1:18080 >/dev/null &
        server=$!
        wait_for http://127.0.0.1:18080/readyz
        label="$store, $size"
        cases=("check" "check in a workspace" "my membership" "my organizations" "50 of 200 members"
            "50 of 100 workspaces" "50 of 10,000 workspaces, 100 to read" "create organization" "add member")
        [ "$size" = 0 ] || cases=("check" "check spread" "${cases[@]:1}")
        if [ "$store" = postgres ]; then
            select="SELECT * FROM check_many(ARRAY['\\x$(head -n1 "$folder/tokens" | tr -d '\n' | sha256sum | cut -d' ' -f1)'::bytea], ARRAY['$(cat "$folder/organization")'::uuid], ARRAY[NULL::uuid], ARRAY[NULL::uuid]);"
            printf '%s\n' "$select" >"$folder/select.sql"
            tps=$(PGOPTIONS='-c role=guildhall_app' pgbench -n -M prepared -c 8 -j 1 -T "$seconds" -f "$folder/select.sql" "$url" 2>/dev/null | awk '/tps/ { printf "%.0f", $3; exit }')
            row "$label" "(floor) pgbench, the statement of check" "$tps" "" "" "" ""
        fi
        measure check http://127.0.0.1:18080 >/dev/null
        read -r rate p50 p99 refused < <(measure health http://127.0.0.1:18080)
        row "$label" "GET /healthz, the whole HTTP layer" "$rate" "$p50" "$p99" "$((100 * rate / floor)) %" "$refused"
        for one in "${cases[@]}"; do
            read -r rate p50 p99 refused < <(measure "$one" http://127.0.0.1:18080)
            row "$label" "$one" "$rate" "$p50" "$p99" "$((100 * rate / floor)) %" "$refused"
        done
        row "$label" "memory of the server: $(memory "$server") MiB" "" "" "" "" ""
        stop
    done
done
