# Tells what ran here and what became of the runs that had this host. Changes nothing.

# history_step ID: sets STEP, OUTCOME, PHASE and REASON from the newest step of a run here; all empty where it had none. A
# step forward that was refused left the host as an older step of the run had, so that one counts where there is one.
history_step() {
  local folder newest='' barred=''
  STEP='' OUTCOME='' PHASE='' REASON=''
  for folder in "$STATE/steps/$1"-*; do
    [[ -e $folder/started ]] || continue
    if [[ $folder != */"$1"-back* ]] && grep -qsxE 'outcome (refused|locked|fenced)' "$folder/outcome"; then
      [[ -n $barred && ! $folder/started -nt $barred/started ]] || barred=$folder
    else
      [[ -n $newest && ! $folder/started -nt $newest/started ]] || newest=$folder
    fi
  done
  newest=${newest:-$barred}
  [[ -n $newest ]] || return 0
  STEP=${newest##*/}
  history_facts "$newest/facts"
  OUTCOME=
  if [[ ! -e $newest/outcome ]]; then
    # One that is just being started is no unit yet.
    flock "$STATE/steps.lock" true
    unit_read "aragora-fleet-step-$STEP"
    OUTCOME=unknown
    [[ ! $ACTIVE =~ ^(active|activating|deactivating)$ ]] || OUTCOME=running
  fi
  history_facts "$newest/outcome"
}

history_facts() {
  local key value
  [[ -f $1 ]] || return 0
  while read -r key value; do
    case $key in
      outcome) OUTCOME=$value ;;
      phase) PHASE=$value ;;
      reason) printf -v REASON '%b' "$value" ;;
    esac
  done <"$1"
}

# history_wait: for a step of the run that is still under way, as long as P_WAIT allows.
history_wait() {
  local began
  began=$(date +%s)
  history_step "$P_DEPLOY"
  while [[ $OUTCOME == running ]] && (($(date +%s) - began < P_WAIT)); do
    sleep 0.3
    history_step "$P_DEPLOY"
  done
}

# history_runs: sets IDS to the runs that this host knows, newest first, with what its ledger and its records say.
declare -A KIND=() WHEN=() FROM=() TO=() VERDICT=() WAVE=() OPEN=()
history_runs() {
  local when kind deploy from to verdict file key value accepted
  if [[ -f $LEDGER ]]; then
    while IFS=$'\t' read -r when kind deploy from to verdict _; do
      # What a run found here is no change of its own.
      [[ $kind != Foreign && -n $verdict ]] || continue
      [[ -n ${KIND[$deploy]:-} ]] || KIND[$deploy]=$kind WHEN[$deploy]=$when FROM[$deploy]=$from TO[$deploy]=$to
      VERDICT[$deploy]=$verdict
    done <"$LEDGER"
  fi
  for file in "$STATE/deploys"/*; do
    deploy=${file##*/}
    [[ -f $file ]] || continue
    KIND[$deploy]=${KIND[$deploy]:--} accepted=
    while read -r key value; do
      case $key in
        kind) KIND[$deploy]=$value ;;
        claimed) WHEN[$deploy]=$value ;;
        from) FROM[$deploy]=$value ;;
        target) TO[$deploy]=$value ;;
        wave) WAVE[$deploy]=$value ;;
        accept) [[ $value != 1 ]] || OPEN[$deploy]=1 ;;
        accepted) accepted=1 ;;
      esac
    done <"$file"
    [[ -z $accepted ]] || unset "OPEN[$deploy]"
  done
  mapfile -t IDS < <(for deploy in ${KIND[@]+"${!KIND[@]}"}; do printf '%s\n' "$deploy"; done | sort -r)
}

# history_returned ID: whether a later run left this host where ID had found it, and it still is there.
history_returned() {
  local later from=${FROM[$1]:-}
  [[ -n $from && $from == "$DISK" && $from == "$RUNNING" ]] || return 1
  for later in "${IDS[@]}"; do
    [[ $later > $1 ]] || break
    [[ ${TO[$later]:-} == "$from" ]] || continue
    case ${VERDICT[$later]:-none} in
      deployed | restored) return 0 ;;
      # It found the host there, had nothing to do, and left no line in the ledger.
      none) [[ ${FROM[$later]:-} != "$from" ]] || return 0 ;;
    esac
  done
  return 1
}

# history_run NUMBER ID: one line for a run: kind, when it came, from, to, how it stands here, what came of that, its wave.
history_run() {
  local word after=-
  history_step "$2"
  word=${OUTCOME:-${VERDICT[$2]:-claimed}}
  # A way back that had nothing to do got there; one that was refused left the host where the way forward had brought it.
  case $STEP:$word in
    "$2"-back*:current) word=restored ;;
    "$2"-back*:refused | "$2"-back*:locked | "$2"-back*:fenced) word=failed ;;
  esac
  [[ -z ${OPEN[$2]:-} ]] || after=unaccepted
  ! history_returned "$2" || after=returned
  result_put "deploy.$1" "$2 ${KIND[$2]} ${WHEN[$2]:--} ${FROM[$2]:--} ${TO[$2]:--} $word $after ${WAVE[$2]:--}"
}

# history_record: what the run left here for a resumption, and how its last step ended.
history_record() {
  local key value
  [[ -z $STEP ]] || result_put step.id "$STEP"
  [[ -z $STEP ]] || result_put step.outcome "$OUTCOME"
  [[ -z $PHASE ]] || result_put step.phase "$PHASE"
  if [[ -f $STATE/deploys/$P_DEPLOY ]]; then
    while read -r key value; do
      printf -v value '%b' "$value"
      result_put "record.$key" "$value"
    done <"$STATE/deploys/$P_DEPLOY"
  fi
  [[ -z $REASON ]] || result_fit step.reason "$REASON" 400
}

# history_held: which of the POINTS the host itself holds; of a version it has the wheels of the last run only.
history_held() {
  local version
  if [[ $MODE == git ]]; then
    git_user rev-list --no-walk=unsorted --ignore-missing "${POINTS[@]}" 2>/dev/null || true
    return 0
  fi
  for version in "${POINTS[@]}"; do
    ! package_has "$version" || printf '%s\n' "$version"
  done
}

# history_points: the releases to go back to, with whether the host still holds them.
history_points() {
  local commit count=0 held=' '
  if ((${#POINTS[@]} > 0)); then
    held=" $(history_held | tr '\n' ' ')"
  fi
  [[ -z $P_BEFORE ]] || result_put ledger.begins "$LEDGER_BEGIN"
  [[ -z $P_BEFORE || -z $AT ]] || history_at "$held"
  for commit in ${POINTS[@]+"${POINTS[@]}"}; do
    [[ $commit != "$NOW" ]] || continue
    ((count < P_POINTS)) || break
    history_point "point.$count" "$commit" "$held"
    count=$((count + 1))
  done
}

history_point() {
  local have=0
  [[ $3 != *" $2 "* ]] || have=1
  result_put "$1" "$2 ${CAME[$2]} $have ${BY[$2]} ${ORIGIN[$2]}"
}

# history_failed: which of the P_NAMED, beginnings of commits or versions, and of what the run had found here, failed here when
# they came last, and in which run.
history_failed() {
  local name commit count=0
  for name in $P_NAMED ${FROM[${P_DEPLOY:--}]:-}; do
    for commit in ${GOOD[@]+"${!GOOD[@]}"}; do
      [[ $commit == "$name"* && ${GOOD[$commit]} == 0 ]] || continue
      result_put "failed.$count" "$commit ${FAILED[$commit]}"
      count=$((count + 1))
    done
  done
}

# history_at HELD: what ran at P_BEFORE; one that has failed here since, or that its own run took back, is told as such.
history_at() {
  case ${GOOD[$AT]:--} in
    1) history_point at "$AT" "$1" ;;
    0) result_put at.failed "$AT" ;;
    *) result_put at.undone "$AT" ;;
  esac
}

[[ $P_POINTS$P_RUNS$P_WAIT =~ ^[0-9]{3,9}$ ]] || refuse 'a count is not a number'
layout_ask
result_put mode "$MODE"
[[ $MODE == git || $MODE == package ]] || refuse "the service is laid out as '$MODE'; it has no releases to go back to"
[[ -z $P_DEPLOY ]] || history_wait
source_read
http_get /api/health/build
source_running "$HTTP_BODY"
NOW=${RUNNING:-$DISK}
points_read "$NOW" "$P_BEFORE"
history_runs
result_put unit "$UNIT"
result_put disk "$DISK"
result_put running "$RUNNING"
result_put previous "$PREVIOUS"
result_put lastgood "$LAST_GOOD"
[[ -z $TMP_DOUBT ]] || result_put ci.doubt "$TMP_STATE says nothing, for $TMP_DOUBT" 160
if [[ -n $P_DEPLOY ]]; then
  if [[ -n ${KIND[$P_DEPLOY]:-} ]]; then
    history_run 0 "$P_DEPLOY"
    history_record
  fi
else
  for ((turn = 0; turn < P_RUNS && turn < ${#IDS[@]}; turn++)); do
    history_run "$turn" "${IDS[turn]}"
  done
fi
history_failed
history_points
result_emit
