#include "store/driver.h"

#include <assert.h>

size_t statement_number(struct statement_names *names, const char *sql)
{
    /* Constants lie close together: mix the address, then take the next free place. */
    size_t at = (size_t)(((uintptr_t)sql >> 3) * UINT64_C(0x9e3779b97f4a7c15) >> 32);
    const size_t last = at + DRIVER_STATEMENTS;
    while (names->sql[at % DRIVER_STATEMENTS] != NULL &&
           names->sql[at % DRIVER_STATEMENTS] != sql) {
        at++;
        assert(at < last); /* else the program has more statements than there are places */
    }
    names->sql[at % DRIVER_STATEMENTS] = sql;
    return at % DRIVER_STATEMENTS;
}
