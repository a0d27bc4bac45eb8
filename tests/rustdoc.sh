#!/bin/sh
# In place of rustdoc while doc tests run (`RUSTDOC`): cargo asks for the doc tests of a crate, which are
# compiled against what is built. The same question without `--test` makes its docs, so that they need no
# second compilation of everything, as `cargo doc` does.
set -eu

rustdoc "$@"

is_test=0
count=$#
while [ "$count" -gt 0 ]; do
    argument=$1
    shift
    count=$((count - 1))
    case $argument in
    --test) is_test=1 ;;
    --test-run-directory | --test-args | --test-runtool)
        shift
        count=$((count - 1))
        ;;
    --test-run-directory=* | --test-args=* | --test-runtool=* | --no-capture) ;;
    *) set -- "$@" "$argument" ;;
    esac
done
[ "$is_test" -eq 0 ] || rustdoc "$@" -D warnings --out-dir "${CARGO_TARGET_DIR:-target}/doc"
