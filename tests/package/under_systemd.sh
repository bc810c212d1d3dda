#!/usr/bin/env bash
# Behind whom systemd has booted (see booted.sh): the unit as it ships, against a lab. It says "holds" in the end.
set -euo pipefail
trap 'echo "FAILED: line $LINENO"' ERR
export LC_ALL=C.UTF-8

fail() {
    echo "FAILED: $*"
    journalctl --merge --no-pager -o cat -u curfew | tail -n 40
    exit 1
}

# Asked again and again, for a while: COMMAND until it succeeds.
until_true() {
    local i
    for ((i = 0; i < 150; ++i)); do
        "$@" && return
        sleep 0.1
    done
    fail "never came true: $*"
}
# Read to its end, since who writes to a closed pipe fails.
journal_has() { journalctl --merge --no-pager -o cat -u curfew "${@:2}" | grep -- "$1" >/dev/null; }

# Mounts of this root are its own, as on a machine.
mount --make-rshared /
cd /root
curfew lab --dir /root/lab >/root/lab.log 2>&1 &
lab=$!
until_true test -e /root/lab/curfew.yaml
install -m 600 /root/lab/curfew.password /etc/curfew/secrets/password
sed "s/'curfew\.password'/'credential:secret_password'/" /root/lab/curfew.yaml >/etc/curfew/curfew.yaml
cp /root/lab/servers-*.yaml /etc/curfew/
# As it ships.
cat >>/etc/curfew/curfew.yaml <<'YAML'
audit: {path: /var/lib/curfew/audit.db, keep: 400d}
control: {socket: /run/curfew/control.sock, group: curfew, mode: "0660"}
http: {listen: 127.0.0.1:9464}
YAML
mkdir /etc/systemd/system/curfew.service.d
cat >/etc/systemd/system/curfew.service.d/here.conf <<'UNIT'
[Unit]
# There is no network to wait for.
DefaultDependencies=no
Wants=
After=
[Service]
UNIT
systemctl daemon-reload

systemctl start curfew || fail "does not start: $(systemctl status --no-pager curfew)"
# NTLM by a plugin, a secret by the service manager, sockets, and all of it in its cage.
until_true journal_has '^server_level server=fs1.lab level=502'
journal_has '^started ' || fail "the journal's lines begin otherwise"
journal_has '^doubt ' -p warning..warning || fail "a warning is none to the journal"
if journal_has '^started ' -p notice; then fail "what is only said is more to the journal"; fi

pid=$(systemctl show -P MainPID curfew)
status=$(grep -E '^(Uid|CapEff|CapBnd|NoNewPrivs|Seccomp):' "/proc/$pid/status" | tr '\n\t' '  ')
uid=$(id -u curfew)
[[ $status == "Uid: $uid $uid $uid $uid CapEff: 0000000000000000 CapBnd: 0000000000000000 NoNewPrivs: 1 Seccomp: 2 " ]] ||
    fail "its rights: $status"
[[ $(stat -c '%U %a' /var/lib/curfew /run/curfew) == $'curfew 700\ncurfew 750' ]] || fail "its directories"

# Others find it as the manual page says.
setpriv --reuid curfew --regid curfew --clear-groups \
    env CREDENTIALS_DIRECTORY=/run/credentials/curfew.service curfew plan >/root/plan.txt || fail "$(cat /root/plan.txt)"

# Its books, its socket, its reload, in the same cage.
files=$(stat -c '%n %U %a' /run/curfew/control.sock /var/lib/curfew/audit.db | tr '\n' ' ')
[[ $files == "/run/curfew/control.sock curfew 660 /var/lib/curfew/audit.db curfew 640 " ]] || fail "its files: $files"
journal_has '^http_listening ' || fail "no HTTP"
curfew status >/root/status.txt || true
grep -q 'observe' /root/status.txt || fail "status: $(cat /root/status.txt)"
curfew hold --all --for 1h --reason 'a test' || fail "no hold"
echo '# edited' >>/etc/curfew/curfew.yaml
systemctl reload curfew || fail "no reload"
until_true journal_has '^config_in_force '
curfew resume --all || fail "no resume"
curfew audit --verify || fail "the audit"

systemctl stop curfew
journal_has '^stopped ' || fail "not stopped in order"
[[ $(systemctl show -P Result curfew) == success ]] || fail "stopped: $(systemctl show -P Result curfew)"

# A configuration with errors is said once, and not tried again and again.
echo 'mistake: 1' >>/etc/curfew/curfew.yaml
systemctl start curfew 2>/dev/null || true
until_true systemctl --quiet is-failed curfew
[[ $(systemctl show -P NRestarts -P ExecMainStatus curfew | tr '\n' ' ') == "0 2 " ]] || fail "tried again: $(systemctl show curfew | grep -E '^(NRestarts|ExecMain)')"
kill "$lab"
echo holds
