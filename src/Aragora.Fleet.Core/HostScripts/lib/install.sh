# A release as a version.
# From the host's own index, as the service's user. Every wheel, also for the way back, is here before anything is changed.

SOURCE=package
SETS=$STATE/sets

# source_check TARGET
source_check() {
  is_version "$1" || decline "'$1' is not a version"
}

package_pip() {
  as_user timeout -k 10 900 "$VENV/bin/python" -m pip --no-cache-dir "$@"
}

# package_set: prints what is installed, a line `name===version` for each distribution. With two signs pip would take
# 2.9.0+fix for 2.9.0 as well.
package_set() {
  local found
  for found in "$VENV"/lib/python*/site-packages/[!~]*.dist-info; do
    [[ -d $found ]] || continue
    found=${found##*/}
    found=${found%.dist-info}
    printf '%s===%s\n' "${found%-*}" "${found##*-}"
  done | sort
}

# package_torsos: removes what a killed pip left: leftovers, what lacks the RECORD that pip writes last (the one of the wheel does
# not name INSTALLER, and pip would leave that file behind as a version of its own), modules without an owner.
package_torsos() {
  local found last
  pip_leftovers
  for found in "$VENV"/lib/python*/site-packages/*.dist-info; do
    last=RECORD
    [[ ! -e $found/INSTALLER ]] || last=INSTALLER
    grep -qs "/$last," "$found/RECORD" || as_user rm -rf "$found"
  done
  compgen -G "$VENV/lib/python*/site-packages/aragora-*.dist-info" >/dev/null ||
    as_user rm -rf "$VENV"/lib/python*/site-packages/aragora
}

# package_keep VERSION: records the set that belongs to it, of the last twenty versions.
package_keep() {
  local old
  (umask 077 && mkdir -p "$SETS")
  state_write "$SETS/$1" "$(package_set)" || fail "the set of $1 cannot be written to $SETS"
  while IFS= read -r old; do
    rm -f "$SETS/$old"
  done < <(find "$SETS" -type f -printf '%T@ %f\n' | sort -rn | sed -n '21,$ s/^[^ ]* //p')
}

# package_extras: sets EXTRAS to the extras of the installed distribution of which every requirement is here, as [a,b].
# pip does not write down which were asked for. An extra that is made of others is told by these.
package_extras() {
  EXTRAS=
  package_find
  [[ -n $METADATA ]] || return 0
  EXTRAS=$(tr "'" '"' <"$METADATA/METADATA" | awk -v installed="$(package_set | sed 's/==.*//' | tr '\n' ' ')" '
    function plain(name) {
      name = tolower(name)
      gsub(/[-_.]+/, "_", name)
      return name
    }
    BEGIN {
      count = split(installed, names, " ")
      for (i = 1; i <= count; i++) have[plain(names[i])] = 1
    }
    /^$/ { exit }
    /^Requires-Dist:/ && !/python_|platform|os_name|implementation/ && match($0, /extra == "[^"]+/) {
      extra = substr($0, RSTART + 10, RLENGTH - 10)
      name = $2
      sub(/[^A-Za-z0-9._-].*/, "", name)
      asked[extra] = 1
      if (plain(name) == "aragora" || !(plain(name) in have)) lacking[extra] = 1
    }
    END { for (extra in asked) if (!(extra in lacking)) print extra }' | sort | paste -sd, -)
  EXTRAS=${EXTRAS:+[$EXTRAS]}
}

# package_goes_back TARGET: whether this is a way back, to a version whose set is recorded.
package_goes_back() {
  [[ $LEDGER_KIND == Restore || ${FACTS[reverting]:-0} == 1 ]] && [[ -s $SETS/$1 ]]
}

# package_differs SET: prints its lines that are not installed.
package_differs() {
  comm -23 <(sort "$1") <(package_set)
}

# package_wanted TARGET: sets WANTED to the distributions that it needs and that are not here.
package_wanted() {
  local line would code=0
  WANTED=()
  if package_goes_back "$1"; then
    mapfile -t WANTED < <(package_differs "$SETS/$1")
    return 0
  fi
  would=$(package_pip install --dry-run "aragora$EXTRAS===$1" 2>&1) || code=$?
  say "$would"
  ((code == 0)) || fail "pip cannot install aragora $1: $(grep -E '^ERROR:|no such option' <<<"$would" | head -n 2 | redact)"
  while read -r line; do
    WANTED+=("${line%-*}===${line##*-}")
  done < <(sed -n 's/^Would install //p' <<<"$would" | tr ' ' '\n')
}

# package_wheels REQUIREMENT...: brings their wheels. Where this run or the one before has them all, no index is asked.
package_wheels() {
  local folder here=()
  (($# > 0)) || return 0
  for folder in "${WHEELS%/*}"/*; do
    here+=(--find-links "$folder")
  done
  package_pip wheel --no-deps --no-index "${here[@]}" --quiet --wheel-dir "$WHEELS" "$@" 2>/dev/null ||
    try "the download of $*" package_pip wheel --no-deps "${here[@]}" --wheel-dir "$WHEELS" "$@"
}

# package_replaced: prints the lines of the set of FROM that will be replaced, or were by an earlier step of this run.
package_replaced() {
  local line
  {
    package_differs "$SETS/$FROM"
    for line in ${WANTED[@]+"${WANTED[@]}"}; do
      line=${line%%==*}
      grep -i "^${line//[-_.]/[-_.]}==" "$SETS/$FROM" || true
    done
  } | sort -u
}

# source_prepare TARGET
source_prepare() {
  local -a replaced
  phase ownership
  repair_ownership
  phase fetch
  WHEELS=$DIR/.aragora-fleet/wheels/$P_DEPLOY
  try 'the folder for wheels' as_user mkdir -p "$WHEELS"
  package_torsos
  package_read
  # What a pip that was cut short left behind is nobody's set.
  [[ $DISK != "$FROM" ]] || plan_has_moved || package_keep "$FROM"
  # Only a deploy may have to come back here.
  [[ $LEDGER_KIND == Restore || -s $SETS/$FROM ]] || fail "no dependency set of $FROM is kept here: there is no way back"
  package_extras
  package_wanted "$1"
  package_wheels ${WANTED[@]+"${WANTED[@]}"}
  if [[ -s $SETS/$FROM ]]; then
    mapfile -t replaced < <(package_replaced)
    package_wheels ${replaced[@]+"${replaced[@]}"}
  fi
  as_user find "${WHEELS%/*}" -mindepth 1 -maxdepth 1 ! -name "$P_DEPLOY" -exec rm -rf {} + || true
}

# source_back TARGET: all that it needs was brought before the way forward began.
source_back() {
  WHEELS=$DIR/.aragora-fleet/wheels/$P_DEPLOY
}

# source_install TARGET
source_install() {
  local here=(--no-index --find-links "$WHEELS" --quiet)
  phase install
  package_torsos
  if package_goes_back "$1"; then
    package_return "$1"
  else
    try 'pip install' package_pip install "${here[@]}" "aragora$EXTRAS===$1"
  fi
  pip_leftovers
  package_read
  [[ $DISK == "$1" ]] || fail "pip installed ${DISK:-no version}, not $1"
}

# package_return TARGET: its set, no more and no less.
package_return() {
  local line surplus=()
  mapfile -t WANTED < <(package_differs "$SETS/$1")
  ((${#WANTED[@]} == 0)) ||
    try 'pip install' package_pip install "${here[@]}" --no-deps "${WANTED[@]}"
  while IFS= read -r line; do
    surplus+=("${line%%==*}")
  done < <(comm -13 <(sort "$SETS/$1") <(package_set))
  ((${#surplus[@]} == 0)) || try 'pip uninstall' package_pip uninstall --yes --quiet "${surplus[@]}"
  line=$(package_differs "$SETS/$1")
  [[ -z $line ]] || fail "the set of $1 lacks ${line//$'\n'/, }"
}

# source_name TARGET: a package names itself.
source_name() {
  unit_do daemon-reload
}

# source_verify TARGET: verified, it is a release with a set of its own.
source_verify() {
  package_keep "$1"
}

# A package has none of the application's scripts.
extra_database() {
  :
}

extra_scripts() {
  local code=0 answer
  answer=$(package_pip check 2>&1) || code=$?
  fact pipcheck "$code $(head -n 1 <<<"$answer")"
}
