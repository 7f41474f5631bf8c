#!/usr/bin/python3
"""Each process is killed once in each state of a notice that it has a part in. The state is made to last:
a sealer is stopped, the relay is down, or it falls silent at RCPT or behind the final dot. Nothing is
lost; only behind the dot may a notice come twice, with the same bytes and Message-ID (P1, P2, P5)."""
# Proves: P1, P2, P5
import collections
import os
import signal
import subprocess
import sys
import time

from world import SOURCE, TOCSIN, World, check, passed, white

CONFIG = 'retry = { first = "1s"; most = "2s"; uncertain = "1s"; };'
# (state, how it is made to last, victims)
CASES = [
    ("sealing", "stop", ("dispatcher", "sealer")),
    ("ready", "down", ("dispatcher", "carrier", "sealer")),
    ("sending", "rcpt", ("dispatcher", "carrier")),
    ("dotted", "dot", ("dispatcher", "carrier")),
]


def workers(pid):
    out = []
    try:
        with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as file:
            for child in file.read().split():
                with open(f"/proc/{child}/cmdline", "rb") as line:
                    words = line.read().split(b"\0")
                if len(words) > 2 and words[1] == b"worker":
                    out.append((int(child), words[2].decode()))
    except OSError:
        pass
    return out


def rests(pid):
    """It has done nothing for a second and has no child: a worker that waits for its next order."""
    def now():
        with open(f"/proc/{pid}/stat", encoding="utf-8") as file:
            words = file.read().rsplit(")", 1)[1].split()
        with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as file:
            return words[0], words[11:13], file.read()
    try:
        first = now()
        for _ in range(20):
            time.sleep(0.05)
            if first[0] != "S" or first[2] or now() != first:
                return False
    except FileNotFoundError:
        return False  # it has ended, and another one takes its place
    return True


def resting_sealers(pid):
    """All of them, once none is at work."""
    sealers = [child for child, kind in workers(pid) if kind == "sealer"]
    return sealers if sealers and all(rests(child) for child in sealers) else []


def wait_for(what, seconds=180):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if what():
            return True
        time.sleep(0.2)  # each look may be a start of the program
    return False


def state_of(world, tracking):
    rows = world.json("notice", "list", tracking)
    return rows[0]["state"] if rows else None


class Silent:
    """A relay that answers until `step` and then never again."""

    def __init__(self, world, step):
        self.folder = os.path.join(world.dir, "silent")
        os.makedirs(self.folder, exist_ok=True)
        port_file = os.path.join(self.folder, "port")
        if os.path.exists(port_file):
            os.remove(port_file)
        self.process = subprocess.Popen(["/usr/bin/python3", os.path.join(SOURCE, "tests/tools/lying-smtp.py"), "--cert", f"{world.dir}/ca/cert.pem",
                                         "--key", f"{world.dir}/ca/key.pem", "--port-file", port_file, "--store", self.folder, "--fault", step, "hang", "-"],
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        check(wait_for(lambda: os.path.exists(port_file)), "the silent relay starts")
        with open(port_file, encoding="ascii") as file:
            self.port = int(file.read())

    def kept(self):
        return len([n for n in os.listdir(self.folder) if n.endswith(".eml")])

    def close(self):
        self.process.kill()
        self.process.wait()


def set_port(world, port):
    path = os.path.join(world.site, "tocsin.conf")
    with open(path, encoding="utf-8") as file:
        text = file.read()
    import re
    with open(path, "w", encoding="utf-8") as file:
        file.write(re.sub(r'relay = "localhost:\d+"', f'relay = "localhost:{port}"', text))


def one_case(world, number, state, way, victim):
    """Returns (received, doubles) for one notice."""
    tracking = f"EXM-2026-{number:04}"

    def change(document):
        white(document)
        document["document"]["tracking"]["id"] = tracking
    path = world.advisory("a.json", change)
    before = len(world.received())
    if way != "stop":
        world.release(path, tracking)
    silent = Silent(world, "dot" if way == "dot" else "rcpt") if way in ("dot", "rcpt") else None
    set_port(world, silent.port if silent else (world.port if way == "stop" else 1))
    run = subprocess.Popen([TOCSIN, "run"], env=world.env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    stopped = []
    try:
        check(wait_for(lambda: len(workers(run.pid)) >= 4), "workers start")
        if way == "stop":
            # Only who has said that it is ready is given work: stopped after that, it keeps it.
            check(wait_for(lambda: stopped.extend(resting_sealers(run.pid)) or stopped), "the sealers are ready")
            for pid in stopped:
                os.kill(pid, signal.SIGSTOP)
            world.release(path, tracking)
        check(wait_for(lambda: state_of(world, tracking) == state), f"{tracking} never came to {state}: {state_of(world, tracking)}")
        targets = [run.pid] if victim == "dispatcher" else [pid for pid, kind in workers(run.pid) if kind == victim]
        for pid in targets:
            os.kill(pid, signal.SIGKILL)
        if victim != "dispatcher":
            time.sleep(0.3)
            check(run.poll() is None, "the dispatcher outlives its workers")
        if way == "stop" and victim != "dispatcher":
            # The relay answers, so a new sealer soon brings it to the end: one kill a case, no second.
            check(wait_for(lambda: state_of(world, tracking) == "accepted"), f"{state}, {victim}: not taken up again")
    finally:
        run.kill()
        run.wait()
        for pid in stopped:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
    behind = silent.kept() if silent else 0
    if silent:
        silent.close()
    set_port(world, world.port)
    check(wait_for(lambda: world.run("run", "--until-idle") and state_of(world, tracking) == "accepted"),
          f"{state}, {victim}: ends as {state_of(world, tracking)}")
    # The relay writes its log behind its 250.
    wait_for(lambda: len(world.received()) > before)
    came = collections.Counter(row["message_id"] for row in world.received()[before:])
    check(len(came) == 1 and list(came.values()) == [1], f"{state}, {victim}: {came}")
    check(behind == 0 or state == "dotted", f"{state}: the silent relay holds a message")
    return behind


def started_for(home):
    """Our programs of GnuPG that work in this home."""
    out = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{pid}/cmdline", "rb") as file:
                words = file.read().split(b"\0")
        except OSError:
            continue
        if b"--homedir" in words and home.encode() in words:
            out.append(int(pid))
    return out


def left_over(world):
    """A gpg that reads its settings for ever outlives a killed dispatcher, but not the next start."""
    home = os.path.join(world.site, "secret", "gnupg")
    settings = os.path.join(home, "gpg.conf")
    os.rename(settings, settings + ".aside")
    os.mkdir(settings)  # each read fails, as on a broken disk, and gpg tries again without end
    run = subprocess.Popen([TOCSIN, "run"], env=world.env, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        check(wait_for(lambda: started_for(home)), "a gpg is started")
        run.kill()
        run.wait()
        check(started_for(home), "it does not end by itself")
        os.rmdir(settings)
        os.rename(settings + ".aside", settings)
        world.run("run", "--until-idle")
        check(not started_for(home), "the next start ends it")
    finally:
        run.kill()
        run.wait()
        for pid in started_for(home):
            os.kill(pid, signal.SIGKILL)


def main():
    with World(config=CONFIG) as world:
        world.make_key("K <k@h.example>", "ed25519", "cv25519")
        world.export("k@h.example", "k.asc")
        world.table("parties.csv", [{"party": "h", "kind": "hdo", "country": "DE", "email": "k@h.example", "key": "keys/k.asc"}])
        number, behind = 100, 0
        for state, way, victims in CASES:
            for victim in victims:
                behind += one_case(world, number, state, way, victim)
                number += 1
        left_over(world)
        world.run("evidence", "check")
        passed("T035", {"kills": number - 100, "lost": 0, "sent again behind the dot": behind})


if __name__ == "__main__":
    sys.exit(main())
