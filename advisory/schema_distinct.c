#include "advisory/schema_distinct.h"

#include "base/hash.h"

#include <stdlib.h>
#include <string.h>

#define FEW 8 /* so many are compared one by one */

size_t schema_place(const struct json *element)
{
    size_t place = 0;
    for (const struct json *at = json_first(json_parent(element)); at != NULL && at != element;
         at = json_next(at))
        place++;
    return place;
}

static bool numbers_equal(const struct json *a, const struct json *b)
{
    double x = 0;
    double y = 0;
    if (json_double(&x, a) && json_double(&y, b))
        return x <= y && x >= y;
    return strcmp(json_number(a), json_number(b)) == 0;
}

static bool texts_equal(const struct json *a, const struct json *b)
{
    return json_string_size(a) == json_string_size(b) &&
           memcmp(json_string(a), json_string(b), json_string_size(a)) == 0;
}

bool schema_equal(const struct json *a, const struct json *b)
{
    if (json_type(a) != json_type(b))
        return false;
    switch (json_type(a)) {
    case JSON_NULL:
        return true;
    case JSON_BOOL:
        return json_bool(a) == json_bool(b);
    case JSON_NUMBER:
        return numbers_equal(a, b);
    case JSON_STRING:
        return texts_equal(a, b);
    case JSON_ARRAY:
    case JSON_OBJECT:
        break;
    }
    if (json_count(a) != json_count(b))
        return false;
    const struct json *other = json_first(b);
    for (const struct json *at = json_first(a); at != NULL; at = json_next(at)) {
        if (json_name(at) != NULL)
            other = json_get(b, json_name(at));
        if (other == NULL || !schema_equal(at, other))
            return false;
        other = json_next(other);
    }
    return true;
}

/* Equal values have equal hashes: members are added up, so that their order does not matter. */
static uint64_t hash_value(const struct hash_key *key, const struct json *value)
{
    uint64_t type = (uint64_t)json_type(value) + 1;
    uint64_t sum = type;
    double number = 0;
    switch (json_type(value)) {
    case JSON_NULL:
        return type;
    case JSON_BOOL:
        return json_bool(value) ? UINT64_C(1) << 32 : UINT64_C(1) << 33;
    case JSON_NUMBER:
        if (!json_double(&number, value))
            return hash_keyed(key, type, bytes_of(json_number(value)));
        number += 0.0; /* -0 is 0 */
        return hash_keyed(key, type, (struct bytes){(const unsigned char *)&number, sizeof number});
    case JSON_STRING:
        return hash_keyed(
            key, type,
            (struct bytes){(const unsigned char *)json_string(value), json_string_size(value)});
    case JSON_ARRAY:
    case JSON_OBJECT:
        break;
    }
    for (const struct json *at = json_first(value); at != NULL; at = json_next(at)) {
        uint64_t parts[2] = {hash_value(key, at), sum};
        if (json_name(at) != NULL)
            parts[1] = hash_keyed(key, 0, bytes_of(json_name(at)));
        uint64_t both =
            hash_keyed(key, type, (struct bytes){(const unsigned char *)parts, sizeof parts});
        sum = json_name(at) != NULL ? sum + both : both;
    }
    return sum;
}

static const struct json *double_of_few(const struct json **first, const struct json *list)
{
    for (const struct json *at = json_first(list); at != NULL; at = json_next(at)) {
        for (const struct json *before = json_first(list); before != at;
             before = json_next(before)) {
            if (schema_equal(before, at)) {
                *first = before;
                return at;
            }
        }
    }
    return NULL;
}

const struct json *schema_double(const struct json **first, const struct json *list)
{
    const struct json *found = NULL;
    struct hash_key key;
    size_t slots = 32;
    *first = NULL;
    if (json_count(list) <= FEW)
        return double_of_few(first, list);
    while (slots < json_count(list) * 2)
        slots *= 2;
    hash_key_init(&key);
    const struct json **table = xcalloc(slots, sizeof *table);
    for (const struct json *at = json_first(list); at != NULL && found == NULL;
         at = json_next(at)) {
        uint64_t hash = hash_value(&key, at);
        size_t place = hash & (slots - 1);
        while (table[place] != NULL && !schema_equal(table[place], at))
            place = (place + 1) & (slots - 1);
        if (table[place] != NULL) {
            *first = table[place];
            found = at;
        }
        table[place] = at;
    }
    free(table);
    return found;
}
