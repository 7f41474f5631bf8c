"""lint.trace: the trace matrix docs/trace.md (clause → tests that prove it) is what the tests say.

    trace.py ROOT            is the page up to date, and does each clause have its test?
    trace.py ROOT --print    the page

The clauses stand in tests/clauses.txt. A test says what it proves: in C by a comment above it,
`/* Proves: 4.1.7 score, gate.11, P6 */`, in a script by a line `# Proves: P1, P5`, before its
imports or at its end. `gate rows of the table` stands for every row of the gate that the file names
in a string, or, where it names none, for all rows. Each test must be one that Check and CTest run.
"""
import os
import re
import sys

import tree

CLAUSES = "tests/clauses.txt"
PAGE = "docs/trace.md"
ROWS = "advisory/gate_explain.c"
TAGS = {".c": re.compile(r"/\* Proves: (.*?)\*/\n", re.S), ".py": re.compile(r"^# Proves: ((?:.*\n# )*.*)$", re.M)}
START = re.compile(r"START_TEST\((\w+)\)")
TABLE = "gate rows of the table"
HEAD = """# Trace matrix
Which test proves which clause: written by `tests/lint/trace.py . --print` from what the tests themselves say (`Proves:`), against the
list of clauses in `tests/clauses.txt`; `lint.trace` fails when a clause has no test, a test is not run, or this page is old. Clauses are in
our own words; the standards have theirs. A test is a CTest (`folder.noun`) and, where it has many, its sentence.
"""


def clauses(root):
    """[(section, [(name, words)])], with the rows of the gate where gate.* stands."""
    found = []
    for number, line in enumerate(tree.read(root, CLAUSES).splitlines(), 1):
        if line.startswith("= "):
            found.append((line[2:], []))
        elif line.strip() and not line.startswith("#"):
            name, _, words = line.partition(" | ")
            if not words or not found:
                raise ValueError(f"{CLAUSES}:{number}: is no clause: write NAME | what it asks")
            found[-1][1].extend(rows(root) if name == "gate.*" else [(name, words)])
    return found


def rows(root):
    """Of the table of explanations: id and title."""
    return re.findall(r'\{"(gate\.\w+)",\s*"([^"]+)"', tree.read(root, ROWS))


def unrolled(text):
    """foreach(NAME word ...) ... endforeach() as it is run."""
    def run(match):
        return "".join(match.group(3).replace("${%s}" % match.group(1), word) for word in match.group(2).split())
    return re.sub(r"\bforeach\((\w+) ([^()]*)\)(.*?)\bendforeach\(\)", run, text, flags=re.S)


def ctests(root):
    """Source → names of the CTests that run it, as the CMakeLists have them."""
    found = {}
    for path in tree.files(root, "CMakeLists.txt"):
        text = unrolled(re.sub(r"#[^\n]*", "", tree.read(root, path)))
        folder = os.path.dirname(path)
        for kind, words in re.findall(r"\b(tocsin_(?:test|e2e|torture))\(([^()]*)\)", text):
            word = words.split()
            if kind == "tocsin_test" and "$" not in word[0] + word[1]:
                found.setdefault(f"tests/{word[0]}/test_{word[1]}.c", []).append(f"{word[0]}.{word[1]}")
            elif kind != "tocsin_test" and "$" not in word[0]:
                found.setdefault(f"{folder}/{word[1]}.py", []).append(f"{kind[7:]}.{word[0]}")
        for noun in re.findall(r"\bstore_server_test\((\w+)", text):
            found.setdefault(f"tests/store/test_{noun}.c", []).append(f"store.{noun}")
        for name, words in re.findall(r"\badd_test\(NAME ([\w.-]+)\s+COMMAND([^()]*)\)", text):
            for script in re.findall(r"(\$\{CMAKE_CURRENT_SOURCE_DIR\}|tests)(/[\w/.-]+\.py)", words):
                place = (folder if script[0] != "tests" else "tests") + script[1]
                found.setdefault(place, []).append(name)
    # The suite of all stores is run by the test of each.
    for path in tree.files(root, ".c"):
        if path.startswith("tests/store/suite_"):
            found[path] = [name for name in ("store.sqlite", "store.postgresql")
                           if f"tests/store/test_{name[6:]}.c" in found]
    return {path: sorted(set(names)) for path, names in found.items()}


def tagged(root):
    """(path, line, what is claimed, sentence or "") of every tag."""
    for path in tree.files(root, ".c", ".py"):
        if not path.startswith("tests/") or path == "tests/lint/trace.py":
            continue
        text = tree.read(root, path)
        for match in TAGS[os.path.splitext(path)[1]].finditer(text):
            start = START.search(text, match.end())
            between = text[match.end():start.start()] if start else "x"
            sentence = start.group(1) if path.endswith(".c") and not between.strip() else ""
            claims = [c.strip(" \n*#") for c in re.sub(r"\n\s*[*#]", " ", match.group(1)).split(",")]
            claims = [" ".join(c.split()) for c in claims]
            if TABLE in claims:
                claims.remove(TABLE)
                named = set(re.findall(r'"(gate\.\w+)"', text)) & {r[0] for r in rows(root)}
                claims += sorted(named or {r[0] for r in rows(root)})
            yield path, tree.line_of(text, match.start()), claims, sentence


def collect(root, faults):
    """Clause → tests, as they stand on the page."""
    known = {name for _, group in clauses(root) for name, _ in group}
    tests = ctests(root)
    proofs = {}
    for path, line, claims, sentence in tagged(root):
        here = f"{path}:{line}"
        if path.endswith(".c") and not sentence:
            faults.append(f"{here}: Proves stands above no test: put it above START_TEST")
            continue
        runs = re.search(rf"\btcase_add_(?:loop_|exit_)?(?:test|test_raise_signal)\(\s*\w+,\s*{sentence}\b", tree.read(root, path))
        if sentence and not runs:
            faults.append(f"{here}: {sentence} is run by nobody: add it to its TCase")
        if not tests.get(path):
            faults.append(f"{here}: is no CTest: nothing runs it")
        for claim in claims:
            if claim not in known:
                faults.append(f"{here}: {claim} is no clause of {CLAUSES}")
            words = " ".join(f"`{name}`" for name in tests.get(path, []))
            proofs.setdefault(claim, []).append(words + (" " + sentence.replace("_", " ") if sentence else ""))
    for path in tree.files(root, ".patch"):
        head = re.match(r"Promise: ([^:\n]+):.*\nTests: (.+)\n", tree.read(root, path))
        for claim in re.findall(r"\bP\d+\b", head.group(1)) if head else []:
            words = " ".join(f"`{name}`" for name in head.group(2).split())
            bug = os.path.basename(path)[:-6].replace("-", " ")
            proofs.setdefault(claim, []).append(f"{words} sees the planted bug “{bug}”")
    return proofs


def page(root, faults):
    proofs = collect(root, faults)
    out = [HEAD]
    for section, group in clauses(root):
        out.append(f"\n## {section}\n| clause | asks | proven by |\n|---|---|---|\n")
        for name, words in group:
            proven = sorted(set(proofs.get(name, [])))
            if words.startswith("later: ") == bool(proven):
                faults.append(f"{CLAUSES}:1: {name}: " + (
                    "is for later, but a test proves it: take away \"later:\"" if proven else "no test says that it proves it"))
            words = words.replace("later: ", "*Not yet.* ", 1)
            out.append(f"| {name} | {words} | {'<br>'.join(proven)} |\n")
    return "".join(out)


def check(root):
    faults = []
    try:
        wanted = page(root, faults)
    except (ValueError, OSError) as fault:
        yield str(fault)
        return
    yield from faults
    there = tree.read(root, PAGE) if os.path.isfile(os.path.join(root, PAGE)) else ""
    if there != wanted:
        yield f"{PAGE}:1: is old: write it anew: tests/lint/trace.py . --print >{PAGE}"


TEST = """/* Proves: 1.1, gate rows of the table */
START_TEST(it_works)
{
}
END_TEST
static const char *rows[] = {"gate.1"};
int main(void)
{
    tcase_add_loop_test(tc, it_works, 0, 2);
}
"""
CLEAN = {
    CLAUSES: "# x\n= S\n1.1 | Words.\ngate.* | rows\n2 | later: Not there.\nP1 | It holds.\n",
    ROWS: 'x = {{"gate.1", "One",}, {"gate.2",\n "Two",}};\n',
    "tests/CMakeLists.txt": "",
    "tests/a/CMakeLists.txt": "foreach(noun is it)\ntocsin_test(a ${noun}) # and\nendforeach()\ntocsin_e2e(T1-x T1-x 300)\nadd_test(NAME a.z\n COMMAND p ${X}/tests/a/z.py)\n",
    "tests/a/test_it.c": TEST, "tests/a/T1-x.py": "# Proves: P1\nimport os\n",
    "tests/a/z.py": "import os\n\n# Proves: gate.2,\n# 1.1\n\n# x\n",
    PAGE: HEAD + "\n## S\n| clause | asks | proven by |\n|---|---|---|\n| 1.1 | Words. | `a.it` it works<br>`a.z` |\n"
    "| gate.1 | One | `a.it` it works |\n| gate.2 | Two | `a.z` |\n| 2 | *Not yet.* Not there. |  |\n| P1 | It holds. | `e2e.T1-x` |\n",
}


def changed(path, old, new):
    assert old in CLEAN[path]
    return {path: CLEAN[path].replace(old, new)}


PLANTS = [
    ("an old page", changed(PAGE, "`a.z`", "`a.y`"), "is old"),
    ("a clause without a test", changed("tests/a/T1-x.py", "# Proves: P1", ""), "P1: no test says"),
    ("a clause that is none", changed("tests/a/T1-x.py", "P1", "P1, P2"), "P2 is no clause"),
    ("a test for what is not there", changed("tests/a/T1-x.py", "P1", "P1, 2"), "is for later, but a test"),
    ("a test that nobody runs", changed("tests/a/test_it.c", "tc, it_works", "tc, it_breaks"), "it_works is run by nobody"),
    ("a file that nobody runs", changed("tests/a/CMakeLists.txt", "is it", "is was"), "is no CTest"),
    ("a tag above nothing", changed("tests/a/test_it.c", "*/\n", "*/\nint x;\n"), "stands above no test"),
    ("a line that is no clause", changed(CLAUSES, "1.1 | ", "1.1 "), "is no clause: write"),
]

if __name__ == "__main__":
    if len(sys.argv) == 3 and sys.argv[2] == "--print":
        sys.stdout.write(page(sys.argv[1], []))
        sys.exit(0)
    sys.exit(tree.run(check, CLEAN, PLANTS))
