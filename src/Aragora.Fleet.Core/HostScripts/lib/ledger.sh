# The ledger.
# One line per change, append-only: when kind id from to verdict who reason cause, separated by tabs. The cause says why a run took
# its own change back: `own`, the host failed, or `run`, for the sake of others; `-` for any other change. Lines of old have none.

LEDGER=$STATE/ledger

# ledger_append KIND FROM TO VERDICT
ledger_append() {
  local who
  result_escape "${P_WHO:0:200}"
  who=${ESCAPED:--}
  result_escape "${P_REASON:0:400}"
  printf -v who '%s\t' "$(date -u +%Y-%m-%dT%H:%M:%SZ)" "$1" "$P_DEPLOY" "${@:2}" "$who" "${ESCAPED:--}"
  state_append "$LEDGER" "$who${CAUSE:--}"
}

# ledger_read: sets LEDGER_RELEASE to the release after the last line; empty where it is not certain.
ledger_read() {
  local from to verdict
  LEDGER_RELEASE=
  [[ -f $LEDGER ]] || return 0
  while IFS=$'\t' read -r _ _ _ from to verdict _; do
    case $verdict in
      deployed | restored | observed) LEDGER_RELEASE=$to ;;
      reverted) LEDGER_RELEASE=$from ;;
      *) LEDGER_RELEASE= ;;
    esac
  done <"$LEDGER"
}
