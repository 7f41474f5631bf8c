#!/bin/sh
# without_libical.sh RECUR_ROWS - where libical cannot be loaded, rules by the month are refused with the package's name, and
# those by the week are answered: nothing of ours links it.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
echo "no library" >"$folder/libical.so.3"
LD_LIBRARY_PATH=$folder "$1" >"$folder/rows" <<END
UTC|2026-01-01|0|FREQ=MONTHLY|0|1800000000000
UTC|2026-01-01|0|FREQ=WEEKLY|0|1768000000000
END
cat "$folder/rows"
case $(sed -n 1p "$folder/rows") in
"! schedule: "*"install the package libical3") ;;
*) exit 1 ;;
esac
[ "$(sed -n 2p "$folder/rows")" = "1767225600 1767830400 " ]
