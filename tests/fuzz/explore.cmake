# Runs a fuzz target from a copy of its kept inputs, so that what it finds does not end up among them.
file(REMOVE_RECURSE ${SCRATCH})
file(MAKE_DIRECTORY ${SCRATCH}/corpus)
file(GLOB kept ${CORPUS}/*)
if(NOT kept)
    message(FATAL_ERROR "no kept inputs in ${CORPUS}")
endif()
file(COPY ${kept} DESTINATION ${SCRATCH}/corpus)
execute_process(COMMAND ${PROGRAM} -runs=20000 -max_total_time=20 -seed=1 -timeout=10 -rss_limit_mb=2048
                        -artifact_prefix=${SCRATCH}/ -print_final_stats=1 ${SCRATCH}/corpus
                RESULT_VARIABLE failed)
if(failed)
    message(FATAL_ERROR "the input that fails is in ${SCRATCH}")
endif()
