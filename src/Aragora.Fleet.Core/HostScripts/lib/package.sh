# The distribution.

# is_version TEXT: whether it is a version as pip writes them in metadata.
is_version() {
  [[ ${#1} -le 28 && $1 =~ ^[0-9]+(\.[0-9]+){0,5}((a|b|rc)[0-9]+)?(\.post[0-9]+)?(\.dev[0-9]+)?(\+[a-z0-9]+(\.[a-z0-9]+)*)?$ ]]
}

# package_find: sets METADATA to the folder of the distribution's metadata; empty, and DOUBT why, unless there is exactly one and
# it came from an index: the version of what was installed from a folder or a repository does not tell what it is.
package_find() {
  local found=("$VENV"/lib/python*/site-packages/aragora-*.dist-info)
  METADATA='' DOUBT=
  if [[ ${#found[@]} != 1 || ! -d ${found[0]} ]]; then
    DOUBT=': aragora is there more than once, or not at all'
  elif grep -qsE '"(dir_info|vcs_info)"' "${found[0]}/direct_url.json"; then
    DOUBT=': aragora was installed from a folder or a repository, not from an index'
  else
    METADATA=${found[0]}
  fi
}

# package_read: sets DISK to the installed version; empty where that is not certain. There is no branch, and nothing to lose.
package_read() {
  DISK='' BRANCH='' DIRTY=0
  package_find
  DISK=${METADATA##*/aragora-}
  DISK=${DISK%.dist-info}
  is_version "$DISK" || DISK=
}

# package_loaded: sets LOADED to the installed version where the main process began after it was installed. What an older
# process has loaded is not written down anywhere, and a commit that the service names is no version.
package_loaded() {
  LOADED='' NAMED=
  package_find
  unit_started
  [[ -n $STARTED && -n $METADATA ]] || return 0
  (($(stat -c %Y "$METADATA/METADATA") > STARTED)) || LOADED=$DISK
}
