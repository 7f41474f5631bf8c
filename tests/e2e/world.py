"""A throw-away installation of Tocsin with real keys and a real SMTP relay with TLS on loopback.

Used by the T-scripts beside this file. TOCSIN is the program, SOURCE the project's root (both from
CTest). Everything lives in one temporary folder; close() ends what was started and removes it.
"""
import csv
import json
import os
import pty
import shutil
import signal
import subprocess
import sys
import tempfile
import time

SOURCE = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
TOCSIN = os.environ.get("TOCSIN", os.path.join(SOURCE, "build", "dev", "tocsin"))
FIXTURE = os.path.join(SOURCE, "tests", "fixtures", "advisory", "exm-2026-0007.json")
SKIP = 77


def skip(why):
    print(f"SKIP: {why}")
    sys.exit(SKIP)


class World:
    def __init__(self, store=None, sink_rules=(), config=""):
        self.dir = tempfile.mkdtemp(prefix="tocsin-e2e-", dir="/tmp")
        self.said = []  # what the last commands wrote on standard error, for who looks at a failure
        self.site = os.path.join(self.dir, "site")
        self.home = os.path.join(self.dir, "g")
        self.mail = os.path.join(self.dir, "mail")
        self.log = os.path.join(self.dir, "sink.log")
        self.env = {"PATH": "/usr/bin:/bin", "GNUPGHOME": self.home, "LC_ALL": "C.UTF-8", "HOME": self.dir,
                    "TOCSIN_CONFIG": os.path.join(self.site, "tocsin.conf")}
        for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS"):
            if name in os.environ:
                self.env[name] = os.environ[name]
        os.mkdir(self.home, 0o700)
        self.sink = None
        self.start_sink(sink_rules)
        self.make_key("Jana Weber <weber@example.com>", "ed25519", None)
        self.make_key("Dr Eva Meyer <meyer@example.com>", "ed25519", None)
        # Under tests/tools/postgres-run the same test works on PostgreSQL.
        self.init(store or os.environ.get("TOCSIN_TEST_PG"), config)

    # -- tools
    def run(self, *words, expect=0, stdin=None, timeout=300, env=None):
        done = subprocess.run([TOCSIN, *words], input=stdin, capture_output=True, timeout=timeout, check=False,
                              env=dict(self.env, **(env or {})))
        done.out = done.stdout.decode("utf-8", "replace")
        done.err = done.stderr.decode("utf-8", "replace")
        if done.err:
            self.said = [*self.said[-3:], f"tocsin {' '.join(words)[:80]}:\n" + done.err[-1200:]]
        allowed = expect if isinstance(expect, tuple) else (expect,)
        if expect is not None and done.returncode not in allowed:
            raise AssertionError(f"tocsin {' '.join(words)}: exit {done.returncode}, wanted {expect}\n{done.out}{done.err}")
        return done

    def json(self, *words, expect=0):
        return [json.loads(line) for line in self.run(*words, "--json", expect=expect).out.splitlines() if line]

    def on_terminal(self, *words):
        """What a person sees of it."""
        ours, theirs = pty.openpty()
        with subprocess.Popen([TOCSIN, *words], stdin=subprocess.DEVNULL, stdout=theirs, stderr=theirs, env=self.env):
            os.close(theirs)
            shown = b""
            try:
                while part := os.read(ours, 65536):
                    shown += part
            except OSError:  # that is how the end looks
                pass
        os.close(ours)
        return shown.decode("utf-8", "replace")

    def gpg(self, *words, stdin=None, check=True):
        return subprocess.run(["gpg", "--batch", "--quiet", "--pinentry-mode", "loopback", "--passphrase", "", *words],
                              input=stdin, capture_output=True, check=check, env=self.env, timeout=180)

    def make_key(self, user, primary, sub, *extra):
        self.gpg(*extra, "--quick-gen-key", user, primary, "sign", "2y")
        listed = self.gpg("--with-colons", "--list-keys", user).stdout.decode().splitlines()
        fpr = next(line.split(":")[9] for line in listed if line.startswith("fpr"))
        if sub:
            self.gpg(*extra, "--quick-add-key", fpr, sub, "encr", "2y")
        return fpr

    def export(self, address, name):
        with open(os.path.join(self.site, "keys", name), "wb") as file:
            file.write(self.gpg("--armor", "--export", address).stdout)

    # -- the relay
    def start_sink(self, rules=()):
        port_file = os.path.join(self.dir, "port")
        if os.path.exists(port_file):
            os.remove(port_file)
        certificate = (["--cert", f"{self.dir}/ca/cert.pem", "--key", f"{self.dir}/ca/key.pem"]
                       if os.path.exists(f"{self.dir}/ca/cert.pem") else ["--make-cert", f"{self.dir}/ca", "--name", "localhost"])
        port = ["--port", str(self.port)] if self.sink_was_up() else []
        self.sink = subprocess.Popen(["/usr/bin/python3", os.path.join(SOURCE, "tests/tools/smtp-sink.py"), *certificate, *port,
                                      "--maildir", self.mail, "--returns", os.path.join(self.dir, "returns"),
                                      "--port-file", port_file, "--log", self.log, *rules],
                                     stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for _ in range(2400):
            if os.path.exists(port_file):
                break
            time.sleep(0.05)
        else:
            raise AssertionError("the relay did not start")
        with open(port_file, encoding="ascii") as file:
            self.port = int(file.read())

    def sink_was_up(self):
        return hasattr(self, "port")

    def stop_sink(self):
        if self.sink:
            self.sink.send_signal(signal.SIGTERM)
            self.sink.wait(60)
            self.sink = None

    def received(self):
        """[{message_id, from, to, sha256}] as the relay took them, in order."""
        if not os.path.exists(self.log):
            return []
        with open(self.log, encoding="utf-8") as file:
            return [json.loads(line) for line in file]

    def mailbox(self, address):
        """Raw messages (without the relay's own X-Envelope lines) that came for this address."""
        out = []
        for name in sorted(os.listdir(os.path.join(self.mail, "new"))):
            with open(os.path.join(self.mail, "new", name), "rb") as file:
                raw = file.read()
            if f"X-Envelope-To: {address}".encode() in raw.split(b"\r\n\r\n")[0].replace(b"\n", b"\r\n") \
                    or f"X-Envelope-To: {address}\n".encode() in raw or f"X-Envelope-To: {address}\r\n".encode() in raw:
                while raw.startswith(b"X-Envelope"):
                    raw = raw.split(b"\n", 1)[1]
                out.append(raw)
        return out

    # -- the installation
    def init(self, store, config):
        words = ["init", self.site, "--test", "--maker", "Example Medical GmbH", "--id", "EXM", "--country", "DE", "--mail",
                 "psirt@example.com", "--relay", f"localhost:{self.port}", "--ca-file", f"{self.dir}/ca/ca.pem", "--person",
                 "Jana Weber", "--person-mail", "weber@example.com", "--phone", "+49 30 5550101"]
        self.run(*words, *(["--store", store] if store else []))
        self.export("meyer@example.com", "meyer.asc")
        path = os.path.join(self.site, "tocsin.conf")
        with open(path, encoding="utf-8") as file:
            text = file.read()
        meyer = ('{ id = "meyer"; name = "Dr Eva Meyer"; mail = "meyer@example.com"; phone = "+49 30 5550102"; '
                 'roles = [ "regulatory", "quality" ]; key = "keys/meyer.asc"; deputy = "weber"; },')
        at = text.index("(", text.index("people")) + 1
        with open(path, "w", encoding="utf-8") as file:
            text = text[:at] + " " + meyer + text[at:]
            for line in filter(None, config.splitlines()):
                name = line.split("=")[0].strip()
                text = "".join(old for old in text.splitlines(True) if not old.startswith(name + " ")) + line + "\n"
            file.write(text)

    def table(self, name, rows):
        with open(os.path.join(self.site, name), "w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, fieldnames=list(dict.fromkeys(key for row in rows for key in row)))
            writer.writeheader()
            writer.writerows(rows)

    def advisory(self, name="advisory.json", change=None, source=FIXTURE):
        with open(source, encoding="utf-8") as file:
            document = json.load(file)
        if change:
            change(document)
        path = os.path.join(self.dir, name)
        with open(path, "w", encoding="utf-8") as file:
            json.dump(document, file, indent=1)
        return path

    def release(self, path, tracking="EXM-2026-0007"):
        self.run("submit", path)
        self.run("approve", tracking, "--by", "meyer", "--yes")

    # -- the end
    def close(self):
        self.stop_sink()
        for _ in range(3):
            subprocess.run(["gpgconf", "--homedir", self.home, "--kill", "all"], check=False, env=self.env,
                           stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        shutil.rmtree(self.dir, ignore_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        try:
            if kind is None:
                self.replay()
            elif kind is not SystemExit:
                print("what the commands before it said:", *self.said, sep="\n", file=sys.stderr)
        finally:
            self.close()

    def replay(self):
        """State and evidence are one: whatever a test did, the log alone tells what the store says."""
        done = self.run("evidence", "replay", expect=None)
        check(done.returncode == 0, f"evidence replay: exit {done.returncode}\n{done.out}{done.err}")


def white(document):
    document["document"]["distribution"] = {"tlp": {"label": "WHITE"}}


def dated(document):
    """Long out: an advisory must not be dated later than the end of its embargo."""
    tracking = document["document"]["tracking"]
    for place, name in ((tracking, "initial_release_date"), (tracking, "current_release_date"), (tracking["revision_history"][0], "date")):
        place[name] = "2026-03-01T09:00:00Z"


def check(condition, what):
    if not condition:
        raise AssertionError(what)


def passed(name, counts):
    print(f"{name}: " + ", ".join(f"{key} {value}" for key, value in counts.items()))
