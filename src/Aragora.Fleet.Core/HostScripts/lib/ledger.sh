# The ledger: one line per change, append-only: when kind id from to verdict who reason, separated by tabs.

LEDGER=$STATE/ledger
TMP_STATE=${ARAGORA_FLEET_TMP_STATE:-/tmp/aragora_deploy_state}

# ledger_append KIND FROM TO VERDICT
ledger_append() {
  local who reason
  result_escape "${P_WHO:0:200}"
  who=$ESCAPED
  result_escape "${P_REASON:0:400}"
  reason=$ESCAPED
  printf '%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n' \
    "$(date -u +%Y-%m-%dT%H:%M:%SZ)" "$1" "$P_DEPLOY" "$2" "$3" "$4" "$who" "$reason" >>"$LEDGER"
}

# ledger_read COMMIT: sets LEDGER_RELEASE to the release after the last line (empty where it is not certain),
# and LEDGER_BEFORE to what ran before COMMIT was brought here. Going back is no such change.
ledger_read() {
  local kind from to verdict
  LEDGER_RELEASE='' LEDGER_BEFORE=''
  [[ -f $LEDGER ]] || return 0
  while IFS=$'\t' read -r _ kind _ from to verdict _; do
    case $verdict in
      deployed | restored | observed) LEDGER_RELEASE=$to ;;
      reverted) LEDGER_RELEASE=$from ;;
      *) LEDGER_RELEASE= ;;
    esac
    if [[ $kind != Restore && $LEDGER_RELEASE == "$to" && $to == "$1" && $from != "$to" ]]; then
      LEDGER_BEFORE=$from
    fi
  done <"$LEDGER"
}

# tmp_state_read: sets TMP_PREVIOUS from the state file of the CI, in both of its historic forms. Never sourced.
tmp_state_read() {
  local line count=0
  TMP_PREVIOUS=
  [[ -f $TMP_STATE && ! -L $TMP_STATE ]] || return 0
  while ((count++ < 20)) && IFS= read -r -n 200 line; do
    [[ $line =~ ^(PREVIOUS_COMMIT=|Rollback\ point:\ )([0-9a-f]{40})$ ]] && TMP_PREVIOUS=${BASH_REMATCH[2]}
  done <"$TMP_STATE"
  return 0
}

# tmp_state_write COMMIT: by rename, which replaces a link instead of following it.
tmp_state_write() {
  local temporary
  temporary=$(mktemp "$TMP_STATE.XXXXXX")
  printf 'PREVIOUS_COMMIT=%s\n' "$1" >"$temporary"
  chmod 644 "$temporary"
  if ! mv -fT "$temporary" "$TMP_STATE"; then
    rm -f "$temporary"
    printf 'the state file %s cannot be replaced; the ledger has the rollback point\n' "$TMP_STATE"
  fi
}

# rollback_point COMMIT: sets POINT to what ran before COMMIT, if the clone still has it; empty where that is unknown.
rollback_point() {
  local candidate
  ledger_read "$1"
  tmp_state_read
  POINT=
  for candidate in "$LEDGER_BEFORE" "$TMP_PREVIOUS" "$LEDGER_RELEASE"; do
    if is_commit "$candidate" && [[ $candidate != "$1" ]] && git_has "$candidate"; then
      POINT=$candidate
      return 0
    fi
  done
}
