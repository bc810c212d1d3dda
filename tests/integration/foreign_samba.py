# Asks one server with Samba's own client and its own NDR (python3-samba), over one connection. On stdin a JSON
# object: how to log on and what to ask. On stdout a JSON object for every answer.
#
# The calls go through request() and the unpacker, because the ready-made methods raise on every result but 0 and
# would swallow what comes with 234.
import json
import sys

from samba import credentials, param
from samba.dcerpc import srvsvc
from samba.ndr import ndr_pack_in, ndr_unpack_out

CONTAINERS = {0: srvsvc.NetSessCtr0, 1: srvsvc.NetSessCtr1, 2: srvsvc.NetSessCtr2, 10: srvsvc.NetSessCtr10,
              502: srvsvc.NetSessCtr502}
FIELDS = ("client", "user", "num_open", "time", "idle_time", "user_flags", "client_type", "transport")
MORE_DATA = 234


def connect(order):
    lp = param.LoadParm()
    lp.load(order["conf"])
    creds = credentials.Credentials()
    creds.guess(lp)
    if order["kerberos"]:
        # guess() has found the ticket of KRB5CCNAME; a name said here would make it forget that.
        creds.set_kerberos_state(credentials.MUST_USE_KERBEROS)
    else:
        creds.set_kerberos_state(credentials.DONT_USE_KERBEROS)
        creds.set_username(order["user"])
        creds.set_password(order["password"])
    if order["encrypt"]:
        creds.set_smb_encryption(credentials.SMB_ENCRYPTION_REQUIRED)
    name = ",target_hostname=" + order["name"] if order["name"] else ""
    return srvsvc.srvsvc("ncacn_np:%s[\\pipe\\srvsvc%s]" % (order["host"], name), lp, creds)


def call(pipe, request):
    ndr_unpack_out(request, pipe.request(request.opnum(), ndr_pack_in(request)))
    return request.result if isinstance(request.result, int) else request.result[0]


def enumerate_sessions(pipe, order, question):
    request = srvsvc.NetSessEnum()
    request.in_server_unc = order["host"]
    request.in_client = question["client"]
    request.in_user = question["user"]
    request.in_info_ctr = srvsvc.NetSessInfoCtr()
    request.in_info_ctr.level = question["level"]
    if question["level"] in CONTAINERS:
        request.in_info_ctr.ctr = CONTAINERS[question["level"]]()
    request.in_max_buffer = question["preferred"]
    request.in_resume_handle = question["resume"]
    status = call(pipe, request)
    container = request.out_info_ctr.ctr
    listed = container.array or [] if container else []
    sessions = [{field: getattr(one, field) for field in FIELDS if hasattr(one, field)} for one in listed]
    return {"status": status, "total": request.out_totalentries, "resume": request.out_resume_handle,
            "sessions": sessions}


def end_sessions(pipe, order, question):
    request = srvsvc.NetSessDel()
    request.in_server_unc = order["host"]
    request.in_client = question["client"]
    request.in_user = question["user"]
    return {"status": call(pipe, request)}


def main():
    order = json.load(sys.stdin)
    pipe = connect(order)
    for question in order["questions"]:
        ask = end_sessions if question["ends"] else enumerate_sessions
        while True:
            try:
                answer = ask(pipe, order, question)
            except Exception as error:  # the test says which ones it expects
                answer = {"status": -1, "trouble": repr(error)}
            print(json.dumps(answer), flush=True)
            if not question["follow"] or answer["status"] != MORE_DATA:
                break
            question["resume"] = answer["resume"]


main()
