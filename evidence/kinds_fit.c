/* Does the data of an entry have the shape of its kind? Asked by the verifier, of each line. */
#include "evidence/kinds_inner.h"

#include "base/sha256.h"
#include "evidence/shape.h"

#include <string.h>

/*
 * Members that a kind got after its first entries had been written. A line without them is as old
 * as they are young, and good: a log is never written anew. Their types were never changed.
 */
static const struct {
    const char *kind, *member;
} younger[] = {
    {"ack.received", "best"},
    {"bounce.received", "best"},
    {"bounce.received", "next_at"},
    {"case.told", "said"},
    {"clock.jump", "off_ms"},
    {"config.loaded", "acknowledge_days"},
    {"config.loaded", "news_ms"},
    {"config.loaded", "triage_ms"},
    {"config.loaded", "unassigned_ms"},
    {"dsn.received", "best"},
    {"dsn.received", "next_at"},
    {"duty.planned", "was_version"},
    {"duty.recomputed", "was_version"},
    {"embargo.released", "answer_by"},
    {"hold.set", "places"},
    {"hold.set", "since"},
    {"mdn.received", "best"},
    {"mdn.received", "next_at"},
    {"notice.moved", "form"},
    {"notice.moved", "task"},
    {"notice.planned", "next_at"},
    {"notice.sealed", "form"},
    {"notice.sealed", "next_at"},
    {"personal.erased", "names_sha256"},
};

bool entry_member_younger(const char *kind, const char *member)
{
    for (size_t i = 0; i < sizeof younger / sizeof younger[0]; i++)
        if (strcmp(younger[i].kind, kind) == 0 && strcmp(younger[i].member, member) == 0)
            return true;
    return false;
}

size_t entry_members_younger(void)
{
    return sizeof younger / sizeof younger[0];
}

/* The text as it stands is what is compared: of these three no sign is ever escaped. */
static bool is_plain(char *out, size_t size, const struct scan_value *value)
{
    if (value->type != SCAN_TEXT || scan_text(value).size != size)
        return false;
    memcpy(out, scan_text(value).data, size);
    out[size] = '\0';
    return strlen(out) == size;
}

static bool is_of(const struct scan_value *value, enum member_type type)
{
    char text[80];
    const size_t mark = strlen(SHAPE_COMMITMENT);
    if (value->type == SCAN_NULL)
        return true;
    switch (type) {
    case MEMBER_TEXT:
        return value->type == SCAN_TEXT;
    case MEMBER_INT:
        return value->type == SCAN_INT;
    case MEMBER_BOOL:
        return value->type == SCAN_BOOL;
    case MEMBER_HASH:
        return is_plain(text, SHA256_HEX - 1, value) && shape_hex(text, SHA256_HEX - 1);
    case MEMBER_INSTANT:
        return is_plain(text, SHAPE_INSTANT, value) && shape_instant(text);
    case MEMBER_PERSONAL:
        return is_plain(text, mark + SHA256_HEX - 1, value) &&
               text_starts(text, SHAPE_COMMITMENT) && shape_hex(text + mark, SHA256_HEX - 1);
    case MEMBER_LIST:
        return value->type == SCAN_ARRAY;
    case MEMBER_TYPE_COUNT:
        break;
    }
    return false;
}

bool entry_kind_fits(const struct entry_kind *kind, const struct scan_value *data, size_t count)
{
    size_t at = 0;
    if (kind->members == NULL)
        return true; /* reserved: what its entries hold is not fixed yet */
    for (size_t i = 0; i < kind->count; i++) {
        const struct entry_member *member = &kind->members[i];
        if (at == count || !bytes_equal(data[at].name, bytes_of(member->name))) {
            if (!entry_member_younger(kind->name, member->name))
                return false;
        } else if (!is_of(&data[at++], member->type)) {
            return false;
        }
    }
    return at == count;
}
