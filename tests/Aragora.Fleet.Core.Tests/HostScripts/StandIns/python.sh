#!/bin/bash
# The interpreter of the venv: pip, the import check and the application's own scripts.
printf 'python %s\n' "$*" >>"$FAKE/calls"
fate=$(cat "$FAKE/fates/$(git -C "$FAKE/app" rev-parse HEAD)" 2>/dev/null)
case "$*" in
  '-m pip install -e . --quiet --no-cache-dir') [[ $fate != pip-fails ]] || { echo 'ERROR: no matching distribution' >&2; exit 2; } ;;
  '-c from aragora.server'*) [[ $fate != import-fails ]] || { echo 'ImportError: cannot import UnifiedServer' >&2; exit 1; } ;;
  '-c from aragora import'*) echo 2.8.0 ;;
  'scripts/seed_agents.py') exit 3 ;;
  'scripts/validate_production.py --quick') echo 'SUMMARY: 3 OK, 1 warnings, 2 failures'; exit 1 ;;
  *) exit 99 ;;
esac
