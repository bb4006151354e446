# The application's own scripts.
# Shown, never a gate.

# extra SECONDS ARGUMENT...: runs the service's python as its user; sets EXTRA_OUTPUT, and EXTRA to its exit code.
extra() {
  local limit=$1
  shift
  EXTRA=0
  EXTRA_OUTPUT=$(as_user env ${EXTRA_SETTINGS[@]+"${EXTRA_SETTINGS[@]}"} timeout -k 5 "$limit" "$VENV/bin/python" "$@" 2>&1) || EXTRA=$?
  say "$EXTRA_OUTPUT"
}

# extra_database: prepares the database before the restart, as the existing CI does: with the settings that say where its
# secret is, read from the drop-ins.
extra_database() {
  local name value EXTRA_SETTINGS=()
  [[ -f scripts/init_postgres_db.py ]] || return 0
  phase database
  for name in ARAGORA_USE_SECRETS_MANAGER AWS_REGION ARAGORA_SECRET_NAME ARAGORA_ENV ARAGORA_SECRETS_STRICT; do
    value=$(cat "$UNIT_DIR/$UNIT.service.d"/*.conf 2>/dev/null |
      sed -nE "s/^Environment=(.*[\"' ])?$name=([^\"' ]*).*/\2/p" | tail -n 1)
    [[ -z $value ]] || EXTRA_SETTINGS+=("$name=$value")
  done
  extra 120 scripts/init_postgres_db.py
  fact initdb "$EXTRA $(tail -n 1 <<<"$EXTRA_OUTPUT" | redact)"
}

# extra_scripts: what comes after a release that is verified.
extra_scripts() {
  local EXTRA_SETTINGS=()
  extra 120 -m pip check
  fact pipcheck "$EXTRA $(head -n 1 <<<"$EXTRA_OUTPUT")"
  extra 120 scripts/seed_agents.py
  fact seed "$EXTRA"
  extra 120 scripts/validate_production.py --quick
  fact validate "$EXTRA $(grep -m 1 '^SUMMARY: ' <<<"$EXTRA_OUTPUT" || true)"
}
