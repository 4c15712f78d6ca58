#!/bin/sh
# Runs a command against a private, throw-away PostgreSQL + PostGIS cluster:
#
#   test/server/with-postgis.sh npm test
#
# Starts a cluster of its own on a unix socket in a temporary folder, exports TEST_DATABASE_URL, runs the command,
# stops and removes the cluster, and passes the command's exit code on. Installs nothing: PostgreSQL and PostGIS
# must be there (Debian: apt-get install postgresql postgresql-15-postgis-3). As root the server runs as `postgres`.
set -eu

[ $# -gt 0 ] || { echo "usage: $0 command [argument…]" >&2; exit 64; }

bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1)
[ -n "$bin" ] || bin=$(dirname "$(command -v initdb 2>/dev/null || true)" 2>/dev/null)
[ -x "$bin/initdb" ] || { echo "$0: no PostgreSQL server programs found (initdb)" >&2; exit 69; }

# short, because a unix socket path may have 107 characters at most
folder=$(mktemp -d /tmp/onemap-pg.XXXXXX)
if [ "$(id -u)" = 0 ]; then
  id postgres >/dev/null 2>&1 || { echo "$0: PostgreSQL refuses to run as root and there is no user postgres" >&2; exit 69; }
  chown postgres "$folder"
  as_server() { su postgres -s /bin/sh -c 'exec "$0" "$@"' -- "$@"; }
else
  as_server() { "$@"; }
fi
# the socket must be reachable for the command, which may run as another user
chmod 755 "$folder"

finish() {
  code=$?
  trap - EXIT INT TERM HUP
  as_server "$bin/pg_ctl" -D "$folder/data" -m immediate -w stop >/dev/null 2>&1 || true
  rm -rf "$folder"
  exit "$code"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

cd "$folder" # a folder that the server's user may enter
as_server "$bin/initdb" -D "$folder/data" -U postgres -A trust -E UTF8 --locale=C --no-sync >"$folder/initdb.log" 2>&1 \
  || { cat "$folder/initdb.log" >&2; exit 70; }
cat >>"$folder/data/postgresql.conf" <<CONF
listen_addresses = ''
unix_socket_directories = '$folder'
fsync = off
synchronous_commit = off
full_page_writes = off
# not what the product needs: its sessions must set what they rely on
timezone = 'Asia/Shanghai'
datestyle = 'SQL, DMY'
intervalstyle = 'sql_standard'
bytea_output = 'escape'
CONF
as_server "$bin/pg_ctl" -D "$folder/data" -l "$folder/data/server.log" -w -t 60 start >/dev/null \
  || { cat "$folder/data/server.log" >&2; exit 70; }
cd "$OLDPWD"

TEST_DATABASE_URL="postgresql://postgres@localhost/postgres?host=$folder"
export TEST_DATABASE_URL
"$@"
