#!/usr/bin/python3
"""A backup made while notices leave is whole and never overwrites; a restored one is noticed before anything
is sent again, and a person decides."""
import os
import shutil
import subprocess
import sys
import time

from world import TOCSIN, World, check, passed, white

COUNT = 60
BY = ("--by", "weber", "--reason", "the disk was replaced")


def wait_for(what, why, seconds=180):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if what():
            return
        time.sleep(0.05)
    raise AssertionError(why)


def main():
    with World() as world:
        if os.environ.get("TOCSIN_TEST_PG"):
            done = world.run("store", "backup", "x.db", expect=2)
            check("pg_dump --format=custom" in done.err and "password" not in done.err, done.err)
            world.run("store", "check")
            passed("T150", {"command for PostgreSQL": 1})
            return
        store = os.path.join(world.site, "tocsin.db")
        world.table("parties.csv", [{"party": f"p{i:02}", "kind": "hdo", "country": "DE", "email": f"a@p{i:02}.example"} for i in range(COUNT)])
        left = os.path.join(world.site, ".tocsin.db.mark.tmp-left")  # as a kill leaves it
        open(left, "wb").close()
        service = subprocess.Popen([TOCSIN, "run"], env=world.env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        copies = []
        try:
            wait_for(lambda: os.path.exists(store + ".sock"), "the dispatcher is there")
            world.release(world.advisory(change=white))
            wait_for(lambda: len(world.received()) >= 5, "notices leave")
            while len(world.received()) < COUNT and len(copies) < 50:
                copies.append(os.path.join(world.dir, f"copy{len(copies)}.db"))
                told = world.json("store", "backup", copies[-1])[0]
                check(told["size"] == os.path.getsize(copies[-1]) and told["entries"] > 0, told)
            wait_for(lambda: len(world.received()) == COUNT, "all leave while copies are made")
        finally:
            service.terminate()
            service.wait(60)
        check(not os.path.exists(left), "what a killed one left is gone")
        check(copies, "at least one copy was made while notices left")
        check(os.stat(copies[0]).st_mode & 0o777 == 0o600, "for our eyes only")
        before = open(copies[0], "rb").read()
        check("not overwritten" in world.run("store", "backup", copies[0], expect=1).err, "never overwrites")
        check(open(copies[0], "rb").read() == before, "nor changes it")
        world.run("store", "backup", os.path.join(world.dir, "nowhere", "copy.db"), expect=3)
        check(not [name for name in os.listdir(world.dir) if name.startswith(".")], "no half copy is left")
        # Damage is found.
        world.run("store", "check")
        damaged = before.replace(b'"notice.moved"', b'"notice.loved"')
        check(damaged != before, "an entry in it")
        good = open(store, "rb").read()
        with open(store, "wb") as file:
            file.write(damaged)
        world.run("store", "check", expect=1)
        # A restored backup: nothing is sent before a person has said so.
        sent = len(world.received())
        shutil.copyfile(copies[0], store)
        world.run("store", "check")
        done = world.run("run", "--until-idle", expect=1)
        check("RESTORING" in done.err and "restored" in done.err, done.err)
        check(any("restored" in row["what"] for row in world.json("doctor", expect=1)), "doctor says it too")
        check(len(world.received()) == sent, "nothing was sent again")
        world.run("store", "restored", expect=2)
        world.run("store", "restored", "--by", "nobody", "--reason", "x", expect=2)
        queued = [row for row in world.json("notice", "list") if row["state"] in ("planned", "ready")]
        gone = 0
        if queued:  # the relay's log shows that this one is out: it is not to go again
            world.run("notice", "cancel", queued[0]["uid"], *BY)
            gone = 1
        check("go with the next" in world.run("store", "restored", *BY).out, "what it means is said")
        world.run("store", "restored", *BY, expect=1)
        world.run("run", "--until-idle")
        states = world.json("status")[0]["advisories"][0]["states"]
        check(states.get("accepted", 0) + states.get("uncertain", 0) + gone == COUNT, states)
        world.run("evidence", "check")
        again = len(world.received()) - sent
        # The other way round: the newer store comes back.
        with open(store, "wb") as file:
            file.write(good)
        world.run("run", "--until-idle", expect=1)
        passed("T150", {"copies while notices left": len(copies), "sent again after the restore": again})


if __name__ == "__main__":
    sys.exit(main())
