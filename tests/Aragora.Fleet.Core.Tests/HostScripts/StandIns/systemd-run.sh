#!/bin/bash
# Starts a transient unit: a process of its own session that outlives its caller.
set -euo pipefail
printf 'systemd-run %s\n' "$*" >>"$FAKE/calls"
if [[ -f $FAKE/no-transient-units ]]; then
  echo 'Failed to start transient service unit' >&2
  exit 1
fi
settings=("FAKE=$FAKE")
while [[ $1 == --* ]]; do
  case $1 in
    --unit=*) name=${1#--unit=} ;;
    --setenv=*) settings+=("${1#--setenv=}") ;;
  esac
  shift
done
setsid env -i "${settings[@]}" "$@" </dev/null >/dev/null 2>&1 &
echo "$!" >"$FAKE/units/$name"
