#!/usr/bin/python3
"""One byte of the store is flipped, at random places of pages that hold our tables: what is found, and by which command.

Not found must be harmless: then every row of every table reads as before. Quick: 30 places; --whole: 300.
"""
# Proves: P7
import collections
import os
import random
import shutil
import sqlite3
import sys

from world import World, check, white

PLACES = 300 if "--whole" in sys.argv else 30
PARTIES = 60


def rows(path):
    """Everything that the store says; None when that cannot be read any more."""
    try:
        base = sqlite3.connect(f"file:{path}?immutable=1", uri=True)
        base.text_factory = bytes
        try:
            names = [row[0].decode() for row in base.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
            schema = base.execute("SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY name").fetchall()
            return schema, {name: base.execute(f'SELECT * FROM "{name}" NOT INDEXED').fetchall() for name in names}
        finally:
            base.close()
    except (sqlite3.Error, UnicodeDecodeError):
        return None


def main():
    draw = random.Random(20261122)
    found, harmless, unseen = collections.Counter(), 0, []
    with World() as world:
        world.table("parties.csv", [{"party": f"p{i:03}", "kind": "hdo", "country": "DE", "email": f"p{i:03}@p.example"}
                                    for i in range(PARTIES)])
        world.release(world.advisory(change=white))
        world.run("run", "--until-idle", timeout=400)
        path = os.path.join(world.site, "tocsin.db")
        kept = os.path.join(world.dir, "kept.db")
        shutil.copy(path, kept)
        before = rows(kept)
        size = os.path.getsize(kept)
        for _ in range(PLACES):
            at = draw.randrange(size)
            with open(path, "r+b") as file:
                file.seek(at)
                byte = file.read(1)[0]
                file.seek(at)
                file.write(bytes([byte ^ (1 << draw.randrange(8))]))
            by = [words for words in (("store", "check"), ("evidence", "check"), ("evidence", "replay"))
                  if world.run(*words, expect=None).returncode != 0]
            if by:
                found[" ".join(by[0])] += 1
            elif rows(path) == before:
                harmless += 1
            else:
                now = rows(path)
                unseen.append((at, "unreadable" if now is None else
                               [(name, old, new) for name in before[1]
                                for old, new in zip(before[1][name], now[1].get(name, [])) if old != new][:1]))
            shutil.copy(kept, path)
    print(f"flip: {PLACES} places: " + ", ".join(f"{count} found by {name}" for name, count in found.items()) +
          f", {harmless} harmless (every row as before), {len(unseen)} changed a row that nothing looks at")
    for place in unseen:
        print("  ", str(place)[:400])
    check(sum(found.values()) > 0, "nothing was found")
    return unseen


if __name__ == "__main__":
    if os.environ.get("TOCSIN_TEST_PG"):
        print("SKIP: SQLite only")
        sys.exit(77)
    main()
