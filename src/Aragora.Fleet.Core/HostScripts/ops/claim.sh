# Takes the host for a run: its fencing token, the plan held against the host once more, and the record of the run.
# Service and checkout stay as they are.

# A claim is waited for by a whole run, so no part of it may hang.
GIT_TIMEOUT=60

claim_end() {
  result_put outcome "$1"
  result_put phase "$PHASE"
  result_put disk "$DISK"
  result_put running "$RUNNING"
  result_put from "$FROM"
  result_put dirty "$DIRTY"
  result_put free_mb "$FREE"
  result_put fence "$FENCE"
  layout_report
  result_fit reason "${2:-}" 800
  result_emit
  [[ $1 == claimed ]] || exit 1
}

claim_refuse() {
  claim_end refused "$1"
}

# claim_lock: the host's lock and the fence; they are kept to the end of the script.
claim_lock() {
  PHASE=lock
  lock_take "claim of $P_DEPLOY" || claim_end locked "another has the host: $LOCK_OWNER"
  PHASE=fence
  fence_take "$P_TOKEN" || claim_end "$BARRED_AS" "$BARRED"
}

claim_host() {
  PHASE=layout
  [[ $LOAD == loaded ]] || claim_refuse "the unit $UNIT is not there (LoadState '$LOAD')"
  [[ $MODE == git || $MODE == package ]] || claim_refuse "the service is laid out as '$MODE', which has no releases"
  source_read
  [[ -n $DISK ]] || plan_has_moved || claim_refuse "what $DIR holds cannot be told${DOUBT:-}"
  http_get /api/health/build
  source_running "$HTTP_BODY"
  PHASE=moved
  host_line "$P_TARGETS"
  is_release "$HOST_VALUE" || claim_refuse "'$HOST_VALUE' is no release of a host of mode $MODE"
  plan_moved "$HOST_VALUE"
  [[ -z $MOVED ]] || claim_end moved "$MOVED"
}

# claim_disk: both file systems need room: the checkout's for the release, the state's for the outcome of the step.
claim_disk() {
  local blocks size free
  PHASE=disk
  while read -r blocks size; do
    free=$((blocks * size / 1048576))
    FREE=$((${FREE:-free} < free ? ${FREE:-free} : free))
  done < <(stat -f -c '%a %S' "$DIR" "$STATE")
  ((FREE >= P_NEED_MB)) || claim_refuse "$FREE MB are free, but a release and the way back need $P_NEED_MB"
}

# claim_pip: what installs the release is there.
claim_pip() {
  PHASE=install
  [[ -x $VENV/bin/python ]] || claim_refuse "the service in $DIR has no python in a virtual environment"
  as_user timeout -k 10 "$GIT_TIMEOUT" "$VENV/bin/python" -m pip --version >/dev/null 2>&1 ||
    claim_refuse "the service in $DIR has no pip in its virtual environment"
}

# claim_sources: the origin or the index answers, and the release to come back to is at hand.
claim_sources() {
  if [[ $MODE == package ]]; then
    claim_index
  else
    claim_origin
  fi
}

claim_index() {
  local answer code=0 folder
  PHASE=rollback
  package_has "$FROM" && return 0
  folder=$(as_user mktemp -d) || claim_refuse "$SVC_USER can make no temporary folder"
  answer=$(as_user timeout -k 10 "$GIT_TIMEOUT" "$VENV/bin/python" -m pip download --no-deps --no-cache-dir --quiet \
    --dest "$folder" "aragora===$FROM" 2>&1) || code=$?
  rm -rf "$folder"
  ((code != 124)) || answer="no answer within $GIT_TIMEOUT s"
  ((code == 0)) ||
    claim_refuse "the release to come back to, aragora $FROM, is not to be had from the index: $(tail -n 1 <<<"$answer" | redact)"
}

claim_origin() {
  local answer code=0 output=$STATE/claim.output
  PHASE=origin
  # Into a file: a connection that ssh shares outlives git, and would keep a pipe open.
  git_user ls-remote origin HEAD >"$output" 2>&1 || code=$?
  answer=$(cat "$output")
  rm -f "$output"
  ((code != 124)) || answer="no answer within $GIT_TIMEOUT s"
  ((code == 0)) || claim_refuse "the origin does not answer: $(tail -n 1 <<<"$answer" | redact)"
  PHASE=rollback
  git_fetch_commit "$FROM" >/dev/null 2>&1 ||
    claim_refuse "the release to come back to, $FROM, is neither in the clone nor to be had from the origin"
}

# claim_kept: what an earlier attempt of this run recorded stays: where the host came from, and its wave.
claim_kept() {
  local key value
  host_line "$P_WAVES"
  WAVE=$HOST_VALUE
  [[ -e $RECORD_FILE ]] || return 0
  while read -r key value; do
    case $key in
      from) FROM=$value ;;
      claimed) CLAIMED=$value ;;
      wave) WAVE=${WAVE:-$value} ;;
    esac
  done <"$RECORD_FILE"
}

# claim_record: what a resumption needs to know.
claim_record() {
  local key value
  local -A record=()
  PHASE=record
  while read -r key value; do
    [[ ! $key =~ ^[a-z]+$ ]] || record[$key]=$value
  done <<<"$P_RECORD"
  host_line "$P_TARGETS"
  record[target]=$HOST_VALUE
  record[wave]=$WAVE record[from]=$FROM record[claimed]=$CLAIMED record[renewed]=$NOW record[token]=$P_TOKEN
  record[unit]=$UNIT record[branch]=$P_BRANCH record[who]=${P_WHO:0:200} record[reason]=${P_REASON:0:400}
  value=$(for key in "${!record[@]}"; do
    result_escape "${record[$key]}"
    printf '%s %s\n' "$key" "$ESCAPED"
  done | sort)
  state_write "$RECORD_FILE" "$value" || claim_refuse "the record of the run cannot be written to $RECORD_FILE"
}

host_has runuser
DISK='' RUNNING='' DIRTY='' FREE='' FENCE='' FROM='' WAVE=''
valid_id "$P_DEPLOY" || refuse "the deploy id '$P_DEPLOY' cannot name a file"
[[ $P_NEED_MB =~ ^(0|[1-9][0-9]{0,8})$ ]] || refuse "'$P_NEED_MB' is not a number of megabytes"
is_ref_name "$P_BRANCH" || refuse "'$P_BRANCH' is not a branch name"
NOW=$(date -u +%Y-%m-%dT%H:%M:%SZ)
CLAIMED=$NOW RECORD_FILE=$STATE/deploys/$P_DEPLOY
layout_ask
state_prepare
umask 077
claim_lock
claim_host
claim_kept
host_line "$P_TARGETS"
# What has nothing to do needs neither room nor a way back.
if [[ -n $WAVE || $HOST_VALUE != "$FROM" ]]; then
  claim_disk
  claim_pip
  claim_sources
fi
find "$STATE/deploys" -type f -mtime +30 -delete
claim_record
claim_end claimed
