# A release as a commit of the checkout.

SOURCE=git
host_has git runuser

# source_check TARGET
source_check() {
  is_ref_name "$P_BRANCH" || decline "'$P_BRANCH' is not a branch name"
  is_commit "$1" || decline "'$1' is not a full commit id"
}

# git_unlock: removes the locks of a git that was killed, unless a git is at work on this checkout.
git_unlock() {
  local locks name process
  locks=$(find "$DIR/.git" -name objects -prune -o -name '*.lock' -type f -print)
  [[ -n $locks ]] || return 0
  for process in /proc/[0-9]*; do
    read -r name <"$process/comm" || continue
    [[ $name != git* || $(readlink "$process/cwd") != "$DIR"* ]] || return 0
  done 2>/dev/null
  say "a killed git left $locks"
  xargs -d '\n' rm -f <<<"$locks"
}

# git_prune_stashes: keeps the newest ten of ours, and whatever others stashed. From the oldest, so that numbers stay true.
git_prune_stashes() {
  local stash ours=()
  while read -r stash; do
    [[ $stash =~ ^(stash@\{[0-9]+\})\ On\ [^:]+:\ aragora-fleet\ [A-Za-z0-9._-]+$ ]] && ours+=("${BASH_REMATCH[1]}")
  done < <(git_user stash list --format='%gd %gs')
  local at=${#ours[@]}
  while ((at-- > 10)); do
    git_user stash drop -q "${ours[at]}" || true
  done
}

# source_prepare TARGET: brings the commit and makes the checkout fit to move.
# The fetch comes before the stash, so that an origin that does not answer leaves the tree as it was.
source_prepare() {
  phase ownership
  repair_ownership
  git_unlock
  phase fetch
  try "the fetch of $1" git_fetch_commit "$1"
  phase stash
  git_read
  if [[ $DIRTY != 0 ]]; then
    try 'git stash' git_user stash push --include-untracked -m "aragora-fleet $P_DEPLOY"
    fact stash "aragora-fleet $P_DEPLOY"
    git_prune_stashes
  fi
  [[ $LEDGER_KIND == Restore || $FROM == "$1" ]] || tmp_state_write "$FROM"
}

# source_back TARGET: brings the commit to go back to, where the clone has lost it.
source_back() {
  git_has "$1" || git_fetch_commit "$1"
}

# source_install TARGET
source_install() {
  phase checkout
  git_unlock
  try 'git checkout' git_user checkout -q -f -B "$P_BRANCH" "$1"
  phase install
  pip_leftovers
  try 'pip install' as_user timeout -k 10 900 "$VENV/bin/python" -m pip install -e . --quiet --no-cache-dir
  pip_leftovers
}

# tmp_state_drop: a host that went back has nothing that the CI could take back any more, as after its own rollback.
tmp_state_drop() {
  rm -f "$TMP_STATE" || say "the state file $TMP_STATE cannot be removed"
}

# source_name TARGET: what the service says of itself.
source_name() {
  build_set "$1"
}

# source_verify TARGET: what it says must be true.
source_verify() {
  [[ $NAMED == "$1" ]] || fail "not verified: /api/health/build names '${NAMED:-no commit}', not $1"
}
