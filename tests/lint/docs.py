"""lint.docs: what the documents promise is there, and what is there stands in the documents.

Every command and every long option of the program has its entry in docs/man/tocsin.1, and no entry
is without its option; every shape that code writes has its section in docs/schemata.md, and the
other way round; every folder has a README.md of at most 40 lines; every decision is linked from
docs/decisions/README.md; links between pages lead somewhere; pages of the manual have no warnings.
"""
import os
import re
import shutil
import subprocess
import sys

import tree

PAGE = "docs/man/tocsin.1"
MAIN = "dispatcher/cli.c"
SCHEMATA = "docs/schemata.md"
DECISIONS = "docs/decisions/"
README_MOST = 40

COMMAND = re.compile(r'\{\s*"([a-z-]+)",\s*command_')
COMMON = re.compile(r'\{\s*"([a-z-]+)",\s*(?:required|no)_argument')
FUNCTION = re.compile(r"^int command_(\w+)\(.*?^\}", re.M | re.S)
TABLE = re.compile(r"struct cli_option \w+\[\] = \{(.*?)\};", re.S)
OPTION = re.compile(r'\{\s*"([a-z-]+)"')
LONG = re.compile(r"--([a-z][a-z-]*)")
SHAPE = re.compile(r'"(tocsin\.[a-z.]+/\d+)\\?"')
SHOWN = re.compile(r"^#+ (tocsin\.[a-z.]+/\d+)$", re.M)
UNNAMED = {"tocsin.evidence/1"}  # its lines carry a "v" instead
LINK = re.compile(r"(?<!!)\[[^\]\n]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ +(.*)$", re.M)
FENCE = re.compile(r"^```.*?^```", re.M | re.S)


def sections(page):
    """Of the manual page: name of each .SS (and .SH) → its text, with plain dashes."""
    parts = re.split(r"^\.S[SH] +(.*)$", page, flags=re.M)
    return {parts[i].strip('" '): parts[i + 1] for i in range(1, len(parts), 2)}


def tags(text):
    """Long options that have an entry: the line behind a .TP."""
    found = set()
    for match in re.finditer(r"^\.TP\n(.*)$", text, re.M):
        found |= set(LONG.findall(match.group(1).replace("\\-", "-")))
    return found


def options(root):
    """Name of each command → the long options that its function reads."""
    found = {}
    for path in tree.files(root, ".c"):
        if path.startswith("dispatcher/commands/cmd_"):
            for match in FUNCTION.finditer(tree.read(root, path)):
                tables = "".join(TABLE.findall(match.group()))
                found[match.group(1)] = (path, set(OPTION.findall(tables)))
    return found


def check_manual(root):
    for path in (MAIN, PAGE):
        if not os.path.isfile(os.path.join(root, path)):
            yield f"{path}:1: is missing: nothing can be compared: mend {os.path.basename(__file__)}"
            return
    cli = tree.read(root, MAIN)
    page = sections(tree.read(root, PAGE))
    commands, common = COMMAND.findall(cli), COMMON.findall(cli)
    if not commands or not common:
        yield f"{MAIN}:1: no table of commands or options is found: mend {os.path.basename(__file__)}"
    known = options(root)
    for name in common:
        if name not in tags(page.get("COMMON OPTIONS", "")):
            yield f"{PAGE}:1: --{name} of {MAIN} has no entry under COMMON OPTIONS"
    for name in commands:
        path, has = known.get(name, (MAIN, set()))
        if name not in page:
            yield f"{PAGE}:1: the command {name} has no section (.SS {name})"
            continue
        there = tags(page[name])
        for option in sorted(has - there):
            yield f"{PAGE}:1: {name}: --{option} of {path} has no entry"
        for option in sorted(there - has):
            yield f"{PAGE}:1: {name}: --{option} has an entry, but {path} does not know it"
    for name in sorted(set(known) - set(commands)):
        yield f"{known[name][0]}:1: command_{name} stands in no table of {MAIN}"


def check_schemata(root):
    page = tree.read(root, SCHEMATA) if os.path.isfile(os.path.join(root, SCHEMATA)) else ""
    shown = set(SHOWN.findall(page))
    written = {}
    for path in tree.files(root, ".c"):
        if not path.startswith("tests/"):
            for shape in SHAPE.findall(tree.read(root, path)):
                written.setdefault(shape, path)
    for shape in sorted(set(written) - shown):
        yield f"{SCHEMATA}:1: {shape} of {written[shape]} has no section"
    for shape in sorted(shown - set(written) - UNNAMED):
        yield f"{SCHEMATA}:1: {shape} has a section, but nothing writes it"


def check_readmes(root):
    folders = {path.split("/")[0] for path in tree.files(root, "") if "/" in path}
    for folder in sorted(f for f in folders if not f.startswith(".")):
        path = f"{folder}/README.md"
        if not os.path.isfile(os.path.join(root, path)):
            yield f"{path}:1: is missing: what does {folder}/ do, what must it not know?"
            continue
        lines = tree.read(root, path).count("\n")
        if lines > README_MOST:
            yield f"{path}:{lines}: more than {README_MOST} lines: say less, or say it in docs/"


def check_decisions(root):
    index = tree.read(root, DECISIONS + "README.md") if os.path.isfile(
        os.path.join(root, DECISIONS + "README.md")) else ""
    linked = {target.split("#")[0] for target in LINK.findall(index)}
    for path in tree.files(root, ".md"):
        name = path[len(DECISIONS):]
        if path.startswith(DECISIONS) and name != "README.md":
            if name not in linked:
                yield f"{path}:1: is not linked from {DECISIONS}README.md"
            if not re.fullmatch(r"\d{4}-[a-z0-9-]+\.md", name):
                yield f"{path}:1: a decision is called NNNN-words.md"


def anchor(heading):
    """As the usual renderers make it of a heading."""
    words = re.sub(r"[`*]", "", heading.strip()).lower()
    return re.sub(r"[^\w\- ]", "", words).replace(" ", "-")


def check_links(root):
    for path in tree.files(root, ".md"):
        text = FENCE.sub(lambda m: re.sub(r"[^\n]", " ", m.group()), tree.read(root, path))
        for match in LINK.finditer(text):
            target, _, part = match.group(1).partition("#")
            if re.match(r"[a-z]+:", target):
                continue
            here = f"{path}:{tree.line_of(text, match.start())}"
            full = os.path.normpath(os.path.join(root, os.path.dirname(path), target)) if target \
                else os.path.join(root, path)
            if not os.path.exists(full):
                yield f"{here}: the link to {target} leads nowhere"
            elif part and full.endswith(".md") and part not in {
                    anchor(h) for h in HEADING.findall(tree.read("", full))}:
                yield f"{here}: {target} has no heading #{part}"


def check_pages(root):
    """groff's own warnings about pages of the manual."""
    if shutil.which("groff") is None:
        return
    for path in tree.files(root, ".1", ".5", ".8"):
        if path.startswith("docs/man/"):
            done = subprocess.run(["groff", "-man", "-Tutf8", "-ww", "-z", path], cwd=root,
                                  capture_output=True, check=False)
            for line in done.stderr.decode(errors="replace").splitlines():
                yield f"{path}:1: {line}"


def check(root):
    for part in (check_manual, check_schemata, check_readmes, check_decisions, check_links, check_pages):
        yield from part(root)


CLI = """static const struct command commands[] = {
    {"init", command_init}, {"key",
     command_key},
};
struct option longs[] = {{"config", required_argument, NULL, 1},
                         {"help", no_argument, NULL, 2}};
"""
CMD = """int command_init(struct app *app, int argc, char **argv)
{
    const struct cli_option options[] = {{"maker", &v->maker, NULL},
                                         {"ca-file", &v->ca, NULL}, {"test", NULL, &in.test}};
    return 0;
}
int command_key(struct app *app, int argc, char **argv)
{
    return 0;
}
"""
MANUAL = r""".TH TOCSIN 1 "" "Tocsin" "User commands"
.SH COMMON OPTIONS
.TP
.BI \-\-config " FILE"
Where.
.TP
.B \-\-help
How.
.SH SET UP
.SS init
.TP
.BI \-\-maker " NAME\fR, " \-\-ca\-file " FILE"
Who.
.TP
.B \-\-test
Whether.
.SS key
Uses gpg \-\-armor.
"""
CLEAN = {
    MAIN: CLI, "dispatcher/commands/cmd_setup.c": CMD, PAGE: MANUAL, "dispatcher/README.md": "# It\n",
    "dispatcher/commands/board.c": 'f("tocsin.board/1"); g("{\\"schema\\":\\"tocsin.run/2\\"}");\n',
    SCHEMATA: "## tocsin.board/1\n### tocsin.run/2\n## tocsin.evidence/1\n",
    "docs/README.md": "[a](decisions/0001-a.md) [b](https://example.com/x) [c](#it)\n# It\n",
    DECISIONS + "README.md": "[a](0001-a.md)\n", DECISIONS + "0001-a.md": "# A\n[up](../README.md#it)\n",
    "README.md": "# Top\n```\n[not](a-link.md)\n```\n",
}


def changed(path, old, new):
    assert old in CLEAN[path]
    return {path: CLEAN[path].replace(old, new)}


PLANTS = [
    ("command without entry", changed(PAGE, ".SS key\n", ""), "the command key has no section"),
    ("option without entry", changed(PAGE, r"\-\-test", "test"), "init: --test of dispatcher/commands/cmd_"),
    ("second option of an entry", changed(PAGE, r"\-\-ca\-file", "x"), "init: --ca-file of"),
    ("entry without option", changed("dispatcher/commands/cmd_setup.c", ', {"test", NULL, &in.test}', ""),
     "--test has an entry, but dispatcher/commands/cmd_setup.c does not know it"),
    ("common option", changed(PAGE, r"\-\-help", "help"), "--help of dispatcher/cli.c has no entry"),
    ("command in no table", {"dispatcher/commands/cmd_more.c": "int command_more(void)\n{\n}\n"},
     "dispatcher/commands/cmd_more.c:1: command_more stands in no table"),
    ("tables that are not understood", {MAIN: "int main(void);\n"}, "no table of commands"),
    ("shape without section", changed(SCHEMATA, "### tocsin.run/2\n", ""),
     "tocsin.run/2 of dispatcher/commands/board.c has no section"),
    ("section without shape", changed("dispatcher/commands/board.c", 'f("tocsin.board/1"); ', ""),
     "tocsin.board/1 has a section, but nothing writes it"),
    ("folder without README", {"store/a.c": "\n"}, "store/README.md:1: is missing"),
    ("long README", {"docs/README.md": "\n" * 41}, "docs/README.md:41: more than 40 lines"),
    ("decision not linked", {DECISIONS + "0002-b.md": "# B\n"}, "0002-b.md:1: is not linked"),
    ("decision of another name", {DECISIONS + "b.md": "# B\n"}, "is called NNNN-words.md"),
    ("dead link", {"docs/b.md": "\n[x](../store/a.md)\n"}, "docs/b.md:2: the link to ../store/a.md"),
    ("dead heading", {"docs/b.md": "[x](README.md#else)\n"}, "README.md has no heading #else"),
]
if shutil.which("groff") is not None:
    PLANTS.append(("page with a warning", {PAGE: MANUAL + ".\n.NOSUCH x\n"}, "docs/man/tocsin.1:1: "))

if __name__ == "__main__":
    if shutil.which("groff") is None:
        print("SKIP: groff is not installed (Debian: groff-base): warnings of the manual are not seen")
    sys.exit(tree.run(check, CLEAN, PLANTS))
