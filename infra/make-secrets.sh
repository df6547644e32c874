#!/usr/bin/env bash
# Makes the secrets that infra/compose.yaml reads, in DCIM_SECRETS_DIR (default: infra/secrets). What is there stays as it is.
# The folder is closed to others (700); the files are readable, because the containers' users are not ours.
set -euo pipefail
folder=${DCIM_SECRETS_DIR:-$(dirname "$0")/secrets}
mkdir -p "$folder"
chmod 700 "$folder"
secret() { [ -s "$folder/$1" ] || printf '%s' "$2" >"$folder/$1"; chmod 644 "$folder/$1"; }
random() { od -An -N24 -tx1 /dev/urandom | tr -d ' \n'; }
for name in database mqtt_server mqtt_device mqtt_sim; do secret "${name}_password" "$(random)"; done
secret database_url "postgresql://dcim:$(cat "$folder/database_password")@database:5432/dcim"
secret mqtt_server_url "mqtt://dcim-server:$(cat "$folder/mqtt_server_password")@broker:1883"
secret mqtt_sim_url "mqtt://dcim-sim:$(cat "$folder/mqtt_sim_password")@broker:1883"
echo "secrets are in $folder"
