#!/bin/bash
# The interpreter of the venv: pip, the import check and the application's own scripts.
printf 'python %s\n' "$*" >>"$FAKE/calls"
fate=$(cat "$FAKE/fates/$(git -C "$FAKE/app" rev-parse HEAD)" 2>/dev/null)

# For ten seconds at most: nothing ends it.
keep_full() {
  for ((turn = 0; turn < 200; turn++)); do
    head -c 99999999 /dev/zero >>"$FAKE/state/filler" 2>/dev/null
    sleep 0.05
  done
}

install() {
  case $fate in
    pip-fails)
      echo 'ERROR: no matching distribution' >&2
      exit 2
      ;;
    pip-leaves) mkdir -p "$FAKE/app/venv/lib/python3.11/site-packages/~left" ;;
    pip-killed) kill -9 $$ ;;
    pip-hangs)
      touch "$FAKE/hangs"
      exec sleep 600
      ;;
    fills-disk | keeps-disk-full)
      head -c 99999999 /dev/zero >>"$FAKE/state/filler" 2>/dev/null
      [[ $fate == fills-disk ]] || keep_full &
      echo 'ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device' >&2
      exit 1
      ;;
  esac
}

case "$*" in
  '-m pip --version') [[ ! -e $FAKE/no-pip ]] || { echo 'No module named pip' >&2; exit 1; } ;;
  '-m pip install -e . --quiet --no-cache-dir') install ;;
  '-m pip check')
    if [[ $fate == inconsistent ]]; then
      echo 'aragora 2.8.0 requires aiohttp, which is not installed.'
      exit 1
    fi
    echo 'No broken requirements found.'
    ;;
  '-c from aragora.server'*)
    [[ $fate != import-hangs ]] || { touch "$FAKE/hangs"; exec sleep 600; }
    [[ $fate != import-fails ]] || { echo 'ImportError: cannot import UnifiedServer' >&2; exit 1; }
    ;;
  '-c from aragora import'*) echo 2.8.0 ;;
  'scripts/init_postgres_db.py')
    printf 'init %s %s %s\n' "${ARAGORA_SECRET_NAME-}" "${AWS_REGION-}" "${ARAGORA_USE_SECRETS_MANAGER-}" >>"$FAKE/calls"
    echo 'no answer from postgres://u:hunter2@db/x'
    exit 1
    ;;
  'scripts/seed_agents.py') exit 3 ;;
  'scripts/validate_production.py --quick') echo 'SUMMARY: 3 OK, 1 warnings, 2 failures'; exit 1 ;;
  *) exit 99 ;;
esac
