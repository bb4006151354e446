# Reads what a plan rests on: what the host runs, how it is, and what would get in the way. Changes nothing.

CHECKS=('healthz /healthz' 'readyz /readyz' 'health /api/health' 'dependencies /readyz/dependencies')

survey_version() {
  local changes=0
  DISK='' BRANCH='' DIRTY=''
  source_read
  source_running "${BODY[build]}"
  [[ ${DIRTY:-0} == 0 ]] || changes=$(git_user status --porcelain 2>/dev/null | cksum)
  result_put disk "$DISK"
  result_put branch "$BRANCH" 60
  result_put dirty "$DIRTY" 10
  result_put running "$RUNNING"
  result_put named "$NAMED"
  result_put changes "${changes%% *}"
}

survey_health() {
  local check name left=${#CHECKS[@]}
  for check in "${CHECKS[@]}"; do
    result_put "${check%% *}.code" "${CODE[${check%% *}]}"
  done
  for check in "${CHECKS[@]}"; do
    name=${check%% *}
    result_fit "$name.body" "${BODY[$name]}" $(((RESULT_LIMIT - ${#RESULT}) / left))
    left=$((left - 1))
  done
}

survey_owner() {
  local stranger=''
  [[ $MODE != git ]] || stranger=$(timeout 10 find "$DIR" -ignore_readdir_race -xdev ! -user "$SVC_USER" \
    -printf '%P\n' -quit 2>/dev/null) || stranger=
  result_put owner "$stranger" 60
}

# survey_settings: names of settings and of the files that make them. Values stay here, but for three flags in a sum.
survey_settings() {
  local sum
  settings_read
  sum=$(printf '%s' "$SETTINGS$OVERRIDES" | cksum)
  result_put config "${sum%% *}"
  result_put clash "$CLASH" 140
  result_put envfile "$OVERRIDES" 140
}

# survey_watchdog: another unit that is there to restart the service, and is up, by itself or by its timer.
survey_watchdog() {
  local file name unit
  for file in "$UNIT_DIR"/*.service; do
    name=${file##*/}
    name=${name%.service}
    [[ $name != "$UNIT" && -r $file ]] || continue
    [[ $name == *watchdog* ]] || grep -Eqs "^Exec.*(watchdog|restart +$UNIT)" "$file" || continue
    for unit in "$name.service" "$name.timer"; do
      [[ $(systemctl show "$unit" --property=ActiveState | grep '^ActiveState=') == ActiveState=activ* ]] || continue
      result_put watchdog "$unit" 60
      return 0
    done
  done
}

# survey_steps: how many seconds the last good steps took; and the last one, where it has no outcome.
survey_steps() {
  local folders=("$STATE"/steps/*/) i oldest times took='' count=0
  oldest=$((${#folders[@]} > 20 ? ${#folders[@]} - 20 : 0))
  for ((i = ${#folders[@]} - 1; i >= oldest && count < 5; i--)); do
    [[ -e ${folders[i]}started ]] || continue
    if [[ ! -e ${folders[i]}outcome ]]; then
      ((i < ${#folders[@]} - 1)) || result_put unfinished "$(basename "${folders[i]}")" 64
    elif grep -Eqs '^outcome (deployed|restored)$' "${folders[i]}outcome"; then
      times=$(stat -c %Y "${folders[i]}outcome" "${folders[i]}started")
      took+=" $((${times%%$'\n'*} - ${times##*$'\n'}))"
      count=$((count + 1))
    fi
  done
  result_put steps "${took# }"
}

declare -A CODE=() BODY=()
layout_ask
layout_report
for check in "${CHECKS[@]}" 'build /api/health/build'; do
  http_start "${check%% *}" "${check##* }"
done
for name in "${!HTTP_STREAM[@]}"; do
  http_finish "$name"
  CODE[$name]=$HTTP_CODE BODY[$name]=$HTTP_BODY
done
survey_version
survey_steps
survey_settings
survey_watchdog
survey_owner
survey_health
result_emit
