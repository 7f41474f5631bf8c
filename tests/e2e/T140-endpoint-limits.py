#!/usr/bin/python3
"""A relay that bears few connections or few messages gets what it bears, no notice pays for it, and a
relay that says nothing at all holds up nobody else."""
import os
import socket
import subprocess
import sys
import time

from world import TOCSIN, World, check, passed, white

NO_TRY_LEFT = 'retry = { first = "30m"; most = "1h"; };'  # a notice that paid with a try would wait so long
DELAY_MOST = 5.0  # seconds by which a dead endpoint may delay another one (P8)
MANY = int(os.environ.get("TOCSIN_LIMIT_NOTICES", "40"))


def parties(count, **more):
    return [{"party": f"p{i:03}", "kind": "hdo", "country": "DE", "email": f"a@p{i:03}.example", **more} for i in range(count)]


def sent(world):
    return len({row["message_id"] for row in world.received()})


def turned_away(world):
    path = os.path.join(world.dir, "away")
    with open(path, encoding="ascii") as file:
        return len(file.readlines())


def relay(world):
    return [e for e in world.json("status")[0]["endpoints"] if e["endpoint"].startswith("localhost:")][0]


def run_all(world, count, seconds=300):
    end = time.monotonic() + seconds
    while sent(world) < count and time.monotonic() < end:
        world.run("run", "--until-idle")
        time.sleep(0.5)
    check(sent(world) == count, f"{sent(world)} of {count}: {relay(world)}")
    states = world.json("status")[0]["advisories"][0]["states"]
    check(states == {"accepted": count}, states)
    check(len(world.received()) == count, "each once")


def few_connections():
    with World(config=NO_TRY_LEFT) as world:
        away = os.path.join(world.dir, "away")
        world.stop_sink()
        world.start_sink(["--most-connections", "2", "--turned-away", away])
        with open(os.path.join(world.site, "tocsin.conf"), encoding="utf-8") as file:
            text = file.read()
        with open(os.path.join(world.site, "tocsin.conf"), "w", encoding="utf-8") as file:
            file.write(text.replace("mail    = {", "mail    = { connections = 8;", 1) if "mail    = {" in text
                       else text.replace("mail = {", "mail = { connections = 8;", 1))
        world.table("parties.csv", parties(MANY))
        world.release(world.advisory(change=white))
        run_all(world, MANY)
        board = relay(world)
        check(board["most"] == 8 and board["connections"] <= 2, f"it learned: {board}")
        check("of 8 connections" in world.run("status").out, "and says so")
        return turned_away(world)


def few_messages():
    with World(config=NO_TRY_LEFT) as world:
        away = os.path.join(world.dir, "away")
        world.stop_sink()
        world.start_sink(["--rate", "3", "--turned-away", away])
        world.table("parties.csv", parties(MANY // 2))
        world.release(world.advisory(change=white))
        run_all(world, MANY // 2)
        check(not world.json("task", "list"), "nobody has to do anything")
        return turned_away(world)


def outbox_beside_the_relay(silent):
    """Seconds from the approval until the outbox has its five notices, beside 15 for the relay."""
    with World() as world, socket.socket() as mute:
        if silent:  # it takes connections and says nothing
            world.stop_sink()
            mute.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            mute.bind(("127.0.0.1", world.port))
            mute.listen(64)
        rows = parties(20)
        rows[0]["kind"] = rows[1]["kind"] = "regulator"
        for row in rows[15:]:
            row["route"] = "file"
        for row in rows[:15]:
            row["route"] = "smtp"
        world.table("parties.csv", rows)
        service = subprocess.Popen([TOCSIN, "run"], env=world.env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            end = time.monotonic() + 60
            while not os.path.exists(os.path.join(world.site, "tocsin.db.sock")) and time.monotonic() < end:
                time.sleep(0.1)
            world.release(world.advisory(change=white))
            begin = time.monotonic()
            outbox = os.path.join(world.site, "outbox")
            count = 0
            while count < 5 and time.monotonic() < begin + 100:
                count = sum(name.endswith(".eml") for name in os.listdir(outbox)) if os.path.isdir(outbox) else 0
                time.sleep(0.02)
            check(count == 5, f"{count} of 5 in the outbox after {time.monotonic() - begin:.0f} s, the relay is {'silent' if silent else 'well'}")
            return time.monotonic() - begin
        finally:
            service.terminate()
            service.wait(60)


def delay_by_a_silent_relay():
    """Against the same beside a relay that is well: what the machine is busy with delays both. A busier
    moment of the second run looks like a delay, so up to three pairs are run; the least is the relay's."""
    delays = []
    while len(delays) < 3 and min(delays, default=DELAY_MOST + 1) > DELAY_MOST:
        well = outbox_beside_the_relay(False)
        delays.append(outbox_beside_the_relay(True) - well)
    check(min(delays) <= DELAY_MOST, f"a silent relay delays the outbox by {delays} s")
    return min(delays)


def main():
    connections = few_connections()
    messages = few_messages()
    delay = delay_by_a_silent_relay()
    check(0 < connections <= MANY // 2, f"turned away {connections} times")
    passed("T140", {"notices": MANY, "turned away for connections": connections, "for rate": messages,
                    "outbox delayed by a silent relay, s": round(delay, 2)})


if __name__ == "__main__":
    sys.exit(main())
