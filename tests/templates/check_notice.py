"""Looks at notices as a reader's program would: check_notice.py STYLE PLAIN HOSTILE...

PLAIN and HOSTILE are stems: STEM.html and STEM.txt. All come from the same template; the values of
HOSTILE try to break out, those of PLAIN are the word "zz". Prints what is wrong, exit status 1.
"""
import html.parser
import re
import sys

VOID = {"meta", "br"}
# Every tag with every attribute that our own pages have, and nothing else.
ALLOWED = {
    ("html", (("lang", "en"),)), ("html", (("lang", "de"),)), ("head", ()), ("title", ()),
    ("style", ()), ("body", ()), ("h1", ()), ("h2", ()), ("p", ()), ("p", (("class", "alert"),)),
    ("ul", ()), ("li", ()), ("blockquote", ()), ("br", ()), ("thead", ()), ("tbody", ()), ("tr", ()),
    ("table", (("class", "facts"),)), ("table", (("class", "grid"),)), ("td", ()),
    ("th", (("scope", "row"),)), ("th", (("scope", "col"),)), ("span", (("class", "label"),)),
    ("meta", (("charset", "utf-8"),)),
    ("meta", (("name", "viewport"), ("content", "width=device-width, initial-scale=1"))),
}


class Page(html.parser.HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.tags, self.open, self.wrong, self.text, self.style = [], [], [], [], []

    def handle_starttag(self, tag, attrs):
        if (tag, tuple(attrs)) not in ALLOWED:
            self.wrong.append(f"tag <{tag} {attrs}>")
        if tag != "br":
            self.tags.append(tag)
        if tag not in VOID:
            self.open.append(tag)
        self.text.append(" ")

    def handle_startendtag(self, tag, attrs):
        self.wrong.append(f"tag <{tag}/>")

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.wrong.append(f"</{tag}> closes another tag")
        self.tags.append("/" + tag)
        self.text.append(" ")

    def handle_data(self, data):
        (self.style if self.open and self.open[-1] == "style" else self.text).append(data)

    def handle_comment(self, data):
        self.wrong.append(f"comment {data!r}")

    def handle_decl(self, decl):
        if decl != "DOCTYPE html":
            self.wrong.append(f"declaration {decl!r}")

    def handle_pi(self, data):
        self.wrong.append(f"instruction {data!r}")

    def unknown_decl(self, data):
        self.wrong.append(f"declaration {data!r}")


def read(path):
    with open(path, encoding="utf-8", newline="") as file:
        return file.read()


def parse(text):
    page = Page()
    page.feed(text)
    page.close()
    if page.open:
        page.wrong.append(f"open at the end: {page.open}")
    return page


def words(text):
    return set(re.findall(r"\w+", text))


def check(style, plain, hostile):
    source, text, calm = read(hostile + ".html"), read(hostile + ".txt"), read(plain + ".txt")
    page, other = parse(source), parse(read(plain + ".html"))
    wrong = page.wrong + other.wrong
    if page.tags != other.tags:
        wrong.append("values changed the tags")
    if "".join(page.style).strip() != read(style).strip():
        wrong.append("the style is not ours")
    if re.search(r"url\(|@import|expression", "".join(page.style)):
        wrong.append("the style fetches something")
    for name, content in (("HTML", source), ("text", text)):
        if re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u200e\u200f\u061c\u2028-\u202e\u2066-\u2069\ufeff]", content):
            wrong.append(f"a control sign in the {name}")
    lost = words(text) - words("".join(page.text))
    if lost:
        wrong.append(f"words of the text are not in the HTML: {sorted(lost)[:5]}")
    # Column 0 of the text belongs to words of the template.
    ours = words(calm) - {"zz"}
    begins = [line for line in text.split("\n") if line and not line.startswith(" ")]
    bullets = [line for line in begins if line.startswith("- ")]
    rules = [line for line in begins if re.fullmatch(r"-+|=+", line)]
    for line in begins:
        first = re.search(r"\w+", line)
        if line not in rules and (first is None or first.group() not in ours) and line not in bullets:
            wrong.append(f"a value begins a line: {line[:80]!r}")
    if len(bullets) != page.tags.count("li"):
        wrong.append(f"{len(bullets)} bullets in the text, {page.tags.count('li')} in the HTML")
    if len(rules) != page.tags.count("h1") + page.tags.count("h2"):
        wrong.append("underlined lines in the text are not the headings of the HTML")
    labels = [line for line in begins if re.match(r"(Do now|Jetzt tun|Urgency|Dringlichkeit):", line)]
    if len(labels) > 2:
        wrong.append("a value begins a fact")
    for line in wrong:
        print(f"{hostile}: {line}")
    return not wrong


def main():
    style, plain, *hostile = sys.argv[1:]
    return 0 if hostile and all([check(style, plain, stem) for stem in hostile]) else 1


if __name__ == "__main__":
    sys.exit(main())
