#include "base/library.h"

#include <dlfcn.h>
#include <string.h>

/* By memcpy: C has no conversion between what dlsym returns and a pointer to a function. */
static void put(void *table, const struct library_symbol *symbol, void *function)
{
    memcpy((char *)table + symbol->at, &function, sizeof function);
}

/* Either all pointers are there or none: the first one tells. */
static bool is_filled(const void *table, const struct library *library)
{
    void *function;
    memcpy(&function, (const char *)table + library->symbols[0].at, sizeof function);
    return function != NULL;
}

/* The name of the first function that the library lacks; NULL: the table is filled. */
static const char *fill(void *table, const struct library *library, void *handle)
{
    for (size_t i = 0; i < library->count; i++) {
        void *function = dlsym(handle, library->symbols[i].name);
        if (function == NULL) {
            for (size_t k = 0; k < i; k++)
                put(table, &library->symbols[k], NULL);
            return library->symbols[i].name;
        }
        put(table, &library->symbols[i], function);
    }
    return NULL;
}

enum status library_load(void *table, const struct library *library, struct err *err)
{
    if (is_filled(table, library))
        return OK;
    void *handle = dlopen(library->file, RTLD_NOW | RTLD_LOCAL);
    if (handle == NULL)
        return err_set(err, ERR_IO, "%s: %s cannot be loaded: %s: install the package %s",
                       library->where, library->what, dlerror(), library->package);
    const char *lacking = fill(table, library, handle);
    if (lacking == NULL)
        return OK;
    (void)dlclose(handle);
    return err_set(err, ERR_IO, "%s: %s has no %s: install the package %s", library->where,
                   library->file, lacking, library->package);
}
