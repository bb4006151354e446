# The plan.
# What it says of this host: lines `<instance id> <value>`, of which the host finds its own.

# host_line LINES: sets HOST_VALUE to what they say of this host; empty where nothing.
host_line() {
  local id value
  HOST_VALUE=
  while read -r id value; do
    [[ $id == "${AWS_SSM_INSTANCE_ID:-}" && -n $id ]] && HOST_VALUE=$value
  done <<<"$1"
  return 0
}

# plan_has_moved: whether a step of this run has begun to move the host.
plan_has_moved() {
  grep -qsx 'moved 1' "$STATE/steps/$P_DEPLOY-"*/facts
}

# plan_moved TARGET: sets FROM to the release to come back to; where another than the plan expects runs and lies here, MOVED
# says so. A host that an earlier step of this run has moved may be at the target as well.
plan_moved() {
  MOVED=
  host_line "${P_EXPECT:-}"
  FROM=${HOST_VALUE:-${RUNNING:-$DISK}}
  [[ $FROM != "$RUNNING" && $FROM != "$DISK" ]] || return 0
  # A pip that was killed leaves no version at all.
  if [[ $1 == "$RUNNING" || $1 == "$DISK" || -z $DISK ]] && plan_has_moved; then
    return 0
  fi
  MOVED="the plan saw $FROM, but the host now runs ${RUNNING:-nothing} with $DISK on disk"
}
