#!/usr/bin/env bash
# booted.sh SPACE OLD.deb RESULT: boots systemd in a root of its own, in namespaces of its own (see package_test.sh),
# with the package installed and little else: then under_systemd.sh tries the unit, and systemd powers off.
set -euo pipefail
space=$1
result=$3
mount --make-rprivate /
mount -t tmpfs tmpfs "$space"
root=$space/root
mkdir "$space/upper" "$space/work" "$root"
mount -t overlay overlay -o "lowerdir=/,upperdir=$space/upper,workdir=$space/work" "$root"
mount -t proc proc "$root/proc"
mount -t sysfs -o ro sysfs "$root/sys"
mount -t cgroup2 cgroup2 "$root/sys/fs/cgroup"
mount -t tmpfs -o mode=755 tmpfs "$root/dev"
for device in null zero full random urandom tty; do
    touch "$root/dev/$device"
    mount --bind "/dev/$device" "$root/dev/$device"
done
mkdir "$root/dev/pts" "$root/dev/shm"
ln -s /proc/self/fd "$root/dev/fd"
ln -s pts/ptmx "$root/dev/ptmx"
mount -t tmpfs -o mode=755 tmpfs "$root/run"
mount -t tmpfs -o mode=1777 tmpfs "$root/tmp"

cp "$2" "$root/tmp/curfew.deb"
chroot "$root" dpkg --force-unsafe-io --install /tmp/curfew.deb >"$space/dpkg.log" 2>&1 || {
    cat "$space/dpkg.log" >"$result"
    exit 1
}
cp "$(dirname "${BASH_SOURCE[0]}")/under_systemd.sh" "$root/root/under_systemd.sh"
touch "$root/root/result"
mount --bind "$result" "$root/root/result"
cat >"$root/etc/systemd/system/try.service" <<'UNIT'
[Unit]
DefaultDependencies=no
Requires=systemd-journald.service
After=systemd-journald.service
[Service]
Type=oneshot
ExecStart=/bin/bash /root/under_systemd.sh
StandardOutput=append:/root/result
StandardError=append:/root/result
ExecStopPost=/bin/systemctl --force --force poweroff
UNIT

mkdir "$root/outside"
cd "$root"
pivot_root . outside
umount --lazy /outside
exec env -i container=curfew-test PATH=/usr/sbin:/usr/bin:/sbin:/bin \
    /lib/systemd/systemd --system --unit=try.service --log-target=journal --show-status=no
