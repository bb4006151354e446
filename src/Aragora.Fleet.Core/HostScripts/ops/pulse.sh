# Takes the pulse of the service: its process, /readyz, and the errors of the last P_SECONDS in its journal.

host_has journalctl

# pulse_count: sets ERRORS and LINES. The window is by this host's own clock, so that no other clock matters.
pulse_count() {
  ERRORS=0 LINES=0
  ((P_SECONDS > 0)) || return 0
  read -r ERRORS LINES < <(journalctl -u "$UNIT" --since="$P_SECONDS seconds ago" -o cat --no-pager -q 2>/dev/null |
    awk '/"level"[ ]*:[ ]*"(ERROR|CRITICAL)"/ || /^Traceback \(most recent call last\)/ { errors++ }
      $0 != "-- No entries --" { lines++ }
      END { print errors + 0, lines + 0 }')
}

[[ $P_SECONDS =~ ^(0|[1-9][0-9]{0,6})$ ]] || refuse 'the window is not a number of seconds'
layout_ask
HTTP_CODE=000
[[ $ACTIVE != active || $PID == 0 ]] || http_get /readyz
pulse_count
result_put active "$ACTIVE"
result_put sub "$SUB"
result_put pid "$PID"
result_put restarts "${RESTARTS:-0}"
result_put ready "$((10#$HTTP_CODE))"
result_put errors "$ERRORS"
result_put lines "$LINES"
result_emit
