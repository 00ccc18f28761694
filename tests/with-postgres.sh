#!/usr/bin/env bash
# Runs a command with a throw-away PostgreSQL: tests/with-postgres.sh CMD…
#
# Exports GUILDHALL_TEST_POSTGRES_URL, the URL of a login role that is not a
# superuser but may create databases and roles. Where the variable is set
# already, the command simply runs.
set -euo pipefail

if [ $# -eq 0 ]; then
    echo "usage: $0 COMMAND [ARGUMENT…]" >&2
    exit 2
fi

if [ -n "${GUILDHALL_TEST_POSTGRES_URL:-}" ]; then
    exec "$@"
fi

find_bin() {
    local initdb
    # Debian keeps a folder per major version; the newest one wins.
    initdb=$(ls -d /usr/lib/postgresql/*/bin/initdb 2>/dev/null | sort -V | tail -n 1)
    [ -n "$initdb" ] || initdb=$(command -v initdb || true)
    [ -z "$initdb" ] || dirname "$(readlink -f "$initdb")"
}

bin=$(find_bin)
if [ -z "$bin" ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "installing PostgreSQL" >&2
    # The package would start a cluster of its own, which nobody needs here.
    mkdir -p /etc/postgresql-common
    [ -e /etc/postgresql-common/createcluster.conf ] ||
        echo "create_main_cluster = false" >/etc/postgresql-common/createcluster.conf
    { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y postgresql; } >&2
    bin=$(find_bin)
fi
if [ -z "$bin" ]; then
    echo "$0: PostgreSQL is not installed: put initdb on the PATH, or set GUILDHALL_TEST_POSTGRES_URL" >&2
    exit 1
fi

# initdb and pg_ctl refuse to run as root.
as_server=()
if [ "$(id -u)" = 0 ]; then
    owner=postgres
    id -u "$owner" >/dev/null 2>&1 || owner=nobody
    as_server=(setpriv --reuid "$owner" --regid "$(id -gn "$owner")" --clear-groups)
fi

dir=$(mktemp -d "${TMPDIR:-/tmp}/guildhall-postgres.XXXXXX")
chmod 755 "$dir"
[ "$(id -u)" != 0 ] || chown "$owner" "$dir"

stop() {
    local status=$?
    trap - EXIT
    if [ -e "$dir/data/postmaster.pid" ]; then
        (cd "$dir" && "${as_server[@]}" "$bin/pg_ctl" -D "$dir/data" -m immediate -w stop >/dev/null 2>&1) || true
    fi
    rm -rf "$dir"
    exit "$status"
}
trap stop EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

cd_run() { (cd "$dir" && "${as_server[@]}" "$@"); }

cd_run "$bin/initdb" -D "$dir/data" -U postgres -A trust -E UTF8 --locale=C --no-sync >"$dir/initdb.log" 2>&1 || {
    cat "$dir/initdb.log" >&2
    exit 1
}

# A certificate that nobody else vouches for, to test TLS with.
tls=off
if command -v openssl >/dev/null; then
    cd_run openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=127.0.0.1 \
        -addext subjectAltName=IP:127.0.0.1 -addext basicConstraints=critical,CA:FALSE \
        -keyout "$dir/data/server.key" -out "$dir/data/server.crt" >/dev/null 2>&1 &&
        cp "$dir/data/server.crt" "$dir/server.crt" &&
        tls=on
fi

# Durability is worth nothing in a cluster that is thrown away, except to a bench.
durability="-c fsync=off -c full_page_writes=off -c synchronous_commit=off"
[ -z "${GUILDHALL_TEST_POSTGRES_DURABLE:-}" ] || durability="-c synchronous_commit=on"
started=
for _ in 1 2 3 4 5 6 7 8 9 10; do
    port=$((20000 + RANDOM % 20000))
    if cd_run "$bin/pg_ctl" -D "$dir/data" -w -t 30 -l "$dir/server.log" -o "-p $port -k $dir \
        -c listen_addresses=127.0.0.1 -c max_connections=300 $durability -c shared_buffers=256MB -c max_wal_size=1GB \
        -c autovacuum_naptime=10s -c ssl=$tls" start >/dev/null 2>&1; then
        started=yes
        break
    fi
done
if [ -z "$started" ]; then
    cat "$dir/server.log" >&2
    exit 1
fi

PGOPTIONS='' "$bin/psql" -X -q -h "$dir" -p "$port" -U postgres -d postgres -v ON_ERROR_STOP=1 >/dev/null <<'SQL'
CREATE ROLE guildhall LOGIN CREATEDB CREATEROLE NOSUPERUSER NOBYPASSRLS PASSWORD 'guildhall';
CREATE DATABASE guildhall OWNER guildhall;
SQL

export GUILDHALL_TEST_POSTGRES_URL="postgres://guildhall:guildhall@127.0.0.1:$port/guildhall?sslmode=disable"
[ "$tls" = off ] || export GUILDHALL_TEST_POSTGRES_CERTIFICATE="$dir/server.crt"
# In the background and waited for, so that a signal is acted on at once.
"$@" <&0 &
child=$!
stop_child() {
    kill -TERM "$child" 2>/dev/null || true
    wait "$child" 2>/dev/null || true
    exit "$1"
}
trap 'stop_child 129' HUP
trap 'stop_child 130' INT
trap 'stop_child 143' TERM
status=0
wait "$child" || status=$?
exit "$status"
