# The result block.
# What a script answers, first on stdout, ASCII, at most 2,300 bytes, with length and checksum.

RESULT=
RESULT_LIMIT=2230
RESULT_EMITTED=0

# result_escape VALUE: sets ESCAPED, one line of ASCII.
result_escape() {
  local backslash=$'\\'
  ESCAPED=${1//"$backslash"/"$backslash$backslash"}
  ESCAPED=${ESCAPED//$'\n'/"${backslash}n"}
  ESCAPED=${ESCAPED//$'\r'/"${backslash}r"}
  ESCAPED=${ESCAPED//$'\t'/"${backslash}t"}
  ESCAPED=${ESCAPED//[^ -~]/?}
}

# result_put KEY VALUE [MOST]: adds a line; of VALUE at most MOST bytes.
# What does not fit is left out, and `cut 1` says so.
result_put() {
  result_escape "${2:0:${3:-400}}"
  local line="$1 $ESCAPED"
  if ((${#RESULT} + ${#line} + 1 > RESULT_LIMIT)); then
    [[ $RESULT == *$'\ncut 1\n'* ]] || RESULT+=$'cut 1\n'
    return 0
  fi
  RESULT+="$line"$'\n'
}

# result_fit KEY VALUE MOST: adds as much of VALUE as a line of MOST bytes, and what the block has left, can hold.
result_fit() {
  local text=$2 left=$((RESULT_LIMIT - ${#RESULT})) most
  most=$((($3 < left ? $3 : left) - ${#1} - 2))
  ((most > 0)) || return 0
  text=${text:0:most}
  result_escape "$text"
  while ((${#ESCAPED} > most)); do
    text=${text:0:${#text}-(${#ESCAPED}-most+1)/2}
    result_escape "$text"
  done
  result_put "$1" "$text" "$most"
}

result_begin() {
  RESULT=
  result_put op "$OPERATION"
  result_put host "$(uname -n)" 64
}

result_block() {
  local sum _
  # Without it nothing that is said can be believed.
  hash cksum 2>/dev/null || { echo 'the host has no cksum' >&2 && exit 1; }
  read -r sum _ < <(printf '%s' "$RESULT" | cksum)
  printf '@@aragora-result 1 %d %s@@\n%s@@aragora-end@@\n' "${#RESULT}" "$sum" "$RESULT"
}

result_emit() {
  RESULT_EMITTED=1
  result_block
}

# refuse REASON: answers that nothing was changed, and why.
refuse() {
  result_put outcome refused
  result_put reason "$1"
  result_emit
  exit 1
}

# host_has PROGRAM...: refuses where the host lacks one of them.
host_has() {
  for REPLY; do
    hash "$REPLY" 2>/dev/null || refuse "the host has no $REPLY"
  done
}

# redact: hides credentials of URLs and values of secret-looking settings in what passes through.
redact() {
  sed -E \
    -e 's#(://)[^/@[:space:]]*@#\1***@#g' \
    -e 's/([A-Za-z0-9_]*(KEY|TOKEN|SECRET|PASSWORD|PASSWD|DSN|_URL)[A-Za-z0-9_]*)=[^[:space:]]+/\1=***/g'
}

result_unexpected() {
  [[ $BASHPID == "$$" ]] || exit "$1"
  UNEXPECTED="unexpected failure with exit code $1 at line $2: $3"
  exit 1
}

# The last net: whatever ends the script without an answer, set -u included, still gives a block.
result_exit() {
  ((RESULT_EMITTED == 0)) || return 0
  result_begin
  result_put outcome failed
  result_put reason "${UNEXPECTED:-unexpected end of the script}"
  result_emit
}

trap 'result_unexpected "$?" "$LINENO" "$BASH_COMMAND"' ERR
trap result_exit EXIT
result_begin
