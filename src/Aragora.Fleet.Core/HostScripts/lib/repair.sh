# What interrupted changes leave.
# It must not stand in the way of the next one.

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

# pip_leftovers: removes what an interrupted pip left, which breaks imports.
pip_leftovers() {
  [[ ! -d $VENV ]] || as_user find "$VENV" -maxdepth 5 -path '*/site-packages/~*' -prune -exec rm -rf {} +
}

# repair_ownership: gives what another user left in the checkout back to the service's.
repair_ownership() {
  id -u "$SVC_USER" >/dev/null 2>&1 || return 0
  [[ -n $(find "$DIR" -ignore_readdir_race -xdev ! -user "$SVC_USER" -print -quit) ]] || return 0
  try 'the repair of ownership' \
    find "$DIR" -ignore_readdir_race -xdev ! -user "$SVC_USER" -execdir chown -h "$SVC_USER:$SVC_GROUP" {} +
  fact repaired 1
}
