# Writes down on the host that its run was accepted: watched, asked about and approved to its end.

accept_end() {
  result_put outcome "$1"
  result_fit reason "${2:-}" 800
  result_emit
  [[ $1 == accepted ]] || exit 1
}

valid_id "$P_DEPLOY" || refuse "the deploy id '$P_DEPLOY' cannot name a file"
RECORD_FILE=$STATE/deploys/$P_DEPLOY
[[ -f $RECORD_FILE ]] || refuse "this host has no record of $P_DEPLOY"
umask 077
lock_take "acceptance of $P_DEPLOY" || accept_end locked "another has the host: $LOCK_OWNER"
fence_take "$P_TOKEN" || accept_end "$BARRED_AS" "$BARRED"
grep -q '^accepted ' "$RECORD_FILE" || state_append "$RECORD_FILE" "accepted $(date -u +%Y-%m-%dT%H:%M:%SZ)" ||
  refuse "the record of the run cannot be written to $RECORD_FILE"
accept_end accepted
