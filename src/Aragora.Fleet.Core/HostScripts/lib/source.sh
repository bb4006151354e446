# What the service runs from.
# A commit of a checkout, or a version of a package: both are releases.

# source_read: sets DISK, the release that lies here, BRANCH and DIRTY; empty where the host cannot tell.
source_read() {
  DISK='' BRANCH='' DIRTY=''
  case $MODE in
    git) git_read ;;
    package) package_read ;;
  esac
}

# source_running BODY: sets NAMED to the commit that /api/health/build names, empty where it names none; and RUNNING to the
# release that the process loaded, where that is recorded; of a checkout else the one that it names. After source_read.
source_running() {
  NAMED='' RUNNING='' LOADED=''
  [[ $1 =~ \"sha\"[[:space:]]*:[[:space:]]*\"([0-9a-f]{40})\" ]] && NAMED=${BASH_REMATCH[1]}
  if [[ $MODE == package ]]; then
    package_loaded
    RUNNING=$LOADED
    return 0
  fi
  [[ -z $NAMED || $MODE != git ]] || git_loaded
  RUNNING=${LOADED:-$NAMED}
}

# is_release TEXT: whether it can be a release of this host.
is_release() {
  if [[ $MODE == package ]]; then
    is_version "$1"
  else
    is_commit "$1"
  fi
}
