#!/usr/bin/python3
"""A relay that is down, not trusted, or says no: nothing is lost, nothing leaves unprotected, a
person is told once, and everything goes out by itself when it is mended."""
# Proves: P1, 8.3.3 any time
import os
import sys
import time

from world import World, check, passed, white

CONFIG = 'retry = { first = "1s"; most = "2s"; uncertain = "1s"; };'


def main():
    with World(sink_rules=["--refuse", "no@refused.example=550", "--defer", "later@deferred.example=451:1"], config=CONFIG) as world:
        world.table("parties.csv", [
            {"party": "a", "kind": "hdo", "country": "DE", "email": "a@a.example", "phone": ""},
            {"party": "refused", "kind": "hdo", "country": "DE", "email": "no@refused.example", "phone": "+49 1"},
            {"party": "refused", "kind": "hdo", "country": "DE", "email": "second@refused.example", "phone": ""},
            {"party": "deferred", "kind": "hdo", "country": "DE", "email": "later@deferred.example", "phone": ""},
        ])
        # Another authority than the relay's: refused before a byte of content.
        ca = os.path.join(world.dir, "ca/ca.pem")
        with open(ca, encoding="ascii") as file:
            right = file.read()
        import subprocess
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout",
                        os.path.join(world.dir, "other.key"), "-out", ca, "-days", "2", "-subj", "/CN=Other"], check=True, capture_output=True)
        world.release(world.advisory(change=white))
        world.run("run", "--until-idle")
        check(not world.received(), "nothing goes to a relay that is not trusted")
        tasks = world.json("task", "list")
        check([t["kind"] for t in tasks] == ["config"], f"one task for the relay: {tasks}")
        check("tls.refused" in world.run("evidence", "show").out, "the refusal is in the log")
        with open(ca, "w", encoding="ascii") as file:
            file.write(right)
        world.stop_sink()
        world.run("run", "--until-idle")
        world.start_sink(["--refuse", "no@refused.example=550", "--defer", "later@deferred.example=451:1"])
        until = time.monotonic() + 60
        while len(world.received()) < 3 and time.monotonic() < until:
            world.run("run", "--until-idle")
            time.sleep(0.3)
        to = sorted(row["to"] if isinstance(row["to"], str) else row["to"][0] for row in world.received())
        check(to == ["a@a.example", "later@deferred.example", "second@refused.example"], f"who got it: {to}")
        status = world.json("status")[0]["advisories"][0]["states"]
        check(status == {"accepted": 3}, status)
        world.run("evidence", "check")
        passed("T070", {"mails": len(to), "next route": 1, "tasks": len(tasks)})


if __name__ == "__main__":
    sys.exit(main())
