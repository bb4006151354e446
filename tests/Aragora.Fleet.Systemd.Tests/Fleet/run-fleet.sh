#!/bin/bash
# run-fleet.sh IMAGE FOLDER HOST...: runs the fleet until standard input ends, then removes FOLDER. A HOST is
# "ID NAME LAYOUT SHELL ADDRESS". Whoever starts this holds the other end of that pipe, so that its death is the fleet's end.
#
# Processes, mounts and network are in namespaces of their own, of which the first process is this script: when it ends, the
# kernel ends all the rest. Only control groups are the machine's; those of fleets that are gone are removed here.
set -u
if [ "$1" != inside ]; then
  folder=$2
  groups=()
  if [ -e /sys/fs/cgroup/cgroup.controllers ]; then
    groups=(/sys/fs/cgroup)
  else
    groups=(/sys/fs/cgroup/systemd /sys/fs/cgroup/unified)
  fi
  sweep() { find "${groups[@]}" -depth -type d -path "*/$1" -exec rmdir {} + 2>/dev/null; }
  fleet=${folder##*/}
  # Those that are in use cannot be removed.
  sweep 'aragora-systemd-*'
  for group in "${groups[@]}"; do
    mkdir "$group/$fleet"
  done
  unshare --mount --net --pid --fork --kill-child --mount-proc bash "$0" inside "$fleet" "${groups[*]}" "$@"
  sweep "$fleet*"
  rm -rf "$folder"
  exit
fi

set -e
fleet=$2
read -r -a groups <<<"$3"
image=$4
folder=$5
shift 5

# The address is up before the host boots, and stays when it reboots.
make_network() { # NUMBER ADDRESS: sets HOLDER to a process in the host's network
  unshare --net sleep infinity &
  HOLDER=$!
  until [ "$(readlink "/proc/$HOLDER/ns/net")" != "$(readlink /proc/self/ns/net)" ]; do sleep 0.01; done
  ip link add "host$1" type veth peer name eth0 netns "$HOLDER"
  ip link set "host$1" master bridge up
  nsenter -t "$HOLDER" -n sh -c "ip link set lo up; ip addr add $2/16 dev eth0; ip link set eth0 up
    ip route add default via 172.31.0.1"
}

# make_root ID NAME LAYOUT SHELL: the image below, what is written above it in memory.
make_root() {
  local disk=$folder/disks/$1
  mkdir "$disk"
  mount -t tmpfs -o size=640m,mode=755 disk "$disk"
  mkdir "$disk/upper" "$disk/work" "$disk/root"
  mount -t overlay -o "lowerdir=$image/$3:$image/base,upperdir=$disk/upper,workdir=$disk/work" host "$disk/root"
  ln -sf "$4" "$disk/root/usr/bin/sh"
  echo "$2" >"$disk/root/etc/hostname"
  echo "127.0.0.1 $2" >>"$disk/root/etc/hosts"
}

# run_host ID NAME HOLDER: boots it again whenever it goes down, as EC2 does after a reboot and a failure.
run_host() {
  local group
  for group in "${groups[@]}"; do
    mkdir "$group/$fleet/$1"
    echo "$BASHPID" >"$group/$fleet/$1/cgroup.procs"
  done
  while true; do
    env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin SYSTEMD_NSPAWN_UNIFIED_HIERARCHY=1 \
      systemd-nspawn -q -D "$folder/disks/$1/root" -M "$2" --boot --register=no --keep-unit \
      --network-namespace-path="/proc/$3/ns/net" --console=pipe --link-journal=no --resolv-conf=off --timezone=off \
      --bind="$folder/$1:/srv/sandbox" </dev/null >>"$folder/$1.log" 2>&1 || true
    sleep 0.2
  done
}

# systemd-nspawn leaves things there.
mount -t tmpfs run /run
ip link set lo up
ip link add bridge type bridge
ip addr add 172.31.0.1/16 dev bridge
ip link set bridge up
mkdir "$folder/disks"
mount -t tmpfs disks "$folder/disks"
git daemon --export-all --base-path="$image" --listen=172.31.0.1 "$image/aragora.git" >"$folder/git.log" 2>&1 &
env -i /usr/sbin/chroot "$image/base" /usr/bin/python3 -B -m http.server 8000 --bind 172.31.0.1 --directory /srv/index \
  >"$folder/index.log" 2>&1 &
number=0
for host in "$@"; do
  read -r id name layout shell address <<<"$host"
  make_root "$id" "$name" "$layout" "$shell"
  make_network "$((number += 1))" "$address"
  run_host "$id" "$name" "$HOLDER" &
done
cat >/dev/null
