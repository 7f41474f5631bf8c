#!/usr/bin/python3
"""csaf-reference: `tocsin check` and the reference validator of CSAF 2.0 judge the same mutants alike.

    tests/tools/csaf-reference-install        (once; needs npm and the network)
    TOCSIN=build/dev/tocsin tests/torture/csaf-reference.py [--whole] [--seed N] [--count N] [--show N]

Sources are real advisories (when they are there), those of tests/fixtures/advisory and the examples of
each test. Mutants: a member dropped, doubled, swapped, retyped or renumbered, a list reordered, a score,
a date, a version, an id or a word edited, up to three at once. Compared are the verdict, and which
mandatory and optional tests fired. Where the two differ, docs/csaf-differences.md has the reason and the
sentence of the specification; each reason is a function below that recognises it in the document, and a
difference without one fails this suite.
"""
# Proves: csaf
import argparse
import copy
import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, os.path.join(ROOT, "tests", "tools"))
import csaf_differences  # noqa: E402  (it is there)

QUICK, WHOLE, BATCH = 1000, 20000, 2000
MODULES = os.environ.get("TOCSIN_CSAF_REFERENCE", os.path.join(ROOT, "build", "csaf-reference", "node_modules"))


def sources(tocsin_examples):
    """Documents that mutants are made of."""
    docs = []
    folders = [os.path.join(ROOT, "tests", "fixtures", "advisory"), os.path.join(ROOT, "..", "shared", "corpus", "icsma")]
    for folder in folders:
        if not os.path.isdir(folder):
            print(f"SKIP: {folder} is not there: mutants are made without it")
            continue
        for name in sorted(os.listdir(folder)):
            if name.endswith(".json"):
                with open(os.path.join(folder, name), encoding="utf-8") as file:
                    docs.append(json.load(file))
    with open(os.path.join(folders[0], "exm-2026-0100.json"), encoding="utf-8") as file:
        base = json.load(file)
    for example in tocsin_examples:
        docs += [merge(copy.deepcopy(base), example)] * 2
    return docs


def merge(target, patch):
    """RFC 7396."""
    if not isinstance(patch, dict):
        return copy.deepcopy(patch)
    if not isinstance(target, dict):
        target = {}
    for name, value in patch.items():
        if value is None:
            target.pop(name, None)
        else:
            target[name] = merge(target.get(name), value)
    return target


def examples(program):
    """The examples of all tests, as `check --explain all` prints them."""
    text = subprocess.run([program, "check", "--explain", "all"], check=True, capture_output=True).stdout.decode()
    return [json.loads(line) for line in re.findall(r"^  (\{.*\})$", text, re.M)]


def places(value, found, path=()):
    """Every (container, key) of a document."""
    keys = list(value) if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    for key in keys:
        found.append((value, key, path + (key,)))
        places(value[key], found, path + (key,))


def pick(rng, doc, want=lambda path, value: True):
    found = []
    places(doc, found)
    good = [(c, k) for c, k, path in found if want(path, c[k])]
    return rng.choice(good) if good else None


def named(*names):
    return lambda path, value: path[-1] in names


OTHER = [None, True, False, 0, 1.5, -1, 11, "", "x", [], ["x"], {}, {"x": 1}, "\u00a0", "2026-01-01T00:00:00Z", "1.0.0"]
DATES = ["2026-03-01T10:00:00Z", "2026-03-01T11:00:00+01:00", "2026-03-01T10:00:00.000Z", "2026-03-01t10:00:00z", "2026-02-30T10:00:00Z",
         "2016-12-31T23:59:60Z", "2026-03-01 10:00:00Z", "2026-03-01T10:00:00", "2026-03-01T10:00:00+0100", "2001-01-01T00:00:00.5Z",
         "2031-01-01T00:00:00-12:00", "2026-03-01T24:00:00Z", "2000-01-01T00:00:00.123456789Z", "2026-03-01T10:00Z", "0000-01-01T00:00:00Z"]
VERSIONS = ["0", "1", "2", "3", "10", "01", "0.1.0", "1.0.0", "1.0.1", "1.1.0", "2.0.0", "1.0.0-rc1", "1.0.0-rc.1", "2.0.0-alpha+7", "1.0.0+7",
            "1.0", "v1", "1.0.0-01", "1.0.0-0a", "0.9.0", "3.0.0", "1.0.0+a-b", "0.0.0", "1.0.0-"]
LANGUAGES = ["en", "de-AT", "EN", "en-us", "zh-Hant-TW", "zh-cmn", "zh-yue-HK", "sl-rozaj-biske", "de-1996", "qtx", "en-x-a", "x-a", "i-default",
             "i-mingo", "I-DEFAULT", "xx", "EZ", "art-lojban", "de-419-DE", "en-QM", "en-Qaaa", "en-u-co-phonebk", "en-a-bb", "de-1996-1996",
             "jp", "en-Latn-US-oxendict", "ar-aao", "en-aao", "fonipa", "en-fonipa", "sgn-BE-FR", "zh-min-nan", "de-DE-u-co-a", "root", "en-AA"]
URIS = ["https://example.com", "http://[::1]:80/a?b#c", "mailto:a@example.com", "urn:x:y", "example.com", "/a", "https://exa mple.com", "http://a/%zz",
        "http://a/%20", "HTTP://A", "x:", "https://", "http://\u00e4.de", "https://a/b|c", "https://a:b@c:1/", "http://[::1", "http://[1:2:3:4:5:6:7:8]/",
        "http://1.2.3.4", "http://[::ffff:1.2.3.4]", "http://[v1.a]", "https://a/[b]", "https://example.com/exm-2026-0100.json", "a:b", "1a:b", "http:/a",
        "https://example.com/a#b#c", "file:///a", "tel:+1", "https://a\\b", "https://a/^", "https://a?b=c d", "//a/b"]
PURLS = ["pkg:npm/a@1", "pkg:maven/a@1", "pkg:maven/o/a@1", "pkg:npm/%40a/b", "pkg:npm/@a/b@1", "pkg:1a/b", "pkg:a/", "pkg:a/b?c=d&c=e", "pkg:a/b?1=2",
         "pkg:a/b#c", "pkg://a/b", "pkg:a/b@", "pkg:swift/a", "pkg:cran/a", "pkg:cran/a@1", "pkg:a/b%zz", "pkg:oci/a/b", "pkg:pub/a-B", "PKG:a/b", "pkg:a+b/c",
         "pkg:golang/a/b@v1.0.0", "pkg:a/b?q=1", "pkg:generic/a%2Fb@1", "pkg:a/b?x", "pkg:a/b/c/d@1?q=r#s/t", "pkg:a//b", "pkg:conan/a/b", "pkg:a/b?c%d=1"]
CPES = ["cpe:2.3:a:b:c:1:*:*:*:*:*:*:*", "cpe:2.3:a:b:c:1:*:*:*:*:*:*", "cpe:/a:b:c", "CPE:/A:b", "cpe:/", "cpe:2.3:a:b:c:1:*:*:en-us:*:*:*:*",
        "cpe:2.3:h:b\\:d:c:?1*:*:*:*:*:*:*:*", "xcpe:/a:b", "cpe:2.3:x:b:c:1:*:*:*:*:*:*:*", "cpe:2.3:a:b:c:1:*:*:*:*:*:*:*:more", "cpe:/a:b:c:d:e:f:g:h",
        "cpe:2.3:a:**:c:1:*:*:*:*:*:*:*", "cpe:2.3:a:b:c:1:*:*:english:*:*:*:*", "cpe:2.3:a:-:*:-:*:*:-:*:*:*:??a??"]
CATEGORIES = ["csaf_security_advisory", "csaf_vex", "csaf_informational_advisory", "csaf_security_incident_response", "csaf_base", "Csaf_vex", "csaf_x",
              "vex", "V_eX", "Security Advisory", "csafvex", "csaf-vex", "CSAFsecurityAdvisory", "my advisory", "-x", "x-", "a\nb", " a", "Informational-Advisory",
              "a", "\u00e9", "x\u2028y"]
NAMES = ["< 2.4", "prior to 2.4", "all", "All versions", "2.4", "v2.4", "V2", "vers:generic/<2.4", "vers:npm/", "vers:1/2", "before\u00a02", "allways", "2.4 and later",
         "vers:intdot/>=1|<2", "1>2", "unknown-versions", "\u2264 2", "earlier\tx"]
WORDS = ["vendor", "translator", "coordinator", "self", "external", "draft", "final", "interim", "WHITE", "CLEAR", "impact", "exploit_status", "none_available",
         "vendor_fix", "product_version", "product_version_range", "product_name", "vendor", "md5", "sha1", "sha256", "summary", "description", "legal_disclaimer"]
V3 = ["CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", "CVSS:3.0/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H", "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:N",
      "CVSS:3.1/AV:P/AC:H/PR:H/UI:R/S:U/C:L/I:N/A:N", "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H/E:P/RL:O/RC:C", "AV:N/AC:L/Au:N/C:P/I:P/A:P",
      "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H/MC:N/MI:N/MA:N", "CVSS:3.1/AV:N/AC:L", "CVSS:3.1/AV:N/AV:L/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H",
      "CVSS:3.1/AC:L/AV:N/PR:N/UI:N/S:U/C:H/I:H/A:H", "CVSS:3.1/", "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H/CR:L/IR:X/AR:H", "AV:L/AC:H/Au:M/C:N/I:N/A:P/E:U/TD:N",
      "AV:N/AC:L/Au:N/C:C/I:C/A:C/CDP:H/TD:H/CR:M/IR:M/AR:H", "AV:N/AC:L/Au:N/C:N/I:N/A:N"]
SPECIAL = [(("date", "current_release_date", "initial_release_date", "discovery_date", "release_date"), DATES), (("version", "number"), VERSIONS),
           (("lang", "source_lang"), LANGUAGES), (("url", "namespace"), URIS), (("purl",), PURLS), (("cpe",), CPES), (("name",), NAMES),
           (("category", "label", "status", "party", "algorithm"), WORDS), (("vectorString",), V3),
           (("id",), ["EXM-2026-0100", " x", "x ", "a\nb", "CWE-79", "CWE-0", "CWE-1234567", "CWE-999999", "a b_c", "\u00e4"]),
           (("cve", "text"), ["CVE-2026-900001", "CVE-2026-1", "cve-2026-9000", "CVE-2026-12345678901234567890", "x"])]


def edit(rng, doc):
    names, values = rng.choice(SPECIAL)
    place = pick(rng, doc, lambda path, value: path[-1] in names and isinstance(value, str))
    if place:
        place[0][place[1]] = rng.choice(values)


def category(rng, doc):
    if isinstance(doc.get("document"), dict):
        doc["document"]["category"] = rng.choice(CATEGORIES)


def drop(rng, doc):
    place = pick(rng, doc)
    if place:
        del place[0][place[1]]


def double(rng, doc):
    place = pick(rng, doc, lambda path, value: isinstance(path[-1], int))
    if place:
        place[0].insert(place[1], copy.deepcopy(place[0][place[1]]))


def swap(rng, doc):
    one, two = pick(rng, doc), pick(rng, doc)
    if one and two:
        try:
            a, b = copy.deepcopy(one[0][one[1]]), copy.deepcopy(two[0][two[1]])
            one[0][one[1]], two[0][two[1]] = b, a
        except (KeyError, IndexError):
            pass


def swap_siblings(rng, doc):
    """Two values of one name: two dates, two ids, two names."""
    one = pick(rng, doc, lambda path, value: isinstance(path[-1], str) and isinstance(value, str))
    two = one and pick(rng, doc, named(one[1]))
    if two:
        one[0][one[1]], two[0][two[1]] = two[0][two[1]], one[0][one[1]]


def retype(rng, doc):
    place = pick(rng, doc)
    if place:
        place[0][place[1]] = copy.deepcopy(rng.choice(OTHER))


def renumber(rng, doc):
    place = pick(rng, doc, lambda path, value: isinstance(value, (int, float)) and not isinstance(value, bool))
    if place:
        place[0][place[1]] = rng.choice([0, 1, 5.5, 9.8, 9.9, 10, 10.0, 10.1, -0.1, 7, round(place[0][place[1]] + rng.choice([0.1, -0.1]), 1)])


def reorder(rng, doc):
    place = pick(rng, doc, lambda path, value: isinstance(value, (list, dict)) and len(value) > 1)
    if place and isinstance(place[0][place[1]], list):
        rng.shuffle(place[0][place[1]])
    elif place:
        items = list(place[0][place[1]].items())
        rng.shuffle(items)
        place[0][place[1]] = dict(items)


def add_member(rng, doc):
    place = pick(rng, doc, lambda path, value: isinstance(value, dict))
    if place:
        value = place[0][place[1]]
        name, new = rng.choice([("source_lang", "de"), ("x_more", 1), ("date", DATES[0]), ("group_ids", ["G"]), ("product_ids", ["P1"]), ("notes", []),
                                ("lang", "en"), ("temporalScore", rng.choice([5.0, 9.8, 8.1, 8.8])), ("environmentalScore", rng.choice([0, 9.8, 7.5, 8.1])),
                                ("environmentalSeverity", rng.choice(["NONE", "CRITICAL", "HIGH"])), ("remediationLevel", "OFFICIAL_FIX"), ("attackVector", "LOCAL"), ("temporalSeverity", "LOW"),
                                ("flags", [{"label": "component_not_present", "product_ids": ["P1"]}]), ("references", [{"summary": "s", "url": "https://a/b"}]),
                                ("product_identification_helper", {"purl": rng.choice(PURLS), "cpe": rng.choice(CPES)}),
                                ("cwe", {"id": "CWE-79", "name": "Improper Input Validation"}), ("confidentialityImpact", "NONE"), ("A", 1)])
        value[name] = copy.deepcopy(new)


def score(rng, doc):
    """Something beside a vector: scores of all groups, severities."""
    place = pick(rng, doc, named("cvss_v3", "cvss_v2"))
    if place and isinstance(place[0][place[1]], dict):
        value = place[0][place[1]]
        value[rng.choice(["temporalScore", "environmentalScore"])] = rng.choice([0, 4.0, 7.5, 8.8, 9.8, value.get("baseScore", 0)])
        if rng.random() < 0.5 and isinstance(value.get("vectorString"), str):
            value["vectorString"] += rng.choice(["/E:P", "/E:U/RL:O", "/RC:R", "/MC:N/MI:N/MA:N", "/CR:H", "/MAV:P", "/MS:C", "/E:POC", "/TD:N", "/CDP:H"])


def identify(rng, doc):
    place = pick(rng, doc, named("product_id", "group_id", "product_reference", "relates_to_product_reference"))
    other = pick(rng, doc, named("product_id", "group_id"))
    if place and other and isinstance(other[0][other[1]], str):
        place[0][place[1]] = other[0][other[1]]


def lists(rng, doc):
    """A product in another list of the same vulnerability."""
    place = pick(rng, doc, named("known_affected", "known_not_affected", "fixed", "first_fixed", "under_investigation", "last_affected", "recommended"))
    if place and isinstance(place[0], dict):
        place[0][rng.choice(["fixed", "known_not_affected", "recommended", "under_investigation", "first_affected"])] = copy.deepcopy(place[0][place[1]])


KINDS = [drop, drop, double, swap, swap_siblings, retype, renumber, reorder, edit, edit, edit, edit, category, add_member, score, identify, lists]


def mutate(rng, doc):
    doc = copy.deepcopy(doc)
    kinds = [rng.choice(KINDS) for _ in range(rng.choice([1, 1, 1, 2, 3]))]
    for kind in kinds:
        kind(rng, doc)
    return doc, "+".join(kind.__name__ for kind in kinds)


def judge(program, folder, names):
    done = subprocess.run([program, "check", "--json", folder], check=False, capture_output=True)
    ours = {os.path.basename(row["file"]): row["csaf"] for row in map(json.loads, done.stdout.decode().splitlines())}
    reference = subprocess.run(["node", os.path.join(ROOT, "tests", "tools", "csaf-reference.mjs"), MODULES], check=True, capture_output=True,
                               input="".join(os.path.join(folder, name) + "\n" for name in names).encode())
    theirs = {os.path.basename(row["file"]): row for row in map(json.loads, reference.stdout.decode().splitlines())}
    return ours, theirs


def compare(doc, ours, theirs):
    """Yield (test, who fired) for all that differs."""
    well_formed = theirs["schema"]
    if ours is None:
        yield "verdict", "unreadable"
        return
    if ("schema" in ours["failed"]) == theirs["schema"]:
        yield "schema", "theirs" if not theirs["schema"] else "ours"
    valid = theirs["schema"] and not theirs["failed"]
    if not well_formed or "schema" in ours["failed"]:
        return  # both refuse it; what else is said of a document that is not built right is not comparable
    for which, their in (("failed", theirs["failed"]), ("warned", theirs["warned"])):
        for test in sorted(set(ours[which]) ^ set(their)):
            yield test, "ours" if test in ours[which] else "theirs"
    if ours["valid"] != valid and not (set(ours["failed"]) ^ set(theirs["failed"])):
        yield "verdict", "ours" if not ours["valid"] else "theirs"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--whole", action="store_true")
    parser.add_argument("--seed", type=int, default=2026)
    parser.add_argument("--count", type=int)
    parser.add_argument("--show", type=int, default=3)
    args = parser.parse_args()
    program = os.environ.get("TOCSIN", os.path.join(ROOT, "build", "dev", "tocsin"))
    if not os.path.isdir(os.path.join(MODULES, "@secvisogram")) or shutil.which("node") is None:
        print("SKIP: the reference validator is not there: tests/tools/csaf-reference-install fetches it")
        sys.exit(77)
    rng = random.Random(args.seed)
    docs = sources(examples(program))
    count = args.count or (WHOLE if args.whole else QUICK)
    work = [(doc, "source") for doc in docs] + [None] * count
    totals = {"mutants": 0, "well built": 0, "refused by both": 0, "differences explained": 0}
    seen, bad = {}, {}
    with tempfile.TemporaryDirectory(prefix="tocsin-csaf-reference-") as folder:
        for begin in range(0, len(work), BATCH):
            batch = [item or mutate(rng, rng.choice(docs)) for item in work[begin:begin + BATCH]]
            names = [f"{i:06}.json" for i in range(len(batch))]
            for name in os.listdir(folder):
                os.unlink(os.path.join(folder, name))
            for name, (doc, _) in zip(names, batch):
                with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
                    json.dump(doc, file, ensure_ascii=False, indent=1)
            ours, theirs = judge(program, folder, names)
            for name, (doc, kind) in zip(names, batch):
                totals["mutants"] += 1
                totals["well built"] += theirs[name]["schema"]
                mine = ours.get(name)
                totals["refused by both"] += mine is not None and not mine["valid"] and not (theirs[name]["schema"] and not theirs[name]["failed"])
                for test, who in compare(doc, mine, theirs[name]):
                    reason = csaf_differences.explain(doc, test, who)
                    if reason:
                        totals["differences explained"] += 1
                        seen[reason] = seen.get(reason, 0) + 1
                        continue
                    bad.setdefault((test, who), []).append((kind, doc, theirs[name]))
    for reason, times in sorted(seen.items()):
        print(f"explained {times} times: {reason}")
    for (test, who), cases in sorted(bad.items()):
        print(f"DIFFERENCE: {test} fired only for {who}: {len(cases)} times")
        for kind, doc, their in cases[:args.show]:
            path = os.path.join(tempfile.gettempdir(), f"tocsin-difference-{test}-{who}-{cases.index((kind, doc, their))}.json")
            if args.show:
                with open(path, "w", encoding="utf-8") as file:
                    json.dump(doc, file, ensure_ascii=False, indent=1)
                print(f"  {kind}: {path} {their['errors'][:2]} {their['threw']}")
    print("csaf-reference: " + ", ".join(f"{n} {what}" for what, n in totals.items()) + f", {sum(map(len, bad.values()))} not explained")
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
