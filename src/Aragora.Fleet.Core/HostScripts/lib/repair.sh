# Repairs.
# What interrupted changes leave must not stand in the way of the next one.

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
