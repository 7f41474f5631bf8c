#include "channels/own_text.h"

#include "base/utf8.h"

#include <string.h>

#define FOLDED_MAX 400       /* of a line: what tells a quote stands at its beginning */
#define ATTRIBUTION_LINES 3  /* "On … wrote:" as mail programs wrap it */
#define HEADER_BLOCK_LINES 6 /* From, Sent, To, Cc, Subject */

struct line {
    struct bytes raw;
    const char
        *folded; /* without '*', which some programs put around labels, and blanks before ':' */
};

struct lines {
    struct line *items;
    size_t count;
};

/* U+00C0 to U+00FF for comparing; NULL: as it is. */
static const char *const latin[64] = {
    "a",  "a", "a", "a", "ae", "a", "ae", "c",  "e",  "e", "e", "e", "i",  "i", "i",  "i",
    NULL, "n", "o", "o", "o",  "o", "oe", NULL, "oe", "u", "u", "u", "ue", "y", NULL, "ss",
    "a",  "a", "a", "a", "ae", "a", "ae", "c",  "e",  "e", "e", "e", "i",  "i", "i",  "i",
    NULL, "n", "o", "o", "o",  "o", "oe", NULL, "oe", "u", "u", "u", "ue", "y", NULL, "y",
};

void text_fold(struct str *out, struct bytes text)
{
    for (size_t at = 0; at < text.size;) {
        uint32_t c = utf8_next(text, &at);
        if (c >= 'A' && c <= 'Z')
            utf8_add(out, c - 'A' + 'a');
        else if (c >= 0xC0 && c <= 0xFF && latin[c - 0xC0] != NULL)
            str_add(out, latin[c - 0xC0]);
        else if (c == '\t' || c == 0xA0 || c == 0x202F || (c >= 0x2000 && c <= 0x200A))
            str_add_c(out, ' ');
        else if (c == 0x2018 || c == 0x2019 || c == 0xB4 || c == '`')
            str_add_c(out, '\'');
        else if (!(c >= 0x200B && c <= 0x200F) && c != 0xAD && c != 0x2060 && c != 0xFEFF)
            utf8_add(out, c);
    }
}

static const char *fold_line(struct arena *arena, struct bytes raw)
{
    struct str folded, bare;
    str_init(&folded, FOLDED_MAX);
    str_init(&bare, FOLDED_MAX);
    text_fold(&folded, raw);
    for (size_t i = 0; i < folded.size; i++) {
        if (folded.data[i] == ':' && bare.size > 0 && bare.data[bare.size - 1] == ' ')
            str_truncate(&bare, bare.size - 1);
        if (folded.data[i] != '*' && (bare.size > 0 || folded.data[i] != ' '))
            str_add_c(&bare, folded.data[i]);
    }
    while (bare.size > 0 && bare.data[bare.size - 1] == ' ')
        str_truncate(&bare, bare.size - 1);
    const char *out = bare.size == 0 ? "" : arena_strdup(arena, str_text(&bare));
    str_dispose(&bare);
    str_dispose(&folded);
    return out;
}

static struct lines split(struct arena *arena, const char *text)
{
    struct lines out = {0};
    while (*text != '\0') {
        size_t size = strcspn(text, "\n");
        struct line line = {.raw = {(const unsigned char *)text, size}};
        line.folded = fold_line(arena, line.raw);
        arena_push(arena, &out.items, &out.count, sizeof line, &line);
        text += size + (text[size] == '\n');
    }
    return out;
}

static const char *folded_at(const struct lines *lines, size_t i)
{
    return i < lines->count ? lines->items[i].folded : "";
}

static bool has_one(const char *text, const char *const phrases[], size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strstr(text, phrases[i]) != NULL)
            return true;
    return false;
}

static bool starts_with_one(const char *text, const char *const phrases[], size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (text_starts(text, phrases[i]))
            return true;
    return false;
}

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

/* "-----Original Message-----": everything below is the quote. */
static bool is_separator(const char *line)
{
    static const char *const words[] = {
        "original message",          "urspruengliche nachricht", "originalnachricht",
        "original-nachricht",        "urspruengliche e-mail",    "forwarded message",
        "weitergeleitete nachricht", "message d'origine",
    };
    static const char *const starts[] = {
        "begin forwarded message",
        "anfang der weitergeleiteten",
    };
    return (text_starts(line, "--") && has_one(line, words, COUNT(words))) ||
           (text_starts(line, ">>> ") && text_ends(line, " >>>")) || /* GroupWise */
           starts_with_one(line, starts, COUNT(starts));
}

/* The lines that Outlook and web mailers put above a quote, in any order of theirs. */
static bool is_header_block(const struct lines *lines, size_t at)
{
    static const char *const from[] = {"from:", "von:", "de:", "da:", "van:"};
    static const char *const sent[] = {
        "sent:", "gesendet:", "date:", "datum:", "envoye:", "enviado:", "inviato:", "verzonden:"};
    static const char *const other[] = {"to:", "an:", "cc:", "a:", "para:", "aan:"};
    static const char *const subject[] = {
        "subject:", "betreff:", "objet:", "asunto:", "oggetto:", "onderwerp:"};
    static const char *const inside[] = {" sent:", " gesendet:"};
    const char *first = folded_at(lines, at);
    bool has_from = false;
    bool has_more = false;
    if (starts_with_one(first, from, COUNT(from)) && has_one(first, inside, COUNT(inside)))
        return true;
    for (size_t i = at; i < at + HEADER_BLOCK_LINES; i++) {
        const char *line = folded_at(lines, i);
        bool is_from = starts_with_one(line, from, COUNT(from));
        bool is_more = starts_with_one(line, sent, COUNT(sent)) ||
                       starts_with_one(line, subject, COUNT(subject));
        if (i == at && !is_from && !is_more)
            return false;
        if (!is_from && !is_more && !starts_with_one(line, other, COUNT(other)))
            break;
        has_from = has_from || is_from;
        has_more = has_more || is_more;
    }
    return has_from && has_more;
}

static bool is_quoted(const char *line)
{
    return *line == '>' || *line == '|';
}

/* How many lines "On … wrote:" takes here; 0: it is none. */
static size_t attribution_lines(const struct lines *lines, size_t at)
{
    static const char *const starts[] = {"on ", "am ", "le ", "il ", "el ", "op "};
    static const char *const verbs[] = {
        "wrote", "schrieb", "geschrieben", "a ecrit", "ha scritto", "escribio", "schreef",
    };
    const char *first = folded_at(lines, at);
    if (!starts_with_one(first, starts, COUNT(starts)) && !has_one(first, verbs, COUNT(verbs)))
        return 0;
    bool has_verb = false;
    for (size_t i = 0; i < ATTRIBUTION_LINES; i++) {
        const char *line = folded_at(lines, at + i);
        has_verb = has_verb || has_one(line, verbs, COUNT(verbs));
        if (*line == '\0' || is_quoted(line))
            return 0;
        if (text_ends(line, ":"))
            return has_verb ? i + 1 : 0;
    }
    return 0;
}

static bool quote_follows(const struct lines *lines, size_t at)
{
    while (at < lines->count && *folded_at(lines, at) == '\0')
        at++;
    return is_quoted(folded_at(lines, at));
}

static bool is_closing(const char *line)
{
    static const char *const starts[] = {
        "regards",
        "kind regards",
        "best regards",
        "warm regards",
        "with regards",
        "best wishes",
        "with best",
        "with kind",
        "yours sincerely",
        "yours faithfully",
        "sincerely",
        "cheers",
        "mit freundliche",
        "mit besten",
        "freundliche",
        "viele gruesse",
        "beste gruesse",
        "liebe gruesse",
        "schoene gruesse",
        "herzliche gruesse",
        "mfg",
        "gruss",
        "gruesse",
        "sent from my",
        "sent with",
        "get outlook for",
        "von meinem",
        "gesendet von",
        "gesendet mit",
        "outlook fuer",
        "cordialement",
        "i. a.",
    };
    /* A line that goes on is a sentence of its own. */
    return strcmp(line, "--") == 0 ||
           (strlen(line) <= 60 && starts_with_one(line, starts, COUNT(starts)));
}

/* What the house puts below every mail; it may be wrapped after its first words. */
static bool is_disclaimer(const struct lines *lines, size_t at)
{
    static const char *const starts[] = {
        "this e-mail",      "this email",   "this message",      "this communication",
        "the information",  "the contents", "confidential",      "disclaimer",
        "important notice", "diese e-mail", "diese email",       "diese mail",
        "diese nachricht",  "der inhalt",   "wichtiger hinweis", "ce message",
    };
    static const char *const words[] = {"confidential", "intended",   "privileged",  "vertraulich",
                                        "bestimmt",     "disclaimer", "confidentiel"};
    const char *line = folded_at(lines, at);
    return starts_with_one(line, starts, COUNT(starts)) &&
           (has_one(line, words, COUNT(words)) ||
            has_one(folded_at(lines, at + 1), words, COUNT(words)));
}

/* Armor of OpenPGP that begins at this line: its first line behind; `at` when there is none. */
static size_t skip_armor(const struct lines *lines, size_t at, bool *is_signed)
{
    const char *line = folded_at(lines, at);
    if (text_starts(line, "-----begin pgp signed message-----")) {
        *is_signed = true;
        while (at < lines->count && *folded_at(lines, at) != '\0')
            at++;
        return at;
    }
    if (!text_starts(line, "-----begin pgp "))
        return at;
    while (at < lines->count && !text_starts(folded_at(lines, at), "-----end pgp "))
        at++;
    return at < lines->count ? at + 1 : at;
}

static const char *quoted_subject(struct arena *arena, struct bytes raw)
{
    static const char *const labels[] = {"subject:", "betreff:", "objet:"};
    const char *text = arena_strndup(arena, (const char *)raw.data, raw.size);
    text += strspn(text, "> |*\t");
    const char *folded = fold_line(arena, bytes_of(text));
    const char *colon = strchr(text, ':');
    if (colon == NULL || !starts_with_one(folded, labels, COUNT(labels)))
        return "";
    return colon + 1 + strspn(colon + 1, " *\t");
}

/* Clear-signed lines that begin with "-" have "- " before them (RFC 4880 7.1). */
static void unescape(struct line *line)
{
    if (!text_starts(line->folded, "- -"))
        return;
    line->raw.data += 2;
    line->raw.size -= 2;
    line->folded += 2;
}

void own_text_read(struct own_text *out, struct arena *arena, const char *text)
{
    struct lines lines = split(arena, text);
    struct str said, signature;
    bool quote = false; /* all that follows */
    bool closed = false;
    str_init(&said, STR_LIMIT_TEXT);
    str_init(&signature, STR_LIMIT_TEXT);
    *out = (struct own_text){.quoted_subject = ""};
    for (size_t i = 0; i < lines.count;) {
        struct line *line = &lines.items[i];
        if (out->is_signed)
            unescape(line);
        size_t behind = quote ? i : skip_armor(&lines, i, &out->is_signed);
        if (behind > i) {
            i = behind;
            continue;
        }
        size_t wrote = quote ? 0 : attribution_lines(&lines, i);
        if (wrote > 0 && quote_follows(&lines, i + wrote)) {
            i += wrote;
            continue;
        }
        quote = quote || wrote > 0 || is_separator(line->folded) || is_header_block(&lines, i);
        if (quote || is_quoted(line->folded)) {
            if (*out->quoted_subject == '\0')
                out->quoted_subject = quoted_subject(arena, line->raw);
        } else {
            closed = closed || is_closing(line->folded) || is_disclaimer(&lines, i);
            str_add_n(closed ? &signature : &said, line->raw.data, line->raw.size);
            str_add_c(closed ? &signature : &said, '\n');
        }
        i++;
    }
    out->said = arena_strdup(arena, str_text(&said));
    out->signature = arena_strdup(arena, str_text(&signature));
    str_dispose(&signature);
    str_dispose(&said);
}
