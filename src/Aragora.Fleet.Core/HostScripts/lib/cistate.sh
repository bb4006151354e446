# The state file of the existing CI, which its rollback reads: so each can undo what the other did.

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
