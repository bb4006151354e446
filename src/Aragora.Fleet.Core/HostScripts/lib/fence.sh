# The fence.
# The highest token of the fleet lock that this host has seen, and whose. Used under the host's lock.

# fence_take TOKEN: records a greater token than was seen. Fails for a smaller one, and where no token can be judged or kept;
# sets BARRED to why, and BARRED_AS to the outcome that this is: only `fenced` tells of a later holder of the lock.
# 0 is let through: there is no fleet lock then, and the host's own has to do.
fence_take() {
  local owner file=$STATE/fence
  FENCE=0 BARRED='' BARRED_AS=refused
  if [[ -e $file ]]; then
    FENCE=
    read -r FENCE owner <"$file" || true
  fi
  if ! [[ $1 =~ ^(0|[1-9][0-9]{0,17})$ ]]; then
    BARRED="'$1' is not a token of the fleet lock"
  elif ! [[ $FENCE =~ ^(0|[1-9][0-9]{0,17})$ ]]; then
    BARRED="$file is damaged, and without it no token can be judged: remove it while no run is under way on this host"
  elif (($1 > 0 && $1 < FENCE)); then
    BARRED_AS=fenced BARRED="the fleet lock was lost: token $1 is older than $FENCE, which $owner brought here"
  elif (($1 > FENCE)) && ! state_write "$file" "$1 ${P_WHO//$'\n'/ }, deploy $P_DEPLOY"; then
    BARRED="the token $1 cannot be recorded in $file: make room for it, or mend the disk"
  fi
  [[ -z $BARRED ]] || return 1
  FENCE=$(($1 > FENCE ? $1 : FENCE))
}
