# Which releases ran well here: by the ledger, and one of unknown worth by the state file of the CI.

# GOOD is 1 for a release that came to stay, 0 for one that failed here, and - for one of which only its own run wanted something.
# FAILED is the run in which one failed last.
# PROVEN are those that this module brought and verified, and not merely found.
declare -A GOOD=() PROVEN=() TAKEN=() CAME=() ORIGIN=() BY=() BEFORE=() TURN=() WAS=() FAILED=()

# points_came COMMIT WHEN ORIGIN DEPLOY: from now on it runs here, and well.
points_came() {
  [[ ${BY[$1]:-} == "$4" ]] ||
    WAS[$1]="${GOOD[$1]:--} ${PROVEN[$1]:--} ${TAKEN[$1]:--} ${CAME[$1]:--} ${ORIGIN[$1]:--} ${BY[$1]:--} ${BEFORE[$1]:--} ${TURN[$1]:-0}"
  GOOD[$1]=1 CAME[$1]=$2 ORIGIN[$1]=$3 BY[$1]=$4 TURN[$1]=$POINTS_TURN
  [[ $3 == foreign ]] || PROVEN[$1]=1
  TAKEN[$1]=-
}

# points_undone COMMIT: it is what it was before the run that brought it last.
points_undone() {
  read -r "GOOD[$1]" "PROVEN[$1]" "TAKEN[$1]" "CAME[$1]" "ORIGIN[$1]" "BY[$1]" "BEFORE[$1]" "TURN[$1]" <<<"${WAS[$1]}"
}

# points_found COMMIT: a change found it here, and nothing says how it came.
points_found() {
  [[ ${GOOD[$1]:--} == - ]] || return 0
  GOOD[$1]=1 CAME[$1]=- ORIGIN[$1]=before BY[$1]=- TURN[$1]=$((POINTS_TURN - 1))
}

# points_failed COMMIT DEPLOY
points_failed() {
  GOOD[$1]=0 PROVEN[$1]=- FAILED[$1]=$2
}

# points_left COMMIT DEPLOY CAUSE: a way back left it. Where the host failed with it, it is bad; where the run that brought it
# went back for another's sake, it is what it was; anyone else only did not want it. Lines of old do not say why a run took
# back what it brought: they count as failures.
points_left() {
  case $3:${BY[$1]:--} in
    run:"$2") points_undone "$1" ;;
    run:*) ;;
    own:* | *:"$2") points_failed "$1" "$2" ;;
    *) TAKEN[$1]=1 ;;
  esac
}

# points_change WHEN KIND DEPLOY FROM TO VERDICT CAUSE: one line of the ledger; sets RELEASE to what it leaves running, empty
# where that is not certain.
points_change() {
  local own=0
  [[ $2 != Restore || -z $7 && ${BY[$4]:-} != "$3" ]] || own=1
  ((own)) || points_found "$4"
  [[ $2 != Restore || $4 == "$5" ]] || points_left "$4" "$3" "$7"
  case $6 in
    deployed | restored | observed)
      # A run that takes its own change back leaves the release what it was.
      if ((!own)) || [[ ${GOOD[$5]:-0} != 1 ]]; then
        points_came "$5" "$1" "${2,,}" "$3"
      fi
      RELEASE=$5
      ;;
    reverted)
      points_failed "$5" "$3"
      [[ ${GOOD[$4]} == 1 ]] || GOOD[$4]=-
      points_found "$4"
      RELEASE=$4
      ;;
    *)
      points_failed "$5" "$3"
      RELEASE=
      ;;
  esac
  [[ $2 == Restore || $4 == "$5" ]] || BEFORE[$5]=$4
}

# points_ledger [UNTIL]: reads the ledger. Sets LEDGER_BEGIN to the time of its first line, and AT to what ran at UNTIL, empty
# where that is not certain: since when the host ran what that line found there, nobody knows.
points_ledger() {
  local when kind deploy from to verdict cause
  POINTS_TURN=0 RELEASE='' AT='' LEDGER_BEGIN='' LEDGER_END=
  [[ -f $LEDGER ]] || return 0
  while IFS=$'\t' read -r when kind deploy from to verdict _ _ cause _; do
    if ! is_release "$from" || ! is_release "$to"; then
      continue
    fi
    POINTS_TURN=$((POINTS_TURN + 2))
    LEDGER_BEGIN=${LEDGER_BEGIN:-$when}
    points_change "$when" "$kind" "$deploy" "$from" "$to" "$verdict" "${cause#-}"
    [[ $when > ${1:-} ]] || AT=$RELEASE
    LEDGER_END=$when
  done <"$LEDGER"
}

# tmp_state_read: sets TMP_PREVIOUS from the state file of the CI, and TMP_TIME to when that was written. Anyone may put a file
# in its place: one that is not believed says nothing, and TMP_DOUBT is why.
tmp_state_read() {
  TMP_PREVIOUS='' TMP_TIME=0 TMP_DOUBT=
  [[ -e $TMP_STATE || -L $TMP_STATE ]] || return 0
  if [[ -L $TMP_STATE || ! -f $TMP_STATE ]]; then
    TMP_DOUBT='it is no file of its own'
  else
    tmp_state_load 2>/dev/null <"$TMP_STATE" || TMP_DOUBT=${TMP_DOUBT:-it cannot be read}
  fi
}

# tmp_state_load: judges the open file on stdin, and reads it in both of its historic forms. Never sourced.
# CI writes it as root, or as the user of its checkouts; nobody else may own it or write to it.
tmp_state_load() {
  local line count=0 id kind owner mode
  IFS='|' read -r id kind owner mode TMP_TIME < <(stat -L -c '%d:%i|%F|%U|%a|%Y' /dev/stdin) || return 1
  if [[ $kind != regular* || $id != "$(stat -c %d:%i "$TMP_STATE")" ]]; then
    TMP_DOUBT='it is no file of its own'
  elif [[ $owner != root && $owner != "$SVC_USER" && $owner != ec2-user ]]; then
    TMP_DOUBT="it belongs to $owner"
  elif ((8#$mode & 8#22)); then
    TMP_DOUBT="others than $owner may write to it"
  fi
  [[ -z $TMP_DOUBT ]] || return 1
  while ((count++ < 20)) && IFS= read -r -n 200 line; do
    [[ $line =~ ^(PREVIOUS_COMMIT=|Rollback\ point:\ )([0-9a-f]{40})$ ]] && TMP_PREVIOUS=${BASH_REMATCH[2]}
  done
  return 0
}

# points_ci: sets CI to what the state file of the CI names, and CI_TURN to when that was: a file that the CI wrote after
# the last change by this module knows more than the ledger does.
points_ci() {
  local end=0
  CI_TURN=0 CI='' TMP_DOUBT=''
  # CI knows of checkouts only.
  [[ $MODE == git ]] || return 0
  tmp_state_read
  CI=$TMP_PREVIOUS
  [[ -n $CI ]] || return 0
  end=$(date -d "${LEDGER_END:-1970-01-01}" +%s 2>/dev/null) || end=0
  ((TMP_TIME <= end)) || CI_TURN=$((POINTS_TURN + 1))
  [[ ${GOOD[$CI]:--} != - ]] || GOOD[$CI]=1 CAME[$CI]=- ORIGIN[$CI]=ci BY[$CI]=- TURN[$CI]=$CI_TURN
}

# points_sort: sets POINTS to the good releases, the one that came last first.
points_sort() {
  local commit
  mapfile -t POINTS < <(
    for commit in ${GOOD[@]+"${!GOOD[@]}"}; do
      [[ ${GOOD[$commit]} != 1 ]] || printf '%d %s\n' "${TURN[$commit]}" "$commit"
    done | sort -rn | cut -d ' ' -f 2
  )
}

# points_fit COMMIT RUNNING: whether a way back from RUNNING may lead there by itself.
points_fit() {
  [[ $1 != "$2" && ${GOOD[$1]:-0} == 1 && ${TAKEN[$1]:--} == - ]]
}

# points_previous RUNNING: sets PREVIOUS to what ran before it.
points_previous() {
  local commit=${1:--} turns=0
  PREVIOUS=
  if ((CI_TURN > 0)) && points_fit "$CI" "$1"; then
    PREVIOUS=$CI
    return 0
  fi
  while ((turns++ < 100)) && commit=${BEFORE[$commit]:--} && [[ $commit != - ]]; do
    if points_fit "$commit" "$1"; then
      PREVIOUS=$commit
      return 0
    fi
  done
  for commit in ${POINTS[@]+"${POINTS[@]}"}; do
    if points_fit "$commit" "$1"; then
      PREVIOUS=$commit
      return 0
    fi
  done
}

# points_last_good: sets LAST_GOOD to the release that came last and stayed, be it the one that runs. One that this
# module verified comes before one that was merely found.
points_last_good() {
  local commit
  LAST_GOOD=
  for commit in ${POINTS[@]+"${POINTS[@]}"}; do
    if [[ ${PROVEN[$commit]:--} == 1 ]] && points_fit "$commit" ''; then
      LAST_GOOD=$commit
      return 0
    fi
  done
  for commit in ${POINTS[@]+"${POINTS[@]}"}; do
    if points_fit "$commit" ''; then
      LAST_GOOD=$commit
      return 0
    fi
  done
}

# points_read RUNNING [UNTIL]
points_read() {
  points_ledger "${2:-}"
  points_ci
  points_sort
  points_previous "$1"
  points_last_good
}
