# Moves the host back to the commit that P_TARGETS names for it.

LEDGER_KIND=Restore

rollback_change() {
  local target
  fact step "$P_STEP"
  fact repaired 0
  host_line "$P_TARGETS"
  target=$HOST_VALUE
  release_read "$target"
  phase point
  is_commit "$target" || decline "the plan names no release to go back to from $FROM: '$target'"
  release_current "$target"
  release_foreign
  release_prepare "$target"
  fact moved 1
  release_move "$target"
  ledger_append Restore "$FROM" "$target" restored
  tmp_state_drop
  fact outcome restored
}

step_main rollback_change
