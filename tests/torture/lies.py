#!/usr/bin/python3
"""The whole program against a relay that lies to some sessions and not to others.

`tocsin run` carries notices to a relay that refuses, drops, stays silent, cuts, doubles and forges
replies at random steps; it keeps the books of what it has acknowledged with a whole 2yz after a whole
body. While it lies and after it has become honest: nothing is accepted that it did not acknowledge, each
notice is accepted or with a person in the end, and who meets no lie is served.

    lies.py [--whole] [SEED]
"""
# Proves: P1, P6
import hashlib
import importlib.util
import os
import random
import re
import socket
import sqlite3
import ssl
import subprocess
import sys
import threading
import time
import types

from world import SOURCE, World, check, passed, skip, white

CONFIG = 'retry = { first = "1s"; most = "2s"; uncertain = "1s"; };'
HONEST_SHARE = 0.93  # of the steps; a session has ten or so
GIVE_UP_S = 20

ANY = ["say 450 4.3.0 later", "say 421 4.3.2 closing", "say 150 what", "say hello", "drop", "reset", "hang", "split", "endless", "long",
       "nul", "lf", "bare", "eight", "after 250 2.0.0 forged", "raw 2"]
KINDS = {
    "greeting": ANY, "ehlo": ANY, "ehlo-tls": ANY,
    "starttls": ANY + ["say 502 no", "after 250-x\\r\\n250 sender ok\\r\\n354 go\\r\\n250 taken"],
    "mail": ANY, "rcpt": ANY + ["say 550 5.1.1 nobody here"], "data": ANY + ["say 554 5.5.0 no"],
    "dot": [kind for kind in ANY if not kind.startswith("raw")] + ["raw 250 2.0.0 kept", "raw 250-2.0.0 kept\\r\\n", "say 354 more"],
    "quit": ["drop", "hang", "say 500 what"],
}
# The honest reply to the end of data leaves whole with these.
WHOLE = ("split", "bare", "eight", "after")


def tool(name):
    spec = importlib.util.spec_from_file_location(name.replace("-", "_"), os.path.join(SOURCE, "tests/tools", name + ".py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


LYING = tool("lying-smtp")


class Books:
    """What came whole and what was acknowledged, by Message-ID; and the lies that were told."""

    def __init__(self, chance):
        self.lock = threading.Lock()
        self.random = chance
        self.lying = True
        self.lies = 0
        self.whole = {}
        self.acknowledged = {}
        self.messages = 0  # as lying-smtp counts them

    def log(self, line):
        """As lying-smtp calls it; nothing of it is kept."""

    def begin_message(self):
        with self.lock:
            self.messages += 1

    def pick(self, step):
        with self.lock:
            if not self.lying or step not in KINDS or self.random.random() < HONEST_SHARE:
                return []
            self.lies += 1
            kind, _, text = self.random.choice(KINDS[step]).partition(" ")
        return [(kind, text.encode().decode("unicode_escape"))]

    def came(self, name, content):
        with self.lock:
            self.whole.setdefault(name, set()).add(hashlib.sha256(content).hexdigest())

    def was_acknowledged(self, name):
        with self.lock:
            self.acknowledged[name] = self.acknowledged.get(name, 0) + 1


class Client(LYING.Client):
    """One connection; it asks the books itself which lie comes next."""

    def __init__(self, relay, connection):
        super().__init__(types.SimpleNamespace(options=relay.options, store=relay.books, password=b"", context=relay.context,
                                               faults=self), connection)
        self.books = relay.books
        self.kind = ""

    def at(self, step, _message):
        fault = self.books.pick(step)
        self.kind = fault[0][0] if fault else ""
        return fault

    def data(self):
        if self.recipients == 0:
            self.send(b"554 5.5.1 no valid recipients\r\n")
            return
        self.reply("data", "354 go ahead")
        if self.kind == "say":
            return
        content = self.message()
        found = re.search(rb"^Message-ID: <([^>]+)>", content, re.M | re.I)
        name = found.group(1).decode() if found else "?"
        self.books.came(name, content)
        self.reply("dot", "250 2.0.0 kept")
        if self.kind in ("", *WHOLE):
            self.books.was_acknowledged(name)


class Relay:
    """Listens as lying-smtp does, in this process."""

    def __init__(self, books, certificate, key):
        self.options = types.SimpleNamespace(offer=["PIPELINING", "DSN"], name="mail.example.com", no_starttls=False, user=None)
        self.books = books
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(certificate, key)
        self.listener = socket.socket()
        self.listener.bind(("127.0.0.1", 0))
        self.listener.listen(64)
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.run, daemon=True).start()

    def run(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            connection.settimeout(GIVE_UP_S)
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=Client(self, connection).run, daemon=True).start()


class LyingWorld(World):
    def __init__(self, books):
        self.books = books
        super().__init__(config=CONFIG)
        path = os.path.join(self.site, "tocsin.conf")
        with open(path, encoding="utf-8") as file:
            text = file.read()
        with open(path, "w", encoding="utf-8") as file:
            file.write(re.sub(r'(\brelay\s*=\s*"[^"]*";)', r'\1 deadline = "5s";', text, count=1))

    def start_sink(self, rules=()):
        certificate, key = tool("smtp-sink").make_cert(os.path.join(self.dir, "ca"), "localhost")
        self.relay = Relay(self.books, certificate, key)
        self.port = self.relay.port

    def stop_sink(self):
        self.relay.listener.close()

    def notices(self):
        """[(state, sendings, Message-ID)] as the store has them."""
        base = sqlite3.connect(f"file:{os.path.join(self.site, 'tocsin.db')}?mode=ro", uri=True, timeout=30)
        try:
            return base.execute("SELECT n.state, n.sendings, p.message_id FROM notice n LEFT JOIN parcel p ON p.id = n.parcel_id").fetchall()
        finally:
            base.close()


def compare(world, books):
    """What is believed against what was acknowledged."""
    for state, sendings, name in world.notices():
        if state not in ("accepted", "passed"):
            continue
        check(books.acknowledged.get(name, 0) >= 1, f"FALSE ACCEPTANCE of {name}")
        check(sendings > 1 or books.acknowledged[name] == 1, f"{name} was acknowledged {books.acknowledged[name]} times, sent once")
        check(len(books.whole[name]) == 1, f"{name} came with other bytes the second time")


def once(seed, count, seconds):
    books = Books(random.Random(seed))
    with LyingWorld(books) as world:
        world.table("parties.csv", [{"party": f"h{i}", "kind": "hdo", "country": "DE", "email": f"desk@h{i}.example", "phone": f"+49 30 {i}"}
                                    for i in range(count)])
        world.release(world.advisory(change=white))
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            world.run("run", "--until-idle")
            compare(world, books)
            if all(state in ("accepted", "passed", "tasked") for state, _, _ in world.notices()):
                break
            time.sleep(0.3)
        books.lying = False
        until = time.monotonic() + 240
        waiting = [""]
        while waiting and time.monotonic() < until:
            world.run("run", "--until-idle")
            waiting = [state for state, _, _ in world.notices() if state not in ("accepted", "passed", "tasked")]
            time.sleep(0.3 if waiting else 0)
        compare(world, books)
        rows = world.notices()
        check(not waiting, f"{len(waiting)} wait for ever: {sorted(set(waiting))}")
        check(len(rows) == count, f"{len(rows)} notices of {count}")
        world.run("evidence", "check")
        tasked = sum(state == "tasked" for state, _, _ in rows)
        return {"notices": count, "lies": books.lies, "accepted": count - tasked, "with a person": tasked,
                "sent again after doubt": sum(sendings > 1 for _, sendings, _ in rows), "false acceptances": 0}


def main():
    if os.environ.get("TOCSIN_TEST_PG"):
        skip("it looks into SQLite")
    whole = "--whole" in sys.argv
    words = [word for word in sys.argv[1:] if word.isdigit()]
    seed = int(words[0]) if words else 1
    for one in range(seed, seed + (10 if whole else 1)):
        passed(f"lies, seed {one}", once(one, 300 if whole else 60, 60 if whole else 15))
    cells = os.path.join(os.path.dirname(os.environ.get("TOCSIN", "")), "tests", "test_lies_smtp")
    if whole and os.path.exists(cells):
        return subprocess.run([cells, "--whole", str(seed)], check=False).returncode
    return 0


if __name__ == "__main__":
    sys.exit(main())
