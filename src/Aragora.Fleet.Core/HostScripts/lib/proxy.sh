# nginx on the host.
# Through it the load balancer asks for /api/health.

PROXY_PORT=${ARAGORA_FLEET_PROXY_PORT:-80}

# proxy_get: sets PROXY_CODE to what nginx answers; empty where it does not run.
proxy_get() {
  PROXY_CODE=
  systemctl is-active --quiet nginx || return 0
  PORT=$PROXY_PORT http_get /api/health
  PROXY_CODE=$HTTP_CODE
}

# proxy_before CODE: whether nginx passes on what the service answers, before anything is changed.
proxy_before() {
  proxy_get
  fact proxy_before "${PROXY_CODE:-none} $1"
}

# proxy_verify: where nginx passed the service's answers on before, it must again; where it did not, that is noted.
proxy_verify() {
  local before=${FACTS[proxy_before]} direct began
  [[ $before != none* ]] || return 0
  phase proxy
  uptime_ms
  began=$NOW_MS
  while true; do
    http_get /api/health
    direct=$HTTP_CODE
    proxy_get
    [[ $PROXY_CODE != "$direct" ]] || return 0
    if [[ ${before% *} != "${before#* }" || $before == 000* ]]; then
      fact proxy "nginx answers ${PROXY_CODE:-nothing} where the service answers $direct; before, ${before% *}"
      return 0
    fi
    uptime_ms
    ((NOW_MS - began < P_READY_SECONDS * 1000)) ||
      fail "nginx no longer passes the service on: it answers ${PROXY_CODE:-nothing} where the service answers $direct"
    sleep 0.3
  done
}
