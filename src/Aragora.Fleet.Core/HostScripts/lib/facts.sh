# The step's facts.
# Kept in a file as it goes: so the outcome survives a failing part, and even a killed step.

declare -A FACTS=()
FACT_ORDER='outcome phase from to ready_ms stash repaired foreign proxy initdb pipcheck seed validate step'

# fact KEY VALUE: the last value of a key counts.
fact() {
  FACTS[$1]=$2
  result_escape "$2"
  state_append "$STEP_DIR/facts" "$1 $ESCAPED"
}

# facts_load: reads what other processes of this step have kept.
facts_load() {
  local key value
  [[ -f $STEP_DIR/facts ]] || return 0
  while read -r key value; do
    [[ -n $key ]] || continue
    printf -v value '%b' "$value"
    FACTS[$key]=$value
  done <"$STEP_DIR/facts"
}

phase() {
  fact phase "$1"
  say "== $1"
}

# say TEXT: into the log, which no change may fail for.
say() {
  printf '%s\n' "$1" || true
}

# fail REASON: ends the attempt under way.
fail() {
  fact reason "$1"
  say "FAILED: $1"
  exit 1
}

# decline REASON: ends the attempt before it changed anything.
decline() {
  fact outcome refused
  fail "$1"
}

# try WHAT COMMAND...: runs it into the log; a failure ends the attempt, with what it calls fatal, or its last lines, as the
# reason. Into a file, not a pipe: what it leaves running, such as the connection that ssh shares, would keep a pipe open.
try() {
  local what=$1 code=0 output=$STEP_DIR/output words
  shift
  "$@" >"$output" 2>&1 || code=$?
  cat "$output" || true
  ((code != 0)) || return 0
  words=$(grep -E '^(fatal|error|ERROR):' "$output" || cat "$output")
  [[ $(stat -f -c %a "$STATE") != 0 ]] || words+=$'\nNo space left on device'
  fail "$what failed with exit code $code: $(printf '%s\n' "$words" | tail -n 3 | redact)"
}

# attempt FUNCTION: runs it in a subshell, where set -e holds throughout; sets ATTEMPT to its exit code.
attempt() {
  trap - ERR
  set +e
  (attempt_body "$1")
  ATTEMPT=$?
  set -e
  trap 'result_unexpected "$?" "$LINENO" "$BASH_COMMAND"' ERR
  facts_load
}

attempt_body() {
  ATTEMPT_PID=$BASHPID
  trap 'attempt_unexpected "$?" "$LINENO" "$BASH_COMMAND"' ERR
  set -e
  "$1"
}

attempt_unexpected() {
  [[ $BASHPID == "$ATTEMPT_PID" ]] || exit "$1"
  fail "unexpected failure with exit code $1 at line $2: $3"
}

# step_record: writes the outcome, with the host as it is now. Where even that finds no room, the block is in RESULT alone.
step_record() {
  local key
  result_begin
  for key in $FACT_ORDER; do
    [[ -z ${FACTS[$key]+set} ]] || result_put "$key" "${FACTS[$key]}" 120
  done
  layout_read
  layout_report
  release_report
  result_fit reason "${FACTS[reason]:-}" 800
  state_write "$STEP_DIR/outcome" "$(result_block)" || say 'the outcome cannot be written'
}
