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
# There are hundreds of test programs: the other linker of binutils takes a third of the time.
if(NOT CMAKE_BUILD_TYPE STREQUAL "Release")
    include(CheckLinkerFlag)
    check_linker_flag(C -fuse-ld=gold TOCSIN_HAVE_GOLD)
    if(TOCSIN_HAVE_GOLD)
        target_link_options(tocsin_flags INTERFACE -fuse-ld=gold)
    endif()
endif()
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
        # The depth of the stack is no guide: it hangs on where the stack begins, and a search would differ by it.
        target_compile_options(tocsin_flags INTERFACE -fsanitize=fuzzer-no-link -fno-sanitize-coverage=stack-depth)
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

# tocsin_shared_object(OUT_VAR FILE.c LINKS...) compiles a file of several tests once; OUT_VAR is its target.
function(tocsin_shared_object out_var source)
    cmake_path(ABSOLUTE_PATH source NORMALIZE)
    cmake_path(RELATIVE_PATH source BASE_DIRECTORY ${PROJECT_SOURCE_DIR} OUTPUT_VARIABLE target)
    string(MAKE_C_IDENTIFIER "object_${target}" target)
    if(NOT TARGET ${target})
        add_library(${target} OBJECT ${source})
        target_link_libraries(${target} PRIVATE tocsin::flags ${ARGN})
        target_compile_definitions(${target} PRIVATE
            TEST_SOURCE_DIR="${PROJECT_SOURCE_DIR}" TEST_BINARY_DIR="${PROJECT_BINARY_DIR}")
        set_target_properties(${target} PROPERTIES C_EXTENSIONS OFF)
    endif()
    set(${out_var} ${target} PARENT_SCOPE)
endfunction()

# tocsin_test(FOLDER NOUN [LINKS ...] [SECONDS n] [SUPPORT file.c ...])
# builds tests/FOLDER/test_NOUN.c into the CTest "FOLDER.NOUN".
function(tocsin_test folder noun)
    cmake_parse_arguments(ARG "" "SECONDS" "LINKS;SUPPORT" ${ARGN})
    if(NOT ARG_SECONDS)
        set(ARG_SECONDS 240)
    endif()
    set(target test_${folder}_${noun})
    set(links ${ARG_LINKS} tocsin::${folder} PkgConfig::CHECK)
    add_executable(${target} ${PROJECT_SOURCE_DIR}/tests/${folder}/test_${noun}.c)
    target_link_libraries(${target} PRIVATE ${links})
    foreach(source ${ARG_SUPPORT})
        tocsin_shared_object(object ${source} ${links})
        target_sources(${target} PRIVATE $<TARGET_OBJECTS:${object}>)
    endforeach()
    target_compile_definitions(${target} PRIVATE
        TEST_SOURCE_DIR="${PROJECT_SOURCE_DIR}" TEST_BINARY_DIR="${PROJECT_BINARY_DIR}")
    set_target_properties(${target} PROPERTIES C_EXTENSIONS OFF
        RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/tests)
    add_test(NAME ${folder}.${noun} COMMAND ${target})
    set_tests_properties(${folder}.${noun} PROPERTIES
        ENVIRONMENT "CK_TIMEOUT_MULTIPLIER=10;ASAN_OPTIONS=detect_leaks=1;LC_ALL=C.UTF-8")
    tocsin_weigh(${folder}.${noun} ${ARG_SECONDS})
endfunction()

# tocsin_fuzz(NAME RUNS n LINKS ...) builds tests/fuzz/fuzz_NAME.c. With any compiler a replay of its corpus
# tests/fuzz/corpus/NAME is a test; with clang and sanitizers it is a libFuzzer target, too. CTest lets that try n
# inputs, always the same: seed, number and order of the corpus are fixed, nothing is kept from one run to the
# next, chance.c stands for the kernel's chance, and what the program compares is not followed (-use_cmp=0), because
# addresses are among it. So what passes here passes elsewhere. The search by chance is tests/tools/fuzz.
function(tocsin_fuzz name)
    cmake_parse_arguments(ARG "" "RUNS" "LINKS" ${ARGN})
    tocsin_shared_object(chance ${PROJECT_SOURCE_DIR}/tests/fuzz/chance.c)
    tocsin_shared_object(replay ${PROJECT_SOURCE_DIR}/tests/fuzz/replay.c)
    tocsin_shared_object(body ${PROJECT_SOURCE_DIR}/tests/fuzz/fuzz_${name}.c ${ARG_LINKS})
    set(sources $<TARGET_OBJECTS:${body}> $<TARGET_OBJECTS:${chance}>)
    set(corpus ${PROJECT_SOURCE_DIR}/tests/fuzz/corpus/${name})
    add_executable(replay_${name} ${sources} $<TARGET_OBJECTS:${replay}>)
    target_link_libraries(replay_${name} PRIVATE ${ARG_LINKS})
    set(targets replay_${name})
    if(NOT TARGET fuzzers)
        add_custom_target(fuzzers) # all of them, for ./check
    endif()
    add_test(NAME fuzz.${name}.corpus COMMAND replay_${name} ${corpus})
    set_tests_properties(fuzz.${name}.corpus PROPERTIES TIMEOUT 600)
    if(CMAKE_C_COMPILER_ID MATCHES "Clang" AND TOCSIN_SANITIZE)
        add_executable(fuzz_${name} ${sources})
        list(APPEND targets fuzz_${name})
        target_link_options(fuzz_${name} PRIVATE -fsanitize=fuzzer)
        target_link_libraries(fuzz_${name} PRIVATE ${ARG_LINKS})
        # Sorted by name; given as seeds, not as a folder, the corpus is only read and nothing is written beside it.
        file(GLOB seeds CONFIGURE_DEPENDS ${corpus}/*)
        list(JOIN seeds "," seeds)
        file(WRITE ${PROJECT_BINARY_DIR}/fuzz/${name}.seeds "${seeds}")
        add_test(NAME fuzz.${name}.short COMMAND fuzz_${name} -seed=1 -runs=${ARG_RUNS} -timeout=5
            -rss_limit_mb=2048 -use_cmp=0 -print_final_stats=1 -verbosity=0 -seed_inputs=@${PROJECT_BINARY_DIR}/fuzz/${name}.seeds
            -artifact_prefix=${PROJECT_BINARY_DIR}/fuzz/${name}-)
        set_tests_properties(fuzz.${name}.short PROPERTIES TIMEOUT 600 PROCESSORS 2) # nothing but computing
    endif()
    foreach(target ${targets})
        add_dependencies(fuzzers ${target})
        target_link_options(${target} PRIVATE -Wl,--wrap=getrandom)
        set_target_properties(${target} PROPERTIES LINKER_LANGUAGE C
            RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/tests)
    endforeach()
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
