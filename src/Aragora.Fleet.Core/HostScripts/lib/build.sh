# The release that the service names.
# It says what its drop-ins say, so these name the release that is to run.

# build_set SHA: names it in every drop-in that names one; where none does, in secrets.conf, as the existing CI would.
build_set() {
  local drop_ins=$UNIT_DIR/$UNIT.service.d file names='^Environment=.*ARAGORA_BUILD_' add=''
  rm -f "$drop_ins"/.build.*
  grep -Eqs "${names}SHA=" "$drop_ins"/*.conf || add=$drop_ins/secrets.conf
  for file in "$drop_ins"/*.conf; do
    [[ -f $file ]] || continue
    if [[ $file == "$add" ]] || grep -Eq "$names(SHA|TIME)=" "$file"; then
      build_write "$1" "$file"
    fi
  done
  unit_do daemon-reload
}

# build_write SHA FILE: by temporary file and rename, with owner and mode kept. What it was before the step stays beside it.
build_write() {
  local temporary=${2%/*}/.build.$BASHPID now
  now=$(date -u +%Y-%m-%dT%H:%M:%SZ)
  cp -p "$2" "$temporary"
  if [[ ${FACTS[reverting]:-0} == 0 ]]; then
    mv -f "$temporary" "$2.previous"
    cp -p "$2.previous" "$temporary"
  fi
  {
    sed -E "/^Environment=/{s/(ARAGORA_BUILD_SHA=)[^\"' ]*/\1$1/;s/(ARAGORA_BUILD_TIME=)[^\"' ]*/\1$now/}" "$2"
    [[ $2 != "$add" ]] ||
      printf '\n[Service]\nEnvironment=ARAGORA_BUILD_SHA=%s\nEnvironment=ARAGORA_BUILD_TIME=%s\n' "$1" "$now"
  } | dd of="$temporary" conv=fsync status=none
  mv -f "$temporary" "$2"
}
