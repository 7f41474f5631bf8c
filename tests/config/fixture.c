#include "tests/config/fixture.h"

#include "base/file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

const char good_text[] =
    "maker   = { name = \"Example Medical GmbH\"; id = \"EXM\"; country = \"DE\"; };\n"
    "mail    = { from = \"psirt@example.com\"; return = \"psirt+{token}@example.com\";\n"
    "            relay = \"mail.example.com:587\"; };\n"
    "people  = (\n"
    "    { id = \"weber\"; name = \"Jana Weber\"; mail = \"weber@example.com\"; phone = \"+49 30 "
    "1\";\n"
    "      roles = [ \"psirt\" ]; key = \"keys/weber.asc\"; },\n"
    "    { id = \"meyer\"; name = \"Dr Eva Meyer\"; mail = \"meyer@example.com\"; phone = \"+49 30 "
    "2\";\n"
    "      roles = [ \"regulatory\", \"quality\" ]; deputy = \"weber\"; } );\n"
    "release = { approvals = 1; };\n"
    "sealing = { clear = \"tls\"; green = \"sealed\"; };\n"
    "store   = \"tocsin.db\";\n";

static char folder[] = "/tmp/tocsin-config-XXXXXX";

void fixture_make(void)
{
    ck_assert_ptr_nonnull(mkdtemp(folder));
}

void fixture_remove(void)
{
    struct err err = {0};
    ck_assert_msg(file_remove_tree(folder, &err) == OK, "%s", err.text);
}

const char *fixture_dir(void)
{
    return folder;
}

const char *fixture_path(const char *name)
{
    static char paths[4][256];
    static unsigned next;
    char *path = paths[next++ % 4];
    (void)snprintf(path, sizeof paths[0], "%s/%s", folder, name);
    return path;
}

void fixture_write(const char *name, struct bytes text, unsigned mode)
{
    struct err err = {0};
    ck_assert_msg(file_write(fixture_path(name), text, mode, &err) == OK, "%s", err.text);
    ck_assert_int_eq(chmod(fixture_path(name), mode), 0);
}

char *fixture_broken(const char *old, const char *put)
{
    const char *at = strstr(good_text, old);
    ck_assert_msg(at != NULL, "%s is not in the good text", old);
    return xprintf("%.*s%s%s", (int)(at - good_text), good_text, put, at + strlen(old));
}

enum status fixture_load(struct settings **out, const char *text, struct err *err)
{
    fixture_write("tocsin.conf", bytes_of(text), 0600);
    return settings_load(out, fixture_path("tocsin.conf"), err);
}

int fixture_run(const char *name, void (*add)(TCase *tc))
{
    Suite *suite = suite_create(name);
    TCase *tc = tcase_create(name);
    tcase_add_unchecked_fixture(tc, fixture_make, fixture_remove);
    add(tc);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
