# Answers with the next slice of an output that the host kept, compressed, so that no byte is lost to the agent's limit.

[[ $P_STREAM == out || $P_STREAM == err ]] || refuse "an output has the streams out and err, not '$P_STREAM'"
[[ $P_OFFSET =~ ^[0-9]{1,15}$ ]] || refuse "'$P_OFFSET' is not an offset"

# fetch_run: sets KEPT to the spool of a run of ours.
fetch_run() {
  valid_id "$P_RUN" || refuse "the run id '$P_RUN' cannot name a folder"
  KEPT=$STATE/runs/$P_RUN/$P_STREAM
  [[ -f $KEPT ]] || refuse "this host has no output of the run $P_RUN"
  [[ -e $STATE/runs/$P_RUN/exit ]] || ended=0
}

# fetch_command: sets KEPT to what the agent keeps of a command that anyone sent.
fetch_command() {
  local id=${AWS_SSM_INSTANCE_ID-}
  [[ $P_COMMAND =~ ^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$ ]] || refuse "'$P_COMMAND' is not a command id"
  [[ $id =~ ^m?i-[0-9a-f]{8,17}$ ]] || refuse "the agent did not tell the script which instance this is"
  KEPT=${ARAGORA_FLEET_AGENT_DIR:-/var/lib/amazon/ssm}/$id/document/orchestration/$P_COMMAND
  KEPT+=/awsrunShellScript/0.awsrunShellScript/std$P_STREAM
  [[ -f $KEPT ]] || refuse "this host has no output of the command $P_COMMAND: the agent keeps it for two weeks"
}

host_has gzip base64
KEPT='' ended=1
if [[ -n $P_COMMAND ]]; then fetch_command; else fetch_run; fi
SLICE_LIMIT=21500

# fetch_slice BYTES: sets SLICE to them, packed.
fetch_slice() {
  SLICE=$(dd if="$KEPT" bs=64K iflag=skip_bytes,count_bytes skip="$offset" count="$1" status=none |
    gzip -c | base64 -w 0)
}

offset=$((10#$P_OFFSET))
total=$(stat -c %s "$KEPT")
left=$((total > offset ? total - offset : 0))
SLICE=
for size in 4194304 1048576 262144 65536 32768 15000; do
  bytes=$((left < size ? left : size))
  ((bytes > 0)) || break
  fetch_slice "$bytes"
  ((${#SLICE} > SLICE_LIMIT)) || break
done
result_put offset "$offset"
result_put bytes "$bytes"
result_put total "$total"
result_put eof $((ended == 1 && bytes == left))
result_emit
printf '%s\n' "$SLICE"
