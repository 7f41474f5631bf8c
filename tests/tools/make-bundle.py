#!/usr/bin/python3
"""Makes a valid evidence bundle with nothing of our program: an independent reading of docs/bundle.md.

make-bundle.py DIR [--entries N] [--start M] [--notes K] [--stamps] [--rotate] [--seed S] [--script FILE]

Beside DIR: DIR.anchor, a checkpoint in the middle that an auditor may have kept. Ed25519 and
time-stamps through openssl(1).
"""
import argparse
import base64
import hashlib
import json
import os
import random
import subprocess
import tempfile

ORIGIN = "example.com/tocsin/EXM"
PKCS8 = bytes.fromhex("302e020100300506032b657004220420")


def sha(data):
    return hashlib.sha256(data).digest()


def canonical(value):
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def openssl(*words, data=None):
    return subprocess.run(["openssl", *words], input=data, capture_output=True, check=True).stdout


class Key:
    """An Ed25519 key whose seed is given."""

    def __init__(self, seed):
        pem = base64.b64encode(PKCS8 + seed).decode()
        self.file = tempfile.NamedTemporaryFile("w", suffix=".pem")
        self.file.write(f"-----BEGIN PRIVATE KEY-----\n{pem}\n-----END PRIVATE KEY-----\n")
        self.file.flush()
        self.public = openssl("pkey", "-in", self.file.name, "-pubout", "-outform", "DER")[-32:]
        self.id = sha(ORIGIN.encode() + b"\n\x01" + self.public)[:4]
        self.line = f"{ORIGIN}+{self.id.hex()}+{base64.b64encode(bytes([1]) + self.public).decode()}"

    def sign(self, data):
        with tempfile.NamedTemporaryFile() as file:
            file.write(data)
            file.flush()
            return openssl("pkeyutl", "-sign", "-rawin", "-inkey", self.file.name, "-in", file.name)

    def note(self, size, root):
        text = f"{ORIGIN}\n{size}\n{base64.b64encode(root).decode()}\n"
        signature = base64.b64encode(self.id + self.sign(text.encode())).decode()
        return f"{text}\n\N{EM DASH} {ORIGIN} {signature}\n".encode()


def root_of(leaves):
    """MTH of RFC 6962, level by level."""
    if not leaves:
        return sha(b"")
    while len(leaves) > 1:
        pairs = [sha(b"\1" + leaves[i] + leaves[i + 1]) for i in range(0, len(leaves) - 1, 2)]
        leaves = pairs + leaves[len(pairs) * 2:]
    return leaves[0]


def frontier_of(leaves):
    out, at = [], 0
    for bit in reversed(range(len(leaves).bit_length())):
        if len(leaves) >> bit & 1:
            out.append(root_of(leaves[at:at + (1 << bit)]))
            at += 1 << bit
    return out


def commitment(dice):
    return "c1:" + dice.randbytes(32).hex()


def one_of_many(idx, at, dice):
    """An entry of a kind with members of other types, some of them null."""
    kind = idx // 3 % 5
    if kind == 0:
        findings = [{"pointer": "/document/%d" % i, "test": "gate.\\\"%d" % i} for i in range(dice.randrange(3))]
        return {"kind": "advisory.refused", "data": {"count": len(findings), "findings": findings, "sha256": dice.randbytes(32).hex()}}
    if kind == 1:
        return {"kind": "key.pinned", "data": {"algo": "rsa3072", "expires": None if dice.random() < 0.5 else at, "fpr": commitment(dice), "party": commitment(dice),
                                               "state": "good", "sub_fpr": commitment(dice)}}
    if kind == 2:  # as it was written before it had a member "form", and as now
        old = {} if dice.random() < 0.5 else {"form": "personal"}
        return {"kind": "notice.sealed", "data": old | {"address": commitment(dice), "key_fpr": None, "level": "tls", "message_id": "%d@example.com" % idx, "next_at": at,
                                                        "plain_sha256": None, "sha256": dice.randbytes(32).hex()}}
    if kind == 3:
        return {"kind": "task.opened", "data": {"cause": None, "deadline": at, "joined": dice.random() < 0.5, "kind": "letter", "owner": commitment(dice), "task": -idx}}
    return {"kind": "node.lease", "data": {"whatever": [idx, {"deep": None}]}}  # reserved: its members are not fixed


def make_entries(count, dice, rotate_at, key_line):
    lines, values, prev = [], [], "0" * 64
    boot = "%032x" % dice.getrandbits(128)
    for idx in range(count):
        at = f"2026-11-27T{idx // 3600 % 24:02}:{idx // 60 % 60:02}:{idx % 60:02}.{idx % 1000:03}Z"
        entry = {"actor": "dispatcher", "at": at, "boot": boot, "idx": idx, "prev": prev, "subj": "-", "up_ms": 1000 + idx * 7, "v": 1}
        if idx == rotate_at:
            entry |= {"kind": "log.key", "data": {"by": None, "key": key_line, "previous": "0" * 8, "reason": None}}
        elif idx % 12 in (1, 4):
            entry |= one_of_many(idx, at, dice)
        elif idx % 3:
            entry |= {"kind": "heartbeat", "data": {"notices_open": dice.randrange(100), "tasks_open": idx}}
        else:
            secrets = {name: "%s é %d \"x\"\n" % (name, dice.randrange(10**9)) for name in ("by", "reason")}
            data = {}
            for name, value in sorted(secrets.items()):
                salt = dice.randbytes(32)
                data[name] = "c1:" + sha(salt + value.encode()).hex()
                if dice.random() < 0.7:
                    values.append(canonical({"field": "data." + name, "idx": idx, "salt": salt.hex(), "value": value}))
            entry |= {"kind": "notice.cancelled", "subj": "%012x" % dice.getrandbits(48), "data": data}
        line = canonical(entry) + b"\n"
        lines.append(line)
        prev = sha(b"\0" + line).hex()
    return lines, values


class Authority:
    """A time-stamp authority: openssl ts with a root of its own."""

    def __init__(self):
        self.dir = tempfile.TemporaryDirectory(prefix="tocsin-tsa-")
        d = self.dir.name
        with open(f"{d}/conf", "w", encoding="ascii") as file:
            file.write(f"""[req]
distinguished_name = dn
[dn]
[root]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign
[tsa]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = critical, timeStamping
[authority]
serial = {d}/serial
default_policy = 1.2.3.4.1
digests = sha256
accuracy = secs:1
signer_digest = sha256
ess_cert_id_alg = sha256
""")
        with open(f"{d}/serial", "w", encoding="ascii") as file:
            file.write("01\n")
        for name, subject in (("root", "/CN=Example root"), ("tsa", "/CN=Example time-stamps")):
            issuer = [] if name == "root" else ["-CA", f"{d}/root.pem", "-CAkey", f"{d}/root.key"]
            openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", f"{d}/{name}.key", "-out",
                    f"{d}/{name}.pem", "-subj", subject, "-days", "3650", "-config", f"{d}/conf", "-extensions", name, *issuer)

    def root(self):
        with open(f"{self.dir.name}/root.pem", "rb") as file:
            return file.read()

    def stamp(self, data):
        d = self.dir.name
        with open(f"{d}/data", "wb") as file:
            file.write(data)
        openssl("ts", "-query", "-data", f"{d}/data", "-sha256", "-cert", "-out", f"{d}/query")
        return openssl("ts", "-reply", "-config", f"{d}/conf", "-section", "authority", "-queryfile", f"{d}/query", "-signer", f"{d}/tsa.pem",
                       "-inkey", f"{d}/tsa.key", "-chain", f"{d}/root.pem")


def write(folder, name, data):
    path = os.path.join(folder, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as file:
        file.write(data)


def write_sums(folder, key):
    names = sorted(os.path.relpath(os.path.join(at, name), folder) for at, _, files in os.walk(folder) for name in files)
    sums = b""
    for name in names:
        if name not in ("SHA256SUMS", "SHA256SUMS.sig"):
            with open(os.path.join(folder, name), "rb") as file:
                sums += f"{sha(file.read()).hex()}  {name}\n".encode()
    write(folder, "SHA256SUMS", sums)
    write(folder, "SHA256SUMS.sig", key.sign(sums))


def make(folder, entries=50, start=0, notes=3, stamps=False, rotate=False, seed=1, script=None):
    """Returns the keys and the anchor."""
    dice = random.Random(seed)
    keys = [Key(dice.randbytes(32))]
    rotate_at = -1
    if rotate:
        keys.append(Key(dice.randbytes(32)))
        rotate_at = start + (entries - start) // 3
    lines, values = make_entries(entries, dice, rotate_at, keys[-1].line)
    leaves = [sha(b"\0" + line) for line in lines]
    values = [v for v in values if json.loads(v)["idx"] >= start]

    def signed(size):
        return keys[1 if rotate and size > rotate_at + 1 else 0].note(size, root_of(leaves[:size]))
    before = leaves[start - 1].hex() if start else "0" * 64
    write(folder, "start", "".join(f"{line}\n" for line in ["tocsin.bundle/1", start, before, *(h.hex() for h in frontier_of(leaves[:start]))]).encode())
    write(folder, "log.vkey", "".join(f"{key.line}\n" for key in keys).encode())
    write(folder, "entries.jsonl", b"".join(lines[start:]))
    write(folder, "checkpoint", signed(entries))
    sizes = set(dice.sample(range(start, entries + 1), min(notes, entries + 1 - start)))
    if rotate:
        sizes.add(rotate_at + 1)  # the old key's word for the new one
    authority = Authority() if stamps else None
    for size in sorted(sizes):
        note = signed(size)
        write(folder, f"checkpoints/{size}.note", note)
        if authority:
            write(folder, f"checkpoints/{size}.1.tsr", authority.stamp(note))
    if authority:
        write(folder, "tsa-ca.pem", authority.root())
    if values:
        write(folder, "disclosed/values.jsonl", b"".join(v + b"\n" for v in sorted(values, key=lambda v: (json.loads(v)["idx"], json.loads(v)["field"]))))
    for _ in range(4):
        blob = dice.randbytes(dice.randrange(5000))
        write(folder, "blobs/" + sha(blob).hex(), blob)
    write(folder, "report.html", b"<!doctype html>\n<title>made</title>\n")
    if script:
        with open(script, "rb") as file:
            write(folder, "verify.sh", file.read())
    write_sums(folder, keys[-1])
    middle = (start + entries) // 2
    return keys, signed(middle)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder")
    parser.add_argument("--entries", type=int, default=50)
    parser.add_argument("--start", type=int, default=0)
    parser.add_argument("--notes", type=int, default=3)
    parser.add_argument("--stamps", action="store_true")
    parser.add_argument("--rotate", action="store_true")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--script", help="becomes verify.sh")
    given = parser.parse_args()
    os.makedirs(given.folder)
    anchor = make(given.folder, given.entries, given.start, given.notes, given.stamps, given.rotate, given.seed, given.script)[1]
    with open(given.folder + ".anchor", "wb") as file:
        file.write(anchor)


if __name__ == "__main__":
    main()
