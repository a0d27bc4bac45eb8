#!/bin/sh
# CPU time of the comparison's frames with two pictures of 8192 pixels each way beside two of 512.
set -eu
mkdir -p out/bench
"${CARGO_TARGET_DIR:-target}/debug/examples/compare_time" --json out/bench/editor_compare.json "$@"
