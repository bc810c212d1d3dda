#!/usr/bin/env bash
# The arrows between the rooms point one way: daemon → config → policy → core's plain values. And the policy is pure: no
# clock, no I/O, no YAML, no Asio.
set -euo pipefail
cd "$1"
wrong=0

forbid() { # ROOM PATTERN WHY [EXCEPT]
    local found
    if found=$(grep -rnE "$2" "$1" --include='*.cpp' --include='*.hpp' | grep -vE "${4:-^$}"); then
        printf '%s\n%s must not: %s\n' "$found" "$1" "$3"
        wrong=1
    fi
}

forbid core '#include "(policy|config|daemon|tests)/' 'know the rooms above it'
forbid policy '#include "(config|daemon|tests)/' 'know the rooms above it'
forbid config '#include "(daemon|tests)/' 'know the rooms above it'
forbid daemon '#include "tests/' 'know its tests'
forbid policy '#include "core/(net|auth|smb|rpc|bytes|session_api|level_ladder)' 'know more of core than its plain values'
forbid config '#include "core/(net|auth|smb|rpc|bytes|session_api|level_ladder)' 'know more of core than its plain values'
# A scenario is plain values; the lab that plays it is not.
forbid policy '#include "core/lab/' 'know of the lab'
forbid config '#include "core/lab/' 'know more of the lab than what it is made of' \
    '#include "core/lab/(scenario|fault)\.hpp"'
forbid policy 'boost/asio|yaml-cpp|<fstream>|<iostream>|<thread>|_clock::now|std::time\(' 'do I/O, read clocks or YAML'
forbid config 'boost/asio|_clock::now' 'wait or read clocks'
forbid core 'yaml-cpp|spdlog' 'read configurations or write logs'
exit $wrong
