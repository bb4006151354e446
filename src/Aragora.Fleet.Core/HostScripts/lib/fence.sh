# The fence.
# The highest token of the fleet lock that this host has seen, and whose. Used under the host's lock.

# fence_take TOKEN: records a greater token than was seen; fails for a smaller one, and sets FENCED to why.
# 0 is let through: there is no fleet lock then, and the host's own has to do.
fence_take() {
  local owner
  FENCE=0 FENCED=
  if [[ -e $STATE/fence ]]; then
    read -r FENCE owner <"$STATE/fence" || true
  fi
  if ! [[ $1 =~ ^(0|[1-9][0-9]{0,17})$ ]]; then
    FENCED="'$1' is not a token of the fleet lock"
  elif ! [[ $FENCE =~ ^(0|[1-9][0-9]{0,17})$ ]]; then
    FENCED="$STATE/fence is damaged; without it no token can be judged"
  elif (($1 > 0 && $1 < FENCE)); then
    FENCED="the fleet lock was lost: token $1 is older than $FENCE, which $owner brought here"
  elif (($1 > FENCE)) && ! state_write "$STATE/fence" "$1 ${P_WHO//$'\n'/ }, deploy $P_DEPLOY"; then
    FENCED="the token $1 cannot be recorded in $STATE/fence"
  fi
  [[ -z $FENCED ]] || return 1
  FENCE=$(($1 > FENCE ? $1 : FENCE))
}
