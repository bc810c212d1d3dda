#!/usr/bin/env python3
"""completion_test.py CURFEW SCRIPT: what the shell completes is what `curfew --help` knows, in both directions."""

import re
import subprocess
import sys

# Completed already, and not yet commands or options. Whatever becomes one is taken out here, as the test says.
AHEAD = {}


def help_of(program, *command):
    return subprocess.run([program, *command, "--help"], check=True, capture_output=True, text=True).stdout


def commands_of(program):
    listed = help_of(program).split("Subcommands:\n", 1)[1]
    return set(re.findall(r"^  ([a-z-]+)", listed, re.M))


def options_of(program, command):
    return set(re.findall(r"^  (?:-\w,)?(--[a-z-]+)", help_of(program, command), re.M)) - {"--help"}


def completed(script, *words):
    """What bash offers behind these words, the last of them being written."""
    ask = r"""
        source /usr/share/bash-completion/bash_completion
        source "$1"
        shift
        COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMP_LINE="$*" COMP_POINT=${#COMP_LINE} COMPREPLY=()
        compopt() { :; }
        _curfew curfew "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
        printf '%s\n' "${COMPREPLY[@]}"
    """
    done = subprocess.run(["bash", "--norc", "-c", ask, "bash", script, *words], capture_output=True, text=True)
    if done.stderr:
        sys.exit(f"{words}: {done.stderr}")
    return set(done.stdout.split())


def main(program, script):
    wrong = []

    def same(what, offered, known, ahead):
        for name in sorted(known - offered):
            wrong.append(f"{what}: {name} is not completed")
        for name in sorted(offered - known - ahead):
            wrong.append(f"{what}: {name} is completed and does not exist")
        for name in sorted(known & ahead):
            wrong.append(f"{what}: {name} exists; take it out of AHEAD")

    commands = commands_of(program)
    offered = completed(script, "curfew", "") - {"--help", "--version"}
    same("curfew", offered, commands, {name for name, options in AHEAD.items() if options is None})
    for command in sorted(commands & offered):
        offered_there = completed(script, "curfew", command, "--") - {"--help"}
        same(f"curfew {command}", offered_there, options_of(program, command), AHEAD.get(command) or set())

    for words, expected in [
        (("curfew", "--v"), {"--version"}),
        (("curfew", "se"), {"sessions"}),
        (("curfew", "plan", "--output", ""), {"table", "json"}),
        (("curfew", "sessions", "--output", "c"), {"csv"}),
        (("curfew", "sessions", "--output=c"), {"csv"}),
        (("curfew", "explain", "--kind", "w"), {"windows"}),
        (("curfew", "disconnect", "--user", "r"), set()),
    ]:
        if (found := completed(script, *words)) != expected:
            wrong.append(f"{words}: {found}, expected {expected}")
    print("\n".join(wrong) or f"{len(commands)} commands and their options are completed")
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2]))
