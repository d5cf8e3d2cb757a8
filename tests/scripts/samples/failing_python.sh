#!/bin/sh
# Imports whatever it is asked for, and fails at everything else.
if [ "$1" = "-c" ]; then exit 0; fi
echo "ValueError: not today" >&2
exit 1
