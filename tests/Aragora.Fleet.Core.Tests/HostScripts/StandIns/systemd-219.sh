#!/bin/bash
# Stands before systemd-run, systemctl or journalctl: refuses what systemd 219 does not know, and hands the rest on.
# By the tables of options in the sources of 219 as Red Hat 7 and Amazon Linux 2 have it.
set -euo pipefail
program=${0##*/}

unknown() {
  printf '%s: %s\n' "$program" "$1" | tee -a "$FAKE/unknown" >&2
  exit 1
}

case $program in
  systemd-run)
    letters='hrtq' valued_letters='HMp'
    plain='help version user system scope remain-after-exit send-sighup tty quiet'
    valued='unit description slice host machine service-type uid gid nice setenv property
      on-active on-boot on-startup on-unit-active on-unit-inactive on-calendar timer-property'
    ;;
  systemctl)
    letters='halqfir' valued_letters='tpsHMno'
    plain='help version all reverse after before show-types failed full fail irreversible ignore-dependencies ignore-inhibitors
      user system global no-block no-legend no-pager no-wall quiet force no-reload no-ask-password runtime plain recursive now'
    valued='type property job-mode root kill-who signal host machine lines output state preset-mode'
    ;;
  journalctl)
    letters='hefalnqmbkxr' valued_letters='oDpcSUtuFM'
    plain='help version no-pager pager-end follow force all full no-full lines no-tail new-id128 quiet merge boot list-boots
      this-boot dmesg system user header setup-keys verify disk-usage show-cursor catalog list-catalog dump-catalog
      update-catalog reverse utc flush'
    valued='output directory file root identifier priority interval verify-key cursor after-cursor since until unit user-unit
      field machine vacuum-size vacuum-time'
    ;;
esac
plain=" ${plain//[$'\n ']/ } "
valued=" ${valued//[$'\n ']/ } "

given=("$@") verb=''
while (($# > 0)); do
  case $1 in
    --*)
      name=${1#--}
      name=${name%%=*}
      if [[ $valued == *" $name "* ]]; then
        [[ $1 == *=* ]] || shift
      elif [[ $plain != *" $name "* ]]; then
        unknown "unrecognized option '--$name'"
      fi
      ;;
    -[0-9]*) ;;
    -?*)
      if [[ $valued_letters == *"${1:1:1}"* ]]; then
        ((${#1} > 2)) || shift
      elif [[ $letters != *"${1:1:1}"* ]]; then
        unknown "invalid option -- '${1:1:1}'"
      fi
      ;;
    *)
      # The command that systemd-run is to run has options of its own.
      verb=${verb:-$1}
      [[ $program != systemd-run ]] || break
      ;;
  esac
  shift
done

case $program:$verb in
  systemctl:show)
    # NRestarts came with 235; an unknown property is left out without a word.
    "$0.newer" "${given[@]}" | sed -E '/^NRestarts=/d;s/^EnvironmentFiles=/EnvironmentFile=/'
    ;;
  systemctl:clean | systemctl:freeze | systemctl:thaw | systemctl:bind | systemctl:revert | systemctl:log-level)
    unknown "Unknown operation '$verb'."
    ;;
  *) exec "$0.newer" "${given[@]}" ;;
esac
