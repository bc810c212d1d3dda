# bash completion for curfew(8)                            -*- shell-script -*-

_curfew() {
    local cur prev words cword split
    _init_completion -s || return

    local -A options=(
        [apply]='--config --max-age'
        [audit]='--all --client --config --config-text --expect --file --kind --outcome --output --rule --server
                 --since --until --user --verify'
        [ban]='--client --config --for --override-protect --reason --socket --user --yes'
        [check]='--config --output --strict'
        [demo]='--for --seed --servers --speed'
        [diff]='--config --output'
        [disconnect]='--client --config --everywhere --override-protect --user --yes'
        [explain]='--at --client --client-type --config --connected --guest --idle --kind --open-files --output
                   --plaintext-password --quiet --server --tags --transport --user'
        [hold]='--all --config --for --reason --rule --server --socket --tag'
        [lab]='--address --dir --keytab --port'
        [plan]='--at --config --exit-code --out --output'
        [reload]='--config --confirm --socket'
        [report]='--by --config --file --output --rule --since --until'
        [resume]='--all --config --id --rule --server --socket --tag'
        [run]='--config --observe --once --output'
        [sessions]='--config --output --server'
        [status]='--config --output --server --socket'
        [test]='--junit'
        [unban]='--client --config --id --socket --user'
    )

    local command= i
    for ((i = 1; i < cword; ++i)); do
        if [[ -n ${options[${words[i]}]-} ]]; then
            command=${words[i]}
            break
        fi
    done

    case $prev in
        --config | --file | --junit | --keytab | --out)
            _filedir
            return
            ;;
        --dir)
            _filedir -d
            return
            ;;
        --output)
            local formats='table json'
            [[ $command == @(audit|report|sessions) ]] && formats+=' csv'
            COMPREPLY=($(compgen -W "$formats" -- "$cur"))
            return
            ;;
        --by)
            COMPREPLY=($(compgen -W 'server user hour all' -- "$cur"))
            return
            ;;
        --guest | --plaintext-password)
            COMPREPLY=($(compgen -W 'true false' -- "$cur"))
            return
            ;;
        --kind)
            local kinds='windows samba'
            [[ $command == audit ]] && kinds='call recovered would_end config hold resume ban unban tripped pruned run'
            COMPREPLY=($(compgen -W "$kinds" -- "$cur"))
            return
            ;;
        --address | --at | --client | --client-type | --config-text | --connected | --expect | --for | --id | --idle | --max-age | \
            --open-files | --outcome | --override-protect | --port | --quiet | --reason | --rule | --seed | --server | --servers | \
            --since | --speed | --tag | --tags | --transport | --until | --user | --yes)
            return
            ;;
    esac
    $split && return

    if [[ -z $command ]]; then
        COMPREPLY=($(compgen -W "${!options[*]} --help --version" -- "$cur"))
    elif [[ $cur == -* ]]; then
        COMPREPLY=($(compgen -W "${options[$command]} --help" -- "$cur"))
    elif [[ $command == @(apply|check|diff|lab|test) ]]; then
        _filedir
    fi
} &&
    complete -F _curfew curfew

# ex: filetype=sh
