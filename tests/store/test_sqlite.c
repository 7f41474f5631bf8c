#include "tests/store/suite.h"

#include "base/file.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

const char *const suite_driver = "sqlite";
static char dir[] = "/tmp/tocsin-store-XXXXXX";

const char *suite_url(void)
{
    static char path[64];
    (void)snprintf(path, sizeof path, "%s/store %%?#ü.db", dir);
    return path;
}

void suite_wipe(void)
{
    static const char *const ends[] = {"", ".lock", "-journal"};
    for (size_t i = 0; i < count_of(ends); i++) {
        char path[96];
        (void)snprintf(path, sizeof path, "%s%s", suite_url(), ends[i]);
        (void)unlink(path);
    }
}

void suite_clean(void)
{
    suite_wipe();
}

int main(void)
{
    struct err why;
    if (mkdtemp(dir) == NULL)
        return EXIT_FAILURE;
    Suite *suite = suite_of_all("store on SQLite");
    int result = suite_run(suite);
    if (file_remove_tree(dir, &why) != OK)
        result = EXIT_FAILURE;
    return result;
}
