#!/bin/bash
# Says what the file "secret" holds, or fails as the file "aws" says; keeps its arguments.
printf '%s\n' "aws $*" >>"$FAKE/calls"
if [[ -s $FAKE/aws ]]; then
  read -r code message <"$FAKE/aws"
  printf '\n%s\n' "$message" >&2
  exit "$code"
fi
cat "$FAKE/secret"
