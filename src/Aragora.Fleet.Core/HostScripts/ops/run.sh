# Runs the user's text, keeps the whole of its output in a spool, and answers with its exit code and the head of it.

valid_id "$P_RUN" || refuse "the run id '$P_RUN' cannot name a folder"
state_prepare
SPOOL=$STATE/runs/$P_RUN
HEAD=24000

run_child() {
  local code=0
  find "$STATE/runs" -mindepth 1 -maxdepth 1 -mtime +14 -exec rm -rf {} +
  printf '%s' "$P_SCRIPT" >"$SPOOL/script"
  chmod 700 "$SPOOL/script"
  if [[ $P_SCRIPT == '#!'* ]]; then
    env -u LC_ALL "$SPOOL/script" >"$SPOOL/out" 2>"$SPOOL/err" </dev/null || code=$?
  else
    env -u LC_ALL bash "$SPOOL/script" >"$SPOOL/out" 2>"$SPOOL/err" </dev/null || code=$?
  fi
  printf '%d\n' "$code" >"$SPOOL/exit.new"
  mv -f "$SPOOL/exit.new" "$SPOOL/exit"
}

if mkdir "$SPOOL" 2>/dev/null; then
  run_child
elif [[ ! -e $SPOOL/exit ]]; then
  refuse "the run $P_RUN is under way on this host, or was killed; it is not run twice"
fi
read -r code <"$SPOOL/exit"
result_put exit "$code"
result_put out_bytes "$(stat -c %s "$SPOOL/out")"
result_put err_bytes "$(stat -c %s "$SPOOL/err")"
result_put spool "$P_RUN"
result_emit
head -c "$HEAD" "$SPOOL/out"
head -c "$HEAD" "$SPOOL/err" >&2

# The agent gives these codes a meaning of its own; the block has the true one.
case $code in
  137 | 168 | 169 | 194) exit 1 ;;
  *) exit "$code" ;;
esac
