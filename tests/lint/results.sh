#!/bin/sh
# results.sh TOOLS CMAKE CTEST: proves with one test of each kind that ./check counts every one as what it was,
# who gets a second try, and what is shown of who failed. ctest itself counts a test that could not be started
# as skipped.
set -eu
results=$1/results
second_try=$1/second-try
last_words=$1/last-words
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
mkdir "$work/few"
cat >"$work/few/CMakeLists.txt" <<'PROJECT'
cmake_minimum_required(VERSION 3.25)
project(few NONE)
enable_testing()
# Fails when it runs for the first time.
set(once "[ ! -e $1 ] || exit 0; touch $1; seq 100; echo '<&amp;>'; printf %0999d 0; exit 1")
foreach(name once counts)
    add_test(NAME ${name}.a+b COMMAND sh -c "${once}" sh ${CMAKE_CURRENT_BINARY_DIR}/${name})
endforeach()
set_tests_properties(counts.a+b PROPERTIES LABELS "plain;counts")
add_test(NAME finding COMMAND sh -c "[ -e again ] || { touch again; echo '=1=ERROR: AddressSanitizer: x'; exit 1; }")
add_test(NAME always COMMAND sh -c "echo ran >>always; exit 1")
add_test(NAME good COMMAND sh -c "echo ran >>good")
PROJECT
cat >"$work/want.few" <<'WANT'
failed always
failed counts.a+b
failed finding
passed good
report finding
unsteady once.a+b
WANT
cat >"$work/want.words" <<WANT
    100
    <&amp;>
    $(printf %0200d 0)...
WANT

"$cmake" -G Ninja -S "$work" -B "$work/build" >/dev/null
"$ctest" --test-dir "$work/build" --output-junit "$work/junit.xml" >/dev/null 2>&1 || :
"$results" "$work/junit.xml" | LC_ALL=C sort >"$work/got"
diff -u "$work/want" "$work/got"

# Four failed: no second try.
"$second_try" "$work/junit.xml" "$work/again.xml" "$ctest" --test-dir "$work/build"
[ ! -e "$work/again.xml" ]

# Three failed, and a fourth when it has a finding.
few=$work/build.few
"$cmake" -G Ninja -S "$work/few" -B "$few" >/dev/null
try() {
    first=$work/$1.xml
    again=$work/$1-again.xml
    "$ctest" --test-dir "$few" --output-junit "$first" -R "$2" >/dev/null 2>&1 || :
    "$second_try" "$first" "$again" "$ctest" --test-dir "$few" >/dev/null 2>&1
}
try few '^(once|counts|always|good)'
"$results" "$first" "$again" >"$work/got"
[ "$(wc -l <"$few/always") $(wc -l <"$few/good")" = "2 1" ]
"$last_words" "$first" once.a+b 3 1000 | sed 1d | diff -u "$work/want.words" -
[ "$("$last_words" "$first" once.a+b 99 210 | sed 1d | wc -l)" = 1 ]
try finding '^finding$'
[ ! -e "$again" ]
"$results" "$first" >>"$work/got"
LC_ALL=C sort "$work/got" | diff -u "$work/want.few" -
echo "13 facts of 9 tests are told right, and who of 5 gets a second try"
