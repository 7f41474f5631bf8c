# What a test costs, so that CTest starts the longest first and does not put too many side by side.
#
# ./check runs with four slots on two cores. Most tests with servers wait half of their time, for a relay, a
# timeout or a disk, and take one slot. These keep a core busy and take two: never more of them run than there
# are cores. SECONDS are those of an idle machine, under sanitizers where the test runs so; where nobody has
# seen one with a test alone, those of a core that it used, which are fewer.
#   NAME SECONDS SLOTS
set(tocsin_weights
    "e2e.T020-corpus 160 2"
    "lies.smtp 95 2"
    "e2e.T035-kill-each-state 70 1"
    "e2e.T130-watched-folder 70 1"
    "e2e.T165-export 50 1"
    "e2e.T165-export-postgresql 50 1"
    "lies.apart 45 1"
    "channels.smtp_parcel 45 1"
    "e2e.T120-broadcast 40 1"
    "torture.mta 36 1"
    "torture.flip 30 2"
    "torture.words 30 2"
    "e2e.T120-broadcast-postgresql 26 1"
    "channels.smtp_end 25 1"
    "channels.smtp_opening 25 1"
    "store.sqlite 20 1"
    "store.sqlite_faults 20 1"
    "store.postgresql 20 1"
    "e2e.T030-kills 20 1"
    "e2e.T030-kills-postgresql 20 1"
    "torture.lies 19 1"
    "e2e.T185-log-key 18 1"
    "e2e.T155-checkpoints 17 1"
    "e2e.T186-epoch 16 1"
    "e2e.T250-drill 16 1"
    "e2e.T010-five-minutes 15 1"
    "e2e.T240-duties 14 1"
    "e2e.T220-digest 11 1"
    "e2e.T260-intake 10 1"
    "e2e.T200-rules 10 1"
    "e2e.T270-night 10 1"
    "lies.tls 13 2"
    # On the plain program.
    "torture.kills 150 1"
    "torture.kills-postgresql 150 1"
    "torture.manipulate 75 2"
    "torture.disk 54 1"
    "torture.clock 34 1"
    "torture.signer 18 1"
    "channels.inbound_hostile 7 1")

# tocsin_weigh(TEST LIMIT) says it to CTest. A test that is not listed takes seconds, and one slot. The limit is
# there against hangs and against nothing else: machines are slow and busy, and ten minutes are the least.
function(tocsin_weigh test limit)
    if(limit LESS 600)
        set(limit 600)
    endif()
    set(seconds 5)
    set(slots 1)
    foreach(line ${tocsin_weights})
        if(line MATCHES "^([^ ]+) ([0-9]+) ([12])$" AND CMAKE_MATCH_1 STREQUAL test)
            set(seconds ${CMAKE_MATCH_2})
            set(slots ${CMAKE_MATCH_3})
        endif()
    endforeach()
    set_tests_properties(${test} PROPERTIES TIMEOUT ${limit} COST ${seconds} PROCESSORS ${slots})
endfunction()
