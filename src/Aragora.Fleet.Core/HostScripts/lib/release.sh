# Moving the host to a release.
# And proving that it runs.

READY_COUNT=${P_READY_COUNT:-3}

# release_running: sets RUNNING.
release_running() {
  http_get /api/health/build
  source_running "$HTTP_BODY"
}

# release_report: the release on disk and the one that runs, as they are now.
release_report() {
  [[ $MODE == "$SOURCE" ]] || return 0
  source_read
  release_running
  result_put disk "$DISK"
  result_put running "$RUNNING"
}

# release_read TARGET: sets RUNNING, DISK, BRANCH, DIRTY and FROM, the release to come back to.
release_read() {
  phase layout
  [[ "$P_READY_SECONDS $P_SETTLE_SECONDS $READY_COUNT " =~ ^((0|[1-9][0-9]{0,4})\ ){3}$ ]] ||
    decline 'a wait or a count is not a number'
  layout_read
  layout_lend_home
  [[ $LOAD == loaded ]] || decline "the unit $UNIT is not there (LoadState '$LOAD')"
  [[ $MODE == "$SOURCE" ]] || decline "the service is laid out as '$MODE', not '$SOURCE'"
  source_check "$1"
  cd "$DIR"
  source_read
  [[ -n $DISK ]] || plan_has_moved || decline "what $DIR holds cannot be told"
  release_running
  http_get /api/health
  fact health_before "$HTTP_CODE"
  proxy_before "$HTTP_CODE"
  phase moved
  plan_moved "$1"
  [[ -z $MOVED ]] || decline "$MOVED"
  fact from "$FROM"
}

# release_current TARGET: ends the attempt where the host is there already. One that this run itself has moved goes the
# whole way again: the step that moved it may have died before it had verified anything.
release_current() {
  fact to "$1"
  ! plan_has_moved || return 0
  if [[ $DISK == "$1" && $RUNNING == "$1" && ${NAMED:-$1} == "$1" && $DIRTY == 0 ]] && health_ready; then
    # A step that died may have brought it here, and no line says so.
    ledger_read
    [[ ! -s $LEDGER || $LEDGER_RELEASE == "$1" ]] || ledger_append Foreign "${LEDGER_RELEASE:-$1}" "$1" observed
    fact outcome current
    exit 0
  fi
}

# release_foreign: writes down a release that came here without this module. What runs as the ledger says did not, even
# where the plan, of a run that moved this host before, names another to come back to.
release_foreign() {
  ledger_read
  [[ -n $LEDGER_RELEASE && $LEDGER_RELEASE != "$FROM" && $LEDGER_RELEASE != "${RUNNING:-$DISK}" ]] || return 0
  ledger_append Foreign "$LEDGER_RELEASE" "$FROM" observed
  fact foreign "$LEDGER_RELEASE..$FROM"
}

# release_move TARGET [PREPARE]: installed to verified, with PREPARE done before the restart; a failure of any part ends the
# attempt.
release_move() {
  source_install "$1"
  release_import
  phase configure
  source_name "$1"
  "${2:-true}"
  phase restart
  unit_do reset-failed "$UNIT" || true
  try 'systemctl restart' unit_do restart "$UNIT"
  release_ready
  release_settle
  release_verify "$1"
  proxy_verify
}

# release_import: the application can be loaded at all.
release_import() {
  phase import
  try 'the import check' as_user timeout -k 10 120 "$VENV/bin/python" \
    -c 'from aragora.server.unified_server import UnifiedServer'
}

# uptime_ms: sets NOW_MS, a clock that only goes forward.
uptime_ms() {
  local up
  read -r up _ </proc/uptime
  NOW_MS=$((${up%.*} * 1000 + 10#${up#*.} * 10))
}

# release_ready: until it answers well P_READY_COUNT times in a row; a crash ends the wait at once.
release_ready() {
  local began pid restarts count=0
  phase ready
  uptime_ms
  began=$NOW_MS
  unit_read "$UNIT"
  pid=$PID restarts=$RESTARTS
  while true; do
    ! unit_crashed "$pid" "$restarts" ||
      fail "the service crashed at start ($ACTIVE/$SUB): $(unit_last_words)"
    [[ $pid != 0 ]] || pid=$PID
    if health_ready; then
      uptime_ms
      ((count++ > 0)) || READY_SINCE=$NOW_MS
      ((count < READY_COUNT)) || break
    else
      uptime_ms
      count=0
      ((NOW_MS - began <= P_READY_SECONDS * 1000)) ||
        fail "not ready within $P_READY_SECONDS s: unit $ACTIVE/$SUB, /readyz $HTTP_CODE ${HTTP_BODY:0:200}"
    fi
    sleep 0.15
    unit_read "$UNIT"
  done
  READY_PID=$PID READY_RESTARTS=$RESTARTS
  fact ready_ms $((READY_SINCE - began))
}

# release_settle: the same process, still ready, for the whole settle time, which began with the first good answer.
release_settle() {
  phase settle
  while true; do
    unit_read "$UNIT"
    ! unit_crashed "$READY_PID" "$READY_RESTARTS" ||
      fail "the service crashed while settling ($ACTIVE/$SUB): $(unit_last_words)"
    health_ready || fail "no longer ready while settling: /readyz $HTTP_CODE ${HTTP_BODY:0:200}"
    uptime_ms
    ((NOW_MS - READY_SINCE < P_SETTLE_SECONDS * 1000)) || break
    sleep 0.5
  done
}

# release_verify TARGET: the running release is the wanted one, and the service is no demo.
# What the service does not say is not verified.
release_verify() {
  phase verify
  release_running
  [[ $RUNNING == "$1" ]] || fail "not verified: the process loaded ${RUNNING:-what is not known}, not $1"
  http_get /readyz/dependencies
  health_keys "$HTTP_BODY"
  [[ -n $KEYS ]] || fail 'not verified: /readyz/dependencies does not say how many providers are configured'
  ((KEYS > 0)) || fail 'the service runs in demo mode: no provider is configured'
  http_get /api/health
  [[ $HTTP_CODE == 200 || ${FACTS[health_before]:-} != 200 ]] ||
    fail "degraded, as it was not before: /api/health $HTTP_CODE ${HTTP_BODY:0:200}"
  source_verify "$1"
}
