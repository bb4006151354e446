# What is asked of a host outside of a step, which has an outcome to tell even where systemd is going down.

# layout_ask: layout_read, where systemd answers at all.
layout_ask() {
  layout_read
  [[ -n $LOAD ]] || refuse 'systemd does not answer on this host'
}
