#!/usr/bin/env bash
# package_test.sh BUILD: makes the Debian package and a newer one, has lintian and systemd-analyze judge them, and
# installs, upgrades, removes and purges them in a throw-away root: an overlay over this one, on a tmpfs in mount,
# process and network namespaces of its own. When they end, everything is gone. Where cgroups can be made, systemd is
# booted there too, and the unit is tried as it ships.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
build=$1

if ((EUID != 0)); then
    echo "needs root, for a root directory of its own"
    exit 77
fi
for program in cpack lintian systemd-analyze unshare man; do
    command -v "$program" >/dev/null || {
        echo "needs $program"
        exit 77
    }
done

work=$(mktemp -d "${TMPDIR:-/tmp}/curfew-package.XXXXXX")
trap 'rm -rf "$work"' EXIT

fail() {
    echo "FAILED: $*" >&2
    exit 1
}

make_package() { # VERSION [CPACK-ARGS...]
    local version=$1
    shift
    (cd "$build" && cpack -G DEB -B "$work/made-$version" "$@") >"$work/cpack.log" 2>&1 || {
        cat "$work/cpack.log"
        fail "cpack makes no package"
    }
    cp "$work/made-$version"/*.deb "$work/$version.deb"
}

make_package old
make_package new -D CPACK_PACKAGE_VERSION=99.0

echo "-- lintian"
lintian --allow-root --fail-on error --tag-display-limit 0 "$work/old.deb" || fail "lintian has errors to show"

echo "-- installing, upgrading, removing, purging"
mkdir "$work/space"
overlays() {
    unshare --mount --pid --net --ipc --uts --fork --kill-child bash -c '
        mount --make-rprivate / && mount -t tmpfs tmpfs "$1" && mkdir "$1/upper" "$1/work" "$1/root" &&
            mount -t overlay overlay -o "lowerdir=/,upperdir=$1/upper,workdir=$1/work" "$1/root" &&
            mount -t proc proc "$1/root/proc"' - "$work/space" >/dev/null 2>&1
}
if ! overlays; then
    if [[ ${CI:-} != true ]] || dpkg-query -s curfew >/dev/null 2>&1; then
        echo "no root directory of its own can be had"
        exit 77
    fi
    echo "   on this machine itself, since no root directory of its own can be had; the unit is not started"
    bash "$here/in_a_root_of_its_own.sh" "$work/space" "$work/old.deb" "$work/new.deb" here
    rm -f /tmp/old.deb /tmp/new.deb /tmp/dpkg.log
    exit
fi
unshare --mount --pid --net --ipc --uts --fork --kill-child \
    bash "$here/in_a_root_of_its_own.sh" "$work/space" "$work/old.deb" "$work/new.deb"
[[ -z $(ls -A "$work/space") ]] || fail "something was left behind"

cgroups=$(findmnt --noheadings --first-only --types cgroup2 --output TARGET || true)
cgroup=$cgroups/curfew-package-test-$$
if [[ -z $cgroups ]] || ! mkdir "$cgroup" 2>/dev/null; then
    echo "-- no cgroups to boot systemd in; the unit was not tried"
    exit
fi
trap 'find "$cgroup" -depth -type d -exec rmdir {} +; rm -rf "$work"' EXIT
echo "-- under systemd"
touch "$work/result"
(
    echo $BASHPID >"$cgroup/cgroup.procs"
    exec timeout --signal KILL 60 unshare --mount --pid --net --ipc --uts --cgroup --fork --kill-child \
        bash "$here/booted.sh" "$work/space" "$work/old.deb" "$work/result"
) >"$work/console.log" 2>&1 || true
grep -qx holds "$work/result" || {
    cat "$work/console.log" "$work/result"
    fail "the unit"
}
echo "-- all of it holds"
