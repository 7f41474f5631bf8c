/* A text wherever it stands in words: columns, and values behind entries. */
#include "store/erase.h"

#include "store/query.h"

#include <string.h>

static unsigned char lower(unsigned char c)
{
    return c >= 'A' && c <= 'Z' ? (unsigned char)(c - 'A' + 'a') : c;
}

static bool is_letter(unsigned char c)
{
    c = lower(c);
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c >= 0x80;
}

/* Signs that make a local part or a domain longer: ann@h.example is not in joann@h.example. */
static bool goes_on(struct bytes where, size_t from, size_t till, bool address)
{
    unsigned char before = from > 0 ? where.data[from - 1] : ' ';
    unsigned char after = till < where.size ? where.data[till] : ' ';
    unsigned char next = till + 1 < where.size ? where.data[till + 1] : ' ';
    if (is_letter(before) || is_letter(after))
        return true;
    if (!address)
        return false;
    return memchr("._%+-", before, 5) != NULL || after == '-' || (after == '.' && is_letter(next));
}

bool erase_has(struct bytes where, const char *text)
{
    const size_t size = strlen(text);
    const bool address = strchr(text, '@') != NULL;
    for (size_t i = 0; size > 0 && i + size <= where.size; i++) {
        size_t k = 0;
        while (k < size && lower(where.data[i + k]) == lower((unsigned char)text[k]))
            k++;
        if (k == size && !goes_on(where, i, i + size, address))
            return true;
    }
    return false;
}

/* Not every row that LIKE finds has it as a word of its own: the rows are looked at, then changed.
 */
#define PLACE(table, column, instead)                                                              \
    {                                                                                              \
        "SELECT id, " #column " FROM " #table " WHERE lower(" #column ") LIKE lower($1) "          \
        "ESCAPE '!'",                                                                              \
            "UPDATE " #table " SET " #column " = " instead " WHERE id = $1"                        \
    }
#define MARKED "'" ERASED_MARK "'"
/* Where two rows must not say the same. */
#define NUMBERED "'" ERASED_MARK " ' || id"

static const struct place {
    const char *find_sql, *change_sql;
} places[] = {
    PLACE(notice, address, MARKED),
    PLACE(notice, key, MARKED),
    PLACE(notice, why, MARKED),
    PLACE(parcel, address, MARKED),
    PLACE(parcel, key, MARKED),
    PLACE(attempt, said, MARKED),
    PLACE(receipt, detail, MARKED),
    PLACE(inbound, reason, MARKED),
    PLACE(task, cause, NUMBERED),
    PLACE(task, title, MARKED),
    PLACE(task, todo, MARKED),
    PLACE(task, done_ref, MARKED),
    PLACE(task_item, about, NUMBERED),
    PLACE(task_item, detail, MARKED),
    PLACE(case_file, title, MARKED),
    PLACE(case_file, reporter, MARKED),
    PLACE(case_file, reporter_mail, MARKED),
    PLACE(case_file, disclosure_reason, MARKED),
    PLACE(case_file, outcome, MARKED),
    PLACE(case_event, said, MARKED),
    PLACE(case_event, reason, MARKED),
    PLACE(case_fact, person, MARKED),
    PLACE(case_fact, source, MARKED),
    PLACE(case_fact, chosen_reason, MARKED),
    PLACE(case_decision, reason, MARKED),
    PLACE(case_link, ref, NUMBERED),
    PLACE(case_message, message_id, NUMBERED),
    PLACE(case_message, address, MARKED),
    PLACE(source_review, note, MARKED),
    PLACE(report, sender, MARKED),
    PLACE(report, message_id, MARKED),
    PLACE(report, reason, MARKED),
    PLACE(report_part, name, MARKED),
    PLACE(report_part, type, MARKED),
    PLACE(waiver, reason, MARKED),
    PLACE(waiver, withdrawn_reason, MARKED),
    PLACE(duty, reason, MARKED),
    PLACE(hold, reason, MARKED),
    /* Named by whom of ours it went to: duty_mail.c. Of all others the party is the record. */
    {"SELECT id, party FROM notice WHERE kind = 'alarm' AND lower(party) LIKE lower($1) "
     "ESCAPE '!'",
     "UPDATE notice SET party = " NUMBERED " WHERE id = $1"},
};

static const char values_find_sql[] = "SELECT idx, field, value FROM evidence_value "
                                      "WHERE lower(value) LIKE lower($1) ESCAPE '!'";
static const char value_drop_sql[] =
    "UPDATE evidence_value SET salt = NULL, value = NULL WHERE idx = $1 AND field = $2";

static const char *pattern(struct arena *arena, const char *text)
{
    struct str out;
    str_init(&out, 2 * strlen(text) + 3);
    str_add_c(&out, '%');
    for (const char *p = text; *p != '\0'; p++) {
        if (*p == '%' || *p == '_' || *p == '!')
            str_add_c(&out, '!');
        str_add_c(&out, *p);
    }
    str_add_c(&out, '%');
    const char *copy = arena_strndup(arena, str_text(&out), out.size);
    str_dispose(&out);
    return copy;
}

static enum status erase_place(struct erase *e, const struct place *place, const char *like,
                               const char *text, struct err *err)
{
    struct query q;
    int64_t *ids = NULL;
    size_t count = 0;
    query_init(&q, e->store, place->find_sql);
    query_put_text(&q, like);
    while (query_next(&q)) {
        int64_t id = query_int(&q);
        const char *words = query_text(&q, e->arena);
        if (words != NULL && erase_has(bytes_of(words), text))
            arena_push(e->arena, &ids, &count, sizeof id, &id);
    }
    enum status status = query_end(&q, err);
    for (size_t i = 0; status == OK && i < count; i++) {
        query_init(&q, e->store, place->change_sql);
        query_put_int(&q, ids[i]);
        status = query_change(&q, "row to be erased", err);
        e->rows++;
    }
    return status;
}

struct found {
    int64_t idx;
    const char *field;
};

static enum status erase_values(struct erase *e, const char *like, const char *text,
                                struct err *err)
{
    struct query q;
    struct found *rows = NULL;
    size_t count = 0;
    query_init(&q, e->store, values_find_sql);
    query_put_text(&q, like);
    while (query_next(&q)) {
        struct found row = {.idx = query_int(&q), .field = query_text(&q, e->arena)};
        const char *words = query_text(&q, e->arena);
        if (words != NULL && erase_has(bytes_of(words), text))
            arena_push(e->arena, &rows, &count, sizeof row, &row);
    }
    enum status status = query_end(&q, err);
    for (size_t i = 0; status == OK && i < count; i++) {
        query_init(&q, e->store, value_drop_sql);
        query_put_int(&q, rows[i].idx);
        query_put_text(&q, rows[i].field);
        status = query_change(&q, "value to be erased", err);
        e->values++;
    }
    return status;
}

/*
 * By what notices on their way are told, what open tasks say to whoever does them, and whom an open
 * case is still to be answered to.
 */
static const char *const needed_sql[] = {
    "SELECT name, words FROM (SELECT n.id AS id, 'notice ' || n.code AS name, "
    "coalesce(n.address, '') || ' ' || coalesce(n.key, '') || ' ' || coalesce(p.address, '') "
    "|| ' ' || coalesce(p.key, '') || CASE WHEN n.kind = 'alarm' THEN ' ' || n.party ELSE '' END "
    "AS words "
    "FROM notice n LEFT JOIN parcel p ON p.id = n.parcel_id "
    "WHERE n.state NOT IN ('passed', 'answered', 'superseded', 'cancelled')) AS needed "
    "WHERE lower(words) LIKE lower($1) ESCAPE '!' ORDER BY id",
    "SELECT name, words FROM (SELECT t.id AS id, 'task ' || t.id AS name, "
    "t.cause || ' ' || t.title || ' ' || coalesce(t.todo, '') || ' ' || coalesce(i.about, '') "
    "|| ' ' || coalesce(i.detail, '') AS words "
    "FROM task t LEFT JOIN task_item i ON i.task_id = t.id WHERE t.open = 1) AS needed "
    "WHERE lower(words) LIKE lower($1) ESCAPE '!' ORDER BY id",
    "SELECT name, words FROM (SELECT c.id AS id, 'case ' || c.number AS name, "
    "coalesce(c.reporter, '') || ' ' || coalesce(c.reporter_mail, '') AS words "
    "FROM case_file c WHERE c.closed_ms = 0) AS needed "
    "WHERE lower(words) LIKE lower($1) ESCAPE '!' ORDER BY id",
};

/* Several recipients may share an address, and a word may stand anywhere. */
static enum status check_needed(struct erase *e, const char *like, const char *text,
                                struct err *err)
{
    enum status status = OK;
    for (size_t i = 0; status == OK && i < sizeof needed_sql / sizeof needed_sql[0]; i++) {
        struct query q;
        const char *found = NULL;
        query_init(&q, e->store, needed_sql[i]);
        query_put_text(&q, like);
        while (found == NULL && query_next(&q)) {
            const char *name = query_text(&q, e->arena);
            const char *words = query_text(&q, e->arena);
            if (words != NULL && erase_has(bytes_of(words), text))
                found = name;
        }
        status = query_end(&q, err);
        if (status == OK && found != NULL)
            status = err_set(err, ERR_REFUSED,
                             "%s is open and still needs words that would be erased: wait until "
                             "it is over, or end it first",
                             found);
    }
    return status;
}

enum status erase_words(struct erase *e, const char *text, struct err *err)
{
    const char *like = pattern(e->arena, text);
    enum status status = check_needed(e, like, text, err);
    if (status == OK)
        status = erase_values(e, like, text, err);
    for (size_t i = 0; status == OK && i < sizeof places / sizeof places[0]; i++)
        status = erase_place(e, &places[i], like, text, err);
    return status;
}

static const char registered_sql[] =
    "SELECT party, coalesce(email, ''), coalesce(name, ''), coalesce(phone, ''), "
    "coalesce(post_address, '') FROM contact UNION ALL "
    "SELECT party, was, now, '', '' FROM correction ORDER BY 1";

enum status erase_registered(const char **party, struct erase *e, const char *text, struct err *err)
{
    struct query q;
    bool found = false;
    query_init(&q, e->store, registered_sql);
    while (!found && query_next(&q)) {
        *party = query_text(&q, e->arena);
        for (int i = 0; i < 4; i++) {
            const char *words = query_text(&q, e->arena);
            found = found || (words != NULL && erase_has(bytes_of(words), text));
        }
    }
    enum status status = query_end(&q, err);
    return status == OK && !found ? ERR_NOT_FOUND : status;
}
