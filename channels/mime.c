#include "channels/mime.h"

#include "channels/decode.h"

#include <string.h>

#define BOUNDARY_MAX 200 /* RFC 2046 allows 70 */
#define NO_PART SIZE_MAX

/* A multipart that is open at the place where the reader stands. */
struct level {
    size_t part;
    const char *boundary;
    size_t size;
};

struct reader {
    struct arena *arena;
    struct bytes raw;
    struct mime *out;
    struct level levels[MIME_DEPTH_MAX];
    size_t depth;
    size_t leaf;  /* the part whose body runs, or NO_PART (preamble, epilogue) */
    size_t begin; /* of its body */
};

static size_t line_end(struct bytes raw, size_t at)
{
    const unsigned char *lf = memchr(raw.data + at, '\n', raw.size - at);
    return lf == NULL ? raw.size : (size_t)(lf - raw.data) + 1;
}

static bool is_multipart(const char *type)
{
    return text_starts(type, "multipart/");
}

/* The level whose boundary this line is, counted from 1; 0: it is none. */
static size_t boundary_level(const struct reader *r, size_t at, size_t end, bool *closing)
{
    const unsigned char *line = r->raw.data + at;
    size_t size = end - at;
    while (size > 0 && strchr(" \t\r\n", line[size - 1]) != NULL && line[size - 1] != '\0')
        size--;
    if (size < 3 || line[0] != '-' || line[1] != '-')
        return 0;
    for (size_t i = r->depth; i > 0; i--) {
        const struct level *level = &r->levels[i - 1];
        size_t rest = size - 2 - (size - 2 < level->size ? size - 2 : level->size);
        if (size - 2 < level->size || memcmp(line + 2, level->boundary, level->size) != 0)
            continue;
        const unsigned char *tail = line + 2 + level->size;
        if (rest == 0 || (rest == 2 && tail[0] == '-' && tail[1] == '-')) {
            *closing = rest == 2;
            return i;
        }
    }
    return 0;
}

/* The type of a part; what is no type at all is text/plain. */
static const char *type_of(const char *value, struct arena *arena, const struct mime_part *parent)
{
    const char *word = value_word(value, arena);
    const char *slash = strchr(word, '/');
    if (slash != NULL && slash != word && slash[1] != '\0')
        return word;
    bool digest = parent != NULL && text_equal(parent->type, "multipart/digest");
    return digest ? "message/rfc822" : "text/plain";
}

static void level_push(struct reader *r, size_t part, const char *boundary)
{
    r->levels[r->depth++] = (struct level){part, boundary, strlen(boundary)};
}

/* Open the part whose header is this run of bytes and whose body begins at `begin`. */
static void part_open(struct reader *r, struct bytes header, size_t begin)
{
    struct mime *out = r->out;
    struct mime_part part = {0};
    const struct mime_part *parent = NULL;
    if (r->depth > 0) {
        part.parent = r->levels[r->depth - 1].part;
        parent = &out->parts[part.parent];
    }
    (void)fields_read(&part.fields, r->arena, header);
    part.content_type = fields_get(&part.fields, r->arena, "Content-Type", 0);
    part.type = type_of(part.content_type, r->arena, parent);
    part.attachment = text_equal(
        value_word(fields_get(&part.fields, r->arena, "Content-Disposition", 0), r->arena),
        "attachment");
    size_t index = out->count;
    arena_push(r->arena, &out->parts, &out->count, sizeof part, &part);

    const char *boundary =
        is_multipart(part.type) ? value_parameter(part.content_type, r->arena, "boundary") : NULL;
    bool usable = !text_is_empty(boundary) && strlen(boundary) <= BOUNDARY_MAX;
    if (usable && r->depth < MIME_DEPTH_MAX) {
        level_push(r, index, boundary);
        r->leaf = NO_PART;
        return;
    }
    out->limited = out->limited || usable;
    r->leaf = index;
    r->begin = begin;
}

/* Read the header at `at`; it ends with an empty line, a boundary or the mail. Returns the place
 * to go on from. */
static size_t part_read(struct reader *r, size_t at)
{
    size_t start = at;
    while (at < r->raw.size) {
        size_t end = line_end(r->raw, at);
        bool closing = false;
        bool empty = r->raw.data[at] == '\n' ||
                     (r->raw.data[at] == '\r' && end - at == 2 && r->raw.data[at + 1] == '\n');
        if (empty) {
            part_open(r, (struct bytes){r->raw.data + start, at - start}, end);
            return end;
        }
        if (r->depth > 0 && boundary_level(r, at, end, &closing) > 0)
            break;
        at = end;
    }
    part_open(r, (struct bytes){r->raw.data + start, at - start}, at);
    return at;
}

/* The line break before a boundary belongs to the boundary. */
static void leaf_close(struct reader *r, size_t end)
{
    if (r->leaf == NO_PART)
        return;
    if (end > r->begin && r->raw.data[end - 1] == '\n')
        end--;
    if (end > r->begin && r->raw.data[end - 1] == '\r')
        end--;
    r->out->parts[r->leaf].body = (struct bytes){r->raw.data + r->begin, end - r->begin};
    r->leaf = NO_PART;
}

void mime_read(struct mime *out, struct arena *arena, struct bytes raw)
{
    if (raw.size == 0)
        raw = bytes_of("");
    struct reader r = {.arena = arena, .raw = raw, .out = out, .leaf = NO_PART};
    *out = (struct mime){0};
    size_t at = part_read(&r, 0);
    while (at < raw.size && r.depth > 0) {
        size_t end = line_end(raw, at);
        bool closing = false;
        size_t level = boundary_level(&r, at, end, &closing);
        if (level == 0) {
            at = end;
            continue;
        }
        leaf_close(&r, at);
        at = end;
        r.depth = closing ? level - 1 : level;
        if (closing)
            continue;
        if (out->count == MIME_PARTS_MAX) {
            out->limited = true;
            break;
        }
        at = part_read(&r, at);
    }
    if (r.leaf != NO_PART) {
        /* Nothing closed it: the rest of the mail, with its last line break. */
        out->parts[r.leaf].body = (struct bytes){raw.data + r.begin, raw.size - r.begin};
    }
}

bool mime_decode(struct str *out, const struct mime_part *part, struct arena *arena)
{
    const char *value = fields_get(&part->fields, arena, "Content-Transfer-Encoding", 0);
    return decode_transfer(out, value_word(value, arena), part->body);
}

bool mime_text(struct str *out, const struct mime_part *part, struct arena *arena)
{
    struct str bytes;
    str_init(&bytes, out->limit);
    bool whole = mime_decode(&bytes, part, arena);
    const char *charset = value_parameter(part->content_type, arena, "charset");
    whole = decode_charset(out, charset, str_bytes(&bytes)) && whole;
    str_dispose(&bytes);
    return whole;
}
