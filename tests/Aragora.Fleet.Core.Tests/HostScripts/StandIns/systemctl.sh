#!/bin/bash
# systemd as the scripts see it: one service whose fate depends on its commit, and the transient units of steps.
set -euo pipefail
printf 'systemctl %s\n' "$*" >>"$FAKE/calls"
say() { [[ -f $FAKE/$1 ]] && cat "$FAKE/$1" || true; }

show_service() {
  if [[ $(say absent) ]]; then
    printf 'LoadState=not-found\nActiveState=inactive\nSubState=dead\nMainPID=0\nNRestarts=0\n'
    return
  fi
  if [[ $(say fate) == dies-later ]]; then
    echo x >>"$FAKE/shows"
    (($(wc -l <"$FAKE/shows") < 4)) || echo 999 >"$FAKE/pid"
  fi
  cat <<END
LoadState=loaded
ActiveState=$(say active)
SubState=$(say sub)
Result=success
MainPID=$(say pid)
NRestarts=$(say restarts)
WorkingDirectory=$FAKE/app
User=$(say user)
Group=
ExecStart={ path=$FAKE/app/venv/bin/python ; argv[]=$FAKE/app/venv/bin/python -m aragora.server --http-port $(say port) --port 8765 ; ignore_errors=no ; pid=0 ; code=(null) ; status=0/0 }
Environment=SECRET_TOKEN=hunter2 ARAGORA_BUILD_SHA=x
FragmentPath=$FAKE/units.d/aragora.service
DropInPaths=$(echo "$FAKE"/units.d/aragora.service.d/*.conf)
NeedDaemonReload=$(say reload)
$(say envfiles)
END
}

show_step() {
  local pid
  pid=$(say "units/$1")
  if [[ $pid ]] && kill -0 "$pid" 2>/dev/null; then
    printf 'LoadState=loaded\nActiveState=active\nSubState=running\nResult=success\n'
  else
    printf 'LoadState=not-found\nActiveState=inactive\nSubState=dead\nResult=success\n'
  fi
}

restart_service() {
  local commit fate
  commit=$(git -C "$FAKE/app" rev-parse HEAD)
  fate=$(say "fates/$commit")
  echo "$fate" >"$FAKE/fate"
  rm -f "$FAKE/shows"
  echo $(($(say pid) + 1)) >"$FAKE/pid"
  echo "$commit" >"$FAKE/running"
  sed -n 's/^Environment=ARAGORA_BUILD_SHA=//p' "$FAKE/units.d/aragora.service.d/secrets.conf" >"$FAKE/build"
  if [[ $fate == crashes ]]; then
    rm "$FAKE/running"
    printf 'activating\n' >"$FAKE/active"
    printf 'auto-restart\n' >"$FAKE/sub"
    printf '0\n' >"$FAKE/pid"
  elif [[ $fate == stuck ]]; then
    rm "$FAKE/running"
    printf 'activating\n' >"$FAKE/active"
    printf 'start-pre\n' >"$FAKE/sub"
    printf '0\n' >"$FAKE/pid"
  else
    printf 'active\n' >"$FAKE/active"
    printf 'running\n' >"$FAKE/sub"
  fi
}

case $1 in
  show) if [[ $2 == aragora ]]; then show_service; else show_step "$2"; fi ;;
  restart) restart_service ;;
  is-active) [[ $(say nginx) == active ]] ;;
  daemon-reload | reset-failed) ;;
  *) exit 1 ;;
esac
