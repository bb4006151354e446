# The distribution in the virtual environment.

# layout_package: sets PACKAGE to the installed version of the distribution, from its metadata; empty where unknown.
layout_package() {
  local found
  PACKAGE=
  [[ -n $VENV ]] || return 0
  for found in "$VENV"/lib*/python*/site-packages/aragora-*.dist-info; do
    [[ -d $found ]] || continue
    found=${found##*/aragora-}
    PACKAGE=${found%.dist-info}
  done
  if [[ -z $PACKAGE && -x $VENV/bin/python ]]; then
    PACKAGE=$(cd "$DIR" && as_user env PYTHONDONTWRITEBYTECODE=1 timeout 10 "$VENV/bin/python" \
      -c 'from aragora import __version__; print(__version__)' 2>/dev/null) || PACKAGE=
  fi
}
