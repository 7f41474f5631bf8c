#include "cases/source.h"

#include <assert.h>

const char *case_source_about(enum case_source source)
{
    static const char *const about[CASE_SOURCE_COUNT] = {
        "security testers",     "component suppliers", "developers and testers",        "users",
        "logs of audit events", "researchers",         "feeds of known vulnerabilities"};
    assert((int)source >= 0 && source < CASE_SOURCE_COUNT);
    return about[source];
}
