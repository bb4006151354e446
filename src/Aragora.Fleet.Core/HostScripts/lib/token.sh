# A token that the host reads with its own role. It stays in variables of this shell and in pipes: never in an argument,
# an environment, a file or an answer. So no here-string may hold it, for which bash before 5.1 writes a file.

TOKEN=

# token_listener: whether the main process of the unit listens on its port. Anyone else there must not get the token.
token_listener() {
  local address state inode
  TOKEN='' TOKEN_ERROR='' TOKEN_STATE=noservice
  [[ $ACTIVE == active && $PID != 0 ]] || return 1
  TOKEN_STATE=nolistener
  while read -r _ address _ state _ _ _ _ _ inode _; do
    [[ $state == 0A && ${address##*:} == "$(printf '%04X' "$PORT")" ]] || continue
    [[ -z $(find "/proc/$PID/fd" -lname "socket:\[$inode\]" 2>/dev/null) ]] || return 0
  done < <(cat "/proc/$PID/net/tcp" "/proc/$PID/net/tcp6" 2>/dev/null)
  return 1
}

# token_read SECRET KEY: sets TOKEN, and TOKEN_STATE to what became of it; TOKEN_ERROR to the service's word for it.
# Without a KEY the whole secret is the token.
token_read() {
  local answer code
  TOKEN='' TOKEN_ERROR=''
  TOKEN_STATE=noprogram
  type -P aws >/dev/null || return 0
  answer=$(token_ask "$1")
  TOKEN_ERROR=${answer##*$'\n'}
  answer=${answer%$'\n'*}
  code=${answer##*$'\n'}
  answer=${answer%$'\n'*}
  token_judge "$code"
  if [[ $TOKEN_STATE == ok ]]; then
    token_choose "${answer%$'\n'}" "$2"
  fi
}

# token_ask SECRET: prints what the program prints, its exit code, and of its errors the service's word alone.
token_ask() {
  local errors code=0 word=''
  {
    errors=$(AWS_PAGER='' timeout -k 2 20 aws secretsmanager get-secret-value --secret-id "$1" \
      --query SecretString --output text --region "$(token_region "$1")" 2>&1 1>&3 </dev/null) || code=$?
  } 3>&1
  if [[ $errors =~ \(([A-Za-z]+)\) ]]; then
    word=${BASH_REMATCH[1]}
  elif [[ $errors == *redentials* ]]; then
    word=credentials
  fi
  printf '\n%d\n%s\n' "$code" "$word."
}

# The region of an ARN, else the host's own.
token_region() {
  if [[ $1 =~ ^arn:[a-z-]+:secretsmanager:([a-z0-9-]+): ]]; then
    printf '%s' "${BASH_REMATCH[1]}"
  else
    printf '%s' "${AWS_SSM_REGION_NAME:-${AWS_REGION:-${AWS_DEFAULT_REGION:-us-east-2}}}"
  fi
}

token_judge() {
  TOKEN_ERROR=${TOKEN_ERROR%.}
  case $1:$TOKEN_ERROR in
    0:*) TOKEN_STATE=ok ;;
    124:* | 137:*) TOKEN_STATE=timeout ;;
    *:ResourceNotFoundException) TOKEN_STATE=nosecret ;;
    *:AccessDenied*) TOKEN_STATE=denied ;;
    *:credentials | *:ExpiredToken* | *:UnrecognizedClientException) TOKEN_STATE=nocredentials ;;
    *) TOKEN_STATE=failed ;;
  esac
}

# token_choose TEXT KEY: a value of the secret that can stand in a header becomes TOKEN.
token_choose() {
  local value=$1
  if [[ -n $2 ]]; then
    if ! json_read "$value"; then
      TOKEN_STATE=nojson
      return 0
    fi
    value=${JSON[$JSON_SEP$2$JSON_SEP]-}
    JSON=() PATHS=() JSON_REST='' JSON_STRING=''
  fi
  # "None" is what the program prints of a secret that is bytes and no text.
  if [[ -z $value || -z $2 && $value == None ]]; then
    TOKEN_STATE=nokey
  elif ((${#value} > 8192)) || [[ $value == *[!!-~]* ]]; then
    TOKEN_STATE=unfit
  else
    TOKEN=$value
  fi
}

# token_header: prints the header for `curl -K -`, in the quoting of its configuration files.
token_header() {
  local backslash=$'\\' value
  value=${TOKEN//"$backslash"/"$backslash$backslash"}
  value=${value//\"/"$backslash\""}
  printf 'header = "Authorization: Bearer %s"\n' "$value"
}

# token_start NAME PATH: begins a request that carries the token; http_finish NAME collects it.
token_start() {
  local stream
  exec {stream}< <(token_header | http_curl "$2" -K -)
  HTTP_STREAM[$1]=$stream
}
