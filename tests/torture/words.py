#!/usr/bin/python3
"""Any bytes in any field of text give a mail with exactly the planned headers, recipients and parts, in two
independent parsers (P15); and words of a sealed text are found nowhere but in the store (P12).

    words.py [--whole | COUNT]

words_make (beside the program) makes notices with the real templates and the real writer and reads each with
GMime; here Python's e-mail package reads them, its csv the devices, its html the pages; of a sample the sealed
mail is opened by gpg and by sq.
"""
# Proves: P12, P15
import base64
import csv
import email
import email.policy
import glob
import io
import json
import multiprocessing
import os
import re
import shutil
import subprocess
import sys
import tempfile

from world import SOURCE, TOCSIN, World, check

sys.path.insert(0, os.path.join(SOURCE, "tests", "tools"))
sys.path.insert(0, os.path.join(SOURCE, "tests", "templates"))
import mailcheck  # noqa: E402 (found by the lines above)
from check_notice import parse as parse_page  # noqa: E402

QUICK, WHOLE = 1000, 100000
NAME_LONGEST = 120
MAKE = os.path.join(os.path.dirname(os.path.abspath(TOCSIN)), "tests", "words_make")
COUNTED = ("notices", "fields", "parts", "cells", "pages", "sealed and opened", "differences")
ACTIVE = ("=", "+", "-", "@", "\t", "\r")


class Keys:
    """A maker and a recipient, made by gpg."""

    def __init__(self):
        self.dir = tempfile.mkdtemp(prefix="tocsin-words-", dir="/tmp")
        self.env = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "HOME": self.dir}
        self.maker = self.key("maker", "Maker <psirt@example.com>", "ed25519", None)
        self.recipient = self.key("home", "Recipient <it-security@hospital.example>", "ed25519", "cv25519")
        self.write("recipient.pgp", self.gpg("home", "--export", self.recipient))
        self.write("secret.asc", self.gpg("home", "--armor", "--export-secret-keys", self.recipient))
        public = self.gpg("maker", "--armor", "--export", self.maker)
        self.write("maker.asc", public)
        self.gpg("home", "--import", stdin=public)

    def gpg(self, home, *words, stdin=None):
        folder = os.path.join(self.dir, home)
        os.makedirs(folder, 0o700, exist_ok=True)
        return subprocess.run(["gpg", "--homedir", folder, "--batch", "--quiet", "--yes", "--trust-model", "always", "--pinentry-mode",
                               "loopback", "--passphrase", "", *words], input=stdin, capture_output=True, check=True, env=self.env).stdout

    def key(self, home, user, algorithm, subkey):
        self.gpg(home, "--quick-gen-key", user, algorithm, "sign", "0")
        listed = self.gpg(home, "--with-colons", "--list-keys").decode().splitlines()
        fpr = next(line.split(":")[9] for line in listed if line.startswith("fpr"))
        if subkey:
            self.gpg(home, "--quick-add-key", fpr, subkey, "encr", "0")
        return fpr

    def write(self, name, data):
        with open(os.path.join(self.dir, name), "wb") as file:
            file.write(data)

    def opened(self, ciphertext):
        """What gpg and sq make of it."""
        by_sq = subprocess.run(["sq", "decrypt", "--recipient-key", f"{self.dir}/secret.asc", "--signer-cert", f"{self.dir}/maker.asc"],
                               input=ciphertext, capture_output=True, check=True, env=self.env).stdout
        return self.gpg("home", "--decrypt", stdin=ciphertext), by_sq

    def close(self):
        for home in ("maker", "home"):
            subprocess.run(["gpgconf", "--homedir", os.path.join(self.dir, home), "--kill", "all"], check=False, env=self.env)
        shutil.rmtree(self.dir, ignore_errors=True)


def read_exactly(stream, size):
    data = stream.read(size)
    check(len(data) == size, "words_make ended in the middle")
    return data


def differences(raw, wanted):
    found = mailcheck.Check()
    found.lines(raw)
    message = mailcheck.message_from_bytes(raw, policy=mailcheck.POLICY)
    if wanted["type"] == "multipart/mixed":
        mend_names(wanted, message)
    found.entity("mail", message, wanted)
    return found.found, message


def safe_name(name):
    """The rule for names of attachments, in words of our own: no path, no device, nothing hidden."""
    name = re.sub(r'[/\\:*?"<>|;%]', "_", name)
    bare = name.lstrip(". -")
    name = ("_" * (len(name) - len(bare)) + bare).rstrip(". ")
    return name or "attachment"


def mend_names(wanted, message):
    """What was asked for becomes what must come; one too long is cut, and keeps its beginning."""
    for part, planned in zip(message.get_payload(), wanted["parts"]):
        if "filename" in planned:
            planned["filename"] = name = safe_name(planned["filename"]).strip()  # as Python reads names
            got = part.get_filename() or ""
            if len(name.encode()) > NAME_LONGEST and len(got.encode()) <= NAME_LONGEST and got[:20] == name[:20]:
                planned["filename"] = got


def check_csv(content, wanted, counts):
    """Each cell is what the register says, and none begins a formula."""
    wrong = []
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True))
    if len(rows) != len(wanted) + 1 or any(len(row) != 7 for row in rows):
        wrong.append(f"csv: {len(rows)} rows of {[len(row) for row in rows]} cells")
    for row, cells in zip(rows[1:], wanted):
        for got, want in zip(row, cells):
            counts["cells"] += 1
            if got not in (want, "'" + want) or got.startswith(ACTIVE) or (want.startswith(ACTIVE) and got == want):
                wrong.append(f"csv: got {got!r}, wanted {want!r}")
    return wrong


def check_one(numbers, stream, keys, counts):
    number, *sizes = numbers
    raw, wanted, rows, mail, outer = (read_exactly(stream, size) for size in sizes)
    wanted = json.loads(wanted)
    wrong, message = differences(raw, wanted)
    counts["notices"] += 1
    counts["fields"] += len(wanted["headers"])
    for part in message.walk():
        counts["parts"] += not part.is_multipart()
        if part.get_filename() == "your-devices.csv":
            wrong += check_csv(part.get_payload(decode=True), json.loads(rows), counts)
        if part.get_content_type() == "text/html" and number % 10 == 0:
            wrong += parse_page(part.get_payload(decode=True).decode("utf-8")).wrong
            counts["pages"] += 1
    if mail:
        found, outside = differences(mail, json.loads(outer))
        wrong += found
        for opened in keys.opened(outside.get_payload(1).get_payload(decode=True)):
            if opened != raw:
                wrong.append("sealed: opens to something else")
        counts["sealed and opened"] += 1
    for line in wrong:
        print(f"notice {number}: {line}".encode("ascii", "backslashreplace").decode(), file=sys.stderr)
    counts["differences"] += len(wrong)


def check_range(arguments):
    first, count, every, keys = arguments
    counts = dict.fromkeys(COUNTED, 0)
    with subprocess.Popen([MAKE, str(first), str(count), keys.dir, keys.maker, str(every)], stdout=subprocess.PIPE) as make:
        for _ in range(count):
            line = make.stdout.readline()
            if not line:
                break
            check_one([int(word) for word in line.split()], make.stdout, keys, counts)
    check(make.returncode == 0 and counts["notices"] == count, f"words_make: exit {make.returncode}, {counts['notices']} of {count} notices")
    return counts


def work(arguments):
    """One worker's share, with keys of its own: an agent serves one home."""
    jobs, every = arguments
    keys = Keys()
    try:
        done = [check_range((first, count, every, keys)) for first, count in jobs]
    finally:
        keys.close()
    return {name: sum(one[name] for one in done) for name in COUNTED}


def mass(total):
    every = max(total // 100, 20)
    slices = [(first, min(500, total - first)) for first in range(0, total, 500)]
    workers = min(2, len(slices))
    with multiprocessing.Pool(workers) as pool:
        shares = pool.map(work, [(slices[i::workers], every) for i in range(workers)])
    counts = {name: sum(share[name] for share in shares) for name in COUNTED}
    print("words: " + ", ".join(f"{name} {count}" for name, count in counts.items()), flush=True)
    check(counts["notices"] == total and counts["differences"] == 0, counts)


# -- canaries

CANARIES = {"title": "Zaunkoenig7Q", "product": "Mauersegler3X", "note": "Eisvogel9K", "hazard": "Wendehals5T", "serial": "Rohrdommel2Z"}


def forms(word):
    """As it is, and as base64 shows it at any of three places."""
    out = [word.encode()]
    for before in range(3):
        coded = base64.b64encode(b"x" * before + word.encode() + b"xxx")
        out.append(coded[4 if before else 0:-8])
    return out


def planted(document):
    document["document"]["distribution"] = {"tlp": {"label": "AMBER"}}
    document["document"]["title"] = f"A flaw {CANARIES['title']}"
    document["vulnerabilities"][0]["notes"][0]["text"] += f" {CANARIES['note']}"
    text = json.dumps(document).replace("ExampleInfuse P100", f"ExampleInfuse {CANARIES['product']}")
    document.clear()
    document.update(json.loads(text))


def allowed(target):
    """Where sealed text may be written: the store, and between our own processes."""
    return re.match(r"(UNIX|socket|pipe|anon_inode)|.*/tocsin\.db(-journal|\.sock)?$", target) is not None


def canaries():
    """Trace every write of a run that seals: which went where."""
    with World() as world:
        world.make_key("Ward <ward@hospital.example>", "ed25519", "cv25519")
        world.export("ward@hospital.example", "ward.asc")
        world.table("parties.csv", [{"party": "ward", "kind": "hdo", "country": "DE", "email": "ward@hospital.example", "key": "keys/ward.asc", "phone": "+49 30 1"},
                                    {"party": "wait", "kind": "hdo", "country": "DE", "email": "wait@hospital.example", "key": "", "phone": "+49 30 2"}])
        world.table("installed.csv", [{"party": "ward", "product": f"ExampleInfuse {CANARIES['product']}", "version": "2.3.6", "serial": CANARIES["serial"]}])
        order = os.path.join(world.dir, "advisory.order")
        with open(order, "w", encoding="utf-8") as file:
            file.write(f'hazard = "A dose may be wrong: {CANARIES["hazard"]}.";\n')
        world.run("submit", world.advisory(change=planted), "--order", order)
        world.run("approve", "EXM-2026-0007", "--by", "meyer", "--yes")
        trace = os.path.join(world.dir, "trace")
        done = subprocess.run(["strace", "-f", "-ff", "-qq", "-yy", "-s", "10000000", "-e", "trace=write,writev,pwrite64,pwritev,sendto,sendmsg,sendmmsg",
                               "-o", trace, TOCSIN, "run", "--until-idle"],
                              env=dict(world.env, ASAN_OPTIONS="detect_leaks=0"),  # it cannot look for them while traced
                               capture_output=True, check=False, timeout=300)
        if not glob.glob(trace + ".*"):
            print("SKIP: canaries: nothing can be traced here")
            return
        check(done.returncode == 0, done.stderr.decode("utf-8", "replace"))
        [ward] = world.mailbox("ward@hospital.example")
        [wait] = world.mailbox("wait@hospital.example")
        outer = email.message_from_bytes(ward, policy=email.policy.default)
        text = world.gpg("--trust-model", "always", "--decrypt", stdin=outer.get_payload(1).get_payload(decode=True), check=False).stdout
        inner = email.message_from_bytes(text, policy=email.policy.default)
        whole = str(inner["Subject"]) + "".join(part.get_content() for part in inner.walk() if part.get_content_type() == "text/plain")
        attached = b"".join(part.get_payload(decode=True) or b"" for part in inner.walk() if not part.is_multipart())
        for name, word in CANARIES.items():
            check(word in whole or word.encode() in attached, f"{name} is in the sealed text")
        counts = {"words": len(CANARIES), "writes": 0, "bytes": 0, "places": set(), "in store and between our processes": 0, "elsewhere": 0}
        needles = [form for word in CANARIES.values() for form in forms(word)]
        for path in glob.glob(trace + ".*"):
            with open(path, "rb") as file:
                for line in file:
                    target = re.match(rb"\w+\((\d+)<(.*?)>(\(deleted\))?, ", line)
                    counts["writes"] += 1
                    counts["bytes"] += len(line)
                    where = target.group(2).decode("utf-8", "replace") if target else "?"
                    hit = any(needle in line for needle in needles)
                    counts["places"].add(re.sub(r"\d+", "N", where))
                    if hit and allowed(where):
                        counts["in store and between our processes"] += 1
                    elif hit:
                        print(f"canary written to {where}: {line[:200]!r}", file=sys.stderr)
                        counts["elsewhere"] += 1
        # The trace itself, our inputs and the store hold them by right; nothing else in the whole folder.
        ours = {order, trace, os.path.join(world.dir, "advisory.json"), os.path.join(world.site, "installed.csv"), os.path.join(world.site, "tocsin.db")}
        files = 0
        for folder, _, names in os.walk(world.dir):
            for name in names:
                path = os.path.join(folder, name)
                if path in ours or path.startswith(trace + ".") or not os.path.isfile(path):
                    continue
                files += 1
                with open(path, "rb") as file:
                    data = file.read()
                counts["elsewhere"] += sum(needle in data for needle in needles)
        counts["elsewhere"] += sum(needle in stream for needle in needles for stream in (done.stdout, done.stderr, ward, wait))
        check(counts["in store and between our processes"] > 0, "the trace sees what is allowed")
        check(any(place.startswith("TCP") for place in counts["places"]), "the trace sees the wire")
        counts["places"] = len(counts["places"])
        counts["files"] = files
        print("canaries: " + ", ".join(f"{name} {count}" for name, count in counts.items()))
        check(counts["elsewhere"] == 0, "a word of a sealed text was written where it does not belong")


def main():
    total = WHOLE if "--whole" in sys.argv[1:] else int(sys.argv[1]) if len(sys.argv) > 1 else QUICK
    mass(total)
    canaries()


if __name__ == "__main__":
    main()
