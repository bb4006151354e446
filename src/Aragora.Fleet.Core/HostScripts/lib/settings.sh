# The settings of the unit, its drop-ins and its environment files.
# Names of settings and of the files that make them; values stay here.

FLAGS='ARAGORA_(SINGLE_INSTANCE|MULTI_INSTANCE|REQUIRE_DISTRIBUTED)'

# assignments FILE: the assignments of a unit file or drop-in, each on a line of its own.
assignments() {
  sed -nE 's/^[[:space:]]*Environment[[:space:]]*=//p' "$1" |
    grep -Eo "(^|[[:space:]\"'])[A-Za-z_][A-Za-z0-9_]*=[^[:space:]\"']*" | tr -d " \t\"'" || true
}

# settings_read: sets SETTINGS to the names with their files, and with the values of three flags; CLASH to what of these cannot
# hold together; OVERRIDES as settings_overrides does.
settings_read() {
  local file line name flags=''
  local -A by=() flag=()
  SETTINGS='' CLASH=''
  for file in "$UNIT_DIR/$UNIT.service" "$UNIT_DIR/$UNIT.service.d"/*.conf; do
    [[ -r $file ]] || continue
    while IFS='=' read -r name line; do
      [[ -n $name ]] || continue
      SETTINGS+="${file##*/} $name "
      by[$name]=${file##*/}
      [[ $name =~ ^$FLAGS$ ]] || continue
      case ${line,,} in
        1 | true | yes | on) line=1 ;;
        *) line=0 ;;
      esac
      [[ ${flag[$name]:-$line} == "$line" ]] || CLASH="$name is set both ways, last by ${file##*/}"
      flag[$name]=$line
      flags+="$name=$line "
    done < <(assignments "$file")
  done
  for name in ARAGORA_MULTI_INSTANCE ARAGORA_REQUIRE_DISTRIBUTED; do
    [[ ${flag[ARAGORA_SINGLE_INSTANCE]:-0}${flag[$name]:-0} != 11 ]] ||
      CLASH="ARAGORA_SINGLE_INSTANCE of ${by[ARAGORA_SINGLE_INSTANCE]} against $name of ${by[$name]}"
  done
  SETTINGS+=$flags
  settings_overrides
}

# settings_overrides: sets OVERRIDES to each environment file, and the settings of `by` that it takes precedence over.
settings_overrides() {
  local line file name names
  OVERRIDES=
  while IFS= read -r line; do
    # Older systemd answers in the singular.
    [[ $line =~ ^EnvironmentFiles?=(.*)$ ]] || continue
    file=${BASH_REMATCH[1]% (ignore_errors=*}
    [[ -r $file ]] || continue
    names=
    while IFS= read -r name; do
      [[ -z ${by[$name]+set} ]] || names+=", $name"
    done < <(sed -nE 's/^[[:space:]]*([A-Za-z_][A-Za-z0-9_]*)=.*/\1/p' "$file")
    [[ -z $names ]] || OVERRIDES+="; $file: ${names#, }"
  done < <(systemctl show "$UNIT" --property=EnvironmentFiles)
  OVERRIDES=${OVERRIDES#; }
}
