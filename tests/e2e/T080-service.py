#!/usr/bin/python3
"""As a service: commands reach the running dispatcher, authorities go first, a second one is refused,
SIGTERM ends it in order; time can be turned in a test store only."""
# Proves: 4.1.7 authorities, 4.1.7 in time, P8
import os
import signal
import subprocess
import sys
import time

from world import TOCSIN, World, check, passed, white

KINDS = ["hdo", "regulator", "distributor", "complaint", "hdo", "regulator"]


def wait_for(what, seconds=120):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if what():
            return True
        time.sleep(0.1)
    return False


def alive(folder):
    """Processes of ours that name this folder or are its workers."""
    return subprocess.run(["pgrep", "-f", folder], capture_output=True, check=False).stdout.decode().split()


def main():
    with World() as world:
        world.table("parties.csv", [{"party": f"p{i:02}", "kind": KINDS[i % len(KINDS)], "country": "DE", "email": f"a@p{i:02}.example"} for i in range(24)])
        service = subprocess.Popen([TOCSIN, "run"], env=world.env, stdout=subprocess.DEVNULL, stderr=open(os.path.join(world.dir, "service.log"), "wb"))
        try:
            socket = os.path.join(world.site, "tocsin.db.sock") if not os.environ.get("TOCSIN_TEST_PG") else os.path.join(world.site, "tocsin.sock")
            check(wait_for(lambda: os.path.exists(socket)), "the control socket appears")
            check(os.stat(socket).st_mode & 0o077 == 0, "the control socket is ours alone")
            second = world.run("run", "--until-idle", expect=3)
            check("dispatcher" in second.err or "lock" in second.err or "writ" in second.err, second.err)
            begin = time.monotonic()
            world.release(world.advisory(change=white))
            check(wait_for(lambda: len(world.received()) == 24), f"only {len(world.received())} of 24 came")
            took = time.monotonic() - begin
            order = [row["to"] if isinstance(row["to"], str) else row["to"][0] for row in world.received()]
            authorities = {f"a@p{i:02}.example" for i in range(24) if KINDS[i % len(KINDS)] == "regulator"}
            hospitals = {f"a@p{i:02}.example" for i in range(24) if KINDS[i % len(KINDS)] in ("hdo", "distributor")}
            last_authority = max(order.index(a) for a in authorities)
            first_hospital = min(order.index(h) for h in hospitals)
            # Workers hold a few jobs each, so what is next in line may overtake by that many.
            check(last_authority < first_hospital + 12, f"authorities first: {order}")
            check(set(order[:4]) <= authorities, f"authorities first: {order[:6]}")
            world.run("ack", "p00", "EXM-2026-0007", "received", "--by", "weber", "--how", "phone")
            check(world.json("status")[0]["advisories"][0]["states"].get("answered") == 1, "an answer went through the service")
            world.run("receipt", "import", "-", stdin=b"From: x@example.net\r\nTo: psirt@example.com\r\n\r\nhello\r\n")
            world.run("evidence", "check")
            service.send_signal(signal.SIGTERM)
            check(service.wait(60) == 0, "an orderly end")
        finally:
            if service.poll() is None:
                service.kill()
                service.wait()
        check(not os.path.exists(socket), "the socket is gone")
        left = [pid for pid in alive(world.site) if pid != str(os.getpid())]
        check(not left, f"left behind: {left}")
        # Time: a test store believes --now; a real one refuses it.
        world.run("run", "--until-idle", "--now", "2099-01-01T00:00:00Z")
        check(world.json("status", "--now", "2099-01-01T00:00:00Z")[0]["advisories"][0]["states"].get("passed") == 23, "the bounce watch is over in 2099")
        real = os.path.join(world.dir, "real")
        if not os.environ.get("TOCSIN_TEST_PG"):
            world.run("init", real, "--real", "--maker", "M", "--id", "MM", "--country", "DE", "--mail", "a@example.com", "--relay", "localhost:25",
                      "--person", "Jana Weber", "--person-mail", "weber@example.com", "--phone", "+49 30 5550101")
            done = world.run("status", "--config", os.path.join(real, "tocsin.conf"), "--now", "2099-01-01T00:00:00Z", expect=1)
            check("--now" in done.err, done.err)
        passed("T080", {"mails": 24, "approval to last 250, s": round(took, 2)})


if __name__ == "__main__":
    sys.exit(main())
