# Moves the host to P_TARGET, and back by itself where that fails.

LEDGER_KIND=Deploy

deploy_change() {
  fact step "$P_STEP"
  fact repaired 0
  release_read "$P_TARGET"
  release_current "$P_TARGET"
  release_foreign
  source_prepare "$P_TARGET"
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
  source_back "${FACTS[from]}"
  release_move "${FACTS[from]}"
}

if [[ $P_REVERT == 1 ]]; then
  step_main deploy_change deploy_revert
else
  step_main deploy_change
fi
