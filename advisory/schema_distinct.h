/*
 * advisory/schema_distinct - does a list hold the same value twice (uniqueItems of JSON Schema)?
 */
#ifndef TOCSIN_ADVISORY_SCHEMA_DISTINCT_H
#define TOCSIN_ADVISORY_SCHEMA_DISTINCT_H

#include "base/json.h"

/* The first element that equals an earlier one, which is *first; NULL when all differ. */
const struct json *schema_double(const struct json **first, const struct json *list);
/* The position of an element in its list, from 0. */
size_t schema_place(const struct json *element);
/* Equal as JSON: members in any order, numbers by value. */
bool schema_equal(const struct json *a, const struct json *b);

#endif
