# Reads JSON with bash alone: there may be no jq and no python. Nothing of the text leaves this shell.

# JSON holds every scalar of a text by its path, PATHS the paths in their order. Keys are parted by JSON_SEP.
declare -A JSON=()
PATHS=()
JSON_SEP=$'\037'

# json_read TEXT [MOST]: fills JSON and PATHS; fails where TEXT is no JSON, or longer than MOST bytes, for the time grows
# with the square of them.
json_read() {
  JSON=() PATHS=() JSON_REST=$1
  ((${#JSON_REST} <= ${2:-65536})) && json_value '' 0 && json_space && [[ -z $JSON_REST ]]
}

json_space() {
  JSON_REST=${JSON_REST#"${JSON_REST%%[!$' \t\r\n']*}"}
}

# json_take CHARACTER: takes it off, where it is the next one.
json_take() {
  json_space
  [[ ${JSON_REST:0:1} == "$1" ]] || return 1
  JSON_REST=${JSON_REST:1}
}

json_value() { # PATH DEPTH
  (($2 < 20)) || return 1
  if json_take '{'; then
    json_members "$1" "$2"
  elif json_take '['; then
    json_items "$1" "$2"
  elif json_take '"'; then
    json_string && json_keep "$1" "$JSON_STRING"
  else
    json_scalar && json_keep "$1" "$JSON_STRING"
  fi
}

json_keep() {
  PATHS+=("$1$JSON_SEP")
  JSON[$1$JSON_SEP]=$2
}

json_members() {
  json_take '}' && return 0
  while :; do
    json_take '"' && json_string || return 1
    local key=$1$JSON_SEP$JSON_STRING
    json_take ':' && json_value "$key" $(($2 + 1)) || return 1
    json_take ',' || break
  done
  json_take '}'
}

json_items() {
  local index=0
  json_take ']' && return 0
  while :; do
    json_value "$1$JSON_SEP$index" $(($2 + 1)) || return 1
    index=$((index + 1))
    json_take ',' || break
  done
  json_take ']'
}

json_scalar() {
  [[ $JSON_REST =~ ^(true|false|null|-?[0-9]+(\.[0-9]+)?([eE][-+]?[0-9]+)?) ]] || return 1
  JSON_STRING=${BASH_REMATCH[1]}
  JSON_REST=${JSON_REST:${#JSON_STRING}}
}

# json_string: takes the rest of a string off, its opening quote taken already; sets JSON_STRING.
json_string() {
  local part
  JSON_STRING=
  while :; do
    part=${JSON_REST%%[\"\\]*}
    JSON_STRING+=$part
    JSON_REST=${JSON_REST:${#part}}
    case ${JSON_REST:0:1} in
      '"')
        JSON_REST=${JSON_REST:1}
        return 0
        ;;
      '') return 1 ;;
    esac
    json_escape || return 1
  done
}

# A character beyond ASCII becomes a byte that neither a header nor a name of ours holds: it is refused there.
json_escape() {
  local character=${JSON_REST:1:1} taken=2 code
  case $character in
    '"' | '/') ;;
    $'\\') ;;
    b) character=$'\b' ;;
    f) character=$'\f' ;;
    n) character=$'\n' ;;
    r) character=$'\r' ;;
    t) character=$'\t' ;;
    u)
      [[ ${JSON_REST:2:4} =~ ^[0-9a-fA-F]{4}$ ]] || return 1
      code=$((16#${JSON_REST:2:4})) taken=6
      if ((code > 0 && code < 128)); then
        printf -v character '%b' "\\x${JSON_REST:4:2}"
      else
        character=$'\377'
      fi
      ;;
    *) return 1 ;;
  esac
  JSON_STRING+=$character
  JSON_REST=${JSON_REST:taken}
}
