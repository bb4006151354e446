# Moves the host back to the commit that P_TARGETS names for it.

LEDGER_KIND=Restore

rollback_change() {
  local target
  fact step "$P_STEP"
  fact repaired 0
  host_line "$P_TARGETS"
  target=$HOST_VALUE
  phase point
  [[ -n $target ]] || decline 'the plan names no release to go back to'
  release_read "$target"
  release_current "$target"
  release_foreign
  source_prepare "$target"
  fact moved 1
  release_move "$target"
  ledger_append Restore "$FROM" "$target" restored
  [[ $SOURCE != git ]] || tmp_state_drop
  fact outcome restored
}

step_main rollback_change
