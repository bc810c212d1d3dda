#!/usr/bin/python3
"""Writes golden.hpp: bytes made by encoders that are not curfew's own.

    /usr/bin/python3 make_golden.py > golden.hpp      (Debian: python3-samba, python3-impacket)

srvsvc   Samba's NDR (python3-samba, samba.dcerpc.srvsvc)
dce      impacket's DCE/RPC headers (impacket.dcerpc.v5.rpcrt)
smb      impacket's SMB2 structures (impacket.smb3structs)
crypto   pycryptodome and the standard library's hmac
"""
import hashlib
import hmac

from Cryptodome.Cipher import AES
from Cryptodome.Hash import CMAC
from impacket import smb3structs as smb
from impacket.dcerpc.v5 import rpcrt
from impacket.uuid import uuidtup_to_bin
from samba.dcerpc import srvsvc
from samba.ndr import ndr_pack_in, ndr_pack_out

NDR_SYNTAX = ("8a885d04-1ceb-11c9-9fe8-08002b104860", "2.0")
SRVSVC = ("4b324fc8-1670-01d3-1278-5a47bf6ee188", "3.0")


def constant(name, data, comment):
    print(f"\n// {comment}")
    text = data.hex()
    print(f"inline constexpr std::string_view {name} =")
    lines = [text[i:i + 96] for i in range(0, len(text), 96)] or [""]
    print("\n".join(f'    "{line}"' for line in lines) + ";")


# --- srvsvc -----------------------------------------------------------------------------------------------

INFO = {0: (srvsvc.NetSessCtr0, srvsvc.NetSessInfo0), 1: (srvsvc.NetSessCtr1, srvsvc.NetSessInfo1),
        2: (srvsvc.NetSessCtr2, srvsvc.NetSessInfo2), 10: (srvsvc.NetSessCtr10, srvsvc.NetSessInfo10),
        502: (srvsvc.NetSessCtr502, srvsvc.NetSessInfo502)}
SESSIONS = [
    # An odd and an even length, so that the padding behind strings is met both ways.
    dict(client="\\\\10.20.1.7", user="EXAMPLE\\anna", num_open=3, time=3600, idle_time=12, user_flags=0,
         client_type="Windows 10", transport="\\Device\\NetBT_Tcpip_{1}"),
    dict(client="\\\\[fe80::1]", user="Jürgen Ωmega", num_open=0, time=0xFFFFFFFF, idle_time=0, user_flags=1,
         client_type="", transport="\\Device\\X"),
    # A null session: no user at all.
    dict(client="LAPTOP-\U0001F512", user=None, num_open=0, time=0x80000001, idle_time=0x80000000,
         user_flags=2, client_type=None, transport=None),
]


def info_ctr(level, sessions):
    ctr_type, info_type = INFO[level]
    ctr = ctr_type()
    entries = []
    for session in sessions:
        entry = info_type()
        for key, value in session.items():
            if hasattr(info_type, key):
                setattr(entry, key, value)
        entries.append(entry)
    ctr.count = len(entries)
    if sessions:
        ctr.array = entries
    info = srvsvc.NetSessInfoCtr()
    info.level = level
    info.ctr = ctr
    return info


def enum_request(level, server, client, user, resume):
    call = srvsvc.NetSessEnum()
    call.in_server_unc = server
    call.in_client = client
    call.in_user = user
    call.in_info_ctr = info_ctr(level, [])
    call.in_max_buffer = 0xFFFFFFFF
    call.in_resume_handle = resume
    return ndr_pack_in(call)


def enum_reply(level, sessions, total, resume, result):
    call = srvsvc.NetSessEnum()
    call.out_info_ctr = info_ctr(level, sessions)
    call.out_totalentries = total
    if resume is not None:
        call.out_resume_handle = resume
    call.result = result
    return ndr_pack_out(call)


def write_srvsvc():
    for level in INFO:
        constant(f"enum_request_{level}", enum_request(level, "\\\\fs1", None, None, 0),
                 f"NetrSessionEnum, level {level}, no filter, resume handle 0")
    constant("enum_request_filtered",
             enum_request(1, "\\\\fs1.example.com", "\\\\10.20.1.7", "EXAMPLE\\anna", 0x01020304),
             "NetrSessionEnum, level 1, both filters, resume handle 0x01020304")
    for level in INFO:
        constant(f"enum_reply_{level}", enum_reply(level, SESSIONS, 3, 0, 0),
                 f"The three sessions of make_golden.py at level {level}")
    constant("enum_reply_more", enum_reply(10, SESSIONS[:1], 3, 0xCAFE, 234),
             "ERROR_MORE_DATA: one of three, resume handle 0xCAFE")
    constant("enum_reply_without_handle", enum_reply(1, SESSIONS[:1], 1, None, 0), "No resume handle at all")
    constant("enum_reply_empty", enum_reply(1, [], 0, 0, 0), "Nobody")
    constant("enum_reply_denied", enum_reply(502, [], 0, 0, 5), "ERROR_ACCESS_DENIED")
    call = srvsvc.NetSessDel()
    call.in_server_unc = "\\\\fs1"
    call.in_client = "\\\\10.20.1.7"
    call.in_user = "EXAMPLE\\anna"
    constant("del_request", ndr_pack_in(call), "NetrSessionDel of EXAMPLE\\anna from 10.20.1.7")
    call.result = 2312
    constant("del_reply_not_found", ndr_pack_out(call), "NERR_ClientNameNotFound")


# --- DCE/RPC ----------------------------------------------------------------------------------------------

def write_dce():
    bind = rpcrt.MSRPCBind()
    bind["max_tfrag"] = bind["max_rfrag"] = 65528
    item = rpcrt.CtxItem()
    item["AbstractSyntax"] = uuidtup_to_bin(SRVSVC)
    item["TransferSyntax"] = uuidtup_to_bin(NDR_SYNTAX)
    item["ContextID"] = 0
    item["TransItems"] = 1
    bind.addCtxItem(item)
    packet = rpcrt.MSRPCHeader()
    packet["type"] = rpcrt.MSRPC_BIND
    packet["call_id"] = 7
    packet["pduData"] = bind.getData()
    constant("rpc_bind", packet.get_packet(), "bind to srvsvc 3.0 over NDR, call 7, fragments of 65528")

    request = rpcrt.MSRPCRequestHeader()
    request["type"] = rpcrt.MSRPC_REQUEST
    request["op_num"] = 12
    request["call_id"] = 8
    request["alloc_hint"] = 5
    request["pduData"] = b"stub!"
    constant("rpc_request", request.get_packet(), "request 12, call 8, stub 'stub!'")


# --- SMB2 -------------------------------------------------------------------------------------------------

FILE_ID = bytes(range(0x10, 0x20))


def message(command, body, session_id=0x8E40014000011, tree_id=5):
    packet = smb.SMB2Packet()
    packet["Command"] = command
    packet["CreditCharge"] = 1
    packet["CreditRequestResponse"] = 16
    packet["MessageID"] = 9
    packet["TreeID"] = tree_id
    packet["SessionID"] = session_id
    packet["Data"] = body
    return packet.getData()


def write_smb():
    setup = smb.SMB2SessionSetup()
    setup["SecurityMode"] = smb.SMB2_NEGOTIATE_SIGNING_REQUIRED
    setup["SecurityBufferLength"] = 7
    setup["Buffer"] = b"a token"
    constant("smb_session_setup", message(smb.SMB2_SESSION_SETUP, setup), "SESSION_SETUP with 'a token'")

    tree = smb.SMB2TreeConnect()
    tree["Buffer"] = "\\\\fs1\\IPC$".encode("utf-16le")
    tree["PathLength"] = len(tree["Buffer"])
    constant("smb_tree_connect", message(smb.SMB2_TREE_CONNECT, tree), "TREE_CONNECT to \\\\fs1\\IPC$")

    create = smb.SMB2Create()
    create["RequestedOplockLevel"] = smb.SMB2_OPLOCK_LEVEL_NONE
    create["ImpersonationLevel"] = smb.SMB2_IL_IMPERSONATION
    create["DesiredAccess"] = 0x0012019F
    create["FileAttributes"] = 0
    create["ShareAccess"] = 7
    create["CreateDisposition"] = smb.FILE_OPEN
    create["CreateOptions"] = 0
    create["NameLength"] = 12
    create["Buffer"] = "srvsvc".encode("utf-16le")
    constant("smb_create", message(smb.SMB2_CREATE, create), "CREATE of the pipe srvsvc")

    ioctl = smb.SMB2Ioctl()
    ioctl["CtlCode"] = smb.FSCTL_PIPE_TRANSCEIVE
    ioctl["FileID"] = FILE_ID
    ioctl["MaxOutputResponse"] = 65536
    ioctl["InputCount"] = 5
    ioctl["OutputOffset"] = 0x78  # impacket's own choice is 0x7d; nothing stands there either way
    ioctl["Flags"] = smb.SMB2_0_IOCTL_IS_FSCTL
    ioctl["Buffer"] = b"hello"
    constant("smb_ioctl", message(smb.SMB2_IOCTL, ioctl), "FSCTL_PIPE_TRANSCEIVE of 'hello'")

    read = smb.SMB2Read()
    read["Padding"] = 0x50
    read["Length"] = 65536
    read["FileID"] = FILE_ID
    read["Buffer"] = b"\0"
    constant("smb_read", message(smb.SMB2_READ, read), "READ of 65536 bytes")

    write = smb.SMB2Write()
    write["DataOffset"] = 0x70
    write["FileID"] = FILE_ID
    write["Length"] = 5
    write["Buffer"] = b"hello"
    constant("smb_write", message(smb.SMB2_WRITE, write), "WRITE of 'hello'")

    close = smb.SMB2Close()
    close["FileID"] = FILE_ID
    constant("smb_close", message(smb.SMB2_CLOSE, close), "CLOSE")

    constant("smb_logoff", message(smb.SMB2_LOGOFF, smb.SMB2Logoff()), "LOGOFF")

    negotiate = smb.SMB2Negotiate()
    negotiate["SecurityMode"] = 3
    negotiate["Capabilities"] = 0x44
    negotiate["ClientGuid"] = bytes(range(16)).decode("latin-1")
    negotiate["Dialects"] = [0x0210, 0x0300, 0x0302]
    negotiate["DialectCount"] = 3
    constant("smb_negotiate", message(smb.SMB2_NEGOTIATE, negotiate, 0, 0), "NEGOTIATE of 2.1, 3.0 and 3.0.2")

    validate = smb.VALIDATE_NEGOTIATE_INFO()
    validate["Capabilities"] = 0x44
    validate["Guid"] = bytes(range(16))
    validate["SecurityMode"] = 3
    validate["Dialects"] = (0x0210, 0x0300, 0x0302)
    constant("smb_validate_negotiate", validate.getData(), "VALIDATE_NEGOTIATE_INFO for the above")


# --- crypto -----------------------------------------------------------------------------------------------

def write_crypto():
    key = bytes(range(0xA0, 0xB0))
    body = message(smb.SMB2_LOGOFF, smb.SMB2Logoff())
    constant("signed_message", body, "Signed below, its signature field zero (message id 9, a request)")
    constant("signature_hmac", hmac.new(key, body, hashlib.sha256).digest()[:16], "HMAC-SHA256, key a0..af")
    constant("signature_cmac", CMAC.new(key, body, ciphermod=AES).digest(), "AES-128-CMAC, key a0..af")
    nonce = body[24:32] + bytes(4)
    gmac = AES.new(key, AES.MODE_GCM, nonce=nonce)
    gmac.update(body)
    constant("signature_gmac", gmac.digest(), "AES-128-GMAC, key a0..af")
    reply = bytearray(body)
    reply[16] |= 1
    nonce = bytes(reply[24:32]) + b"\1\0\0\0"
    gmac = AES.new(key, AES.MODE_GCM, nonce=nonce)
    gmac.update(bytes(reply))
    constant("signature_gmac_reply", gmac.digest(), "The same message as a reply: another nonce")


print("#pragma once")
print("// Made by make_golden.py, by encoders that are not curfew's own. Hexadecimal.")
print("\n#include <string_view>")
print("\nnamespace curfew::golden {")
write_srvsvc()
write_dce()
write_smb()
write_crypto()
print("\n}  // namespace curfew::golden")
