# The service over HTTP.
# On the host itself.

host_has curl

# http_curl PATH [OPTION...]: prints the body, and on a last line the status and the seconds it took.
http_curl() {
  local path=$1
  shift
  curl -q -s --noproxy '*' --connect-timeout 2 --max-time 5 "$@" -w '\n%{http_code} %{time_total}' \
    "http://127.0.0.1:$PORT$path" 2>/dev/null
}

# http_start NAME PATH: begins a request; http_finish NAME collects it. So many run at the same time, without files.
declare -A HTTP_STREAM=()
http_start() {
  local stream sink=()
  [[ ${3:-body} == body ]] || sink=(-o /dev/null)
  exec {stream}< <(http_curl "$2" ${sink[@]+"${sink[@]}"})
  HTTP_STREAM[$1]=$stream
}

# http_finish NAME: sets HTTP_CODE (000 = no answer), HTTP_MS, HTTP_BODY.
http_finish() {
  local answer last stream=${HTTP_STREAM[$1]}
  # Bash leaves bytes of value zero out, and some versions say so.
  { answer=$(</dev/fd/"$stream"); } 2>/dev/null
  exec {stream}<&-
  last=${answer##*$'\n'}
  HTTP_BODY=${answer%"$last"}
  HTTP_BODY=${HTTP_BODY%$'\n'}
  HTTP_CODE=${last%% *}
  last=${last##* }
  HTTP_MS=
  if [[ $last =~ ^([0-9]+)\.([0-9]{3}) ]]; then
    HTTP_MS=$((BASH_REMATCH[1] * 1000 + 10#${BASH_REMATCH[2]}))
  fi
}

http_get() {
  http_start one "$1"
  http_finish one
}

# health_ready: active and /readyz says 200.
health_ready() {
  HTTP_CODE=000 HTTP_BODY=
  [[ $ACTIVE == active && $PID != 0 ]] || return 1
  http_get /readyz
  [[ $HTTP_CODE == 200 ]]
}

# health_keys BODY: sets KEYS to the number of configured providers; empty where the answer does not say.
health_keys() {
  KEYS=
  [[ $1 =~ \"configured_count\"[[:space:]]*:[[:space:]]*([0-9]+) ]] && KEYS=${BASH_REMATCH[1]}
  return 0
}
