# Build helpers. Every folder is one static library with an explicit file list;
# what it may link is what docs/architecture.md says it may include.

add_library(tocsin_flags INTERFACE)
add_library(tocsin::flags ALIAS tocsin_flags)
target_compile_features(tocsin_flags INTERFACE c_std_17)
target_compile_definitions(tocsin_flags INTERFACE _GNU_SOURCE _FILE_OFFSET_BITS=64
    TOCSIN_VERSION="${PROJECT_VERSION}")
target_include_directories(tocsin_flags INTERFACE ${PROJECT_SOURCE_DIR} ${PROJECT_BINARY_DIR}/generated)
target_compile_options(tocsin_flags INTERFACE
    -Wall -Wextra -Wconversion -Wsign-conversion -Wshadow -Wswitch-enum -Wvla -Wformat=2
    -Wstrict-prototypes -Wmissing-prototypes -Wpointer-arith -Wcast-qual -Wwrite-strings -Wundef
    -fstack-protector-strong -fno-common -fvisibility=hidden)
target_link_options(tocsin_flags INTERFACE -Wl,-z,relro,-z,now)
if(TOCSIN_WERROR)
    target_compile_options(tocsin_flags INTERFACE -Werror)
endif()
if(TOCSIN_SANITIZE)
    target_compile_options(tocsin_flags INTERFACE
        -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer)
    target_link_options(tocsin_flags INTERFACE -fsanitize=address,undefined)
    target_compile_definitions(tocsin_flags INTERFACE TOCSIN_SANITIZE=1)
    if(CMAKE_C_COMPILER_ID MATCHES "Clang")
        # Without it the fuzzer does not see which branches of the folders an input reaches.
        target_compile_options(tocsin_flags INTERFACE -fsanitize=fuzzer-no-link)
    endif()
elseif(NOT CMAKE_BUILD_TYPE STREQUAL "Debug")
    target_compile_options(tocsin_flags INTERFACE -D_FORTIFY_SOURCE=2)
endif()

# tocsin_folder(NAME SOURCES a.c ... [LINKS tocsin::x ...] [PRIVATE lib ...])
function(tocsin_folder name)
    cmake_parse_arguments(ARG "" "" "SOURCES;LINKS;PRIVATE" ${ARGN})
    add_library(tocsin_${name} STATIC ${ARG_SOURCES})
    add_library(tocsin::${name} ALIAS tocsin_${name})
    target_link_libraries(tocsin_${name} PUBLIC tocsin::flags ${ARG_LINKS} PRIVATE ${ARG_PRIVATE})
    set_target_properties(tocsin_${name} PROPERTIES C_EXTENSIONS OFF)
    tocsin_whole_program(tocsin_${name})
endfunction()

# tocsin_whole_program(TARGET) - in a release, calls between folders are optimised like those inside: many are
# one-line readers of JSON, and the gate is a third faster by it. Objects hold plain code, too: tests link as ever.
function(tocsin_whole_program target)
    if(CMAKE_BUILD_TYPE STREQUAL "Release" AND CMAKE_C_COMPILER_ID STREQUAL "GNU")
        target_compile_options(${target} PRIVATE -flto=auto -ffat-lto-objects)
    endif()
endfunction()

# tocsin_test(FOLDER NOUN [LINKS ...] [SECONDS n] [SUPPORT file.c ...])
# builds tests/FOLDER/test_NOUN.c into the CTest "FOLDER.NOUN".
function(tocsin_test folder noun)
    cmake_parse_arguments(ARG "" "SECONDS" "LINKS;SUPPORT" ${ARGN})
    if(NOT ARG_SECONDS)
        set(ARG_SECONDS 240) # against hangs only: machines may be busy
    endif()
    set(target test_${folder}_${noun})
    add_executable(${target} ${PROJECT_SOURCE_DIR}/tests/${folder}/test_${noun}.c ${ARG_SUPPORT})
    target_link_libraries(${target} PRIVATE ${ARG_LINKS} tocsin::${folder} PkgConfig::CHECK)
    target_compile_definitions(${target} PRIVATE
        TEST_SOURCE_DIR="${PROJECT_SOURCE_DIR}" TEST_BINARY_DIR="${PROJECT_BINARY_DIR}")
    set_target_properties(${target} PROPERTIES C_EXTENSIONS OFF
        RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/tests)
    add_test(NAME ${folder}.${noun} COMMAND ${target})
    set_tests_properties(${folder}.${noun} PROPERTIES TIMEOUT ${ARG_SECONDS}
        ENVIRONMENT "CK_TIMEOUT_MULTIPLIER=4;ASAN_OPTIONS=detect_leaks=1;LC_ALL=C.UTF-8")
endfunction()

# tocsin_fuzz(NAME LINKS ...) builds tests/fuzz/fuzz_NAME.c. With clang and
# sanitizers it is a libFuzzer target that CTest runs for a few seconds over
# tests/fuzz/corpus/NAME; with any compiler a replay of that corpus is a test.
function(tocsin_fuzz name)
    cmake_parse_arguments(ARG "" "" "LINKS" ${ARGN})
    set(source ${PROJECT_SOURCE_DIR}/tests/fuzz/fuzz_${name}.c)
    set(corpus ${PROJECT_SOURCE_DIR}/tests/fuzz/corpus/${name})
    add_executable(replay_${name} ${source} ${PROJECT_SOURCE_DIR}/tests/fuzz/replay.c)
    target_link_libraries(replay_${name} PRIVATE ${ARG_LINKS})
    set_target_properties(replay_${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/tests)
    if(NOT TARGET fuzzers)
        add_custom_target(fuzzers) # all of them, for ./check
    endif()
    add_dependencies(fuzzers replay_${name})
    add_test(NAME fuzz.${name}.corpus COMMAND replay_${name} ${corpus})
    set_tests_properties(fuzz.${name}.corpus PROPERTIES TIMEOUT 120)
    if(CMAKE_C_COMPILER_ID MATCHES "Clang" AND TOCSIN_SANITIZE)
        add_executable(fuzz_${name} ${source})
        add_dependencies(fuzzers fuzz_${name})
        target_compile_options(fuzz_${name} PRIVATE -fsanitize=fuzzer)
        target_link_options(fuzz_${name} PRIVATE -fsanitize=fuzzer)
        target_link_libraries(fuzz_${name} PRIVATE ${ARG_LINKS})
        set_target_properties(fuzz_${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/tests)
        # New finds go to the build tree; the kept corpus is only read.
        file(MAKE_DIRECTORY ${PROJECT_BINARY_DIR}/fuzz/${name})
        add_test(NAME fuzz.${name}.short COMMAND fuzz_${name} -max_total_time=5 -timeout=5
            -rss_limit_mb=2048 -print_final_stats=0 -verbosity=0
            ${PROJECT_BINARY_DIR}/fuzz/${name} ${corpus})
        set_tests_properties(fuzz.${name}.short PROPERTIES TIMEOUT 120)
    endif()
endfunction()

# tocsin_embed(OUT_VAR SYMBOL FILE...) makes a .c and .h of files as byte arrays.
# Each file becomes { name, bytes, size } in the array SYMBOL, in the order given.
function(tocsin_embed out_var symbol)
    set(generated ${PROJECT_BINARY_DIR}/generated/${symbol}.c)
    add_custom_command(OUTPUT ${generated}
        COMMAND ${CMAKE_COMMAND} -DOUT=${generated} -DSYMBOL=${symbol} "-DFILES=${ARGN}"
                -DROOT=${PROJECT_SOURCE_DIR} -P ${PROJECT_SOURCE_DIR}/cmake/embed.cmake
        DEPENDS ${ARGN} ${PROJECT_SOURCE_DIR}/cmake/embed.cmake VERBATIM)
    set(${out_var} ${generated} PARENT_SCOPE)
endfunction()
