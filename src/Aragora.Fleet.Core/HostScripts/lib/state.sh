# What this module keeps on a host, in a folder that only root may enter.

STATE=${ARAGORA_FLEET_STATE_DIR:-/var/lib/aragora-fleet}

# What the existing CI keeps, where anyone may write.
TMP_STATE=${ARAGORA_FLEET_TMP_STATE:-/tmp/aragora_deploy_state}

state_prepare() {
  (
    umask 077
    mkdir -p "$STATE/steps" "$STATE/runs" "$STATE/deploys"
  )
}

# state_write FILE: makes stdin the content of FILE, all of it or nothing: on the disk before it is renamed.
state_write() {
  local temporary=$1.new.$BASHPID
  if dd of="$temporary" conv=fsync status=none && mv -fT "$temporary" "$1"; then
    return 0
  fi
  rm -f "$temporary"
  return 1
}

# valid_id ID: whether it can name a folder and a unit.
valid_id() {
  [[ $1 =~ ^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$ ]]
}
