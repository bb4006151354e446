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

probe_version() {
  DISK='' BRANCH='' DIRTY='' COMMITTED='' POINT='' PACKAGE=''
  if [[ $MODE == git ]]; then
    git_read
    COMMITTED=$(git_user log -1 --format=%cI 2>/dev/null) || COMMITTED=
  fi
  layout_package
  build_running "${BODY[build]}"
  if [[ $MODE == git && -n ${RUNNING:-$DISK} ]]; then
    rollback_point "${RUNNING:-$DISK}"
  fi
  result_put disk "$DISK"
  result_put branch "$BRANCH" 100
  result_put committed "$COMMITTED" 40
  result_put package "$PACKAGE" 60
  result_put dirty "$DIRTY" 10
  result_put running "$RUNNING"
  result_put named "$NAMED"
  result_put previous "$POINT"
}

# The bodies share what the block has left; what a short one leaves, the next may use.
probe_health() {
  local check name kind left=5
  for check in "${HEALTH[@]}"; do
    read -r name _ _ <<<"$check"
    result_put "$name.code" "${CODE[$name]}"
    result_put "$name.ms" "${MS[$name]}"
  done
  for check in "${HEALTH[@]}"; do
    read -r name _ kind <<<"$check"
    [[ $kind == body ]] || continue
    result_fit "$name.body" "${BODY[$name]}" $(((RESULT_LIMIT - ${#RESULT}) / left))
    left=$((left - 1))
  done
}

declare -A CODE=() MS=() BODY=()
layout_read
layout_report
for check in "${HEALTH[@]}"; do
  read -r name path kind <<<"$check"
  [[ " $P_SECTIONS " == *' health '* || $name == build ]] || continue
  http_start "$name" "$path" "$kind"
done
for name in "${!HTTP_STREAM[@]}"; do
  http_finish "$name"
  CODE[$name]=$HTTP_CODE MS[$name]=$HTTP_MS BODY[$name]=$HTTP_BODY
done
[[ " $P_SECTIONS " != *' version '* ]] || probe_version
[[ " $P_SECTIONS " != *' health '* ]] || probe_health
result_emit
