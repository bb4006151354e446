#!/bin/bash
# runbook.sh one-by-one|together ID[,ID]:DIRECTORY:USER...: brings hosts to origin/main as the operational runbook tells its reader to.
# one-by-one is section 3.2: a host, and the next once that has said DEPLOY_OK. together is section 3.3: all of them at once,
# with one command for all that have the same directory.
# The commands are the runbook's own, but for the directory, which it says to adjust; the user, which it does not; "." for
# "source", which the shell of some hosts has not; and sed for jq, which gives no status and succeeds as well.
set -u
order=$1
shift

call() { aws --endpoint-url "$AWS_ENDPOINT_URL" --region "$AWS_REGION" --output text ssm "$@"; }

check='"python -c \"from aragora.server.unified_server import UnifiedServer; print(\\\"Import OK\\\")\"",'
health=', "curl -sf http://localhost:8080/api/health | sed \"s/.*status.:.\\([a-z]*\\).*/\\1/\""'
[ "$order" = one-by-one ] || { check='' health=''; }

send() { # ID[,ID]:DIRECTORY:USER: writes the id of the command
  local ids directory user
  IFS=: read -r ids directory user <<<"$1"
  # shellcheck disable=SC2016,SC2086 # the host expands the commands; ids are words
  call send-command --instance-ids ${ids//,/ } --document-name AWS-RunShellScript --comment "Hotfix deploy" \
    --timeout-seconds 300 --query Command.CommandId --parameters 'commands=[
      "set -e",
      "export HOME=/root",
      "cd '"$directory"'",
      "git config --global --add safe.directory '"$directory"'",
      "PREVIOUS_COMMIT=$(git rev-parse HEAD)",
      "echo \"PREVIOUS_COMMIT=$PREVIOUS_COMMIT\" > /tmp/aragora_deploy_state",
      "sudo -u '"$user"' git stash --include-untracked || true",
      "sudo chown -R '"$user:$user $directory"'/.git || true",
      "sudo -u '"$user"' git fetch origin main",
      "sudo -u '"$user"' git reset --hard origin/main",
      ". venv/bin/activate",
      "pip install -e . --quiet --no-cache-dir",
      '"$check"'
      "sudo systemctl daemon-reload",
      "sudo systemctl restart aragora",
      "sleep 5",
      "systemctl is-active --quiet aragora && echo DEPLOY_OK || echo DEPLOY_FAIL"'"$health"'
    ]'
}

# result ID COMMAND: waits for its end, and tells it; false where it has not said DEPLOY_OK.
result() {
  local told
  until told=$(call get-command-invocation --command-id "$2" --instance-id "$1" \
    --query '[Status,StandardOutputContent,StandardErrorContent]' 2>&1) && ! [[ $told =~ ^(Pending|InProgress) ]]; do
    sleep 1
  done
  echo "$1 ${told//$'\n'/ | }"
  [[ $told == Success*DEPLOY_OK* ]]
}

commands=()
for host in "$@"; do
  command=$(send "$host") || exit
  if [ "$order" = together ]; then
    for id in $(tr , ' ' <<<"${host%%:*}"); do commands+=("$id $command"); done
  else
    result "${host%%:*}" "$command" || exit
  fi
done
for sent in "${commands[@]}"; do
  # shellcheck disable=SC2086 # an id and a command
  result $sent || true
done
