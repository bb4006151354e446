# Moves the host back to the release that P_TARGETS names for it.
# Behind it, where the run takes its own change back, is why: the host failed, or the run went back for the sake of others.

LEDGER_KIND=Restore

rollback_change() {
  local target
  fact step "$P_STEP"
  fact repaired 0
  host_line "$P_TARGETS"
  read -r target CAUSE <<<"$HOST_VALUE"
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
