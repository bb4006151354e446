# release_extras: the application's own scripts; shown, never a gate.
release_extras() {
  local code=0 output
  output=$(as_user timeout 120 "$VENV/bin/python" scripts/seed_agents.py 2>&1) || code=$?
  fact seed "$code"
  printf '%s\n' "$output"
  code=0
  output=$(as_user timeout 120 "$VENV/bin/python" scripts/validate_production.py --quick 2>&1) || code=$?
  printf '%s\n' "$output"
  fact validate "$code $(grep -m 1 '^SUMMARY: ' <<<"$output" || true)"
}
