# Reads in which release and configuration the host is: what lies here, what runs, and a digest of each layer of P_KINDS.
# Changes nothing.

# drift_time SECONDS
drift_time() {
  [[ -z $1 ]] || date -u -d "@$1" +%Y-%m-%dT%H:%M:%SZ
}

# drift_came: sets CAME_WHEN, CAME_BY and CAME_DEPLOY to what the ledger tells of how the release came that lies here; where it
# tells nothing, CAME_WHEN to what the checkout or the package tells, and FOREIGN.
drift_came() {
  local when kind deploy from to verdict who at='' now
  CAME_WHEN='' CAME_BY='' CAME_DEPLOY='' FOREIGN=1
  if [[ -f $LEDGER ]]; then
    while IFS=$'\t' read -r when kind deploy from to verdict who _; do
      case $verdict in
        deployed | restored) now=$to ;;
        reverted) now=$from ;;
        *) now= ;;
      esac
      [[ $now != "$at" || -z $now ]] || continue
      at=$now CAME_WHEN=$when CAME_BY=$who CAME_DEPLOY=$deploy
      # Going back to what nobody brought here tells nothing of it.
      [[ $verdict != reverted ]] || at=
    done <"$LEDGER"
    if [[ -n $at && $at == "$DISK" ]]; then
      FOREIGN=0
      printf -v CAME_BY '%b' "$CAME_BY"
      return 0
    fi
  fi
  CAME_WHEN='' CAME_BY='' CAME_DEPLOY=''
  if [[ $MODE == git ]]; then
    CAME_WHEN=$(drift_time "$(sed -nE "\$s/^[0-9a-f]{40} $DISK .*> ([0-9]+) [-+][0-9]{4}.*/\1/p" "$DIR/.git/logs/HEAD" 2>/dev/null || true)")
  elif [[ $MODE == package ]]; then
    CAME_WHEN=$(drift_time "$(package_files | grep -E '/aragora-[^/]*\.dist-info/' | newest || true)")
  fi
}

# drift_dirty: the files that differ from the commit, and when the newest of them was written.
drift_dirty() {
  local files
  [[ ${DIRTY:-0} != 0 ]] || return 0
  files=$(git_user status --porcelain 2>/dev/null | cut -c 4- | head -n 50) || files=
  result_put since.Dirty "$(drift_time "$(printf '%s\n' "$files" | sed "s|^|$DIR/|" | newest || true)")"
  files=${files//$'\n'/, }
  result_fit dirty.files "$files" 200
}

drift_release() {
  source_read
  http_get /api/health/build
  source_running "$HTTP_BODY"
  drift_came
  result_put disk "$DISK"
  result_put running "$RUNNING"
  result_put named "$NAMED"
  result_put dirty "$DIRTY" 10
  result_put came "$CAME_WHEN"
  result_put by "$CAME_BY" 200
  result_put deploy "$CAME_DEPLOY" 64
  result_put foreign "$FOREIGN"
  drift_dirty
}

drift_layers() {
  local kind
  config_files
  config_faults
  for kind in $P_KINDS; do
    result_put "sum.$kind" "$(layer_items "$kind" | digest)"
    result_put "since.$kind" "$(drift_time "$(layer_files "$kind" | newest || true)")"
  done
  [[ " $P_KINDS " != *' Unit '* ]] || result_fit fault.Unit "$FAULTS_UNIT" 300
  [[ " $P_KINDS " != *' DropIn '* ]] || result_fit fault.DropIn "$FAULTS_DROPIN" 500
}

layout_ask
layout_report
if [[ $LOAD == loaded ]]; then
  drift_release
  drift_layers
fi
result_emit
