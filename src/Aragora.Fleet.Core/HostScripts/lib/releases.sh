# Releases that are not the one at hand.

# is_release TEXT: whether it can be a release of this host.
is_release() {
  if [[ $MODE == package ]]; then
    is_version "$1"
  else
    is_commit "$1"
  fi
}

# package_names: of lines that name distributions by a file or as name===version those without what may be written otherwise.
package_names() {
  sed -E 's|.*/||; s/===/-/; s/\.dist-info$//; s/^([^-]*-[^-]*)-.*\.whl$/\1/; s/[-_.]+/_/g' | tr '[:upper:]' '[:lower:]' | sort -u
}

# package_has VERSION: whether all of it is here: each distribution of its set, which is known, is installed or a wheel of the
# last run, so that a way back asks no index.
package_has() {
  local here=("$VENV"/lib/python*/site-packages/*.dist-info "$DIR"/.aragora-fleet/wheels/*/*.whl)
  [[ -s $STATE/sets/$1 && -z $(comm -23 <(package_names <"$STATE/sets/$1") <(printf '%s\n' "${here[@]}" | package_names)) ]]
}
