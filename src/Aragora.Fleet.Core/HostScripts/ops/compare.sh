# Tells what lies between commits and a target. It asks a bare clone of its own, so that the checkout stays as it is.

CACHE=${ARAGORA_FLEET_CACHE_DIR:-/var/cache/aragora-fleet}/${P_UNIT%.service}.git
PACKAGES=(':(glob)requirements*.txt' ':(glob)requirements/**' pyproject.toml setup.py setup.cfg)
MIGRATIONS=(':(glob)**/migrations/**' ':(glob)**/alembic/**' ':(glob)**/alembic.ini' ':(glob)**/schema*.sql')
GIT_TIMEOUT=40
MOST=10

# cache_git ARG...: git in the bare clone, as the service's user, who has the credentials of the origin.
cache_git() {
  as_user env GIT_OPTIONAL_LOCKS=0 timeout "$GIT_TIMEOUT" git -c gc.auto=0 -C "$CACHE" "$@"
}

cache_has() {
  cache_git cat-file -e "$1^{commit}" 2>/dev/null
}

# cache_open: makes the clone where there is none, out of what the checkout has, which spares the network.
cache_open() {
  local origin
  origin=$(git_user config --get remote.origin.url) || refuse 'the checkout has no origin'
  if [[ ! -d $CACHE/objects ]]; then
    if ! { mkdir -p "$CACHE" && chmod 700 "$CACHE" && chown "$SVC_USER:$SVC_GROUP" "$CACHE"; } 2>/dev/null; then
      refuse "no clone can be made in $CACHE"
    fi
    cache_git init -q --bare . >/dev/null 2>&1 || refuse "git cannot make a clone in $CACHE"
    [[ -f $DIR/.git/shallow ]] || cache_git fetch -q "$DIR" '+refs/remotes/origin/*:refs/heads/*' >/dev/null 2>&1 || true
  fi
  cache_git config remote.origin.url "$origin"
}

# cache_fetch: brings all branches and tags, and the commits that no branch holds any more.
cache_fetch() {
  local commit
  cache_git fetch -q --tags origin '+refs/heads/*:refs/heads/*' >/dev/null 2>&1 || true
  for commit in "$@"; do
    cache_has "$commit" || cache_git fetch -q origin "$commit" >/dev/null 2>&1 ||
      cache_git fetch -q "$DIR" "$commit" >/dev/null 2>&1 || true
  done
}

# changed FROM PATHSPEC...: sets CHANGED to 1 where the files differ, in more than the application's own version, else to 0.
changed() {
  local from=$1 lines
  shift
  lines=$(cache_git diff -U0 "$from" "$P_TARGET" -- "$@" 2>/dev/null) || return 1
  CHANGED=0
  ! grep -E '^[-+]' <<<"$lines" | grep -Eqv '^(--- |\+\+\+ |[-+]version *=)' || CHANGED=1
}

# compare_one INDEX FROM: a commit that cannot be compared is left out, which stands for "unknown".
compare_one() {
  local counts ahead behind packages
  counts=$(cache_git rev-list --left-right --count "$2...$P_TARGET" 2>/dev/null) || return 0
  read -r behind ahead <<<"$counts"
  changed "$2" "${PACKAGES[@]}" || return 0
  packages=$CHANGED
  changed "$2" "${MIGRATIONS[@]}" || return 0
  result_put "from.$1" "$2 $ahead $behind $packages $CHANGED"
  COMPARED+=("$1 $2 $((ahead > 0))")
}

# compare_subjects INDEX FROM FORWARD: the newest commits that come, or where none does, that go.
compare_subjects() {
  local line number=0 range="$2..$P_TARGET"
  [[ $3 == 1 ]] || range="$P_TARGET..$2"
  while IFS= read -r line; do
    result_fit "subject.$1.$number" "$line" 90
    number=$((number + 1))
  done < <(cache_git log -n 3 --abbrev=9 --format='%h %s' "$range" 2>/dev/null)
}

COMPARED=()
FROMS=()
layout_ask
[[ $MODE == git ]] || refuse "the service is laid out as '$MODE'; only a git checkout has commits"
host_has git runuser flock
is_commit "$P_TARGET" || refuse "'$P_TARGET' is not a full commit id"
while read -r commit; do
  if is_commit "$commit" && ((${#FROMS[@]} < MOST)); then
    FROMS+=("$commit")
  fi
done <<<"$P_FROMS"
state_prepare
exec 8>>"$STATE/compare.lock"
flock -w 20 8 || refuse 'another comparison holds the clone'
cache_open
for commit in "$P_TARGET" ${FROMS[@]+"${FROMS[@]}"}; do
  cache_has "$commit" && continue
  cache_fetch "$P_TARGET" ${FROMS[@]+"${FROMS[@]}"}
  break
done
result_put unit "$UNIT"
for number in "${!FROMS[@]}"; do
  compare_one "$number" "${FROMS[number]}"
done
for compared in ${COMPARED[@]+"${COMPARED[@]}"}; do
  read -r number commit forward <<<"$compared"
  compare_subjects "$number" "$commit" "$forward"
done
result_emit
