"""Manipulations of form for manipulate.py, one row each: what a shell, awk, jq or openssl(1) could read otherwise than C.

A row has a name, the shape of bundle that it needs, what it does to the files, and what it does on the disk. Signed
anew where the last of the maker's keys could have done it: the form itself must be found, not a sum behind it.
"""
import hashlib
import json
import os
from urllib.parse import quote

PLAIN, LATER, ROTATED, STAMPED = range(4)
ROWS = []


def row(name, how, shape=PLAIN, sign=True, disk=None):
    def spoil(b):
        harmless = how(b)
        if sign:
            b.resign()
        return harmless
    ROWS.append((name, shape, spoil, disk))


def put(file, change):
    def how(b):
        b.files[file] = change(b.files[file])
    return how


def added(name, data=b"x"):
    return lambda b: b.files.update({name: data})


def untouched(_):
    return None


# Bytes that a shell's variable does not hold, at the ends of what is read line by line.
for target, kind in (("log.vkey", ROTATED), ("start", LATER), ("checkpoint", PLAIN), ("entries.jsonl", PLAIN)):
    row(f"{target}: NUL at the end", put(target, lambda d: d + b"\0"), kind)
    row(f"{target}: NUL in front", put(target, lambda d: b"\0" + d), kind)
    row(f"{target}: NUL in a line", put(target, lambda d: d.replace(b"\n", b"\0\n", 1)), kind)
    row(f"{target}: CRLF", put(target, lambda d: d.replace(b"\n", b"\r\n")), kind)
    row(f"{target}: BOM", put(target, lambda d: b"\xef\xbb\xbf" + d), kind)


# Disclosed values: nothing signs a list that is handed over later.
def value(change, at=0):
    def how(b):
        lines = b.files["disclosed/values.jsonl"].splitlines()
        entry = json.loads(lines[at])
        changed = change(entry)
        lines[at] = changed if isinstance(changed, bytes) else b.maker.canonical(entry)
        b.files["disclosed/values.jsonl"] = b"".join(line + b"\n" for line in lines)
    return how


def of_value(**words):
    return value(lambda v: v.update({name: word(v) for name, word in words.items()}))


row("a lie, the truth in the salt", of_value(salt=lambda v: v["salt"] + "\t" + quote(v["value"]), value=lambda v: "a lie"))
row("a lie, salt and truth in the field", of_value(field=lambda v: "\t".join([v["field"], v["salt"], quote(v["value"])]), value=lambda v: "a lie"))
row("field: newline", of_value(field=lambda v: v["field"] + "\n"))
row("field: a dot more", of_value(field=lambda v: v["field"] + "."))
row("field: upper case", of_value(field=lambda v: v["field"].upper()))
row("salt: upper case", of_value(salt=lambda v: v["salt"][:-1] + "A"))
row("salt: a part of it in the value", of_value(value=lambda v: bytes.fromhex(v["salt"][-2:]).decode("latin-1") + v["value"], salt=lambda v: v["salt"][:-2]))
row("value: other Unicode form", of_value(value=lambda v: v["value"].replace("é", "e\u0301")))
row("value: NUL", of_value(value=lambda v: v["value"] + "\0"))
row("value: longer than a line may be", of_value(value=lambda v: "x" * 1100000))
row("value: a member twice", value(lambda v: b'{"field":"x",' + json.dumps(v).encode()[1:]))
for number in (b"-0", b"0.0", b"0e0", b"9007199254740992", b"99999999999999999999999", b"1e400"):
    row(f"value: idx {number.decode()}", value(lambda v, n=number: json.dumps(v | {"idx": 777}, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode().replace(b"777", n)))

# Names, and what is no file.
for odd in (".hidden", "a b", "a\nb", "a\x01", "x\x7f", "x\\y", "e\u0301", "a/b/c", "x" * 101, "checkpoints/05.note", "checkpoints/1.0.tsr"):
    row(f"name {odd!r}", added(odd))
row("a name in other case", added("Checkpoint"), sign=False)
row("another README", added("README.txt"), sign=False)
row("another report", added("report.html"), sign=False)
for folder in (".git", "a b", "blobs/x", "checkpoints/9.note"):
    row(f"empty folder {folder}", untouched, disk=lambda at, f=folder: os.makedirs(os.path.join(at, f)))
row("a folder for the values", lambda b: b.files.pop("disclosed/values.jsonl") and None, disk=lambda at: os.makedirs(at + "/disclosed/values.jsonl"))
row("a link", untouched, disk=lambda at: os.symlink("/etc/passwd", at + "/more"))
row("a link with an odd name", untouched, disk=lambda at: os.symlink("nowhere", at + "/a\nb"))
row("a hard link", untouched, disk=lambda at: os.link(at + "/start", at + "/tart"))
row("a pipe", untouched, disk=lambda at: os.mkfifo(at + "/pipe"))


# start and entries.
for left_out in (2**53 + 1, 999999999999999999):
    row(f"start {left_out}", put("start", lambda _, n=left_out: b"tocsin.bundle/1\n%d\n" % n + (b"1" * 64 + b"\n") * (1 + bin(n).count("1"))), LATER)


def last_line(old, new):
    def how(b):
        b.lines[-1] = b.lines[-1].replace(old, new, 1)
        b.put_lines()
    return how


row("an empty kind", last_line(b'"kind":"heartbeat"', b'"kind":""'))
row("a number as 23e0", last_line(b'"tasks_open":23', b'"tasks_open":23e0'))
row("a line of NUL", put("entries.jsonl", lambda d: d + b"\0\n"))


def last_entry(b, kind, data):
    """By somebody who holds the log's key: the last entry, and all that signs it."""
    entry = json.loads(b.lines[-1])
    entry["kind"], entry["data"] = kind, data
    b.lines[-1] = b.maker.canonical(entry) + b"\n"
    b.put_lines()
    leaves = [hashlib.sha256(b"\0" + line).digest() for line in b.lines]
    for name in [name for name in b.files if name == f"checkpoints/{len(leaves)}.note"]:
        del b.files[name]
    b.files["checkpoint"] = b.keys[0].note(len(leaves), b.maker.root_of(leaves))
    b.files["disclosed/values.jsonl"] = b"".join(v for v in b.files["disclosed/values.jsonl"].splitlines(True) if json.loads(v)["idx"] < len(leaves) - 1)


HASH, MARK, AT = "5f" * 32, "c1:" + "5f" * 32, "2026-11-27T18:40:00.000Z"
EPOCH_END = {"first_by": MARK, "first_fpr": MARK, "first_sha256": MARK, "head": 23, "head_prev": HASH, "last_root": None, "last_size": None, "next": "example.com/2", "origin": "example.com",
             "reason": MARK, "second_by": MARK, "second_fpr": MARK, "second_sha256": MARK}


def epoch_ends(b):
    last_entry(b, "epoch.end", EPOCH_END)
    return True


row("an epoch's end: both tell of it", epoch_ends)
row("an epoch's end, and a bad blob", lambda b: epoch_ends(b) and added("blobs/" + "0" * 64)(b))
row("an epoch's end that nobody signed", last_line(b'"kind":"heartbeat"', b'"kind":"epoch.end"'))


# Members of a kind that do not have its shape, signed by the log's own key: the shape is all that tells.
KEY = {"algo": "rsa3072", "expires": AT, "fpr": MARK, "party": MARK, "state": "good", "sub_fpr": None}
TASK = {"cause": MARK, "deadline": None, "joined": True, "kind": "letter", "owner": MARK, "task": 7}
FINDINGS = {"count": 1, "findings": [{"pointer": "/a", "test": "x"}], "sha256": HASH}


def without(data, name):
    return {member: value for member, value in data.items() if member != name}


for told, kind, data, good in (
        ("as it is", "key.pinned", KEY, True), ("all null", "key.pinned", dict.fromkeys(KEY), True), ("a member more", "key.pinned", KEY | {"zone": None}, False),
        ("a member in front", "key.pinned", KEY | {"aaa": None}, False), ("a member less", "key.pinned", without(KEY, "party"), False), ("the last one less", "key.pinned", without(KEY, "sub_fpr"), False),
        ("none", "key.pinned", {}, False), ("a name in clear", "key.pinned", KEY | {"party": "Hospital"}, False), ("a short commitment", "key.pinned", KEY | {"party": MARK[:-1]}, False),
        ("upper case", "key.pinned", KEY | {"party": MARK[:-1] + "F"}, False), ("c2", "key.pinned", KEY | {"party": "c2" + MARK[2:]}, False), ("a quote for a digit", "key.pinned", KEY | {"party": MARK[:-1] + "\""}, False),
        ("a backslash for a digit", "key.pinned", KEY | {"party": MARK[:-2] + "\\n"}, False), ("a hash for a commitment", "key.pinned", KEY | {"party": HASH}, False), ("a number for a text", "key.pinned", KEY | {"algo": 3072}, False),
        ("a list for a text", "key.pinned", KEY | {"algo": []}, False), ("an object for a text", "key.pinned", KEY | {"algo": {"party": MARK}}, False), ("no such day", "key.pinned", KEY | {"expires": "2026-02-29T00:00:00.000Z"}, False),
        ("no such hour", "key.pinned", KEY | {"expires": "2026-02-28T24:00:00.000Z"}, False), ("an instant without milliseconds", "key.pinned", KEY | {"expires": "2026-02-28T00:00:00Z"}, False),
        ("an instant as a number", "key.pinned", KEY | {"expires": 0}, False), ("a text of signs", "key.pinned", KEY | {"algo": "},idx:7,\"\\kind:[{Q"}, True), ("a text like a commitment", "key.pinned", KEY | {"algo": MARK, "state": HASH}, True),
        ("another kind's", "key.pinned", TASK, False), ("a boolean", "task.opened", TASK | {"joined": False}, True), ("a word for a boolean", "task.opened", TASK | {"joined": "true"}, False),
        ("1 for a boolean", "task.opened", TASK | {"joined": 1}, False), ("a negative number", "task.opened", TASK | {"task": -7}, True), ("the largest number", "task.opened", TASK | {"task": 2**53 - 1}, True),
        ("a number in quotes", "task.opened", TASK | {"task": "7"}, False), ("true for a number", "task.opened", TASK | {"task": True}, False), ("a list", "advisory.refused", FINDINGS, True),
        ("an empty list", "advisory.refused", FINDINGS | {"findings": []}, True), ("an object for a list", "advisory.refused", FINDINGS | {"findings": {}}, False), ("a hash in clear letters", "advisory.refused", FINDINGS | {"sha256": HASH[:-1] + "g"}, False),
        ("a commitment for a hash", "advisory.refused", FINDINGS | {"sha256": MARK}, False), ("older than a member", "clock.jump", {"by_ms": 1, "from": AT, "to": AT}, True),
        ("older, and a member less", "clock.jump", {"by_ms": 1, "from": AT}, False), ("younger", "clock.jump", {"by_ms": 1, "from": AT, "off_ms": 1, "to": AT}, True),
        ("reserved", "node.lease", {"x": [1, {"y": {}}]}, True), ("unheard of", "party.invented", {}, False), ("seventy members", "heartbeat", {"m%02d" % i: None for i in range(70)}, False)):
    row(f"data: {told}", lambda b, k=kind, d=data, g=good: last_entry(b, k, d) or g or None)


# Keys.
def by_key(number, size):
    def how(b):
        leaves = [hashlib.sha256(b"\0" + line).digest() for line in b.lines]
        b.files[f"checkpoints/{size}.note"] = b.keys[number].note(size, b.maker.root_of(leaves[:size]))
    return how


def nobody_vouches(b):
    for name in [name for name in b.files if name.startswith("checkpoints/")]:
        del b.files[name]


row("keys: the later one first", put("log.vkey", lambda d: b"".join(reversed(d.splitlines(True)))), ROTATED)
row("keys: only the later one", put("log.vkey", lambda d: d.splitlines(True)[1]), ROTATED)
row("keys: nobody vouches", nobody_vouches, ROTATED)
row("keys: a third one", lambda b: b.files.update({"log.vkey": b.files["log.vkey"] + b.maker.Key(b"3" * 32).line.encode() + b"\n"}), ROTATED)
row("keys: the later one signs before it came", by_key(1, 3), ROTATED)
row("keys: sums by the older one", lambda b: b.resign(b.keys[0]), ROTATED, sign=False)
row("notes: another key's line beside the good one", lambda b: b.files.update(checkpoint=b.files["checkpoint"] + b.maker.Key(b"1" * 32).note(24, bytes(32)).split(b"\n")[4] + b"\n"))


# Notes and keys in another way to write the same.
def other_bits(text):
    """Base64 of the same bytes: the bits of the last sign that stand for nothing are set."""
    signs = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    return text[:-2] + signs[signs.index(text[-2]) + 1:][:1] + text[-1:]


def of_line(number, change):
    return lambda d: b"\n".join(change(line) if i == number else line for i, line in enumerate(d.split(b"\n")))


for told, rewritten in (("a blank behind the size", of_line(1, lambda t: t + b" ")), ("a tab before the name", of_line(0, lambda t: b"\t" + t)), ("a backslash in the name", of_line(0, lambda t: t + b"\\")),
                        ("a sign of two bytes in the name", of_line(0, lambda t: t + "é".encode())), ("size 024", of_line(1, lambda t: b"0" + t)), ("a blank in the empty line", of_line(3, lambda t: b" ")),
                        ("no empty line", lambda d: d.replace(b"\n\n", b"\n")), ("root: other unused bits", of_line(2, other_bits)), ("root: no padding", of_line(2, lambda t: t[:-1])),
                        ("root: a byte more", of_line(2, lambda t: b"AA" + t[:-1] + b"A=")), ("signature: other unused bits", of_line(4, other_bits)), ("signature: no padding", of_line(4, lambda t: t[:-1])),
                        ("signature: two blanks before it", of_line(4, lambda t: t.replace(b" ", b"  "))), ("a dash of one byte", lambda d: d.replace("\N{EM DASH}".encode(), b"-")),
                        ("no newline", lambda d: d[:-1]), ("a sixth line", lambda d: d + b"\n"), ("cut behind the size", lambda d: b"\n".join(d.split(b"\n")[:2]) + b"\n"), ("longer than a note may be", of_line(0, lambda t: t * 60))):
    row(f"note: {told}", put("checkpoint", rewritten))
for told, rewritten in (("a blank behind the key", of_line(0, lambda t: t + b" ")), ("a blank before the name", of_line(0, lambda t: b" " + t)), ("a byte more", of_line(0, lambda t: t + b"AA==")),
                        ("a newline fewer", lambda d: d[:-1]), ("an empty line", lambda d: d + b"\n"), ("upper case", of_line(0, lambda t: t.split(b"+")[0] + b"+" + t.split(b"+")[1].upper() + b"+" + t.split(b"+", 2)[2]))):
    row(f"key: {told}", put("log.vkey", rewritten))


# Time-stamps.
def stamp(change):
    def how(b):
        name = min(name for name in b.files if name.endswith(".tsr"))
        b.files[name] = change(b, name)
    return how


row("stamp: bytes behind it", stamp(lambda b, name: b.files[name] + b"\0"), STAMPED)
row("stamp: cut", stamp(lambda b, name: b.files[name][:-1]), STAMPED)
row("stamp: too long", stamp(lambda b, name: b.files[name] + bytes(70000)), STAMPED)
row("stamp: of another head", stamp(lambda b, name: b.files[max(n for n in b.files if n.endswith(".tsr"))]), STAMPED)
row("stamp: by another authority", stamp(lambda b, name: b.maker.Authority().stamp(b.files[name.replace(".1.tsr", ".note")])), STAMPED)
row("stamp: a root that does not read", put("tsa-ca.pem", lambda d: d + b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"), STAMPED)
row("stamp: a root without end", put("tsa-ca.pem", lambda d: d + b"-----BEGIN CERTIFICATE-----\nAAAA\n"), STAMPED)


# SHA256SUMS, signed as it is.
def sums(change):
    def how(b):
        b.files["SHA256SUMS"] = change(b.files["SHA256SUMS"])
        b.files["SHA256SUMS.sig"] = b.keys[-1].sign(b.files["SHA256SUMS"])
    return how


for told, rewritten in (("CRLF", lambda d: d.replace(b"\n", b"\r\n")), ("NUL", lambda d: d + b"\0"), ("no newline", lambda d: d[:-1]), ("three spaces", lambda d: d.replace(b"  ", b"   ", 1)),
                        ("upper case", lambda d: d[:64].upper() + d[64:]), ("binary", lambda d: d.replace(b"  ", b" *", 1)), ("a path above", lambda d: b"0" * 64 + b"  ../x\n" + d),
                        ("a file with a space", lambda d: d + b"0" * 64 + b"  z z\n"), ("a name too long", lambda d: d + b"0" * 64 + b"  " + b"z" * 101 + b"\n"), ("a lost file, then junk", lambda d: d + b"0" * 64 + b"  zz\njunk\n"),
                        ("a line twice", lambda d: d.splitlines(True)[0] + d)):
    row(f"sums: {told}", sums(rewritten), sign=False)
row("signature: a byte more", lambda b: b.files.update({"SHA256SUMS.sig": b.files["SHA256SUMS.sig"] + b"x"}), sign=False)
