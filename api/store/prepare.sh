#!/usr/bin/env bash
# Writes .sqlx, against which the store's queries are checked when no database runs.
#
#   api/store/prepare.sh           writes it anew; run it after any change of a query or a migration
#   api/store/prepare.sh --check   fails when it is not what the queries and migrations give
#
# Starts a Postgres of its own in a temporary folder and stops it at the end.
set -euo pipefail
cd "$(dirname "$0")/../.."
root=$PWD

bin=${PG_BIN:-}
[ -n "$bin" ] || bin=$(dirname "$(readlink -f "$(command -v initdb || true)")" 2>/dev/null || true)
[ -x "$bin/initdb" ] || bin=$(ls -d /usr/lib/postgresql/*/bin /opt/homebrew/opt/postgresql@*/bin 2>/dev/null | sort -V | tail -1)
[ -x "$bin/initdb" ] || { echo "prepare.sh: no PostgreSQL found; install it or set PG_BIN" >&2; exit 1; }

folder=$(mktemp -d)
chmod 711 "$folder"
mkdir "$folder/server" "$folder/queries"
as=()
if [ "$(id -u)" = 0 ]; then
    # Postgres refuses to run as root.
    user=$(id -u postgres >/dev/null 2>&1 && echo postgres || echo nobody)
    chown "$user" "$folder/server"
    as=(setpriv --reuid "$user" --regid "$(id -g "$user")" --clear-groups)
fi
server() { (cd "$folder/server" && "${as[@]}" "$bin/$1" "${@:2}"); }
finish() {
    server pg_ctl -D "$folder/server/data" -m immediate -w stop >/dev/null 2>&1 || true
    rm -rf "$folder"
}
trap finish EXIT

server initdb -D "$folder/server/data" -U plenary -E UTF8 --locale=C -A trust --no-sync >/dev/null
server pg_ctl -D "$folder/server/data" -w -l "$folder/server/log" \
    -o "-c listen_addresses= -c fsync=off -k $folder/server" start >/dev/null
for file in migrations/*.sql; do
    "$bin/psql" -qX -v ON_ERROR_STOP=1 --single-transaction -h "$folder/server" -U plenary -d postgres -f "$file"
done

# The macros write one file a query while the crate is compiled; the touch makes cargo compile it again.
touch api/store/src/lib.rs
SQLX_OFFLINE=false SQLX_OFFLINE_DIR="$folder/queries" \
    DATABASE_URL="postgres:///postgres?user=plenary&host=$folder/server" cargo check -q -p plenary-store
touch api/store/src/lib.rs

if [ "${1:-}" = --check ]; then
    diff -r "$folder/queries" "$root/.sqlx" || {
        echo "prepare.sh: .sqlx is not what the queries give; run api/store/prepare.sh" >&2
        exit 1
    }
else
    rm -rf "$root/.sqlx"
    mkdir "$root/.sqlx"
    cp "$folder"/queries/*.json "$root/.sqlx/"
fi
