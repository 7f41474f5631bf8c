#include "advisory/lookup.h"

#include "base/embedded.h"

#include <string.h>

extern const struct embedded advisory_tables[]; /* cwe.txt, languages.txt: as in CMakeLists.txt */

static struct bytes text_of(enum lookup_table table)
{
    return (struct bytes){advisory_tables[table].data, advisory_tables[table].size};
}

static size_t line_end(struct bytes text, size_t at)
{
    const unsigned char *end = memchr(text.data + at, '\n', text.size - at);
    return end == NULL ? text.size : (size_t)(end - text.data);
}

bool lookup(struct bytes *value, enum lookup_table table, const char *key)
{
    struct bytes text = text_of(table);
    size_t key_size = strlen(key);
    size_t low = 0; /* both at the beginning of a line */
    size_t high = text.size;
    while (low < high) {
        size_t begin = low + (high - low) / 2;
        while (begin > low && text.data[begin - 1] != '\n')
            begin--;
        size_t end = line_end(text, begin);
        const unsigned char *tab = memchr(text.data + begin, '\t', end - begin);
        size_t size = tab == NULL ? end - begin : (size_t)(tab - text.data) - begin;
        int order = memcmp(key, text.data + begin, key_size < size ? key_size : size);
        if (order == 0 && key_size == size) {
            size_t from = tab == NULL ? end : begin + size + 1;
            *value = (struct bytes){text.data + from, end - from};
            return true;
        }
        if (order < 0 || (order == 0 && key_size < size))
            high = begin;
        else
            low = end + 1;
    }
    return false;
}

struct bytes lookup_source(enum lookup_table table)
{
    struct bytes text = text_of(table);
    return (struct bytes){text.data + 2, line_end(text, 0) - 2};
}
