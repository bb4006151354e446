# The checkout.
# Always as the service's user.

GIT_TIMEOUT=300

# git_user ARG...: git in the checkout. GIT_OPTIONAL_LOCKS keeps reads from writing the index.
git_user() {
  as_user env GIT_OPTIONAL_LOCKS=0 timeout "$GIT_TIMEOUT" git -c safe.directory="$DIR" -c gc.auto=0 \
    -c user.name=aragora-fleet -c user.email=aragora-fleet@localhost -C "$DIR" "$@"
}

# git_read: sets DISK BRANCH DIRTY; empty where git cannot tell.
git_read() {
  local line status
  DISK='' BRANCH='' DIRTY=''
  host_has git runuser
  status=$(git_user status --porcelain=v2 --branch 2>/dev/null) || return 0
  DIRTY=0
  while IFS= read -r line; do
    case $line in
      '# branch.oid '*) DISK=${line#\# branch.oid } ;;
      '# branch.head (detached)') BRANCH=detached ;;
      '# branch.head '*) BRANCH=${line#\# branch.head } ;;
      '#'* | '') ;;
      *) DIRTY=$((DIRTY + 1)) ;;
    esac
  done <<<"$status"
  is_commit "$DISK" || DISK=
}

# git_loaded: sets LOADED to the commit that lay on disk when the main process started; empty where that is not recorded, or
# the service names none.
# What the process says of itself comes from a drop-in, which a pasted deploy leaves behind stale.
git_loaded() {
  LOADED=
  unit_started
  [[ -n $NAMED && -n $STARTED && -r $DIR/.git/logs/HEAD ]] || return 0
  LOADED=$(sed -nE 's/^[0-9a-f]{40} ([0-9a-f]{40}) .*> ([0-9]+) [-+][0-9]{4}.*/\2 \1/p' "$DIR/.git/logs/HEAD" |
    awk -v start="$STARTED" '$1 <= start { commit = $2 } END { print commit }')
}

is_commit() {
  [[ $1 =~ ^[0-9a-f]{40}$ ]]
}

# is_ref_name NAME: whether git can take it for a ref, and never for an option.
is_ref_name() {
  [[ $1 =~ ^[A-Za-z0-9_][A-Za-z0-9._/+@-]*$ && $1 != *..* ]]
}

# git_has SHA: whether the clone holds this commit.
git_has() {
  git_user cat-file -e "$1^{commit}" 2>/dev/null
}

# git_fetch_commit SHA: brings exactly this commit; all refs, and their history, where the server refuses a bare id.
git_fetch_commit() {
  local depth=()
  git_has "$1" && return 0
  git_user fetch --no-tags origin "$1" && git_has "$1" && return 0
  [[ -f $DIR/.git/shallow ]] && depth=(--unshallow)
  git_user fetch ${depth[@]+"${depth[@]}"} --tags origin '+refs/heads/*:refs/remotes/origin/*' && git_has "$1"
}
