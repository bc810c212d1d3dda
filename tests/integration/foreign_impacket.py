# Asks one server with impacket, over one connection; the same words in and out as foreign_samba.py. impacket 0.10
# speaks 2.0.2 to 3.0, encrypts with AES-128-CCM only and does not verify what the server signs: a second opinion on
# layouts, none on signatures.
import json
import sys

from impacket import ntlm
from impacket.dcerpc.v5 import srvs, transport
from impacket.dcerpc.v5.dtypes import NULL

FIELDS = {"cname": "client", "username": "user", "num_opens": "num_open", "time": "time", "idle_time": "idle_time",
          "user_flags": "user_flags", "cltype_name": "client_type", "transport": "transport"}
VERSION = bytes([10, 0, 0, 0, 0, 0, 0, 15])


# gss-ntlmssp, which answers for the lab, takes no NTLM message without the optional version, and impacket sends
# none of its own accord.
def with_versions():
    first, last = ntlm.getNTLMSSPType1, ntlm.getNTLMSSPType3

    def negotiate(*args, **more):
        message = first(*args, **more)
        message["flags"] |= ntlm.NTLMSSP_NEGOTIATE_VERSION
        message["os_version"] = VERSION
        return message

    def authenticate(*args, **more):
        message, key = last(*args, **more)
        message["Version"] = VERSION
        message["MIC"] = bytes(16)
        return message, key

    ntlm.getNTLMSSPType1, ntlm.getNTLMSSPType3 = negotiate, authenticate


def connect(order):
    with_versions()
    channel = transport.DCERPCTransportFactory("ncacn_np:%s[\\pipe\\srvsvc]" % order["host"])
    channel.set_dport(order["port"])
    channel.set_credentials(order["user"], order["password"], order["domain"])
    pipe = channel.get_dce_rpc()
    pipe.connect()
    pipe.bind(srvs.MSRPC_UUID_SRVS)
    return pipe


def text(name):
    return NULL if name is None else name + "\0"


def plain(value):
    if isinstance(value, bytes):
        return None if value == b"" else value.decode()
    return value.rstrip("\0") if isinstance(value, str) else value


def session_of(entry):
    session = {}
    for suffix, field in FIELDS.items():
        names = [name for name in entry.fields if name.split("_", 1)[-1] == suffix]
        if names:
            session[field] = plain(entry[names[0]])
    return session


def enumerate_sessions(pipe, question):
    request = srvs.NetrSessionEnum()
    request["ServerName"] = NULL
    request["ClientName"] = text(question["client"])
    request["UserName"] = text(question["user"])
    request["InfoStruct"]["Level"] = question["level"]
    request["InfoStruct"]["SessionInfo"]["tag"] = question["level"]
    request["InfoStruct"]["SessionInfo"]["Level%d" % question["level"]]["Buffer"] = NULL
    request["PreferedMaximumLength"] = question["preferred"]
    request["ResumeHandle"] = NULL if question["resume"] is None else question["resume"]
    reply = pipe.request(request, checkError=False)  # else all results but 0 are raised
    listed = reply["InfoStruct"]["SessionInfo"]["Level%d" % question["level"]]["Buffer"]
    resume = reply["ResumeHandle"]
    return {"status": reply["ErrorCode"], "total": reply["TotalEntries"],
            "resume": resume if isinstance(resume, int) else None,
            "sessions": [session_of(entry) for entry in listed or []]}


def end_sessions(pipe, question):
    request = srvs.NetrSessionDel()
    request["ServerName"] = NULL
    request["ClientName"] = text(question["client"])
    request["UserName"] = text(question["user"])
    return {"status": pipe.request(request, checkError=False)["ErrorCode"]}


def main():
    order = json.load(sys.stdin)
    pipe = connect(order)
    for question in order["questions"]:
        try:
            answer = (end_sessions if question["ends"] else enumerate_sessions)(pipe, question)
        except Exception as error:  # the test says which ones it expects
            answer = {"status": -1, "trouble": repr(error)}
        print(json.dumps(answer), flush=True)


main()
