# What is kept on the host.
# In a folder that only root may enter.

STATE=${ARAGORA_FLEET_STATE_DIR:-/var/lib/aragora-fleet}

# What the existing CI keeps, where anyone may write.
TMP_STATE=${ARAGORA_FLEET_TMP_STATE:-/tmp/aragora_deploy_state}

state_prepare() {
  (
    umask 077
    mkdir -p "$STATE/steps" "$STATE/runs" "$STATE/deploys"
  )
}

# state_reserve: keeps room that is given up when the disk is full, so that a change can still end and tell how.
state_reserve() {
  [[ -e $STATE/reserve ]] || head -c 4194304 /dev/zero | state_put "$STATE/reserve"
}

# state_put FILE: makes stdin the content of FILE, all of it or nothing: on the disk before it is renamed.
state_put() {
  local temporary=$1.new.$BASHPID
  if dd of="$temporary" conv=fsync status=none && mv -fT "$temporary" "$1"; then
    return 0
  fi
  rm -f "$temporary"
  return 1
}

# state_write FILE TEXT: the same for a text, out of the reserve where the disk is full.
state_write() {
  ! printf '%s\n' "$2" | state_put "$1" || return 0
  rm -f "$STATE/reserve"
  printf '%s\n' "$2" | state_put "$1"
}

# state_append FILE LINE: where half a line got through before the disk was full, the whole one begins anew.
state_append() {
  ! printf '%s\n' "$2" >>"$1" || return 0
  rm -f "$STATE/reserve"
  printf '\n%s\n' "$2" >>"$1"
}

# valid_id ID: whether it can name a folder and a unit.
valid_id() {
  [[ $1 =~ ^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$ ]]
}
