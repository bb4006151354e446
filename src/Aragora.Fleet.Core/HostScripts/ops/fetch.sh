# Answers with the next slice of a run's spooled output, compressed, so that no byte of it is lost to the agent's limit.

valid_id "$P_RUN" || refuse "the run id '$P_RUN' cannot name a folder"
[[ $P_STREAM == out || $P_STREAM == err ]] || refuse "a run has the streams out and err, not '$P_STREAM'"
[[ $P_OFFSET =~ ^[0-9]{1,15}$ ]] || refuse "'$P_OFFSET' is not an offset"
SPOOL=$STATE/runs/$P_RUN
[[ -f $SPOOL/$P_STREAM ]] || refuse "this host has no output of the run $P_RUN"
SLICE_LIMIT=21500

# fetch_slice BYTES: sets SLICE to them, packed.
fetch_slice() {
  SLICE=$(dd if="$SPOOL/$P_STREAM" bs=64K iflag=skip_bytes,count_bytes skip="$offset" count="$1" status=none |
    gzip -c | base64 -w 0)
}

offset=$((10#$P_OFFSET))
ended=0
[[ ! -e $SPOOL/exit ]] || ended=1
total=$(stat -c %s "$SPOOL/$P_STREAM")
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
