# Releases that are not the one at hand.

# is_release TEXT: whether it can be a release of this host.
is_release() {
  if [[ $MODE == package ]]; then
    is_version "$1"
  else
    is_commit "$1"
  fi
}

# package_has VERSION: whether the wheel of the distribution is here, from the last run.
package_has() {
  compgen -G "$DIR/.aragora-fleet/wheels/*/aragora-$1-*.whl" >/dev/null
}
