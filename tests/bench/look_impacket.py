"""Looks so many times on one kept connection with impacket; prints CPU and wall microseconds of one look."""
import os
import resource
import sys
import time

from impacket.dcerpc.v5 import srvs, transport


def cpu():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


port, times = int(sys.argv[1]), int(sys.argv[2])
binding = transport.DCERPCTransportFactory(r"ncacn_np:127.0.0.1[\pipe\srvsvc]")
binding.set_dport(port)
binding.setRemoteHost("127.0.0.1")
binding.set_credentials(os.environ["LOOK_USER"], os.environ["LOOK_PASSWORD"])
rpc = binding.get_dce_rpc()
rpc.connect()
rpc.bind(srvs.MSRPC_UUID_SRVS)
srvs.hNetrSessionEnum(rpc, "\0", "\0", 1)
begin_cpu, begin = cpu(), time.monotonic()
for _ in range(times):
    srvs.hNetrSessionEnum(rpc, "\0", "\0", 1)
print((cpu() - begin_cpu) / times * 1e6, (time.monotonic() - begin) / times * 1e6)
