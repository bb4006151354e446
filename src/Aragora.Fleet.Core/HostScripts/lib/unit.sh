# The systemd unit.
# Its state in one call, and what changes it.

host_has systemctl
UNIT_DIR=${ARAGORA_FLEET_UNIT_DIR:-/etc/systemd/system}

# unit_name: sets UNIT to P_UNIT without its suffix.
unit_name() {
  UNIT=${P_UNIT%.service}
  [[ $UNIT =~ ^[A-Za-z0-9@][A-Za-z0-9@._:-]*$ ]] || refuse "the unit name '$UNIT' is not one that systemd allows"
}

# unit_read NAME: sets LOAD ACTIVE SUB PID RESTARTS and the UNIT_* facts. Never asks for Environment.
unit_read() {
  local line value
  LOAD='' ACTIVE='' SUB='' PID=0 RESTARTS=''
  UNIT_WORKDIR='' UNIT_USER='' UNIT_GROUP='' UNIT_EXEC_START='' UNIT_RESULT=''
  while IFS= read -r line; do
    value=${line#*=}
    case ${line%%=*} in
      LoadState) LOAD=$value ;;
      ActiveState) ACTIVE=$value ;;
      SubState) SUB=$value ;;
      Result) UNIT_RESULT=$value ;;
      MainPID) PID=${value:-0} ;;
      NRestarts) RESTARTS=$value ;;
      WorkingDirectory) UNIT_WORKDIR=$value ;;
      User) UNIT_USER=$value ;;
      Group) UNIT_GROUP=$value ;;
      ExecStart) UNIT_EXEC_START=$value ;;
    esac
  done < <(systemctl show "$1" \
    --property=LoadState,ActiveState,SubState,Result,MainPID,NRestarts,WorkingDirectory,User,Group,ExecStart)
}

# unit_started: sets STARTED to when the main process began, in seconds since 1970; empty where there is none.
# Ticks are hundredths of a second; one second is allowed for the rounding of the boot time.
unit_started() {
  local stat ticks boot
  STARTED=
  [[ $PID != 0 && -r /proc/$PID/stat ]] || return 0
  stat=$(<"/proc/$PID/stat")
  read -r -a ticks <<<"${stat##*) }"
  boot=$(sed -n 's/^btime //p' /proc/stat)
  STARTED=$((boot + ticks[19] / 100 + 1))
}

# unit_do VERB...: systemctl without the step's lock (descriptor 9), which a service must not inherit.
unit_do() {
  systemctl "$@" 9>&-
}

# unit_crashed PID RESTARTS: whether the unit died since it had these.
unit_crashed() {
  [[ $ACTIVE =~ ^(failed|inactive)$ || $SUB == auto-restart ]] ||
    [[ $1 != 0 && $PID != "$1" ]] ||
    [[ $RESTARTS != "$2" ]]
}

# unit_last_words: the end of the journal, where a crash says why.
unit_last_words() {
  journalctl -u "$UNIT" -n 12 --no-pager -o cat 2>&1 | redact | tail -c 420
}
