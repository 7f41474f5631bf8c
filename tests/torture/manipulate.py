#!/usr/bin/python3
"""Evidence bundles, each manipulated in one way: both verifiers must find it and agree word for word.

    manipulate.py [--whole [--shard K/N]]

The bundles are made by tests/tools/make-bundle.py, not by our program. Some manipulations are those of
somebody who holds the log's key, and only an anchor shows them. 500 in the quick set, 10,000 with --whole
(COUNT and SEED in the environment say otherwise). --shard K/N: of these the K-th of N equal parts.
"""
# Proves: P19
import argparse
import base64
import collections
import concurrent.futures
import hashlib
import importlib.util
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile

SOURCE = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
TOCSIN = os.environ.get("TOCSIN", os.path.join(SOURCE, "build", "dev", "tocsin"))
spec = importlib.util.spec_from_file_location("make_bundle", os.path.join(SOURCE, "tests/tools/make-bundle.py"))
maker = importlib.util.module_from_spec(spec)
spec.loader.exec_module(maker)
forms_spec = importlib.util.spec_from_file_location("forms", os.path.join(SOURCE, "tests/torture/forms.py"))
forms = importlib.util.module_from_spec(forms_spec)
forms_spec.loader.exec_module(forms)


class Bundle:
    """A copy to be spoilt: files in memory, keys at hand."""

    def __init__(self, base, dice):
        self.files = dict(base["files"])
        self.keys, self.anchor, self.dice, self.maker = base["keys"], base["anchor"], dice, maker
        self.lines = self.files["entries.jsonl"].splitlines(keepends=True)

    def start(self):
        return int(self.files["start"].split(b"\n")[1])

    def put_lines(self):
        self.files["entries.jsonl"] = b"".join(self.lines)

    def pick(self, prefix):
        names = sorted(name for name in self.files if name.startswith(prefix))
        return self.dice.choice(names) if names else None

    def resign(self, key=None):
        """Sums and signature as if nothing had happened."""
        key = key or self.keys[-1]
        sums = b"".join(f"{hashlib.sha256(data).hexdigest()}  {name}\n".encode() for name, data in sorted(self.files.items()) if not name.startswith("SHA256SUMS"))
        self.files["SHA256SUMS"] = sums
        self.files["SHA256SUMS.sig"] = key.sign(sums)

    def write(self, folder):
        for name, data in self.files.items():
            maker.write(folder, name, data)


def rechain(b, at):
    """From line `at` on, index and links as they should be: what a forger without the key can do."""
    prev = hashlib.sha256(b"\0" + b.lines[at - 1]).hexdigest() if at else json.loads(b.lines[0])["prev"]
    for i in range(at, len(b.lines)):
        entry = json.loads(b.lines[i])
        entry["idx"], entry["prev"] = b.start() + i, prev
        b.lines[i] = maker.canonical(entry) + b"\n"
        prev = hashlib.sha256(b"\0" + b.lines[i]).hexdigest()


def resign_all(b, key):
    """A forger with a key: every note anew over what is there now. Only for bundles from 0 on."""
    leaves = [hashlib.sha256(b"\0" + line).digest() for line in b.lines]
    for name in list(b.files):
        if name.startswith("checkpoints/"):
            del b.files[name]
    b.files["checkpoint"] = key.note(len(leaves), maker.root_of(leaves))
    b.resign(key)


def flip(b):
    name = b.pick("")
    if not b.files[name]:
        name = "start"
    data = bytearray(b.files[name])
    data[b.dice.randrange(len(data))] ^= 1 << b.dice.randrange(8)
    b.files[name] = bytes(data)


def flip_entry(b):
    data = bytearray(b.files["entries.jsonl"])
    data[b.dice.randrange(len(data))] ^= 1 << b.dice.randrange(8)
    b.files["entries.jsonl"] = bytes(data)


def delete(b):
    del b.lines[b.dice.randrange(len(b.lines))]
    b.put_lines()


def delete_and_rechain(b):
    at = b.dice.randrange(len(b.lines))
    del b.lines[at]
    rechain(b, at)
    b.put_lines()


def duplicate(b):
    at = b.dice.randrange(len(b.lines))
    b.lines.insert(b.dice.randrange(len(b.lines) + 1), b.lines[at])
    b.put_lines()


def swap(b):
    i, j = b.dice.sample(range(len(b.lines)), 2)
    b.lines[i], b.lines[j] = b.lines[j], b.lines[i]
    b.put_lines()


def insert(b):
    at = b.dice.randrange(len(b.lines))
    entry = json.loads(b.lines[at])
    entry["data"], entry["kind"] = {"notices_open": 0, "tasks_open": 0}, "heartbeat"
    b.lines.insert(at, maker.canonical(entry) + b"\n")
    if b.dice.random() < 0.5:
        rechain(b, at)
    b.put_lines()


def edit_and_rechain(b):
    at = b.dice.randrange(len(b.lines))
    entry = json.loads(b.lines[at])
    entry["data"] = {"notices_open": 1, "tasks_open": 1}
    entry["kind"] = "heartbeat"
    changed = maker.canonical(entry) + b"\n"
    if changed == b.lines[at]:
        entry["at"] = "2026-11-28T00:00:00.000Z"
        changed = maker.canonical(entry) + b"\n"
    b.lines[at] = changed
    rechain(b, at)
    b.put_lines()
    if b.dice.random() < 0.5:
        b.resign()


def truncate(b):
    cut = b.dice.randrange(len(b.files["entries.jsonl"]))
    b.files["entries.jsonl"] = b.files["entries.jsonl"][:cut]


def cut_lines(b):
    """The end of the log is left out, and nothing else is touched."""
    del b.lines[b.dice.randrange(len(b.lines)):]
    b.put_lines()


def roll_back(b):
    """An older signed checkpoint in the place of the last, the entries to fit: only the anchor shows it."""
    if b.start():
        return cut_lines(b)
    size = b.dice.randrange(json_size(b.anchor))
    del b.lines[size:]
    b.put_lines()
    resign_all(b, b.keys[0])
    b.files["log.vkey"] = (b.keys[0].line + "\n").encode()
    values = b.files.get("disclosed/values.jsonl", b"").splitlines(keepends=True)
    b.files["disclosed/values.jsonl"] = b"".join(v for v in values if json.loads(v)["idx"] < size)
    return b.resign(b.keys[0])


def json_size(note):
    return int(note.split(b"\n")[1])


def another_key(b):
    """Everything signed anew with a key of the forger's: only the anchor shows it."""
    if b.start():
        return edit_and_rechain(b)
    key = maker.Key(b.dice.randbytes(32))
    b.lines[0] = b.lines[0].replace(b'"subj":"', b'"subj":"x')
    rechain(b, 1)
    b.put_lines()
    b.files["log.vkey"] = (key.line + "\n").encode()
    b.files.pop("disclosed/values.jsonl", None)
    return resign_all(b, key)


def rewritten_history(b):
    """The log's own key, another history."""
    if b.start():
        return edit_and_rechain(b)
    b.lines[0] = b.lines[0].replace(b'"subj":"', b'"subj":"x')
    rechain(b, 1)
    b.put_lines()
    b.files.pop("disclosed/values.jsonl", None)
    b.files["log.vkey"] = (b.keys[0].line + "\n").encode()
    return resign_all(b, b.keys[0])


def splice(b):
    """The second half from another log."""
    other = maker.make_entries(b.start() + len(b.lines), b.dice, -1, "")[0][b.start():]
    at = b.dice.randrange(len(b.lines))
    b.lines[at:] = other[at:]
    if b.dice.random() < 0.5:
        rechain(b, at)
    b.put_lines()


def note_of_another_size(b):
    names = sorted(name for name in b.files if name.endswith(".note"))
    if len(names) < 2:
        return flip_entry(b)
    i, j = b.dice.sample(names, 2)
    b.files[i] = b.files[j]
    return b.resign()


def note_by_nobody(b):
    name = b.dice.choice(["checkpoint", *sorted(n for n in b.files if n.endswith(".note"))])
    note = b.files[name].split(b"\n")
    key = maker.Key(b.dice.randbytes(32))
    b.files[name] = key.note(int(note[1]), base64.b64decode(note[2]))
    b.resign()


def altered_blob(b):
    name = b.pick("blobs/")
    b.files[name] = b.files[name] + b"x" if b.dice.random() < 0.5 else b.files[name][1:]
    if b.dice.random() < 0.5:
        b.resign()


def renamed_blob(b):
    name = b.pick("blobs/")
    b.files["blobs/" + hashlib.sha256(name.encode()).hexdigest()] = b.files.pop(name)
    b.resign()


def change_value(b, how):
    lines = b.files.get("disclosed/values.jsonl", b"").splitlines()
    if not lines:
        return flip_entry(b)
    at = b.dice.randrange(len(lines))
    value = json.loads(lines[at])
    how(value)
    lines[at] = maker.canonical(value)
    b.files["disclosed/values.jsonl"] = b"".join(line + b"\n" for line in lines)
    return b.resign()


def altered_value(b):
    change_value(b, lambda v: v.update(value=v["value"] + "x"))


def wrong_salt(b):
    change_value(b, lambda v: v.update(salt=hashlib.sha256(v["salt"].encode()).hexdigest()))


def value_elsewhere(b):
    change_value(b, lambda v: v.update(idx=v["idx"] + 1) if b.dice.random() < 0.5 else v.update(field="data.reasons"))


def swapped_stamp(b):
    names = sorted(name for name in b.files if name.endswith(".tsr"))
    if len(names) < 2:
        return flip_entry(b)
    i, j = b.dice.sample(names, 2)
    b.files[i], b.files[j] = b.files[j], b.files[i]
    return b.resign()


def stamp_without_root(b):
    if "tsa-ca.pem" not in b.files:
        return flip_entry(b)
    b.files["tsa-ca.pem"] = maker.Authority().root()
    return b.resign()


def unlisted(b):
    b.files[b.dice.choice(["extra", "report.htm", "policy/a.txt"])] = b"more"


def lost_file(b):
    name = b.pick("")
    del b.files[name]
    if b.dice.random() < 0.3 and "SHA256SUMS" in b.files:
        b.resign()
        return name.startswith(("report", "disclosed", "verify", "blobs", "checkpoints", "README"))  # then nothing is wrong
    return None


def frontier(b):
    lines = b.files["start"].split(b"\n")
    at = b.dice.randrange(1, len(lines) - 1)
    lines[at] = hashlib.sha256(lines[at]).hexdigest().encode() if at > 1 else str(int(lines[at]) + 1).encode()
    b.files["start"] = b"\n".join(lines)
    b.resign()


LINE_FAULTS = [
    (b'"v":1', b'"v":2'), (b'"v":1', b'"v":"1"'), (b'"v":1', b'"v":1,"w":1'), (b'"v":1', b'"v":2,"w":1'), (b',"v":1', b""), (b'"v":1', b'"v":1.0'),
    (b'"v":1', b'"v":1e0'), (b'"v":1', b'"v": 1'), (b'"v":1', b'"v":1,"v":1'), (b'"actor":"dispatcher",', b""), (b'"dispatcher"', b'""'),
    (b'"dispatcher"', b"7"), (b'"dispatcher"', b'"' + b"d" * 65 + b'"'), (b'"dispatcher"', '"dispätcher"'.encode()), (b'"dispatcher"', b'"dis\npatcher"'),
    (b'"dispatcher"', b'"dis\"patcher"'), (b'"dispatcher"', b'"dis\u0041patcher"'), (b'"2026-11-27T', b'"2026-02-30T'), (b'"2026-11-27T', b'"2026-11-27 '),
    (b'"2026-11-27T', b'"2100-02-29T'), (b'"2026-11-27T', b'"2024-02-29T'), (b'"boot":"', b'"boot":"A'), (b'"boot":"', b'"boot":"a'), (b'"data":{', b'"data":{"":1,'),
    (b'"data":{', b'"data":{"A":1,'), (b'"data":{', b'"data":{"a":-0,'), (b'"data":{', b'"data":{"a":0.5,'), (b'"data":{', b'"data":{"a":9007199254740992,'),
    (b'"data":{', b'"data":{"a":9007199254740991,'), (b'"data":{', b'"data":{"a":"\x7f",'), (b'"data":{', b'"data":{"a":"\xff",'), (b'"data":{', b'"data":{"a":"\\u0008",'),
    (b'"data":{', b'"data":{"a":"\\ud800",'), (b'"data":{', b'"data":{"a":' + b"[" * 13 + b"]" * 13 + b","), (b'"data":{', b'"data":{"a":' + b"[" * 14 + b"]" * 14 + b","),
    (b'"data":{', b'"data":{"a":"},\\"idx\\":0,\\"kind\\":\\"x",'), (b'"data":{', b'"data":{"a":{"actor":"x","v":2},'), (b'"data":', b'"data":[],"date":'), (b'"data":{', b'"data":{"zz":null,'),
    (b'"idx":', b'"idx":1'), (b'"idx":', b'"idx":-'), (b'"idx":', b'"idx":0'), (b'"kind":"', b'"kind":"x'), (b'"kind":"', b'"kind":"\\u0000'), (b'"prev":"', b'"prev":"0'),
    (b'"prev":"', b'"prev":"\\\\'), (b'"subj":"', b'"subj":null,"subk":"'), (b'"up_ms":', b'"up_ms":-'), (b'"up_ms":', b'"up_ms":99999999999999999'), (b"}\n", b"}"),
    (b"}\n", b"}\n\n"), (b"}\n", b"} \n"), (b"}\n", b"}\r\n"), (b"}\n", b"}{}\n"), (b"}\n", b"\0}\n"), (b"{", b" {"), (b"{", b"[{"), (b"{", b"{" + b"x" * 70000),
]


def line_fault(b):
    """The form of one line, where nothing behind it can tell."""
    old, new = b.dice.choice(LINE_FAULTS)
    b.lines[-1] = new.join(b.lines[-1].rsplit(old, 1)) if old == b"}\n" else b.lines[-1].replace(old, new, 1)
    b.put_lines()


MANIPULATIONS = [flip, flip_entry, delete, delete_and_rechain, duplicate, swap, insert, edit_and_rechain, truncate, cut_lines, roll_back,
                 another_key, rewritten_history, splice, note_of_another_size, note_by_nobody, altered_blob, renamed_blob, altered_value,
                 wrong_salt, value_elsewhere, swapped_stamp, stamp_without_root, unlisted, lost_file, frontier, line_fault, line_fault]
SHAPES = [{}, {"start": 13}, {"rotate": True, "entries": 40}, {"stamps": True, "entries": 30, "notes": 2}]


def make_base(folder, number):
    shape = {"entries": 24, "notes": 2, "seed": number} | SHAPES[number % len(SHAPES)]
    keys, anchor = maker.make(folder, **shape)
    files = {}
    for at, _, names in os.walk(folder):
        for name in names:
            path = os.path.join(at, name)
            with open(path, "rb") as file:
                files[os.path.relpath(path, folder)] = file.read()
    return {"files": files, "keys": keys, "anchor": anchor}


def verdicts(folder, anchor):
    """What each verifier says first; the script is not part of the bundle here."""
    maker.write(folder + ".v", "anchor", anchor)
    env = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TMPDIR": folder + ".v"}
    env |= {name: os.environ[name] for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS") if name in os.environ}
    said = []
    for words in ([TOCSIN, "evidence", "verify", folder], ["sh", os.path.join(SOURCE, "evidence/verify.sh"), "--in", folder]):
        done = subprocess.run([*words, "--anchor", folder + ".v/anchor"], capture_output=True, env=env, check=False, timeout=300)
        said.append((done.returncode, done.stdout.decode("utf-8", "replace"), done.stderr.decode("utf-8", "replace")))
    return said


def one(number, bases, scratch, seed):
    dice = random.Random(seed * 1000003 + number)
    base, how, on_disk = bases[number // len(MANIPULATIONS) % len(bases)], MANIPULATIONS[number % len(MANIPULATIONS)], None
    if number < len(forms.ROWS):  # each of them once, whatever the seed
        name, shape, how, on_disk = forms.ROWS[number]
        how.__name__, base = "form", bases[shape]
    bundle = Bundle(base, dice)
    harmless = how(bundle) is True or (bundle.files == base["files"] and on_disk is None)
    folder = os.path.join(scratch, str(number))
    os.makedirs(folder)
    bundle.write(folder)
    _ = on_disk and on_disk(folder)
    (code, said, err), (code_sh, said_sh, err_sh) = verdicts(folder, base["anchor"])
    shutil.rmtree(folder)
    shutil.rmtree(folder + ".v")
    found = code == 1 and said.startswith("bad: ")
    if (found or harmless) and (code, said) == (code_sh, said_sh):
        return how.__name__, harmless, None
    return how.__name__, harmless, f"{how.__name__ if number >= len(forms.ROWS) else name} {number}: {code} {said} {err} / {code_sh} {said_sh} {err_sh}"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--whole", action="store_true")
    parser.add_argument("--shard", default=os.environ.get("TOCSIN_MANIPULATE_SHARD", "1/1"), metavar="K/N")
    options = parser.parse_args()
    part, parts = map(int, options.shard.split("/"))
    count, seed = int(os.environ.get("COUNT", "10000" if options.whole else "500")), int(os.environ.get("SEED", "20261127"))
    numbers = range(count * (part - 1) // parts, count * part // parts)
    scratch = tempfile.mkdtemp(prefix="tocsin-manipulate-")
    try:
        bases = [make_base(os.path.join(scratch, f"base{i}"), i) for i in range(8 if options.whole else 4)]
        for i, base in enumerate(bases):
            for code, said, err in verdicts(os.path.join(scratch, f"base{i}"), base["anchor"]):
                assert code == 0 and said.startswith("good: "), f"base {i}: {code} {said} {err}"
        counts, harmless, wrong = collections.Counter(), 0, []
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count() or 2) as pool:
            for name, none, fault in pool.map(lambda n: one(n, bases, scratch, seed), numbers):
                counts[name] += 1
                harmless += none
                if fault:
                    wrong.append(fault)
        print("".join(fault + "\n" for fault in wrong[:20]), end="")
        print(f"manipulate: {len(numbers)} bundles of {len(counts)} kinds, seed {seed}: {len(numbers) - harmless - len(wrong)} manipulated and found by both, "
              f"{harmless} harmless, {len(wrong)} not found or not agreed")
        return 1 if wrong else 0
    finally:
        shutil.rmtree(scratch)


if __name__ == "__main__":
    sys.exit(main())
