#!/usr/bin/python3
"""What people and spreadsheets get wrong: each a clear error with its place, and nothing is lost."""
# Proves: 9.2 outside
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

from world import SOURCE, TOCSIN, World, check, passed, white

HEAD = b"party,kind,country,email,phone,route,key\n"
TABLES = [  # (bytes, words that must be in the error)
    (HEAD + b"a,hdo,DE,a@a.example,+49 1,https,\n", ["row 2", "route"]),
    (HEAD + b"a,hospital,DE,a@a.example,,,\n", ["row 2", "kind"]),
    (HEAD + b"a,hdo,Germany,a@a.example,,,\n", ["row 2", "country"]),
    (HEAD + b"a,hdo,DE,a@@a.example,,,\n", ["row 2", "email"]),
    (HEAD + b"a,hdo,DE,a@a.example,,,keys/none.asc\n", ["row 2", "key"]),
    (HEAD + b",hdo,DE,a@a.example,,,\n", ["row 2", "party"]),
    (HEAD + "a,hdo,DE,ä@a.example,,,\n".encode(), ["row 2", "email"]),
    (HEAD + b"M\xfcnchen,hdo,DE,a@a.example,,,\n", ["parties.csv", "2"]),            # Windows-1252
    (HEAD + b'a,hdo,DE,"a@a.example,,,\n', ["parties.csv"]),                          # the quote never ends
    (b"party,kind,country,emial\na,hdo,DE,x\n", ["emial", "email"]),
    (b"party,kind,country\na,hdo,DE\n", ["email"]),
    (HEAD + b"a,hdo,DE,a@a.example\r\nTo: x@x.example,,,\n", ["row 3"]),
    (HEAD + b"a,hdo,DE,a@a.example,4.915E+11,,\n", ["row 2", "phone"]),
    (HEAD + b"a\0b,hdo,DE,a@a.example,,,\n", ["parties.csv"]),
]
ADVISORIES = [
    (b"", 1), (b"{", 1), (b"\xff\xfe{}", 1), (b'{"document":{},"document":{}}', 1), (b"[" * 200, 1), (b"null", 1), (b"{}", 1), (b'{"document":\x00}', 1),
    (b"\xef\xbb\xbf{}", 1),
]

BY = ("--by", "meyer")
WHY = (*BY, "--reason", "because")
# A line for each act of each command that goes by a configuration.
LINES = [
    ("doctor",), ("config", "show"), ("party", "import", "FILE"), ("party", "list"), ("product", "import", "FILE"), ("product", "list"),
    ("product", "affected", "SN-1"), ("key", "import", "FILE", "--party", "a"), ("key", "list"), ("rules", "list"), ("rules", "show", "EU-87-10"), ("rules", "check"),
    ("rules", "adopt", *BY, "--yes"), ("rules", "explain", "EU-87-10"), ("policy", "write"), ("policy", "write", "--to", "DIR/papers"), ("policy", "show"),
    ("policy", "published", "https://example.com/p", "--at", "2026-01-01T00:00:00Z", *BY), ("order", "release", "X-1", "--now", *WHY), ("submit", "FILE"),
    ("waive", "X-1", "6.1.1", "/document", *WHY), ("approve", "X-1", *BY, "--yes"), ("approve", "X-1", *BY, "--print"), ("plan", "X-1"), ("run", "--until-idle"),
    ("status",), ("status", "--ical"), ("chase", "X-1"), ("ack", "a", "X-1", "done", *BY, "--how", "phone"), ("task", "list"), ("task", "show", "1"),
    ("task", "done", "1", *BY), ("notice", "list"), ("notice", "show", "AAAAAAA"), ("notice", "retry", "AAAAAAA", *WHY), ("receipt", "import", "FILE"),
    ("receipt", "list"), ("receipt", "show", "x"), ("case", "list"), ("case", "show", "C-1"), ("case", "duties"), ("case", "duties", "C-1"), ("case", "sources"),
    ("case", "close", "C-1", *BY), ("case", "intake", "FILE"), ("advisory", "list"), ("advisory", "show", "X-1"), ("advisory", "diff", "X-1", "1", "2"),
    ("digest", "list"), ("digest", "next"), ("digest", "preview", "a"), ("digest", "send", "a", *WHY), ("drill", "--sample", "--to", "internal", *BY), ("drill", "list"),
    ("drill", "show", "1"), ("drill", "report", "1"), ("evidence", "check"), ("evidence", "show"), ("evidence", "replay"), ("evidence", "key", "show"),
    ("evidence", "key", "rotate", *WHY), ("evidence", "epoch", "end", *BY, "--yes"), ("evidence", "erase", "a", *WHY),
    ("evidence", "export", "--all", "--to", "DIR/all"), ("store", "backup", "DIR/backup"), ("store", "check"), ("store", "restored", *WHY),
]
BARE = {"init", "check", "cvss"}  # these need none


def without_settings(world):
    """Each command says what is wrong with the configuration; none falls over."""
    listed = [line.split()[0] for line in world.run("--help").out.splitlines() if line.startswith("  ") and len(line.split()) > 2]
    check({"status", "store", "policy"} <= set(listed), listed)
    check(set(listed) - BARE <= {line[0] for line in LINES}, f"a command that is not tried: {set(listed) - BARE - {line[0] for line in LINES}}")
    broken = os.path.join(world.dir, "broken.conf")
    given = os.path.join(world.dir, "given")
    for path in (broken, given):
        with open(path, "w", encoding="utf-8") as file:
            file.write('policy = { texts = "fr"; };\n')

    def one(asked):
        words, conf = asked
        words = [word.replace("FILE", given).replace("DIR", world.dir) for word in words]
        done = world.run(*words, expect=None, env={"TOCSIN_CONFIG": conf})
        if words[0] == "rules" and words[1] != "adopt" and conf != broken and done.returncode == 0:
            return  # without an installation it is about the rules that were delivered
        check(done.returncode in (1, 2, 3), f"{words} with {conf}: exit {done.returncode}\n{done.out}{done.err}")
        check("tocsin: " in done.err or "fault" in done.out, f"{words} with {conf}: {done.out}{done.err}")
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(one, [(words, broken) for words in LINES]))
        first = {words[0]: words for words in reversed(LINES)}
        list(pool.map(one, [(words, os.path.join(world.dir, "none", "tocsin.conf")) for words in (*first.values(), ("policy", "write"))]))


# A wrong line, and what must be said of it: the one thing, then the usage line of that subcommand alone.
WRONG = [
    (["case", "fact", "C-1"], "case fact: give the case and the KIND", "usage: tocsin case fact ID KIND"),
    (["case", "fcat"], "case: fcat: there is no such subcommand: did you mean fact?", "usage: tocsin case SUBCOMMAND"),
    (["case"], "case: say what: open, ", "usage: tocsin case SUBCOMMAND"),
    (["party", "list", "--full"], "party list: --full does not belong here: take it away", "usage: tocsin party list\n"),
    (["order", "new", "X-1", "--now"], "order new: --now does not belong here", "usage: tocsin order new [ID]"),
    (["evidence", "key"], "evidence: key: say which: key show, key rotate", "usage: tocsin evidence SUBCOMMAND"),
    (["evidence", "key", "show", "--bogus"], "evidence key show: --bogus: unknown option", "usage: tocsin evidence key show\n"),
    (["check", "x.json", "--order", "y"], "check: --order: unknown option", "usage: tocsin check FILE|FOLDER"),
    (["task", "done"], "task done: give one task's number", "usage: tocsin task done N --by PERSON"),
    ([], "say what to do", "tocsin help"),
]
HELPED = [(["help"], "  case  "), (["case", "--help"], "  fact  "), (["case", "fact", "--help"], "aware_any_employee"), (["help", "evidence", "export"], "--case ID"),
          (["plan", "--help"], "--why PARTY"), (["help", "evidence", "epoch", "end"], "--signature FILE")]


def usage(world):
    """A wrong line gets one answer; help is short, narrow, and has an example."""
    for words, first, then in WRONG:
        done = world.run(*words, expect=2)
        check(first in done.err.splitlines()[0] and then in done.err and len(done.err.splitlines()) <= 6 and done.out == "", f"{words}: {done.err}")
    for words, part in HELPED:
        said = world.run(*words).out
        check(part in said and "example:" in said and "man tocsin" in said and max(map(len, said.splitlines())) <= 90, f"{words}: {said}")
    check("did you mean case" in world.run("help", "csae", expect=2).err, "help of an unknown command")
    check("did you mean fact" in world.run("help", "case", "fcat", expect=2).err, "help of an unknown subcommand")


SILENT = [  # (bytes taken out of the settings, in their place, bytes behind them; what doctor must say of that, in its words)
    (b"", b"", b'drill = { schedule = "FREQ=DAILY"; to = [ "nobody-there" ]; };\n', "tocsin.conf: drill.to: nobody-there is not in the register: no drill would begin"),
    (b"", b"", b'drill = { schedule = "FREQ=DAILY"; };\n', "tocsin.conf: drill.to: internal is nobody: the register has no complaint desk"),
    (b"", b"", b'digest = ( { for = "importer"; rrule = "FREQ=DAILY"; } );\n', "digest: its recipients are nobody: no importer of the register follows it"),
    (b"", b"", b'digest = ( { for = "hdo"; rrule = "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"; } );\n', "digest.rrule: "),
    (b'"psirt", "regulatory"', b'"service"', b"", "people: nobody has the role psirt"),
    (b'id = "weber";', b'id = "weber"; absent_from = "2020-01-01";', b"", "people: weber is away until further notice and has no deputy"),
    (b"", b"", b"", "parties.csv: 2 recipients by mail have no key: a, b: "),
    (b"", b"", b"", "parties.csv: was last changed on 2020-09-13: addresses may be old"),
    (b"", b"", b"", "policy: no disclosure policy was written"),
]


def doctor(world, conf, text):
    """What would be noticed when it is too late is said before, with its place and what mends it."""
    os.utime(os.path.join(world.site, "parties.csv"), (1600000000, 1600000000))
    for old, new, more, words in SILENT:
        check(old in text, f"{old} stands in {text}")
        with open(conf, "wb") as file:
            file.write(text.replace(old, new) + more)
        rows = world.json("doctor", expect=(0, 1))
        check(any(words in row["what"] and row["mend"] for row in rows), f"{words}: {rows}")
    with open(conf, "wb") as file:
        file.write(text + b'drill = { schedule = "FREQ=WEEKLY;BYDAY=MON"; };\n')
    check("drill.schedule" in (said := world.run("status", expect=2).err) and "line" in said and "did you mean MO?" in said, said)


def maker_key(world):
    """Its end is told before it, and so is a published key that is another one, or none."""
    home, public = os.path.join(world.site, "secret", "gnupg"), os.path.join(world.site, "keys", "maker.asc")

    def gpg(*words):
        return subprocess.run(["gpg", "--homedir", home, "--batch", *words], capture_output=True, check=True, env=world.env).stdout

    def told(words):
        rows = [row for row in world.json("doctor", expect=(0, 1)) if row["what"].startswith("keys/maker.asc")]
        check(len(rows) == (words is not None) and all(words in row["what"] and "--export" in row["mend"] for row in rows), f"{words}: {rows}")
    with open(public, "rb") as file, open(os.path.join(world.site, "keys", "weber.asc"), "rb") as other:
        good, theirs = file.read(), other.read()
    told(None)
    fpr = next(line.split(b":")[9] for line in gpg("--with-colons", "--list-keys").splitlines() if line.startswith(b"fpr")).decode()
    gpg("--pinentry-mode", "loopback", "--passphrase", "", "--quick-set-expire", fpr, "20d")
    soon = gpg("--armor", "--export")
    gpg("--pinentry-mode", "loopback", "--passphrase", "", "--quick-set-expire", fpr, "0")
    subprocess.run(["gpgconf", "--homedir", home, "--kill", "all"], check=True, env=world.env)
    for raw, words in ((soon, "ends on"), (b"no key", "is missing, or no key"), (theirs, "we sign with"), (good, None)):
        with open(public, "wb") as file:
            file.write(raw)
        told(words)


def no_files(world):
    """What is no file, or no bundle, is neither good nor bad: 2, and what to do."""
    loop, empty = os.path.join(world.dir, "loop"), os.path.join(world.dir, "empty")
    os.symlink("loop", loop)
    os.mkdir(empty)
    for words, part in (
            (("rules", "check", loop), "choose another path"), (("rules", "check", empty), "name a file"), (("rules", "check", loop + "-none"), "check the path"),
            (("evidence", "verify", loop), "name the folder or tar"), (("evidence", "verify", loop + "-none"), "name the folder or tar"),
            (("evidence", "verify", empty), "is no bundle")):
        check(part in (said := world.run(*words, expect=2).err), f"{words}: {said}")
    script = subprocess.run(["sh", os.path.join(SOURCE, "evidence", "verify.sh"), "--in", empty], capture_output=True, check=False)
    check(script.returncode == 2 and b"is no bundle" in script.stderr, script)
    with open(os.path.join(empty, "start"), "wb"):
        pass
    check(world.run("evidence", "verify", empty, expect=1).out == "bad: SHA256SUMS: missing\n", "what has one of its files is a bad one")


def main():
    with World() as world:
        usage(world)
        without_settings(world)
        good = HEAD + b"a,hdo,DE,a@a.example,,,\n"
        path = os.path.join(world.site, "parties.csv")

        def write(raw):
            with open(path, "wb") as file:
                file.write(raw)
        write(good)
        world.run("submit", world.advisory(change=white))
        before = world.run("party", "list").out
        for raw, words in TABLES:
            write(raw)
            done = world.run("plan", "EXM-2026-0007", expect=1)
            check(done.err.startswith("tocsin: parties.csv") and all(word in done.err for word in words), f"{raw}: {done.err}")
            check(world.run("doctor", expect=1).out.count("fault") >= 1, "doctor tells it too")
        check(world.run("party", "list").out == before, "the register is as it was")
        # As spreadsheets write it when nothing is wrong: semicolons, BOM, CRLF.
        write(b"\xef\xbb\xbfParty;Kind;Country;Email\r\nb;hdo;de;b@b.example\r\n")
        world.run("plan", "EXM-2026-0007")
        check("b@b.example" in world.run("party", "list").out and "a@a.example" in world.run("party", "list").out, "import adds, it never removes")
        for raw, code in ADVISORIES:
            bad = os.path.join(world.dir, "bad.json")
            with open(bad, "wb") as file:
                file.write(raw)
            done = world.run("submit", bad, expect=code)
            check("bad.json" in done.out + done.err, f"{raw}: {done.err}")
            line = world.json("check", bad, expect=1)[0]
            check(line["verdict"] == "refused" and line["findings"][0]["test"], line)
        check(len(world.json("status")[0]["advisories"]) == 1, "nothing of that was taken in")
        world.run("check", os.path.join(world.dir, "none.json"), expect=2)
        large = os.path.join(world.dir, "large.json")
        with open(large, "wb") as file:
            file.truncate(17 * 1024 * 1024 + 1)
        said = world.run("check", large, expect=1).out
        os.remove(large)
        check("longer than 16777216 bytes" in said, f"what is too large is told so: {said}")
        # A folder: all files in the order of their names, links to folders not followed, what cannot be read said.
        folder = os.path.join(world.dir, "folder")
        os.mkdir(folder)
        for i in range(40):
            with open(os.path.join(folder, f"{i:02}.json"), "wb") as file:
                file.write(b"{" if i % 2 else b"[]")
        os.symlink("nowhere", os.path.join(folder, "05a.json"))
        os.symlink(".", os.path.join(folder, "more"))
        done = world.run("check", folder, expect=2)
        lines = [line.split("/")[-1] for line in done.out.splitlines() if ": refused (" in line]
        check([line[:7] for line in lines] == [f"{i:02}.json" for i in range(40)], lines)
        check("40 advisories: 0 accepted, 40 refused, and 1 file that cannot be read" in done.out, done.out[-200:])
        check("05a.json: cannot be opened" in done.err, done.err)
        world.run("submit", world.dir, expect=2)
        # Command line: unknown things name the nearest known one.
        for words, near in ((["statsu"], "status"), (["plan", "--verison", "1", "x"], "version"), (["ack", "a"], "usage"), (["task", "show", "x"], "number")):
            check(near in world.run(*words, expect=2).err, words)
        world.run("ack", "nobody", "EXM-2026-0007", "done", "--by", "weber", "--how", "phone", expect=1)
        world.run("ack", "a", "EXM-2026-0007", "perhaps", "--by", "weber", "--how", "phone", expect=2)
        world.run("receipt", "import", "-", stdin=b"", expect=(1, 2))
        world.run("receipt", "import", "-", stdin=b"\0\xff garbage " * 1000)
        # Signs that steer a terminal or turn what is read stay out of it, and in what programs read.
        odd = "EXM-\u202e\u009b31m-1"
        world.run("submit", world.advisory("odd.json", lambda d: d["document"]["tracking"].update(id=odd)))
        shown = world.on_terminal("status")
        check("EXM-" in shown and "\u202e" not in shown and "\u009b" not in shown, repr(shown))
        check(odd in world.run("status").out, "a pipe gets the exact text")
        # Configuration: file, line, nearest known name.
        conf = os.path.join(world.site, "tocsin.conf")
        with open(conf, "rb") as file:
            text = file.read()
        with open(conf, "wb") as file:
            file.write(text + b"relase = { approvals = 1; };\n")
        done = world.run("status", expect=2)
        check("tocsin.conf" in done.err and "release" in done.err, done.err)
        doctor(world, conf, text)
        with open(conf, "wb") as file:
            file.write(text)
        check((page := world.run("config", "manual").out).startswith(".TH TOCSIN.CONF 5 ") and "\n.SH SETTINGS\n.TP\n" in page, "a page for man")
        maker_key(world)
        no_files(world)
        none = os.path.join(world.dir, "none")
        check("cannot be opened" in world.run("approve", "EXM-2026-0007", "--signature", none, expect=2).err, "a signature that is not there")
        check("--by: is needed" in world.run("case", "reviewed", "g", expect=2).err, "nobody is named")
        for words in (("evidence", "check"), ("status",), ("help",), ("--version",)):
            with open("/dev/full", "wb") as full:
                done = subprocess.run([TOCSIN, *words], stdout=full, stderr=subprocess.PIPE, check=False, env={**world.env, "TOCSIN_CONFIG": conf})
            check(done.returncode == 3 and b"standard output" in done.stderr, f"{words} on a full disk: {done}")
        with open(conf, "wb") as file:
            file.write(text)
        passed("T060", {"tables": len(TABLES), "advisories": len(ADVISORIES)})


if __name__ == "__main__":
    sys.exit(main())
