#!/bin/sh
# results.sh RESULTS CMAKE CTEST: proves with one test of each kind that ./check counts every one as what
# it was. ctest itself counts a test that could not be started as skipped.
set -eu
results=$1
cmake=$2
ctest=$3
work=$(mktemp -d "${TMPDIR:-/tmp}/tocsin-results-XXXXXX")
trap 'rm -rf "$work"' EXIT

cat >"$work/CMakeLists.txt" <<'PROJECT'
cmake_minimum_required(VERSION 3.25)
project(kinds NONE)
enable_testing()
add_test(NAME good COMMAND sh -c "echo '<system-out>not XML of ours'")
add_test(NAME bad COMMAND sh -c "exit 1")
add_test(NAME crashed COMMAND sh -c "kill -SEGV $$")
add_test(NAME late COMMAND sleep 60)
set_tests_properties(late PROPERTIES TIMEOUT 1)
add_test(NAME missing COMMAND ${CMAKE_CURRENT_BINARY_DIR}/nothing)
add_test(NAME skipped.code COMMAND sh -c "echo SKIP: no server here; exit 77")
set_tests_properties(skipped.code PROPERTIES SKIP_RETURN_CODE 77)
add_test(NAME skipped.words COMMAND sh -c "echo SKIP: no tool here")
set_tests_properties(skipped.words PROPERTIES SKIP_REGULAR_EXPRESSION "SKIP: ")
add_test(NAME partly COMMAND sh -c "echo SKIP: no locale here")
add_test(NAME disabled COMMAND false)
set_tests_properties(disabled PROPERTIES DISABLED ON)
PROJECT
cat >"$work/want" <<'WANT'
failed bad
failed crashed
failed late
failed missing
passed good
passed partly
said disabled: SKIP: disabled
said partly: SKIP: no locale here
said skipped.code: SKIP: no server here
said skipped.words: SKIP: no tool here
skipped disabled
skipped skipped.code
skipped skipped.words
WANT
"$cmake" -G Ninja -S "$work" -B "$work/build" >/dev/null
"$ctest" --test-dir "$work/build" --output-junit "$work/junit.xml" >/dev/null 2>&1 || :
"$results" "$work/junit.xml" | LC_ALL=C sort >"$work/got"
diff -u "$work/want" "$work/got"
echo "13 facts of 9 tests are told right"
