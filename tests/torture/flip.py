#!/usr/bin/python3
"""One bit of the store is flipped, at random places: what is found, and by which command.

Not found must be harmless: then every row of every table reads as before, or the column is one of which no entry tells (UNTOLD, as
docs/architecture.md has it). Anything else is a failure. Quick: 30 places; --whole: 300.
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
# The register, whose files are the record; what only paces the work; instants and words that no entry has.
UNTOLD = {
    "meta": "*", "party": "*", "contact": "*", "installed": "*", "product": "*", "key": "*", "lane": "*", "job": "*", "sqlite_sequence": "*",
    "advisory": "title submitted_ms approved_ms embargo_ms", "approval": "id", "plan": "done after_priority after_party created_ms",
    "notice": "lane_id contact_id address key code token tries crashes why created_ms changed_ms accepted_ms text_group",
    "parcel": "created_ms", "receipt": "id at_ms", "checkpoint": "at_ms", "task": "title todo opened_ms done_ms done_ref", "task_item": "*",
}


def rows(path):
    """Everything that the store says; None when that cannot be read any more."""
    try:
        base = sqlite3.connect(f"file:{path}?immutable=1", uri=True)
        base.text_factory = bytes
        try:
            names = [row[0].decode() for row in base.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
            schema = base.execute("SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY name").fetchall()
            tables = {}
            for name in names:
                cursor = base.execute(f'SELECT * FROM "{name}" NOT INDEXED')
                tables[name] = [column[0] for column in cursor.description], cursor.fetchall()
            return schema, tables
        finally:
            base.close()
    except (sqlite3.Error, UnicodeDecodeError):
        return None


def meaningful(before, now):
    """Columns that changed and of which the log tells."""
    if now is None or before[0] != now[0]:
        return ["what cannot be read, or the schema"]
    found = set()
    for name, (columns, old) in before[1].items():
        new = now[1][name][1]
        if len(old) != len(new):
            found.add(f"{name}: rows")
        for was, is_now in zip(old, new):
            found |= {f"{name}.{column}" for column, a, b in zip(columns, was, is_now)
                      if a != b and UNTOLD.get(name) != "*" and column not in UNTOLD.get(name, "").split()}
    return sorted(found)


def main():
    draw = random.Random(20261122)
    found, harmless, untold, unseen = collections.Counter(), 0, 0, []
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
            elif (now := rows(path)) == before:
                harmless += 1
            elif columns := meaningful(before, now):
                unseen.append((at, columns))
            else:
                untold += 1
            shutil.copy(kept, path)
    print(f"flip: {PLACES} places: " + ", ".join(f"{count} found by {name}" for name, count in found.items()) +
          f", {harmless} harmless (every row as before), {untold} in columns of which no entry tells, {len(unseen)} unseen")
    check(sum(found.values()) > 0, "nothing was found")
    check(not unseen, f"changed, and nothing looks at it: {str(unseen)[:2000]}")


if __name__ == "__main__":
    if os.environ.get("TOCSIN_TEST_PG"):
        print("SKIP: SQLite only")
        sys.exit(77)
    main()
