# What configures the service, as items: lines `name <tab> digest`, in the order of their names.
# A digest is of a salt of this run and what the item says, and too short to find a secret by.

NGINX_DIR=${ARAGORA_FLEET_NGINX_DIR:-/etc/nginx}

# Keys that hold one value, of which the last one wins.
SCALARS='Type|User|Group|WorkingDirectory|Restart|RestartSec|Timeout[A-Za-z]*Sec|StartLimit[A-Za-z]+|Memory[A-Za-z]+|LimitNOFILE'

# digest: of the salt and stdin.
digest() {
  { printf '%s\n' "$P_SALT" && cat; } | sha256sum | cut -c 1-8
}

# config_files: sets FRAGMENT and DROP_INS to the files that systemd has loaded, and RELOAD to whether others lie on disk.
config_files() {
  local line paths=''
  FRAGMENT='' RELOAD=''
  while IFS= read -r line; do
    case $line in
      FragmentPath=*) FRAGMENT=${line#*=} ;;
      DropInPaths=*) paths=${line#*=} ;;
      NeedDaemonReload=*) RELOAD=${line#*=} ;;
    esac
  done < <(systemctl show "$UNIT" --property=FragmentPath,DropInPaths,NeedDaemonReload)
  read -r -a DROP_INS <<<"$paths"
}

# config_parse FILE: prints `section <tab> key <tab> value` for each line of a unit file, and `env <tab> name <tab> value` for
# each setting of its Environment lines, where systemd heeds them: in [Service], and up to one that is empty and so forgets all
# before it. A line before any section is of the section `-`: an empty field would be lost, and the value read as the key.
config_parse() {
  awk '
    BEGIN { section = "-" }
    function setting(text) {
      at = index(text, "=")
      if (at > 1) printf "env\t%s\t%s\n", substr(text, 1, at - 1), substr(text, at + 1)
    }
    function environment(text,  i, c, quote, word) {
      for (i = 1; i <= length(text); i++) {
        c = substr(text, i, 1)
        if (c == quote) quote = ""
        else if (quote == "" && (c == "\"" || c == "\047")) quote = c
        else if (quote == "" && (c == " " || c == "\t")) { setting(word); word = "" }
        else word = word c
      }
      setting(word)
    }
    { line = held $0; held = "" }
    line ~ /\\$/ { held = substr(line, 1, length(line) - 1) " "; next }
    { gsub(/^[ \t]+|[ \t\r]+$/, "", line) }
    line ~ /^[#;]/ { next }
    line ~ /^\[/ { section = line; next }
    {
      at = index(line, "=")
      if (at < 2) next
      key = substr(line, 1, at - 1)
      value = substr(line, at + 1)
      sub(/[ \t]+$/, "", key)
      sub(/^[ \t]+/, "", value)
      if (key == "Environment" && section == "[Service]" && value != "") environment(value)
      else printf "%s\t%s\t%s\n", section, key, value
    }' "$1"
}

# config_items FILE...: an item for each setting of unit files. The release that a deploy writes there is none of them, and the
# region of the host is the same setting in all regions.
config_items() {
  local file kind name value key
  local -A said=()
  for file; do
    [[ -r $file ]] || continue
    said[${file##*/}]=
    while IFS=$'\t' read -r kind name value; do
      [[ $kind != env || $name != ARAGORA_BUILD_* ]] || continue
      [[ -z $value || $value != "${AWS_SSM_REGION_NAME:-}" ]] || value=@region
      key="${file##*/} $name"
      [[ $kind == env ]] || key="${file##*/} $kind $name"
      said[$key]+=$value$'\n'
    done < <(config_parse "$file")
  done
  for key in ${said[@]+"${!said[@]}"}; do
    printf '%s\t%s\n' "$key" "$(printf '%s' "${said[$key]}" | digest)"
  done | sort
}

nginx_files() {
  local file
  for file in "$NGINX_DIR"/nginx.conf "$NGINX_DIR"/{conf.d,default.d,sites-enabled}/*; do
    [[ ! -f $file ]] || printf '%s\n' "$file"
  done
}

nginx_items() {
  local file
  while IFS= read -r file; do
    printf '%s\t%s\n' "${file#"$NGINX_DIR"/}" "$(digest <"$file")"
  done < <(nginx_files) | sort
}

package_files() {
  local file
  [[ -n $VENV ]] || return 0
  for file in "$VENV"/lib*/python*/site-packages/*.dist-info/METADATA; do
    [[ ! -f $file ]] || printf '%s\n' "$file"
  done
}

# package_items: what is installed beside the service's own distribution, which is its release.
package_items() {
  local metadata
  mapfile -t metadata < <(package_files)
  ((${#metadata[@]} > 0)) || return 0
  awk '
    FNR == 1 { body = 0 }
    /^\r?$/ { body = 1 }
    body { next }
    { sub(/\r$/, "") }
    /^Name: / { name = tolower($2); gsub(/[-_.]+/, "-", name) }
    /^Version: / && name != "aragora" { printf "%s\t%s\n", name, $2 }' "${metadata[@]}" | sort -u
}

# layer_items KIND: the items of a layer, in ASCII.
layer_items() {
  case $1 in
    Unit) config_items "$FRAGMENT" ;;
    DropIn) config_items ${DROP_INS[@]+"${DROP_INS[@]}"} ;;
    Nginx) nginx_items ;;
    PackageSet) package_items ;;
  esac | tr -cd '\11\12\40-\176'
}

# layer_files KIND: the files that it is read from.
layer_files() {
  case $1 in
    Unit) printf '%s\n' "$FRAGMENT" ;;
    DropIn) printf '%s\n' ${DROP_INS[@]+"${DROP_INS[@]}"} ;;
    Nginx) nginx_files ;;
    PackageSet) package_files ;;
  esac
}

# newest: prints when the newest of the files on stdin was written, in seconds.
newest() {
  xargs -r -d '\n' stat -L -c %Y 2>/dev/null | sort -n | tail -n 1
}

# config_faults: sets FAULTS_UNIT and FAULTS_DROPIN to what in these files has no effect, or not the one that another line asks for.
config_faults() {
  local file kind name value fault
  local -A whose=() last=()
  FAULTS_UNIT='' FAULTS_DROPIN=''
  for file in "$FRAGMENT" ${DROP_INS[@]+"${DROP_INS[@]}"}; do
    [[ -r $file ]] || continue
    while IFS=$'\t' read -r kind name value; do
      fault=
      if [[ $kind != '[Service]' && $name == Environment ]]; then
        fault="$name of ${file##*/} stands outside of [Service], where systemd ignores it"
      elif [[ $kind == '[Service]' && $name == StartLimitIntervalSec ]]; then
        fault="$name of ${file##*/} stands in [Service], where systemd ignores it"
      elif [[ $file != "$FRAGMENT" && $name != ARAGORA_BUILD_* ]] && [[ $kind == env || $name =~ ^($SCALARS)$ ]]; then
        if [[ -n ${whose[$kind $name]:-} && ${whose[$kind $name]} != "$file" && ${last[$kind $name]} != "$value" ]]; then
          fault="$name is one thing in ${whose[$kind $name]##*/} and another in ${file##*/}, which wins"
        fi
        whose[$kind $name]=$file last[$kind $name]=$value
      fi
      [[ -n $fault ]] || continue
      if [[ $file == "$FRAGMENT" ]]; then
        FAULTS_UNIT+="; $fault"
      else
        FAULTS_DROPIN+="; $fault"
      fi
    done < <(config_parse "$file")
  done
  settings_read
  [[ -z $CLASH ]] || FAULTS_DROPIN+="; $CLASH"
  [[ -z $OVERRIDES ]] || FAULTS_DROPIN+="; overridden by $OVERRIDES"
  [[ $RELOAD != yes ]] || FAULTS_DROPIN+="; changed on disk and not loaded by systemd, which a daemon-reload does"
  FAULTS_UNIT=${FAULTS_UNIT#; } FAULTS_DROPIN=${FAULTS_DROPIN#; }
}
