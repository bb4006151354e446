# What the service runs from.
# A commit of a checkout, or a version of a package: both are releases.

# source_read: sets DISK, the release that lies here, BRANCH and DIRTY; empty where the host cannot tell.
source_read() {
  DISK='' BRANCH='' DIRTY=''
  [[ $MODE == none ]] || "${MODE}_read"
}

# source_running BODY: sets NAMED to the commit that /api/health/build names, empty where it names none; and RUNNING to the
# release that the process loaded, where that is recorded; of a checkout else the one that it names. After source_read.
source_running() {
  NAMED='' RUNNING='' LOADED=''
  [[ $1 =~ \"sha\"[[:space:]]*:[[:space:]]*\"([0-9a-f]{40})\" ]] && NAMED=${BASH_REMATCH[1]}
  [[ $MODE == none ]] || "${MODE}_loaded"
  RUNNING=${LOADED:-$NAMED}
}
