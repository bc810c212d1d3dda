#!/usr/bin/env bash
# in_a_root_of_its_own.sh SPACE OLD.deb NEW.deb [here]: the life of the package on a machine. In namespaces of its
# own: see package_test.sh. With `here` on the machine itself, which is then one that nobody needs.
set -euo pipefail
space=$1
if [[ ${4:-} == here ]]; then
    upper=/etc
    root=
else
    mount --make-rprivate /
    mount -t tmpfs tmpfs "$space"
    upper=$space/upper
    root=$space/root
    mkdir "$upper" "$space/work" "$root"
    mount -t overlay overlay -o "lowerdir=/,upperdir=$upper,workdir=$space/work" "$root"
    mount -t proc proc "$root/proc"
    mount --rbind /dev "$root/dev"
    for own in run tmp; do mount -t tmpfs tmpfs "$root/$own"; done
fi
cp "$2" "$root/tmp/old.deb"
cp "$3" "$root/tmp/new.deb"

fail() {
    echo "FAILED: $*" >&2
    exit 1
}

# MANWIDTH: a width that man keeps no formatted pages of.
inside() {
    chroot "${root:-/}" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 MANWIDTH=100 \
        DEBIAN_FRONTEND=noninteractive "$@"
}

# Nobody answers questions: a package that asks one fails here.
debian() {
    inside dpkg --force-unsafe-io "$@" </dev/null >"$root/tmp/dpkg.log" 2>&1 || {
        cat "$root/tmp/dpkg.log"
        fail "dpkg $*"
    }
}

has() { [[ -e $root$1 || -L $root$1 ]] || fail "$2: $1 is missing"; }
has_not() { [[ ! -e $root$1 && ! -L $root$1 ]] || fail "$2: $1 is there"; }
is() { # WHAT EXPECTED COMMAND...
    local what=$1 expected=$2 found
    shift 2
    found=$(inside "$@") || fail "$what: $* fails"
    [[ $found == "$expected" ]] || fail "$what: '$found', expected '$expected'"
}

started=/etc/systemd/system/multi-user.target.wants/curfew.service
unit=/usr/lib/systemd/system/curfew.service

# This machine may have the package.
if inside dpkg-query -s curfew >/dev/null 2>&1; then debian --purge curfew; fi

# --- Installed -----------------------------------------------------------------------------------------------

debian --install /tmp/old.deb
is "the configuration" "644 root root" stat -c '%a %U %G' /etc/curfew/curfew.yaml
is "the secrets" "700 root root" stat -c '%a %U %G' /etc/curfew/secrets
is "the account" /usr/sbin/nologin sh -c 'getent passwd curfew | cut -d: -f7'
inside setpriv --reuid curfew --regid curfew --clear-groups curfew check ||
    fail "the configuration that comes with it is not in order"
is "the mode that comes with it" "mode: observe" grep '^mode:' /etc/curfew/curfew.yaml
has_not "$started" "started by the package"
for page in man5/curfew.yaml.5.gz man8/curfew.8.gz; do
    warnings=$(inside man --warnings -l "/usr/share/man/$page" 2>&1 >/dev/null) || fail "man: $warnings"
    [[ -z $warnings ]] || fail "man: $warnings"
done
is "the man pages" "/usr/share/man/man8/curfew.8.gz" man -w curfew
inside gzip -t /usr/share/doc/curfew/changelog.Debian.gz /usr/share/doc/curfew/changelog.gz
inside bash -n /usr/share/bash-completion/completions/curfew

# The maintainer scripts may run twice.
inside env DPKG_MAINTSCRIPT_PACKAGE=curfew /var/lib/dpkg/info/curfew.postinst configure 0.0.1-1

# --- The unit, where what it names exists --------------------------------------------------------------------

said=$(inside systemd-analyze verify "$unit" 2>&1) || fail "systemd-analyze verify: $said"
[[ -z $said ]] || fail "systemd-analyze verify: $said"
inside systemd-analyze security --offline=true --no-pager "$unit" >"$space/security" || true
exposure=$(sed -n 's/.*Overall exposure level for curfew.service: \([0-9.]*\).*/\1/p' "$space/security")
[[ $exposure ]] || fail "systemd-analyze security says no number"
awk -v is="$exposure" 'BEGIN {exit !(is <= 1.5)}' || {
    grep '✗' "$space/security"
    fail "exposure is $exposure, at most 1.5 is allowed"
}
echo "   exposure $exposure"

# --- Lived in ------------------------------------------------------------------------------------------------

inside sed -i 's/fs1\.corp\.example/fs7.corp.example/' /etc/curfew/curfew.yaml
inside sh -c 'umask 077; echo secret >/etc/curfew/secrets/password'
inside install -d -o curfew -g curfew -m 700 /var/lib/curfew
inside sh -c 'echo books >/var/lib/curfew/audit.db'
inside systemctl --quiet enable curfew.service 2>/dev/null
has "$started" "enabled"

kept() { # WHEN
    is "$1: the edited configuration" "  - fs7.corp.example" grep fs7 /etc/curfew/curfew.yaml
    is "$1: the secret" "600 root" stat -c '%a %U' /etc/curfew/secrets/password
    is "$1: the state" books cat /var/lib/curfew/audit.db
}

# --- Upgraded, removed, installed again ----------------------------------------------------------------------

debian --install /tmp/new.deb
is "the version" "99.0-1" dpkg-query -W -f '${Version}' curfew
kept upgraded
has "$started" upgraded
has_not /etc/curfew/curfew.yaml.dpkg-dist upgraded
has_not /etc/curfew/curfew.yaml.dpkg-new upgraded

debian --remove curfew
kept removed
for gone in /usr/bin/curfew "$unit" /usr/share/curfew /usr/share/doc/curfew; do has_not "$gone" removed; done

debian --install /tmp/old.deb
kept "installed again"
has "$started" "installed again"

# --- Purged --------------------------------------------------------------------------------------------------

debian --purge curfew
has /etc/curfew/secrets/password "purged, and somebody's own file was taken away"
rm "$root/etc/curfew/secrets/password"
debian --install /tmp/old.deb
debian --purge curfew
left=$(find "$upper" -name '*curfew*' -not -type c -printf '/%P\n')
[[ -z $left ]] || fail "purged, and left behind: $left"
