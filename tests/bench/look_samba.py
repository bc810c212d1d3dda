"""Looks so many times on one kept connection with Samba's own bindings; prints CPU and wall microseconds of one look."""
import os
import resource
import sys
import time

from samba import credentials, param
from samba.dcerpc import srvsvc


def cpu():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


port, times = int(sys.argv[1]), int(sys.argv[2])
lp = param.LoadParm()
lp.set("smb ports", str(port))
lp.set("client min protocol", "SMB3_11")
creds = credentials.Credentials()
creds.guess(lp)
creds.set_username(os.environ["LOOK_USER"])
creds.set_password(os.environ["LOOK_PASSWORD"])
creds.set_kerberos_state(credentials.DONT_USE_KERBEROS)
connection = srvsvc.srvsvc("ncacn_np:127.0.0.1[\\pipe\\srvsvc,sign]", lp, creds)


def look():
    info = srvsvc.NetSessInfoCtr()
    info.level = 1
    info.ctr = srvsvc.NetSessCtr1()
    connection.NetSessEnum("127.0.0.1", None, None, info, 0xFFFFFFFF, 0)


look()
begin_cpu, begin = cpu(), time.monotonic()
for _ in range(times):
    look()
print((cpu() - begin_cpu) / times * 1e6, (time.monotonic() - begin) / times * 1e6)
