#!/bin/bash
# build-image.sh TARGET ORIGIN: makes the root file systems of the fleet in the folder TARGET: base, and on top of it home, opt
# and package, one for each layout of the runbook. ORIGIN is the application's bare repository, which goes beside them.
# Needs root and mmdebstrap.
set -euo pipefail
target=$1
origin=$2
here=$(cd "${BASH_SOURCE[0]%/*}" && pwd)
# Mounts of its own, which end with it, however it ends.
[ "${3-}" = inside ] || exec unshare --mount bash "$0" "$target" "$origin" inside

packages=systemd,systemd-sysv,dbus,nginx-light,git,sudo,curl,procps,iproute2,psmisc
packages+=,python3,python3-venv,python3-setuptools,python3-wheel,python3-wheel-whl

# inside ROOT COMMAND...: without the machine's settings, such as pip's.
inside() {
  env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8 chroot "$@"
}

make_base() {
  env -i PATH="$PATH" HOME=/root ${http_proxy:+http_proxy="$http_proxy"} \
    mmdebstrap --quiet --variant=minbase --include="$packages" \
    --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/doc/*' \
    --dpkgopt='path-exclude=/usr/share/locale/*' --dpkgopt=force-unsafe-io bookworm "$1"
  cp -R "$here/files/." "$1"
  rm -f "$1/etc/nginx/sites-enabled/default" "$1/etc/machine-id" "$1/etc/hostname"
  : >"$1/etc/machine-id"
  mkdir -p "$1/srv/sandbox"
  ln -s sleep "$1/usr/bin/amazon-ssm-agent"
  ln -s /srv/sandbox/bin/aws "$1/usr/local/bin/aws"
  inside "$1" systemctl -q enable nginx amazon-ssm-agent
  inside "$1" systemctl -q mask apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer fstrim.timer \
    e2scrub_all.timer getty.target console-getty.service systemd-pstore.service
  rm -rf "$1"/var/cache/apt/* "$1"/var/lib/apt/lists/*
}

# write_distributions ROOT: the distribution in versions good and bad, one of them as source alone, with a dependency that goes with
# each, one of an extra, and what builds them.
write_distributions() {
  local root=$1 version behaviour form
  mkdir -p "$root/srv/index/wheels"
  cp "$root"/usr/share/python-wheels/{setuptools,wheel}-*.whl "$root/srv/index/wheels"
  project "$root/tmp/metrics" aragora-metrics 1.0
  distribution "$root" metrics wheel
  while read -r version behaviour form; do
    project "$root/tmp/wire" aragora-wire "$version"
    distribution "$root" wire wheel
    rm -rf "$root/tmp/app"
    cp -R "$here/../App" "$root/tmp/app"
    cp "$here/../../../src/Aragora.Fleet.Sandbox/Resources/app/answers.json" "$root/tmp/app/aragora/server"
    find "$root/tmp/app" -type f -exec sed -i "s/@VERSION@/$version/;s/@BEHAVIOUR@/$behaviour/" {} +
    distribution "$root" app "$form"
  done <<END
2.7.0 good wheel
2.8.0 good wheel
2.8.0+site.1 good wheel
2.9.0rc1 good wheel
2.9.0 good wheel
2.9.1 broken-crash wheel
2.9.2 broken-import wheel
2.10.0 good sdist
END
  rm -rf "$root"/tmp/*
  write_index "$root"
}

project() { # FOLDER NAME VERSION: a distribution that holds nothing
  mkdir -p "$1"
  printf '[build-system]\nrequires = ["setuptools"]\nbuild-backend = "setuptools.build_meta"\n
[project]\nname = "%s"\nversion = "%s"\n\n[tool.setuptools]\npy-modules = []\n' "$2" "$3" >"$1/pyproject.toml"
}

# distribution ROOT FOLDER wheel|sdist: what pip would have the project's build backend do, with one process in place of five.
distribution() {
  inside "$1" sh -c "cd /tmp/$2 && exec python3 -Wignore -c 'import setuptools.build_meta as it; it.build_$3(\"/srv/index/wheels\")'" \
    >/dev/null
  rm -rf "$1/tmp/$2/build"
}

# write_index ROOT: the pages of a package index (PEP 503).
write_index() {
  local file name
  for file in "$1"/srv/index/wheels/*; do
    file=${file##*/}
    name=${file%%-*}
    name=${name//_/-}
    mkdir -p "$1/srv/index/simple/$name"
    echo "<a href=\"/wheels/$file\">$file</a><br>" >>"$1/srv/index/simple/$name/index.html"
  done
}

# make_layer NAME COMMAND...: what COMMAND ROOT writes to a root on top of base becomes the layer NAME.
make_layer() {
  local layer=$building/$1 work=$building/$1.work root=$building/$1.root
  shift
  mkdir -p "$layer" "$work" "$root"
  mount -t overlay -o "lowerdir=$building/base,upperdir=$layer,workdir=$work" layer "$root"
  "$@" "$root"
  umount "$root"
  rm -rf "$work" "$root"
}

git_layout() { # DIRECTORY USER RELEASE BUILD_SHA? ROOT
  local directory=$1 user=$2 release=$3 root=$5 commit
  mkdir -p "$root/tmp/origin.git" "$root${directory%/*}"
  mount --bind "$origin" "$root/tmp/origin.git"
  inside "$root" git clone -q --branch main /tmp/origin.git "$directory"
  umount "$root/tmp/origin.git"
  rmdir "$root/tmp/origin.git"
  inside "$root" git -C "$directory" reset -q --hard "$release"
  inside "$root" git -C "$directory" remote set-url origin git://origin/aragora.git
  commit=$(inside "$root" git -C "$directory" rev-parse HEAD)
  mkdir "$root$directory/.nomic"
  inside "$root" chown -R "$user:$user" "$directory"
  inside "$root" runuser -u "$user" -- python3 -m venv "$directory/venv"
  inside "$root" runuser -u "$user" -- sh -c "cd $directory && venv/bin/python -m pip install -e . --quiet --no-cache-dir"
  sed "s|@DIR@|$directory|g;s|@USER@|$user|g" "$here/aragora-git.service" >"$root/etc/systemd/system/aragora.service"
  write_drop_in "$root" "$([ "$4" = pinned ] && echo "$commit")"
}

home_layout() {
  inside "$1" useradd -m -s /bin/bash ec2-user
  git_layout /home/ec2-user/aragora ec2-user v2.8.0 pinned "$1"
}

opt_layout() {
  inside "$1" useradd -r -s /usr/sbin/nologin -d /opt/aragora aragora
  git_layout /opt/aragora aragora v2.8.0 not "$1"
}

package_layout() {
  local root=$1 extras=monitoring,postgres
  inside "$root" useradd -r -s /usr/sbin/nologin aragora
  mkdir -p "$root/opt/aragora/backups" "$root/opt/aragora/.nomic" "$root/var/log/aragora" "$root/etc/aragora"
  install -m 600 /dev/null "$root/etc/aragora/env"
  inside "$root" chown -R aragora:aragora /opt/aragora /var/log/aragora
  inside "$root" runuser -u aragora -- python3 -m venv /opt/aragora/venv
  inside "$root" runuser -u aragora -- /opt/aragora/venv/bin/pip install -q --no-cache-dir \
    --no-index --find-links=/srv/index/wheels "aragora[$extras]==2.7.0"
  # Its packages come from the index of the bridge.
  cp "$here/pip-package.conf" "$root/etc/pip.conf"
  cp "$here/aragora-package.service" "$root/etc/systemd/system/aragora.service"
  write_drop_in "$root" ''
}

# write_drop_in ROOT COMMIT: secrets.conf as the pipeline writes it; the commit where the pipeline manages the host.
write_drop_in() {
  local folder=$1/etc/systemd/system/aragora.service.d
  mkdir -p "$folder"
  cp "$here/secrets.conf" "$folder"
  [ -z "$2" ] || printf 'Environment=ARAGORA_BUILD_SHA=%s\nEnvironment=ARAGORA_BUILD_TIME=2026-03-06T20:00:00Z\n' "$2" \
    >>"$folder/secrets.conf"
  inside "$1" systemctl -q enable aragora
}

building=$target.building
rm -rf "$building"
mkdir -p "$building"
make_base "$building/base"
write_distributions "$building/base"
layers=()
for layer in home opt package; do
  make_layer "$layer" "${layer}_layout" &
  layers+=("$!")
done
for layer in "${layers[@]}"; do
  wait "$layer"
done
mv "$origin" "$building/aragora.git"
mv "$building" "$target"
