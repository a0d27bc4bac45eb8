#!/bin/sh
# CPU time of the editor's frames beside the bare egui-snarl widget with the same nodes.
set -eu
mkdir -p out/bench
"${CARGO_TARGET_DIR:-target}/debug/examples/frame_time" --json out/bench/editor_frames.json "$@"
