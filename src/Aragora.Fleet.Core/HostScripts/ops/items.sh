# Tells the items of the layers P_KINDS after the block: lines `kind <tab> name <tab> digest`. Changes nothing.

layout_ask
config_files
result_put unit "$UNIT"
result_emit
for kind in $P_KINDS; do
  layer_items "$kind" | sed "s/^/$kind"$'\t/'
done
