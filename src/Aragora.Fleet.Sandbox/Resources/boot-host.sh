#!/bin/bash
# boot-host.sh PREFIX: installs the application, then runs the host's init. PREFIX is empty on a host with its own root.
set -eu
prefix=$1
# shellcheck source=/dev/null
. "$prefix/run/sandbox/env" # ORIGIN APP_DIRECTORY RELEASE INSTALL DOTNET MODULE INIT_ARGUMENTS
export PATH="$prefix/run/sandbox/bin:/usr/sbin:/usr/bin:/sbin:/bin" HOME="$prefix/root" TMPDIR="$prefix/tmp"
export GIT_CONFIG_NOSYSTEM=1 GIT_CONFIG_GLOBAL="$prefix/root/.gitconfig"
export DOTNET_EnableDiagnostics=0 DOTNET_TieredPGO=0 DOTNET_TC_CallCounting=0 DOTNET_gcConcurrent=0

if [ -z "$prefix" ]; then
  # One file system for the checkout and the module's state, which the host's init can leave without room.
  disk=/run/sandbox/disk
  mkdir -p "$disk" "$APP_DIRECTORY" /var/lib/aragora-fleet
  mount -t tmpfs -o size=2g,mode=755 disk "$disk"
  mkdir -m 755 "$disk/app"
  mkdir -m 700 "$disk/state"
  mount --bind "$disk/app" "$APP_DIRECTORY"
  mount --bind "$disk/state" /var/lib/aragora-fleet
fi
if [ -n "$ORIGIN" ]; then
  git clone -q --branch main "$ORIGIN" "$APP_DIRECTORY"
  git -C "$APP_DIRECTORY" reset -q --hard "$RELEASE"
fi
mkdir -p "$APP_DIRECTORY/.nomic"
mv "$prefix/run/sandbox/venv" "$APP_DIRECTORY/venv"
"$APP_DIRECTORY/venv/bin/python" -m pip install "${INSTALL[@]}" --quiet --no-cache-dir

# Not exec: as the first process of a name space, this shell reaps the orphans.
"$DOTNET" "$MODULE" host-init "${INIT_ARGUMENTS[@]}"
