#!/usr/bin/env bash
# Builds infra/compose.yaml with a real Docker engine, runs it, signs in and sees a live reading. Needs root, mmdebstrap and iproute2; no
# registry: engine and base image are made from Debian's packages, kept in DCIM_ENGINE_DIR. Everything runs in namespaces of its own: nothing
# of it outlives the script but that cache. Ends with "N passed, M failed".
set -euo pipefail
root=$(realpath "$(dirname "$0")/..")
cache=${DCIM_ENGINE_DIR:-/var/tmp/dcim-engine}
suite=trixie
[ "$(id -u)" = 0 ] || { echo "test-compose: needs root, for namespaces" >&2; exit 1; }
[ -e "$root/frontend/out/index.html" ] || { echo "test-compose: the pages are not built: make pages" >&2; exit 1; }
mkdir -p "$cache/data" "$cache/sock"
timed() { local start=$SECONDS result=0; "$@" || result=$?; echo "## $1: $((SECONDS - start)) s, exit $result" >&2; return $result; }

engine() {
  mmdebstrap --quiet --variant=apt --mode=root \
    --include=ca-certificates,mount,iproute2,iptables,procps,docker.io,docker-cli,docker-buildx,docker-compose "$suite" "$cache/engine.part" &&
    mv "$cache/engine.part" "$cache/engine"
}
base_image() {
  mmdebstrap --quiet --variant=minbase --mode=root --include=ca-certificates \
    --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/locale/*' --dpkgopt='path-exclude=/usr/share/doc/*' \
    "$suite" "$cache/base.part.tar" && mv "$cache/base.part.tar" "$cache/base.tar"
}
[ -d "$cache/engine" ] || timed engine
[ -s "$cache/base.tar" ] || timed base_image

rm -rf "$cache/secrets"
DCIM_SECRETS_DIR="$cache/secrets" "$root/infra/make-secrets.sh" >/dev/null
chmod 755 "$cache/secrets"
# The build's own network reaches no mirror here: it takes the host's.
printf 'services:\n' >"$cache/ci.yaml"
for service in database broker server simulators; do printf '  %s: { build: { network: host } }\n' "$service"; done >>"$cache/ci.yaml"

# box SCRIPT: runs it in the engine's root, with mounts, processes and IPC of its own and the caller's network. What a killed run left goes
# first: a new daemon would start it again, in the wrong network. Images and build cache stay.
box() {
  rm -rf "$cache"/data/{containers,network,volumes}
  cache=$cache root=$root unshare --mount --pid --ipc --fork --kill-child --propagation private bash -c '
    set -e
    new=$cache/engine
    mount --bind "$new" "$new"
    mkdir -p "$new"/{work,ci,old,var/lib/docker}
    mount --bind "$root" "$new/work"; mount --bind "$cache" "$new/ci"; mount --bind "$cache/data" "$new/var/lib/docker"
    mount -t proc proc "$new/proc"; mount --rbind /sys "$new/sys"; mount --rbind /dev "$new/dev"
    mount -t tmpfs tmpfs "$new/run"; mount -t tmpfs tmpfs "$new/tmp"
    cp /etc/resolv.conf "$new/etc/resolv.conf"
    cd "$new"; pivot_root . old; umount -l /old
    exec env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8 DCIM_SECRETS_DIR=/ci/secrets bash -euc "$1"' box "$1"
}
wait_for_engine='for i in $(seq 300); do docker info >/dev/null 2>&1 && break; sleep .1; done; docker info >/dev/null
  compose() { docker compose --progress plain -f /work/infra/compose.yaml -f /ci/ci.yaml "$@"; }'

build() {
  box "dockerd --iptables=false --ip6tables=false --ip-forward=false --bridge=none >/ci/dockerd-build.log 2>&1 & $wait_for_engine
    docker image inspect debian:trixie-slim >/dev/null 2>&1 || docker import -c 'CMD [\"bash\"]' /ci/base.tar debian:trixie-slim >/dev/null
    compose build >/ci/build.log 2>&1 || { tail -60 /ci/build.log; exit 1; }"
}

# Runs inside the network namespace, with the host's tools.
checks() {
  passed=0 failed=0
  check() {
    local name=$1; shift
    if "$@" >"$cache/check.log" 2>&1; then passed=$((passed + 1)); echo "ok   $name"; else failed=$((failed + 1)); echo "FAIL $name"; tail -20 "$cache/check.log"; fi
  }
  export DOCKER_HOST=unix://$cache/sock/docker.sock
  in_engine() { chroot "$cache/engine" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin DOCKER_HOST=unix:///sock/docker.sock docker "$@"; }
  base=http://127.0.0.1:8080
  jar=$cache/cookies
  rm -f "$jar"
  add_admin() { echo 'compose-test' | in_engine exec -i dcim-server-1 dcim user add admin@compose.test --role admin --password-stdin; }
  import_site() { in_engine exec dcim-server-1 dcim site import /usr/share/dcim/sites/demo-site.toml; }
  ready() { curl -fsS $base/api/health/ready | grep -q '"status":"ready"'; }
  page() { curl -fsS $base/ | grep -q '_next/static'; }
  login() { curl -fsS -c "$jar" -H 'Content-Type: application/json' -d '{"email":"admin@compose.test","password":"compose-test"}' $base/api/auth/login; }
  by_hand() {
    local url now
    url="mqtt://dcim-device:$(cat "$cache/secrets/mqtt_device_password")@127.0.0.1:1883"
    now=$(date -u +%FT%T.000Z)
    mosquitto_pub -L "$url/dc/demo/room-1/rack-A01/temperature" -q 1 -m "{\"ts\":\"$now\",\"value\":27.125,\"unit\":\"°C\"}"
    for _ in $(seq 50); do curl -fsS -b "$jar" "$base/api/racks?site=demo" | grep -q 27.125 && return; sleep .1; done
    return 1
  }
  # They ran before the site was there, and publish each 30 to 60 s: started anew, each says something at once.
  simulators() {
    in_engine restart -t 5 dcim-simulators-1
    for _ in $(seq 400); do curl -fsS -b "$jar" "$base/api/overview?site=demo" | grep -q '"sensors_reporting":601' && return; sleep .1; done
    return 1
  }
  locked_down() {
    local service
    for service in server database broker simulators; do
      in_engine inspect -f '{{.HostConfig.ReadonlyRootfs}} {{.HostConfig.CapDrop}} {{.HostConfig.RestartPolicy.Name}}' "dcim-$service-1" | grep -qx 'true \[ALL\] unless-stopped' || return 1
      [ "$(in_engine exec "dcim-$service-1" bash -c 'sed -n "s/^CapEff:\s*//p" /proc/self/status')" = 0000000000000000 ] || return 1
    done
  }
  killed() {
    # As the engine sees a crash; its restart policy brings the server back.
    in_engine exec dcim-server-1 bash -c 'kill -9 $(pgrep -x dcim 2>/dev/null || ls /proc | while read p; do [ "$(cat /proc/$p/comm 2>/dev/null)" = dcim ] && echo $p; done)' || true
    for _ in $(seq 200); do ready 2>/dev/null && return; sleep .1; done
    return 1
  }
  check "the server is ready" ready
  check "pages are served" page
  check "first administrator" add_admin
  check "demo site imported" import_site
  check "login" login
  check "a reading by hand is live" by_hand
  check "the simulators report" simulators
  check "read-only, without capabilities, restarting" locked_down
  check "back after kill -9" killed
  echo "$passed passed, $failed failed"
  [ "$failed" = 0 ]
}

# Bridges, addresses and published ports exist only in this network namespace, which has no way out.
run() {
  unshare --net --pid --mount --fork --kill-child --propagation private bash -euc '
    mount -t proc proc /proc; ip link set lo up; rm -f "$cache"/sock/*
    mkdir -p "$cache/engine/sock"; mount --bind "$cache/sock" "$cache/engine/sock"
    box "dockerd -H unix:///run/docker.sock -H unix:///ci/sock/docker.sock >/ci/dockerd-up.log 2>&1 & $wait_for_engine
      compose up -d --no-build --pull never --wait --wait-timeout 120 >/ci/up.log 2>&1 || { cat /ci/up.log; compose ps -a; compose logs --tail 50; compose down -v -t 1 >/dev/null 2>&1; exit 1; }
      touch /ci/sock/ready; while [ ! -e /ci/sock/stop ]; do sleep .2; done
      compose logs >/ci/compose.log 2>&1; compose down -v -t 10 >>/ci/up.log 2>&1" &
    daemon=$!
    until [ -e "$cache/sock/ready" ] || ! kill -0 $daemon 2>/dev/null; do sleep .2; done
    [ -e "$cache/sock/ready" ]
    result=0
    checks || result=$?
    touch "$cache/sock/stop"
    wait $daemon
    exit $result'
}
export cache root wait_for_engine
export -f box checks
timed build
result=0
timed run || result=$?
find /sys/fs/cgroup/*/docker -depth -type d -exec rmdir {} + 2>/dev/null || :
exit $result
