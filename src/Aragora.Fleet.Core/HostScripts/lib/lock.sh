# The host's lock: one step at a time. Held on descriptor 9 for the life of the step.

# lock_take: fails where another step holds it, and sets LOCK_OWNER to who that is.
lock_take() {
  exec 9>>"$STATE/lock"
  if ! flock -n 9; then
    LOCK_OWNER=$(cat "$STATE/lock.owner" 2>/dev/null) || LOCK_OWNER='an unknown owner'
    return 1
  fi
  printf '%s, step %s, since %s\n' "$P_WHO" "$P_STEP" "$(date -u +%Y-%m-%dT%H:%M:%SZ)" >"$STATE/lock.new"
  mv -f "$STATE/lock.new" "$STATE/lock.owner"
}
