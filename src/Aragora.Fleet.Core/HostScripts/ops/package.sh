# Asks the host's index for one version of the distribution, as the service's user. What is installed is not touched.

package_ask() {
  local folder=$1 code=0
  ANSWER=$(as_user timeout -k 10 60 "$VENV/bin/python" -m pip download --no-deps --no-cache-dir --quiet --dest "$folder" \
    "aragora===$P_VERSION" 2>&1) || code=$?
  ((code == 0)) || return "$code"
  FOUND=$(find "$folder" -type f -name 'aragora-*' -printf '%f\n' | head -n 1)
  FOUND=${FOUND#aragora-}
  FOUND=${FOUND%.tar.gz}
  FOUND=${FOUND%%-*}
}

FOUND='' ANSWER=
layout_ask
[[ $MODE == package ]] || refuse "the service is laid out as '$MODE'; only a package has versions"
host_has runuser
is_version "$P_VERSION" || refuse "'$P_VERSION' is not a version"
result_put unit "$UNIT"
result_put mode "$MODE"
FOLDER=$(as_user mktemp -d) || refuse "$SVC_USER can make no temporary folder"
EXIT=0
package_ask "$FOLDER" || EXIT=$?
rm -rf "$FOLDER"
if is_version "$FOUND"; then
  result_put version "$FOUND"
elif [[ $ANSWER == *'No matching distribution found'* && $ANSWER != *'Retrying ('* ]]; then
  result_put outcome notfound
else
  ((EXIT != 124)) || ANSWER='no answer within 60 s'
  refuse "the index does not answer: $(tail -n 1 <<<"$ANSWER" | redact)"
fi
result_emit
