# What the host would go back to: by the ledger, else by the state file of the CI.

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
