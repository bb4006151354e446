# The host's lock.
# One change at a time. Held on descriptor 9 for the life of the holder.

host_has flock

# lock_take HOLDER: fails where another holds it, and sets LOCK_OWNER to who that is.
lock_take() {
  exec 9>>"$STATE/lock"
  if ! flock -n 9; then
    LOCK_OWNER=$(cat "$STATE/lock.owner" 2>/dev/null) || LOCK_OWNER='an unknown owner'
    return 1
  fi
  state_write "$STATE/lock.owner" "$P_WHO, $1, since $(date -u +%Y-%m-%dT%H:%M:%SZ)" || rm -f "$STATE/lock.owner"
}
