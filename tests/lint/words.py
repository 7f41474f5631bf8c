"""lint.words: calls that are banned, calls that have one home, and words of unfinished work."""
import re
import sys

import tree

# What to use instead is what the reader needs.
BANNED = {
    "strcpy": "use struct str or snprintf", "strcat": "use struct str",
    "sprintf": "use struct str or snprintf", "vsprintf": "use vsnprintf",
    "strncpy": "use memcpy with a checked size", "strncat": "use struct str",
    "stpcpy": "use struct str", "gets": "use file_read", "strtok": "use strcspn",
    "atoi": "use number_parse", "atol": "use number_parse", "atoll": "use number_parse",
    "atof": "use json_double", "gmtime": "use clock_text", "gmtime_r": "use clock_text",
    "localtime": "use clock_text", "localtime_r": "use clock_text", "ctime": "use clock_text",
    "asctime": "use clock_text", "mktime": "use clock_parse", "timegm": "use clock_parse",
    "time": "use clock_now_ms", "system": "use posix_spawn without a shell",
    "popen": "use posix_spawn without a shell", "wordexp": "no shell words",
    "alloca": "use an arena", "mktemp": "use mkdtemp", "tmpnam": "use mkdtemp",
    "rand": "use random_below", "srand": "use random_below", "random": "use random_below",
}
# A call, and the files that are its only home. Tests may do what they need.
HOMES = {
    "fsync": ["base/file.c"], "fdatasync": ["base/file.c"],
    "clock_gettime": ["base/clock.c"], "gettimeofday": ["base/clock.c"],
    "getrandom": ["base/random.c"],
}
CALL = re.compile(r"(?<![\w.])(?<!->)(%s)\s*\(" % "|".join([*BANNED, *HOMES]))
SHELL = re.compile(r'"(/usr)?/bin/(ba|da)?sh"')
UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b|\b(?i:for now|not implemented)\b")
TEXTS = (".c", ".h", ".py", ".sh", ".cmake", ".txt", ".sql", ".md", ".mustache")
SELF = "tests/lint/words.py"


def check_code(path, text):
    code = tree.code_only(text)
    for match in CALL.finditer(code):
        word, line = match.group(1), tree.line_of(code, match.start())
        if word in BANNED:
            yield f"{path}:{line}: {word}() is banned: {BANNED[word]}"
        elif path not in HOMES[word] and not path.startswith("tests/"):
            yield f"{path}:{line}: {word}() has its only home in {HOMES[word][0]}: call that"
    for match in SHELL.finditer(text):
        yield f"{path}:{tree.line_of(text, match.start())}: a shell is never started: exec directly"


def check(root):
    for path in tree.files(root, *TEXTS):
        text = tree.read(root, path)
        if path.endswith((".c", ".h")):
            yield from check_code(path, text)
        for match in UNFINISHED.finditer(text):
            if path != SELF:
                yield (f"{path}:{tree.line_of(text, match.start())}: \"{match.group()}\": "
                       "finish it or say what is left in the documents")


CLEAN = {
    "base/a.c": '/* strcpy(a, b) */ const char *s = "system(x) sprintf(";\n'
                "int x = clock_time(1) + a.time(2) + b->time(3) + sometime(4) + snprintf(5);\n"
                'char dir[] = "/tmp/x-XXXXXX";\n',
    "base/file.c": "int x = fsync(1);\n",
    "tests/base/test_a.c": "int x = fsync(1);\n",
}
PLANTS = [
    ("banned call", {"base/b.c": "\n  strcpy(a, b);\n"}, "base/b.c:2: strcpy() is banned"),
    ("banned call in a header", {"base/b.h": "x = atoi (a);\n"}, "atoi() is banned"),
    ("banned call in a test", {"tests/base/b.c": "t = time(NULL);\n"}, "time() is banned"),
    ("a shell", {"base/b.c": 'execl("/bin/sh", "sh");\n'}, "a shell is never started"),
    ("fsync far from home", {"store/b.c": "fsync(fd);\n"}, "only home in base/file.c"),
    ("second clock", {"store/b.c": "clock_gettime(0, &t);\n"}, "only home in base/clock.c"),
    ("unfinished code", {"base/b.c": "/* " + "TO" + "DO */\n"}, "finish it"),
    ("unfinished page", {"docs/b.md": "This is " + "not impl" + "emented.\n"}, "finish it"),
    ("behind a character", {"base/b.c": "char q = '\"'; strcat(a, b); // \"\n"}, "strcat() is"),
]

if __name__ == "__main__":
    sys.exit(tree.run(check, CLEAN, PLANTS))
