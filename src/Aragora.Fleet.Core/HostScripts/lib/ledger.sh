# The ledger: one line per change, append-only: when kind id from to verdict who reason, separated by tabs.

LEDGER=$STATE/ledger

# ledger_append KIND FROM TO VERDICT
ledger_append() {
  local who reason
  result_escape "${P_WHO:0:200}"
  who=$ESCAPED
  result_escape "${P_REASON:0:400}"
  reason=$ESCAPED
  printf '%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n' \
    "$(date -u +%Y-%m-%dT%H:%M:%SZ)" "$1" "$P_DEPLOY" "$2" "$3" "$4" "$who" "$reason" >>"$LEDGER"
}

# ledger_read COMMIT: sets LEDGER_RELEASE to the release after the last line (empty where it is not certain),
# and LEDGER_BEFORE to what ran before COMMIT was brought here. Going back is no such change.
ledger_read() {
  local kind from to verdict
  LEDGER_RELEASE='' LEDGER_BEFORE=''
  [[ -f $LEDGER ]] || return 0
  while IFS=$'\t' read -r _ kind _ from to verdict _; do
    case $verdict in
      deployed | restored | observed) LEDGER_RELEASE=$to ;;
      reverted) LEDGER_RELEASE=$from ;;
      *) LEDGER_RELEASE= ;;
    esac
    if [[ $kind != Restore && $LEDGER_RELEASE == "$to" && $to == "$1" && $from != "$to" ]]; then
      LEDGER_BEFORE=$from
    fi
  done <"$LEDGER"
}
