#!/bin/bash
# launch-hosts.sh FOLDER MODE ID...: runs every host until this shell's standard input ends, then removes the folder.
# The sandbox holds the other end of that pipe, so that its death, of whatever kind, is the end of its hosts.
set -u
folder=$1
mode=$2
shift 2
# A handler, not '': an ignored signal would be ignored by everything on the hosts too.
trap ':' INT TERM HUP

run_host() { # ID
  local host=$folder/$1
  if [ "$mode" = isolated ]; then
    unshare -Urmp --fork --kill-child bash "$folder/enter-host.sh" "$host" "$folder"
  else
    bash "$folder/boot-host.sh" "$host"
  fi <&3 >"$host.log" 2>&1
  echo "$?" >"$host.exit"
}

exec 3<&0
for id in "$@"; do
  run_host "$id" &
done
# A signal ends wait early.
until wait; do :; done
rm -rf "$folder"
