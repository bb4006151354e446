# Reads what the host has and runs. Changes nothing, and works when the service is down or absent.

HEALTH=(
  'healthz /healthz body'
  'readyz /readyz body'
  'health /api/health body'
  'dependencies /readyz/dependencies body'
  'build /api/health/build body'
  'openapi /api/openapi.json none'
  'auth /api/auth/status none'
)

# What answers in full to a token only.
GUARDED=(
  'full /api/health'
  'detailed /api/health/detailed'
  'deep /api/health/deep'
  'stores /api/health/stores'
  'database /api/v1/health/database'
)

# probe_package: sets PACKAGE to the installed version of the distribution, from its metadata; empty where unknown.
probe_package() {
  local found
  PACKAGE=
  [[ -n $VENV ]] || return 0
  for found in "$VENV"/lib*/python*/site-packages/aragora-*.dist-info; do
    [[ -d $found ]] || continue
    found=${found##*/aragora-}
    PACKAGE=${found%.dist-info}
  done
  if [[ -z $PACKAGE && -x $VENV/bin/python ]]; then
    PACKAGE=$(cd "$DIR" && as_user env PYTHONDONTWRITEBYTECODE=1 timeout 10 "$VENV/bin/python" \
      -c 'from aragora import __version__; print(__version__)' 2>/dev/null) || PACKAGE=
  fi
}

probe_version() {
  DISK='' BRANCH='' DIRTY='' COMMITTED='' PACKAGE=''
  source_read
  if [[ $MODE == git ]]; then
    COMMITTED=$(git_user log -1 --format=%cI 2>/dev/null) || COMMITTED=
  fi
  probe_package
  source_running "${BODY[build]}"
  result_put disk "$DISK"
  result_put branch "$BRANCH" 100
  result_put committed "$COMMITTED" 40
  result_put package "$PACKAGE" 60
  result_put dirty "$DIRTY" 10
  result_put running "$RUNNING"
  result_put named "$NAMED"
}

# probe_guarded NAME: of a body that would fill the block, only what a verdict rests on.
probe_guarded() {
  local path parent status checks=0 bad=''
  result_put "$1.code" "${CODE[$1]}"
  result_put "$1.ms" "${MS[$1]}"
  json_read "${BODY[$1]}" 24576 || return 0
  for path in ${PATHS[@]+"${PATHS[@]}"}; do
    [[ $path != "$JSON_SEP"checks"$JSON_SEP"* ]] || checks=$((checks + 1))
    parent=${path%"$JSON_SEP"*"$JSON_SEP"}
    case $path:${JSON[$path]} in
      *"$JSON_SEP"healthy"$JSON_SEP":false)
        bad+="; ${parent##*"$JSON_SEP"} ${JSON[$parent$JSON_SEP"error"$JSON_SEP]-}"
        ;;
      "$JSON_SEP"components"$JSON_SEP"*:false)
        parent=${path%"$JSON_SEP"}
        bad+="; ${parent##*"$JSON_SEP"}"
        ;;
      *"$JSON_SEP"errors"$JSON_SEP"[0-9]* | *"$JSON_SEP"warnings"$JSON_SEP"[0-9]*) bad+="; ${JSON[$path]}" ;;
      "$JSON_SEP"demo_mode"$JSON_SEP":true) bad+='; demo mode' ;;
    esac
  done
  status=${JSON[$JSON_SEP"status"$JSON_SEP]-}
  result_put "$1.status" "${status//"$TOKEN"/***}" 30
  result_put "$1.checks" "$checks"
  bad=${bad#; }
  BAD[$1]=${bad//"$TOKEN"/***}
}

# What is wrong comes before the bodies, which share what the block has left; what a short one leaves, the next may use.
probe_health() {
  local check name kind left=5
  for check in "${HEALTH[@]}"; do
    read -r name _ _ <<<"$check"
    result_put "$name.code" "${CODE[$name]}"
    result_put "$name.ms" "${MS[$name]}"
  done
  for name in "${!BAD[@]}"; do
    [[ -z ${BAD[$name]} ]] || result_fit "$name.bad" "${BAD[$name]}" 120
  done
  for check in "${HEALTH[@]}"; do
    read -r name _ kind <<<"$check"
    [[ $kind == body ]] || continue
    result_fit "$name.body" "${BODY[$name]}" $(((RESULT_LIMIT - ${#RESULT}) / left))
    left=$((left - 1))
  done
}

declare -A CODE=() MS=() BODY=() BAD=()
layout_ask
layout_report
for check in "${HEALTH[@]}"; do
  read -r name path kind <<<"$check"
  [[ " $P_SECTIONS " == *' health '* || $name == build ]] || continue
  http_start "$name" "$path" "$kind"
done
if [[ -n $P_SECRET ]]; then
  token_listener && token_read "$P_SECRET" "$P_SECRET_KEY"
  result_put token "$TOKEN_STATE"
  result_put token.error "$TOKEN_ERROR" 60
fi
if [[ -n $TOKEN ]]; then
  for check in "${GUARDED[@]}"; do
    read -r name path <<<"$check"
    token_start "$name" "$path"
  done
fi
for name in "${!HTTP_STREAM[@]}"; do
  http_finish "$name"
  CODE[$name]=$HTTP_CODE MS[$name]=$HTTP_MS BODY[$name]=$HTTP_BODY
done
if [[ -n $TOKEN ]]; then
  for check in "${GUARDED[@]}"; do
    probe_guarded "${check%% *}"
  done
fi
[[ " $P_SECTIONS " != *' version '* ]] || probe_version
[[ " $P_SECTIONS " != *' health '* ]] || probe_health
result_emit
