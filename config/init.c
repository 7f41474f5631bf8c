#include "config/settings.h"

#include "config/table.h"

#include <stdlib.h>
#include <string.h>

/* One answer, the setting it goes to and the option that gave it. */
struct answer_to {
    const char *option;
    const char *field;
    const char *value;
};

static const struct field *find_field(const char *name)
{
    static const char people[] = "people.";
    for (size_t i = 0; i < settings_sheet.count; i++) {
        const struct field *field = &settings_sheet.fields[i];
        if (strcmp(field->name, name) == 0)
            return field;
        for (size_t f = 0; strncmp(name, people, strlen(people)) == 0 && field->items != NULL &&
                           f < field->items->count;
             f++)
            if (strcmp(field->items->fields[f].name, name) == 0)
                return &field->items->fields[f];
    }
    return NULL;
}

/* Stores each answer into a struct that is thrown away: the reader's own rules decide. */
static enum status check_answers(const struct answer_to *answers, size_t count, struct err *err)
{
    union {
        struct settings settings;
        struct person person;
    } scratch;
    struct arena *arena = arena_new();
    enum status status = OK;
    for (size_t i = 0; status == OK && i < count; i++) {
        struct field field = *find_field(answers[i].field);
        struct value value = {.kind = VALUE_TEXT, .text = answers[i].value, .is = "text"};
        if (value.text == NULL && !field.needed)
            continue;
        /* The file may be made after this: it is looked at when it is read. */
        if (field.type == FIELD_PRIVATE || field.type == FIELD_PRESENT)
            field.type = FIELD_PATH;
        memset(&scratch, 0, sizeof scratch);
        if (value.text == NULL)
            status = err_set(err, ERR_INVALID, "is missing: give it");
        else if (strstr(value.text, "@include") != NULL)
            status = err_set(err, ERR_INVALID, "holds @include: write it in another way");
        else
            status = value_store(&scratch, arena, &field, &value, NULL, err);
        if (status != OK)
            (void)err_prefix(err, "%s", answers[i].option);
    }
    arena_free(arena);
    return status;
}

static void add(struct str *out, const char *name, const char *value)
{
    if (value == NULL)
        return;
    str_addf(out, " %s = ", name);
    sheet_quote(out, value);
    str_add(out, ";");
}

/* psirt@example.com gives psirt+{token}@example.com. */
static char *return_address(const char *mail)
{
    const char *at = strrchr(mail, '@');
    return xprintf("%.*s+{token}%s", (int)(at - mail), mail, at);
}

enum status settings_write_init(struct str *out, const struct settings_init *init, struct err *err)
{
    struct err local = {0};
    const char *store = init->store != NULL ? init->store : "tocsin.db";
    const struct answer_to answers[] = {
        {"--maker", "maker.name", init->maker},
        {"--id", "maker.id", init->id},
        {"--country", "maker.country", init->country},
        {"--mail", "mail.from", init->mail},
        {"--relay", "mail.relay", init->relay},
        {"--user", "mail.user", init->user},
        {"--password-file", "mail.password_file", init->password_file},
        {"--ca-file", "mail.ca_file", init->ca_file},
        {"--person-id", "people.id", init->person_id},
        {"--person", "people.name", init->person},
        {"--person-mail", "people.mail", init->person_mail},
        {"--phone", "people.phone", init->phone},
        {"--store", "store", store},
    };
    err = err != NULL ? err : &local;
    enum status status = check_answers(answers, sizeof answers / sizeof answers[0], err);
    if (status != OK)
        return status;
    if ((init->user == NULL) != (init->password_file == NULL))
        return err_set(err, ERR_INVALID, "--user: belongs with --password-file: give both or none");
    char *returns = return_address(init->mail);
    const struct answer_to reply = {"--mail", "mail.return", returns};
    status = check_answers(&reply, 1, err);
    if (status == OK) {
        str_add(out, "# Settings of Tocsin; tocsin.conf(5) tells of these and all others.\n"
                     "maker   = {");
        add(out, "name", init->maker);
        add(out, "id", init->id);
        add(out, "country", init->country);
        str_add(out, " };\n# Who sends, where bounces and answers come back, and the relay that "
                     "takes the notices (TLS always).\nmail    = {");
        add(out, "from", init->mail);
        add(out, "return", returns);
        add(out, "relay", init->relay);
        add(out, "user", init->user);
        add(out, "password_file", init->password_file);
        add(out, "ca_file", init->ca_file);
        str_add(out, " };\n# Everybody who approves or is given a task. Roles: psirt, regulatory, "
                     "quality, safety, service.\npeople  = ( {");
        add(out, "id", init->person_id);
        add(out, "name", init->person);
        add(out, "mail", init->person_mail);
        add(out, "phone", init->phone);
        str_add(out, " roles = [ \"psirt\", \"regulatory\" ];");
        char *key = xprintf("keys/%s.asc", init->person_id);
        add(out, "key", key);
        free(key);
        str_add(out, " } );\n# Signatures that release an advisory; with 2, of two different "
                     "persons.\nrelease = { approvals = 1; };\n"
                     "# For recipients without a key: tls (signed, readable) or sealed. AMBER and "
                     "RED are always sealed.\nsealing = { clear = \"tls\"; green = \"sealed\"; };\n"
                     "# An SQLite file, or postgresql://host/name.\nstore   = ");
        sheet_quote(out, store);
        str_add(out, ";\n");
    }
    free(returns);
    return status;
}
