# A step outlives its caller.
# It runs as a transient unit, and its outcome is a file.

host_has systemd-run

# step_main CHANGE [REVERT]: inside the unit runs the step, outside starts it once and waits for its outcome.
step_main() {
  unit_name
  valid_id "$P_STEP" || refuse "the step id '$P_STEP' cannot name a unit"
  STEP_DIR=$STATE/steps/$P_STEP STEP_UNIT=aragora-fleet-step-$P_STEP
  if [[ ${ARAGORA_FLEET_STEP:-} == "$P_STEP" ]]; then
    step_run "$@"
  else
    state_prepare
    step_start
    step_wait
    step_answer
  fi
}

# step_start: starts the unit unless this host already knows the step id.
step_start() {
  local name settings=()
  exec 8>"$STATE/steps.lock"
  flock 8
  if [[ ! -e $STEP_DIR/started ]]; then
    find "$STATE/steps" -mindepth 1 -maxdepth 1 -mtime +30 -exec rm -rf {} +
    { mkdir -p "$STEP_DIR" && : >"$STEP_DIR/started" && cp "$0" "$STEP_DIR/script"; } 2>/dev/null ||
      refuse "there is no room for the step in $STATE"
    for name in PATH HOME AWS_SSM_{INSTANCE_ID,REGION_NAME} ARAGORA_FLEET_{STATE_DIR,TMP_STATE,UNIT_DIR,PROXY_PORT}; do
      settings+=("--setenv=$name=${!name:-}")
    done
    systemctl reset-failed "$STEP_UNIT" 2>/dev/null 8>&- || true
    if ! systemd-run --unit="$STEP_UNIT" --description="Aragora.Fleet $OPERATION $P_DEPLOY" \
      --setenv=ARAGORA_FLEET_STEP="$P_STEP" "${settings[@]}" /bin/bash "$STEP_DIR/script" >>"$STEP_DIR/log" 2>&1 </dev/null 8>&-; then
      fact outcome refused
      fact reason "systemd-run could not start the step: $(tail -n 2 "$STEP_DIR/log")"
      step_record >/dev/null
    fi
  fi
  exec 8>&-
}

# step_wait: until the outcome is there, or the unit is gone without one.
step_wait() {
  local turns=0
  while [[ ! -s $STEP_DIR/outcome ]]; do
    sleep 0.15
    ((++turns % 7 == 0)) || continue
    unit_read "$STEP_UNIT"
    [[ $ACTIVE =~ ^(active|activating|deactivating)$ || -s $STEP_DIR/outcome ]] || break
  done
}

# step_answer: prints the recorded outcome, and the end of the log after it.
step_answer() {
  local outcome
  if [[ ! -s $STEP_DIR/outcome ]]; then
    facts_load
    fact outcome unknown || true
    fact reason "the step ended without an outcome, killed or by a reboot (unit $ACTIVE, result $UNIT_RESULT)" || true
    step_record >/dev/null
  fi
  RESULT_EMITTED=1
  outcome=$(cat "$STEP_DIR/outcome" 2>/dev/null) || outcome=$(result_block)
  printf '%s\n' "$outcome"
  tail -c 16000 "$STEP_DIR/log" 2>/dev/null | redact
  ! grep -qxE 'outcome (deployed|current|restored)' <<<"$outcome" || exit 0
  exit 1
}

# step_run CHANGE [REVERT]: the step itself, inside its unit.
step_run() {
  exec >>"$STEP_DIR/log" 2>&1 </dev/null
  RESULT_EMITTED=1
  trap step_end EXIT
  phase lock
  lock_take "step $P_STEP" || step_bar locked "another has the host: $LOCK_OWNER"
  phase fence
  fence_take "$P_TOKEN" || step_bar "$BARRED_AS" "$BARRED"
  state_reserve || step_bar refused "the disk under $STATE is full"
  attempt "$1"
  if ((ATTEMPT != 0)); then
    [[ -n ${FACTS[outcome]:-} ]] || step_failed "${2:-}"
  fi
}

# step_bar OUTCOME REASON: ends the step before it began.
step_bar() {
  fact outcome "$1"
  fact reason "$2"
  exit 0
}

# step_failed [REVERT]: what a failed change leaves behind; goes back where there is a way back.
step_failed() {
  local reason=${FACTS[reason]:-unknown} failed=${FACTS[phase]}
  if [[ -n $1 && ${FACTS[moved]:-0} == 1 ]]; then
    # What a full disk lacks most for the way back.
    rm -f "$STATE/reserve"
    attempt "$1"
    if ((ATTEMPT == 0)); then
      fact outcome reverted
      fact phase "$failed"
      fact reason "$reason"
    else
      fact outcome revert-failed
      fact reason "$reason; going back failed at ${FACTS[phase]}: ${FACTS[reason]}"
      fact phase revert
    fi
  else
    fact outcome failed
  fi
  [[ ${FACTS[moved]:-0} == 0 ]] ||
    ledger_append "$LEDGER_KIND" "${FACTS[from]}" "${FACTS[to]}" "${FACTS[outcome]}"
}

step_end() {
  facts_load
  if [[ -z ${FACTS[outcome]:-} ]]; then
    fact outcome failed
    [[ -n ${FACTS[reason]:-} ]] || fact reason "${UNEXPECTED:-the step ended unexpectedly}"
  fi
  step_record
}
