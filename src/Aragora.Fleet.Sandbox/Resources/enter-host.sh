#!/bin/bash
# enter-host.sh HOST FOLDER: makes the host's folder the root of this mount name space, then boots the host.
set -eu
host=$1
folder=$2
# shellcheck source=/dev/null
. "$host/run/sandbox/env" # DOTNET_DIRECTORY, MODULE_DIRECTORY

share() { # PATH: shows a path of the machine, read-only, at the same place
  if [ -d "$1" ]; then mkdir -p "$host$1"; else mkdir -p "$host${1%/*}" && : >>"$host$1"; fi
  mount --rbind "$1" "$host$1"
  # Flags that the machine's mount may have must not be dropped in a user name space; adding them is allowed.
  mount -o remount,bind,ro,nosuid,nodev "$host$1"
}

mount --bind "$host" "$host"
for directory in /usr /bin /sbin /lib /lib32 /lib64 /libx32; do
  if [ -L "$directory" ]; then
    cp -P "$directory" "$host$directory"
  elif [ -d "$directory" ]; then
    share "$directory"
  fi
done
for path in /etc/alternatives /etc/ld.so.cache /etc/ssl/certs; do
  if [ -e "$path" ]; then share "$path"; fi
done
for directory in "$DOTNET_DIRECTORY" "$MODULE_DIRECTORY"; do
  case $directory in /usr/*) ;; *) share "$directory" ;; esac
done

# sh is bash on Amazon Linux; elsewhere it may be dash.
sh=$host$(readlink -f /bin/sh)
mount --bind "$(readlink -f /bin/bash)" "$sh"
mount -o remount,bind,ro,nosuid,nodev "$sh"

mkdir -p "$host/dev" "$host/proc" "$host/srv"
for device in null zero full random urandom tty; do
  : >"$host/dev/$device"
  mount --bind "/dev/$device" "$host/dev/$device"
done
ln -s /proc/self/fd "$host/dev/fd"
ln -s /proc/self/fd/0 "$host/dev/stdin"
ln -s /proc/self/fd/1 "$host/dev/stdout"
ln -s /proc/self/fd/2 "$host/dev/stderr"
mount --bind "$folder/srv" "$host/srv"
cp "$folder/boot-host.sh" "$host/run/sandbox/boot"
mount -t proc proc "$host/proc"
# Root on the host may be root of the machine, and the kernel's settings are the machine's.
for path in sys irq bus fs sysrq-trigger; do
  if [ -e "$host/proc/$path" ]; then
    mount --bind "$host/proc/$path" "$host/proc/$path"
    mount -o remount,bind,ro,nosuid,nodev,noexec "$host/proc/$path"
  fi
done
# A boot id of its own, which the host's init renews when it plays a reboot.
mount --bind "$host/run/sandbox/boot_id" "$host/proc/sys/kernel/random/boot_id"

cd "$host"
mkdir .machine
pivot_root . .machine
cd /
umount -l /.machine
rmdir /.machine
# In a second user name space these mounts are locked: a script cannot make them writable again.
exec unshare -Urmnu bash /run/sandbox/boot ''
