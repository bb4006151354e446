# Moves the host to P_TARGET, and back by itself where that fails.

LEDGER_KIND=Deploy

deploy_change() {
  fact step "$P_STEP"
  fact repaired 0
  release_read "$P_TARGET"
  is_commit "$P_TARGET" || decline "'$P_TARGET' is not a full commit id"
  release_current "$P_TARGET"
  release_foreign
  release_prepare "$P_TARGET"
  if [[ $FROM != "$P_TARGET" ]]; then
    tmp_state_write "$FROM"
  fi
  fact moved 1
  release_move "$P_TARGET" extra_database
  ledger_append Deploy "$FROM" "$P_TARGET" deployed
  fact outcome deployed
  extra_scripts
}

deploy_revert() {
  layout_read
  layout_lend_home
  cd "$DIR"
  fact reverting 1
  git_has "${FACTS[from]}" || git_fetch_commit "${FACTS[from]}"
  release_move "${FACTS[from]}"
}

if [[ $P_REVERT == 1 ]]; then
  step_main deploy_change deploy_revert
else
  step_main deploy_change
fi
