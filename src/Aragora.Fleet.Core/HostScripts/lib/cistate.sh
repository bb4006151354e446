# The state file of the CI.
# Its rollback reads it: so each can undo what the other did.

# tmp_state_write COMMIT: by rename, which replaces a link instead of following it.
tmp_state_write() {
  local temporary=
  if ! { temporary=$(mktemp "$TMP_STATE.XXXXXX") && printf 'PREVIOUS_COMMIT=%s\n' "$1" >"$temporary" && chmod 644 "$temporary" &&
    mv -fT "$temporary" "$TMP_STATE"; }; then
    [[ -z $temporary ]] || rm -f "$temporary"
    say "the state file $TMP_STATE cannot be replaced; the ledger has the rollback point"
  fi
}
