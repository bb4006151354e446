# A step: a change that outlives its caller. It runs as a transient unit, and its outcome is a file.

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
  (
    flock 8
    if [[ ! -e $STEP_DIR/started ]]; then
      find "$STATE/steps" -mindepth 1 -maxdepth 1 -mtime +30 -exec rm -rf {} +
      mkdir -p "$STEP_DIR"
      cp "$0" "$STEP_DIR/script"
      : >"$STEP_DIR/started"
      for name in PATH HOME AWS_SSM_INSTANCE_ID AWS_SSM_REGION_NAME; do
        settings+=("--setenv=$name=${!name:-}")
      done
      systemctl reset-failed "$STEP_UNIT" 2>/dev/null 8>&- || true
      if ! systemd-run --unit="$STEP_UNIT" --description="Aragora.Fleet $OPERATION $P_DEPLOY" \
        --setenv=ARAGORA_FLEET_STEP="$P_STEP" --setenv=ARAGORA_FLEET_STATE_DIR="$STATE" \
        --setenv=ARAGORA_FLEET_TMP_STATE="$TMP_STATE" --setenv=ARAGORA_FLEET_UNIT_DIR="$UNIT_DIR" \
        "${settings[@]}" /bin/bash "$STEP_DIR/script" >>"$STEP_DIR/log" 2>&1 </dev/null 8>&-; then
        fact outcome refused
        fact reason "systemd-run could not start the step: $(tail -n 2 "$STEP_DIR/log")"
        step_record
      fi
    fi
  ) 8>"$STATE/steps.lock"
}

# step_wait: until the outcome is there, or the unit is gone without one.
step_wait() {
  local turns=0
  while [[ ! -e $STEP_DIR/outcome ]]; do
    sleep 0.15
    ((++turns % 7 == 0)) || continue
    unit_read "$STEP_UNIT"
    [[ $ACTIVE == active || $ACTIVE == activating || $ACTIVE == deactivating || -e $STEP_DIR/outcome ]] || break
  done
}

# step_answer: prints the recorded outcome, and the end of the log after it.
step_answer() {
  if [[ ! -e $STEP_DIR/outcome ]]; then
    facts_load
    fact outcome unknown
    fact reason "the step ended without an outcome, killed or by a reboot (unit $ACTIVE, result $UNIT_RESULT)"
    step_record
  fi
  RESULT_EMITTED=1
  cat "$STEP_DIR/outcome"
  tail -c 16000 "$STEP_DIR/log" 2>/dev/null | redact
  if grep -Eq '^outcome (deployed|current|restored)$' "$STEP_DIR/outcome"; then
    exit 0
  fi
  exit 1
}

# step_run CHANGE [REVERT]: the step itself, inside its unit.
step_run() {
  exec >>"$STEP_DIR/log" 2>&1 </dev/null
  RESULT_EMITTED=1
  trap step_end EXIT
  phase lock
  if ! lock_take "step $P_STEP"; then
    fact outcome locked
    fact reason "another has the host: $LOCK_OWNER"
    exit 0
  fi
  phase fence
  if ! fence_take "$P_TOKEN"; then
    fact outcome fenced
    fact reason "$FENCED"
    exit 0
  fi
  attempt "$1"
  if ((ATTEMPT != 0)); then
    [[ -n ${FACTS[outcome]:-} ]] || step_failed "${2:-}"
  fi
}

# step_failed [REVERT]: what a failed change leaves behind; goes back where there is a way back.
step_failed() {
  local reason=${FACTS[reason]:-unknown} failed=${FACTS[phase]}
  if [[ -n $1 && ${FACTS[moved]:-0} == 1 ]]; then
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
