#include "store/driver.h"

#include <assert.h>

size_t statement_number(struct statement_names *names, const char *sql, bool *fresh)
{
    /* Constants lie close together: mix the address, then take the next free place. */
    size_t at = (size_t)(((uintptr_t)sql >> 3) * UINT64_C(0x9e3779b97f4a7c15) >> 32);
    for (size_t tried = 0; tried < DRIVER_STATEMENTS; tried++, at++) {
        const char **slot = &names->sql[at % DRIVER_STATEMENTS];
        if (*slot == NULL || *slot == sql) {
            *fresh = *slot == NULL;
            *slot = sql;
            return at % DRIVER_STATEMENTS;
        }
    }
    assert(!"more statements than DRIVER_STATEMENTS");
    return 0;
}
