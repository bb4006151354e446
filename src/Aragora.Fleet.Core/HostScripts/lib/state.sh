# What this module keeps on a host, in a folder that only root may enter.

STATE=${ARAGORA_FLEET_STATE_DIR:-/var/lib/aragora-fleet}

state_prepare() {
  (
    umask 077
    mkdir -p "$STATE/steps" "$STATE/runs"
  )
}

# valid_id ID: whether it can name a folder and a unit.
valid_id() {
  [[ $1 =~ ^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$ ]]
}
