#include "evidence/view.h"

#include "base/clock.h"

#include <string.h>

#define MEMBERS 10 /* of an entry */

/* 0: no instant. */
static int64_t instant_of(const struct scan_value *value)
{
    char text[CLOCK_TEXT];
    int64_t ms = 0;
    if (value == NULL || value->type != SCAN_TEXT || scan_text(value).size >= sizeof text)
        return 0;
    struct bytes found = scan_text(value);
    memcpy(text, found.data, found.size);
    text[found.size] = '\0';
    return clock_parse(&ms, text, NULL) == OK ? ms : 0;
}

bool entry_view(struct entry_view *out, struct bytes line_with_newline)
{
    struct scan_value top[MEMBERS];
    struct bytes text = line_with_newline;
    size_t count = 0;
    *out = (struct entry_view){.line = line_with_newline};
    if (text.size == 0 || text.data[text.size - 1] != '\n')
        return false;
    text.size--;
    if (!scan_object(top, MEMBERS, &count, text) || count != MEMBERS)
        return false;
    const struct scan_value *data = scan_find(top, MEMBERS, "data");
    const struct scan_value *idx = scan_find(top, MEMBERS, "idx");
    const struct scan_value *kind = scan_find(top, MEMBERS, "kind");
    const struct scan_value *subj = scan_find(top, MEMBERS, "subj");
    if (data == NULL || data->type != SCAN_OBJECT || idx == NULL || idx->type != SCAN_INT ||
        kind == NULL || kind->type != SCAN_TEXT || subj == NULL || subj->type != SCAN_TEXT)
        return false;
    out->idx = scan_int(idx);
    out->at_ms = instant_of(scan_find(top, MEMBERS, "at"));
    out->kind = scan_text(kind);
    out->subj = scan_text(subj);
    return scan_object(out->data, VIEW_MEMBERS, &out->count, data->whole) &&
           out->count <= VIEW_MEMBERS;
}

bool entry_view_is(const struct entry_view *view, const char *kind)
{
    return bytes_equal(view->kind, bytes_of(kind));
}

static char escape_of(unsigned char sign)
{
    static const char signs[] = "btnfr", meant[] = "\b\t\n\f\r";
    const char *at = strchr(signs, sign);
    return at != NULL ? meant[at - signs] : (char)sign;
}

static unsigned nibble(unsigned char c)
{
    return c <= '9' ? (unsigned)(c - '0') : (unsigned)(c - 'a') + 10;
}

const char *entry_view_text(const struct entry_view *view, struct arena *arena, const char *name)
{
    const struct scan_value *value = scan_find(view->data, view->count, name);
    if (value == NULL || value->type != SCAN_TEXT)
        return NULL;
    struct bytes text = scan_text(value);
    char *out = arena_strndup(arena, (const char *)text.data, text.size);
    if (value->plain)
        return out;
    size_t used = 0;
    for (size_t i = 0; i < text.size; i++) {
        unsigned char c = text.data[i];
        if (c != '\\' || i + 1 == text.size) {
            out[used++] = (char)c;
            continue;
        }
        c = text.data[++i];
        if (c == 'u' && text.size - i > 4) { /* the only such form is \u00xx */
            out[used++] = (char)(nibble(text.data[i + 3]) << 4 | nibble(text.data[i + 4]));
            i += 4;
        } else
            out[used++] = escape_of(c);
    }
    out[used] = '\0';
    return out;
}

int64_t entry_view_int(const struct entry_view *view, const char *name, int64_t none)
{
    const struct scan_value *value = scan_find(view->data, view->count, name);
    return value != NULL && value->type == SCAN_INT ? scan_int(value) : none;
}

bool entry_view_bool(const struct entry_view *view, const char *name)
{
    const struct scan_value *value = scan_find(view->data, view->count, name);
    return value != NULL && value->type == SCAN_BOOL && value->whole.size == 4;
}

int64_t entry_view_instant(const struct entry_view *view, const char *name)
{
    return instant_of(scan_find(view->data, view->count, name));
}
