# Where the service lives.
# As systemd tells it: never guessed from the image or from who has a home directory.

# layout_read: sets UNIT MODE DIR VENV SVC_USER SVC_GROUP SVC_HOME PORT, and the unit's state (see unit_read).
layout_read() {
  unit_name
  unit_read "$UNIT"
  SVC_USER=${UNIT_USER:-root} SVC_GROUP=$UNIT_GROUP
  DIR=${UNIT_WORKDIR#[-!]} VENV='' PORT=8080
  [[ $UNIT_EXEC_START =~ path=([^\ ]+)/bin/[^\ /]+ ]] && VENV=${BASH_REMATCH[1]}
  [[ $UNIT_EXEC_START =~ --(http|api)-port[=\ ]([0-9]+) ]] && PORT=${BASH_REMATCH[2]}
  [[ -n $DIR && -d $DIR ]] || DIR=${VENV%/*}
  [[ -d $DIR ]] || DIR=
  [[ -n $DIR && ! -x $VENV/bin/python && -x $DIR/venv/bin/python ]] && VENV=$DIR/venv
  MODE=none
  if [[ -n $DIR && -e $DIR/.git ]]; then
    MODE=git
  elif [[ -n $VENV && -x $VENV/bin/python ]]; then
    MODE=package
  fi
  layout_home
}

# The home of the service's user; empty where it has none of its own.
layout_home() {
  local name home
  SVC_HOME=
  while IFS=: read -r name _ _ _ _ home _; do
    if [[ $name == "$SVC_USER" && -d $home && $(stat -c %U "$home") == "$name" ]]; then
      SVC_HOME=$home
    fi
  done </etc/passwd
}

# layout_lend_home: gives a user without a home one for the attempt under way, where that user can enter it.
layout_lend_home() {
  [[ -z $SVC_HOME ]] || return 0
  SVC_HOME=$(mktemp -d)
  trap 'rm -rf "$SVC_HOME"' EXIT
  chown "$SVC_USER:$SVC_GROUP" "$SVC_HOME"
}

# as_user COMMAND...: runs it as the service's user, never as root, and without the step's lock (descriptor 9).
as_user() {
  HOME=${SVC_HOME:-/nonexistent} GIT_TERMINAL_PROMPT=0 PIP_NO_INPUT=1 PIP_DISABLE_PIP_VERSION_CHECK=1 \
    runuser -u "$SVC_USER" -- "$@" </dev/null 9>&-
}

layout_report() {
  local key
  for key in "unit $UNIT" "mode $MODE" "dir $DIR" "venv $VENV" "user $SVC_USER" "port $PORT" \
    "load $LOAD" "active $ACTIVE" "sub $SUB" "pid $PID" "restarts $RESTARTS"; do
    result_put "${key%% *}" "${key#* }" 160
  done
}
