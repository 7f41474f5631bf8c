/* Data for engine tests, written as JSON. */
#ifndef TESTS_TEMPLATES_VALUES_H
#define TESTS_TEMPLATES_VALUES_H

#include "base/json.h"
#include "templates/engine.h"

/* A map or list of the same shape; numbers become their digits. */
struct value *values_of(struct arena *arena, const struct json *json);

/* For template_rules.partial: context is a JSON object of texts. */
bool values_partial(void *context, const char *name, struct bytes *out);

#endif
