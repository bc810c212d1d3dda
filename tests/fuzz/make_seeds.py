#!/usr/bin/python3
"""Writes the first inputs of smb_messages, rpc, pipe_machine and lab_server into corpus/, from the golden bytes
of tests/core, and those of plan_file and running_text. What fuzzing found later lies beside them under names of its own (a hash)."""
import hashlib
import json
import pathlib
import re
import struct

HERE = pathlib.Path(__file__).parent
TEXT = (HERE / "../core/golden/golden.hpp").read_text()
GOLDEN = {name: bytes.fromhex("".join(re.findall(r'"([0-9a-f]*)"', value)))
          for name, value in re.findall(r"string_view (\w+) =((?:\s+\"[0-9a-f]*\";?)+)", TEXT)}


def write(subject, name, data):
    folder = HERE / "corpus" / subject
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(data)


def reply(command, body, status=0, message_id=0, session=0):
    return struct.pack("<4sHHIHHIIQIIQ16s", b"\xfeSMB", 64, 1, status, command, 1, 1, 0, message_id, 0, 5, session,
                       bytes(16)) + body


def context(kind, data):
    return struct.pack("<HHI", kind, len(data), 0) + data


def negotiate(dialect, contexts):
    joined = b""
    for one in contexts:
        joined += bytes(-len(joined) % 8) + one
    return struct.pack("<HHHH16sIIII16sHHI", 65, 3, dialect, len(contexts), bytes(range(16)), 0x44, 1 << 20, 1 << 20,
                       1 << 20, bytes(16), 128, 0, 128 if contexts else 0) + joined


def pdu(kind, flags, body, call_id=1):
    return struct.pack("<BBBBIHHI", 5, 0, kind, flags, 0x10, 16 + len(body), 0, call_id) + body


NDR = bytes.fromhex("045d888aeb1cc9119fe808002b10486002000000")
BIND_ACK = pdu(12, 3, struct.pack("<HHIH", 4280, 4280, 0x53F0, 13) + b"\\PIPE\\srvsvc\0" + b"\0" +
               struct.pack("<IHH", 1, 0, 0) + NDR)

for name, data in GOLDEN.items():
    if name.startswith("smb_") and name != "smb_validate_negotiate":
        write("smb_messages", name.removeprefix("smb_"), data)
write("smb_messages", "negotiate-reply-311", reply(0, negotiate(0x311, [
    context(1, struct.pack("<HHH", 1, 32, 1) + bytes(32)), context(2, struct.pack("<HH", 1, 2)),
    context(8, struct.pack("<HH", 1, 2))])))
write("smb_messages", "negotiate-reply-300", reply(0, negotiate(0x300, [])))
write("smb_messages", "session-setup-reply", reply(1, struct.pack("<HHHH", 9, 4, 72, 5) + b"token", 0xC0000016))
write("smb_messages", "tree-connect-reply", reply(3, struct.pack("<HHIII", 16, 2, 0, 0, 0x1F01FF)))
write("smb_messages", "create-reply", reply(5, struct.pack("<H62s16sQ", 89, bytes(62), bytes(range(16)), 0)))
write("smb_messages", "ioctl-reply", reply(11, struct.pack("<HHI16sIIIIII", 49, 0, 0x11C017, bytes(16), 112, 0, 112,
                                                           5, 0, 0) + b"hello"))
write("smb_messages", "read-reply", reply(8, struct.pack("<HBBIII", 17, 80, 0, 5, 0, 0) + b"hello"))
write("smb_messages", "write-reply", reply(9, struct.pack("<HHIIHH", 17, 0, 5, 0, 0, 0)))
write("smb_messages", "interim", reply(8, struct.pack("<HHIB", 9, 0, 0, 0), 0x103))
write("smb_messages", "expired", reply(8, struct.pack("<HHIB", 9, 0, 0, 0), 0xC000035C, session=1))
write("smb_messages", "transform", struct.pack("<4s16s16sIHHQ", b"\xfdSMB", bytes(16), bytes(16), 70, 0, 1, 1) +
      bytes(70))

for name, data in GOLDEN.items():
    if name.startswith("enum_reply"):
        write("rpc", name, b"\x01" + data)
write("rpc", "bind-ack", b"\x02" + BIND_ACK)
write("rpc", "bind-nak", b"\x02" + pdu(13, 3, bytes(8)))
write("rpc", "del-reply", b"\x03" + GOLDEN["del_reply_not_found"])
ONE = pdu(2, 3, bytes(8) + b"stub")
TWO = pdu(2, 1, bytes(8) + b"12345678") + pdu(2, 2, bytes(8) + b"90")
write("rpc", "response", b"\x00" + ONE)
write("rpc", "response-bytewise", b"\x00" + TWO)
write("rpc", "response-by-sixteen", b"\x3c" + TWO)
write("rpc", "fault", b"\x10" + pdu(3, 3, struct.pack("<IIII", 32, 0, 0x1C010002, 0)))


def lie(kind, data=b""):
    return struct.pack("<BH", kind, len(data)) + data


HONEST = lie(0)
for choice in range(8):
    write("pipe_machine", f"honest-{choice}", bytes([choice]))
    write("pipe_machine", f"honest-logon-{choice}", bytes([choice | 16]))
PIPE_BROKEN = struct.pack("<I", 0xC000014B)
EXPIRED = struct.pack("<I", 0xC000035C)
write("pipe_machine", "pipe-broken", bytes([3 | 16]) + HONEST + lie(2, PIPE_BROKEN))
write("pipe_machine", "pipe-broken-in-pieces", bytes([3 | 24]) + HONEST + HONEST * 4 + lie(2, PIPE_BROKEN))
write("pipe_machine", "expired", bytes([7 | 16]) + HONEST + lie(2, EXPIRED))
write("pipe_machine", "fault", bytes([3 | 16]) + lie(1, pdu(3, 3, struct.pack("<IIII", 32, 0, 5, 0), 2)))
write("pipe_machine", "sessions", bytes([3 | 24]) + lie(1, pdu(2, 3, bytes(8) + GOLDEN["enum_reply_502"], 2)))
write("pipe_machine", "ioctl-body", bytes([3 | 16]) + HONEST + lie(
    1, struct.pack("<HHI16sIIIIII", 49, 0, 0x11C017, bytes(16), 112, 0, 112, len(ONE), 0, 0) + ONE))
write("pipe_machine", "negotiate-body", bytes([3]) + lie(1, negotiate(0x311, [
    context(1, struct.pack("<HHH", 1, 0, 1)), context(8, struct.pack("<HH", 1, 1))])))
write("pipe_machine", "negotiate-refused", bytes([3]) + lie(2, struct.pack("<I", 0xC00000BB)))
write("pipe_machine", "guest", bytes([1]) + HONEST * 4 + lie(1, struct.pack("<HHHH", 9, 1, 72, 0)))
write("pipe_machine", "raw", bytes([3]) + HONEST + lie(7, reply(0, negotiate(0x300, []))))
write("pipe_machine", "other-flags", bytes([3 | 16]) + HONEST + lie(5, b"\x02\x00\x00\x01\x00\x00\x00"))


def said(kind, command, data=b""):
    return struct.pack("<BBH", kind, command, len(data)) + data


def start(dialect, steps, sealed=False):
    return bytes([dialect | (4 if sealed else 0) | steps << 3])


BODY = {name: data[64:] for name, data in GOLDEN.items()
        if name.startswith("smb_") and name != "smb_validate_negotiate"}
COMMANDS = {"negotiate": 0, "session_setup": 1, "logoff": 2, "tree_connect": 3, "create": 5, "close": 6, "read": 8,
            "write": 9, "ioctl": 11}
write("lab_server", "from-the-beginning", start(0, 0) + said(0, 0, BODY["smb_negotiate"]) + said(
    0, 1, BODY["smb_session_setup"]))
write("lab_server", "smb1", start(0, 0) + said(1, 0, b"\xffSMBr" + bytes(27) + b"\0\x0b\0\x02SMB 2.???\0") + said(
    0, 0, BODY["smb_negotiate"]))
CLIENT_311 = struct.pack("<HHHHI16sIHHHH", 36, 1, 1, 0, 0x44, bytes(16), 104, 3, 0, 0x311, 0) + bytes(
    (-(64 + 40)) % 8) + context(1, struct.pack("<HHHI", 1, 4, 1, 0)) + bytes(6) + context(
        2, struct.pack("<HHH", 2, 2, 1)) + bytes(2) + context(8, struct.pack("<HHHH", 3, 2, 1, 0))
write("lab_server", "contexts", start(0, 0) + said(0, 0, CLIENT_311))
for dialect in range(4):
    for sealed in (False, True):
        name = f"{dialect}{'-sealed' if sealed else ''}"
        write("lab_server", f"every-command-{name}", start(dialect, 2, sealed) + b"".join(
            said(0, COMMANDS[one], BODY["smb_" + one]) for one in COMMANDS if one not in ("negotiate", "logoff")))
write("lab_server", "logon-and-off", start(3, 1) + said(0, 1, BODY["smb_session_setup"]) +
      said(0, 2, BODY["smb_logoff"]))
REQUEST = pdu(0, 3, struct.pack("<IHH", 0, 0, 12) + GOLDEN["enum_request_filtered"])
write("lab_server", "enumerate", start(3, 3) + said(3, 255, REQUEST) + said(6, 255) * 8)
write("lab_server", "enumerate-sealed", start(3, 3, True) + said(3, 16, REQUEST) + said(6, 100) * 20)
write("lab_server", "delete", start(1, 3) + said(2, 0, pdu(0, 3, struct.pack("<IHH", 0, 0, 13) +
                                                          GOLDEN["del_request"])) + said(6, 255))
write("lab_server", "fragments", start(0, 3) + said(2, 0, pdu(0, 1, struct.pack("<IHH", 0, 0, 13) + bytes(64))) + said(
    3, 4, pdu(0, 2, struct.pack("<IHH", 0, 0, 13) + bytes(64))))
write("lab_server", "bind-again", start(3, 2) + said(3, 4, GOLDEN["rpc_bind"]) +
      said(3, 4, b"\x05\0\x0e" + GOLDEN["rpc_bind"][3:]))
write("lab_server", "chain", start(3, 2) + said(5, 6, BODY["smb_create"]) + said(4, 13, bytes([4, 0, 0, 0])))
write("lab_server", "headers", start(3, 3) + said(7, 8, bytes([9, 4, 0, 0, 0, 1, 0, 0])) + said(
    7, 13, bytes([1, 0, 0, 0, 0, 0, 2, 64])))

# Plan files: a plan, one that was reviewed, and what must not be done to one.
def sha256(*parts):
    return hashlib.sha256(b"".join(b"%d:" % len(part) + part for part in parts)).hexdigest()


def plan_line(body, header_hash=b""):
    text = json.dumps(body, ensure_ascii=False)
    return json.dumps(body | {"sha256": sha256(b"curfew plan", header_hash, text.encode())},
                      ensure_ascii=False).encode() + b"\n"


def plan_entry(user, **start):
    return plan_line({"server": "fs1", "client": "10.20.1.7", "user": user, "rule": "idle", "rule_digest": "d1",
                      "client_key": "10.20.1.7", "user_key": user,
                      "targets": [{"client_key": "10.20.1.7", "user_key": user} | start]}, PLAN_HASH)


PLAN = plan_line({"curfew_plan": 1, "made": "2026-11-22T12:00:00.250Z", "host": "ops1", "curfew": "0.1.0",
                  "config": "/etc/curfew/curfew.yaml", "digest": "c0ff"})
PLAN_HASH = json.loads(PLAN)["sha256"].encode()
ANNA = plan_entry("anna", start="2026-11-22T08:59:59.875Z")
BOB = plan_entry("bøb")
write("plan_file", "plan", PLAN + ANNA + BOB)
write("plan_file", "reviewed", PLAN + b"\r\n" + BOB)
write("plan_file", "empty", PLAN)
write("plan_file", "altered", PLAN + ANNA.replace(b"anna", b"boss"))
write("plan_file", "twice", PLAN + ANNA + ANNA)
write("plan_file", "headless", ANNA)
write("plan_file", "name", b"a\\b\"\x1b\xff\xed\xa0\x80\xe2\x80\xae")

# What the daemon keeps and lends, and what it is asked by hand; the first byte says which.
def told(kind, name, body):
    text = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
    write("running_text", name, kind + text)


MEMORY = {"version": 1, "boot": "b", "at": 99_000_000_000_000, "seen": {"steady": 99_000_000_000_000,
                                                                       "wall": 1_799_999_000_000_000_000},
          "rules": [{"name": "idle", "digest": "d1"}, {"name": "nächtlich", "digest": "d2"}],
          "sessions": [{"client": "10.20.1.7", "user": "anna", "started": -5_000_000_000_000,
                        "quiet_since": 98_000_000_000_000, "last_open": 97_000_000_000_000,
                        "running": [{"rule": 1, "since": 98_000_000_000_000}]},
                       {"client": "pc-2", "user": "bøb", "running": []}]}
TRIP = {"name": "idle", "digest": "d1", "server": "fs1", "would_end": 40, "of": 100}
HELD = {"version": 1, "id": 3, "on": "server", "name": "fs1", "since_steady": 99_000_000_000_000,
        "since_wall": 1_799_999_000_000_000_000, "until_steady": 106_200_000_000_000,
        "until_wall": 1_800_006_200_000_000_000, "reason": "move", "who": "anna", "boot": "b"}
BAN = {"version": 1, "id": 7, "on": "user", "name": "anna", "since_steady": 99_000_000_000_000,
       "since_wall": 1_799_999_000_000_000_000, "until_steady": 127_800_000_000_000,
       "until_wall": 1_800_027_800_000_000_000, "reason": "stolen", "who": "uid 0", "boot": "b",
       "override_protect": "by phone"}
LENT = {"version": 1, "boot": "b", "digest": "c0ff", "memory": {"fs1": json.dumps(MEMORY)},
        "trips": [json.dumps(TRIP)], "holds": [json.dumps(HELD)], "bans": [json.dumps(BAN)],
        "spent": [{"at": 1_799_999_000_000, "server": "fs1", "client": "10.20.1.7", "user": "anna", "rule": "idle",
                   "digest": "d1", "sessions": 2, "steady": 99_000_000_000_000}]}
told(b"m", "memory", MEMORY)
told(b"m", "memory-far", MEMORY | {"at": -(1 << 63), "seen": {"steady": (1 << 63) - 1, "wall": -(1 << 63)}})
told(b"m", "memory-no-rule", MEMORY | {"rules": []})
told(b"t", "trip", TRIP)
told(b"l", "lent", LENT)
told(b"l", "lent-far", LENT | {"spent": [LENT["spent"][0] | {"at": (1 << 63) - 1}]})
told(b"l", "lent-ban-far", LENT | {"bans": [json.dumps(BAN | {"until_wall": (1 << 63) - 1})]})
told(b"q", "look", {"version": 1, "command": "disconnect-look", "server": "fs1", "user": "anna"})
told(b"q", "end", {"version": 1, "command": "disconnect-end", "token": 12345})
told(b"q", "apply", {"version": 1, "command": "apply", "plan": (PLAN + ANNA).decode(), "max_age": 900})
told(b"q", "apply-far", {"version": 1, "command": "apply", "plan": PLAN.decode(), "max_age": (1 << 63) - 1})
told(b"q", "diff", {"version": 1, "command": "diff", "path": "/etc/curfew/next.yaml"})
told(b"a", "list", {"token": 7, "pairs": [{"sessions": 2, "client": "10.20.1.7", "user": "anna", "idle": "3m",
                                          "ends_too": "bob"}],
                    "stays": [{"why": "protected", "client": "c", "user": "boss", "detail": "the boss"}]})
told(b"a", "applied", {"how": 0, "server": "fs1", "client": "c", "user": "anna", "outcome": "ended", "detail": ""})
told(b"a", "diff-reply", {"of": 3, "changed": "rule idle", "digest": "c0ff", "sessions": [
    {"server": "fs1", "client": "c", "user": "anna", "before": "kept", "after": "ends: idle"}]})
told(b"b", "bytes", b"a\xc3\xbcb\xff\xc2")
