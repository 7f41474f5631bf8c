"""recur.py RECUR_ROWS zones|rules [SEED [COUNT]]: schedules against an independent reading of RFC 5545.

zones   every zone of the database (links once): a rule around midnight and the usual hour of change, two
        years, five for some; each local time once, ascending, none left out
rules   random rules in random zones, the same ones each time unless SEED and COUNT are given
The other reading is dateutil for the days and zoneinfo for the instants; it knows no libical and no
GLib.
"""
import datetime
import os
import random
import subprocess
import sys
import zoneinfo

try:
    from dateutil.rrule import rrulestr
except ImportError:
    print("SKIP: no dateutil (Debian: python3-dateutil) to compare schedules with")
    sys.exit(77)

UTC = datetime.timezone.utc
SECOND = datetime.timedelta(seconds=1)
DAYS = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"]


def offset(zone, instant):
    return datetime.datetime.fromtimestamp(instant, UTC).astimezone(zone).utcoffset() // SECOND


def instant(zone, local):
    """Of a naive local time: the earlier in a fold, the first after a gap."""
    at = int(local.replace(tzinfo=zone).timestamp())  # fold=0: the earlier of two
    if datetime.datetime.fromtimestamp(at, zone).replace(tzinfo=None) == local:
        return at
    early, late = sorted((at, int(local.replace(tzinfo=zone, fold=1).timestamp())))
    before = offset(zone, early)
    while late - early > 1:  # a gap: the second at which the offset changes
        middle = (early + late) // 2
        if offset(zone, middle) == before:
            early = middle
        else:
            late = middle
    return late


def expected(zone_name, anchor, rule, after, before):
    zone = zoneinfo.ZoneInfo(zone_name)
    last = datetime.datetime.fromtimestamp(before, UTC).replace(tzinfo=None) + datetime.timedelta(days=2)
    found = set()
    for local in rrulestr(rule, dtstart=anchor, ignoretz=True):
        if local > last:
            break
        at = instant(zone, local)
        if after < at < before:
            found.add(at)
    return sorted(found)


def ask(program, questions):
    lines = "".join(f"{zone}|{anchor:%Y-%m-%d}|{anchor.hour * 3600 + anchor.minute * 60 + anchor.second}|"
                    f"{rule}|{after * 1000}|{before * 1000}\n"
                    for zone, anchor, rule, after, before in questions)
    done = subprocess.run([program], input=lines, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"{program} ended with {done.returncode}: {done.stderr}")
    return done.stdout.splitlines()


def compare(program, questions):
    faults = runs = refused = 0
    for question, line in zip(questions, ask(program, questions), strict=True):
        wanted = expected(*question)
        if line.startswith("!"):
            # Nothing in a hundred years: dateutil has nothing in the asked years, too.
            refused += 1
            got = [] if "never comes true" in line else [line]
        else:
            got = [int(word) for word in line.split()]
        runs += len(wanted)
        if got != wanted:
            faults += 1
            if faults <= 10:
                only = [x for x in got if x not in wanted][:3], [x for x in wanted if x not in got][:3]
                print(f"{question}: {len(got)} runs, not {len(wanted)}; only ours, only theirs: {only}")
    print(f"{len(questions)} schedules, {runs} runs, {refused} never come true, {faults} differ")
    return faults


def seconds(year):
    return int(datetime.datetime(year, 1, 1, tzinfo=UTC).timestamp())


def zone_names():
    return sorted(zoneinfo.available_timezones() - {"localtime", "Factory"})  # names of no place


def different_zones():
    """One name for each set of rules: half of the names are links."""
    found = {}
    for name in zone_names():
        for folder in zoneinfo.TZPATH:
            path = os.path.join(folder, name)
            if os.path.isfile(path):
                with open(path, "rb") as file:
                    found.setdefault(file.read(), name)
                break
    return sorted(found.values())


def zones():
    anchor = datetime.datetime(2025, 12, 1)
    found = []
    for i, name in enumerate(different_zones()):
        years = 5 if i % 40 == 0 else 2
        found.append((name, anchor, "FREQ=DAILY;BYHOUR=0,2;BYMINUTE=30", seconds(2026), seconds(2026 + years)))
    return found


def some(rand, values, most):
    return ",".join(str(v) for v in rand.sample(values, rand.randint(1, most)))


def signed(values):
    return [v for n in values for v in (n, -n)]


def one_way(rand, numbers):
    """BYSETPOS is refused with days counted from both ends."""
    sign = rand.choice([1, -1])
    return [sign * n for n in numbers]


def random_rule(rand):
    freq = rand.choice(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"])
    parts = [f"FREQ={freq}"]
    by_days = False
    positions = False
    ends = rand.choice([signed, lambda numbers: one_way(rand, numbers)])
    if rand.random() < 0.5:
        parts.append(f"INTERVAL={rand.choice([1, 2, 3, 4, 5, 7, 13, 40])}")
    if rand.random() < 0.3 and freq != "YEARLY" or freq == "YEARLY" and rand.random() < 0.5:
        parts.append(f"BYMONTH={some(rand, range(1, 13), 4)}")
    month = "BYMONTH" in parts[-1]
    choice = rand.random()
    if freq == "YEARLY" and not month and choice < 0.2:
        parts.append(f"BYYEARDAY={some(rand, ends(range(1, 367)), 6)}")
        by_days, positions = True, ends is not signed
    elif freq in ("MONTHLY", "YEARLY") and choice < 0.6:
        # Not both: dateutil reads "2MO,TU" as the second Monday if it is a Tuesday.
        days = [f"{n}{day}" for n in signed(range(1, 6)) for day in DAYS] if rand.random() < 0.7 else DAYS
        parts.append(f"BYDAY={some(rand, days, 4)}")
        positions = True
    elif freq != "WEEKLY" and choice < 0.8:
        numbers = range(1, 32) if freq == "DAILY" else ends(range(1, 32))
        parts.append(f"BYMONTHDAY={some(rand, numbers, 5)}")
        by_days = True
        positions = freq != "DAILY" and ends is not signed
    if freq in ("DAILY", "WEEKLY") and rand.random() < 0.5 or by_days and rand.random() < 0.3:
        parts.append(f"BYDAY={some(rand, DAYS, 4)}")
    if positions and rand.random() < 0.3:
        parts.append(f"BYSETPOS={some(rand, signed(range(1, 5)), 2)}")
        parts.append(f"BYHOUR={rand.randrange(24)}")
    elif rand.random() < 0.7:
        parts.append(f"BYHOUR={some(rand, range(24), 3)}")
        if rand.random() < 0.5:
            parts.append(f"BYMINUTE={some(rand, range(60), 3)}")
    if rand.random() < 0.3:
        parts.append(f"WKST={rand.choice(DAYS)}")
    end = rand.random()
    if end < 0.15:
        parts.append(f"COUNT={rand.randint(1, 200)}")
    elif end < 0.3:
        parts.append(f"UNTIL={rand.randint(2025, 2029)}{rand.randint(1, 12):02}{rand.randint(1, 28):02}T"
                     f"{rand.randrange(24):02}0000")
    head, rest = parts[:1], parts[1:]
    rand.shuffle(rest)
    return ";".join(head + rest)


def rules(seed, count):
    rand = random.Random(seed)
    names = zone_names()
    found = []
    for _ in range(count):
        anchor = datetime.datetime(rand.randint(2020, 2027), rand.randint(1, 12), rand.randint(1, 28),
                                   rand.randrange(24), rand.randrange(60))
        if rand.random() < 0.1:
            anchor = anchor.replace(month=rand.choice([1, 3, 5, 7, 8, 10, 12]), day=rand.randint(29, 31))
        first = rand.randint(2020, 2028)
        found.append((rand.choice(names), anchor, random_rule(rand), seconds(first), seconds(first + 2)))
    return found


def main():
    program, what = sys.argv[1:3]
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else 5545
    questions = zones() if what == "zones" else rules(seed, int(sys.argv[4]) if len(sys.argv) > 4 else 200)
    return 1 if compare(program, questions) or not questions else 0


if __name__ == "__main__":
    sys.exit(main())
