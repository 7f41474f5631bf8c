/*
 * templates/engine - a Mustache subset over a tree of values.
 *
 * Has: {{name}} {{a.b}} {{.}} {{#section}} {{^inverted}} {{/section}} {{>partial}} {{! comment}}
 * {{{name}}} and {{&name}} (unescaped; allowed only when the caller says so). Not: lambdas, set
 * delimiters. Whitespace rules of standalone tags as in the published specification.
 * Names and partials that the caller does not know fail when the template is *loaded*.
 *
 * False in sections: what is not there, false, empty text, an empty list. {{name}} of a list or a
 * map writes nothing, of a truth "true" or "false".
 */
#ifndef TOCSIN_TEMPLATES_ENGINE_H
#define TOCSIN_TEMPLATES_ENGINE_H

#include "base/arena.h"
#include "base/str.h"

/* The data: text, list, or map. All memory belongs to an arena of the caller. */
enum value_type { VALUE_NONE, VALUE_TEXT, VALUE_BOOL, VALUE_LIST, VALUE_MAP };
struct value; /* opaque */

struct value *value_map(struct arena *arena);
struct value *value_list(struct arena *arena);
/*
 * Set (again: replace) or append; text is copied. NULL text sets "not there", which also hides the
 * name in outer contexts. Those that make a container return it.
 */
void value_set_text(struct value *map, const char *name, const char *text);
void value_set_bool(struct value *map, const char *name, bool truth);
struct value *value_set_map(struct value *map, const char *name);
struct value *value_set_list(struct value *map, const char *name);
struct value *value_add_map(struct value *list);
struct value *value_add_list(struct value *list);
void value_add_text(struct value *list, const char *text);

struct template; /* one parsed text; opaque, immutable, shareable within a thread */

/* How {{name}} writes a value. Gets the raw text, appends what may stand in the output. */
typedef void (*template_escape)(struct str *out, struct bytes text);

struct template_rules {
    const char *const
        *names; /* every name the data may have; NULL: all are fine (specification tests) */
    size_t name_count;
    bool allow_raw;    /* {{{x}}} */
    bool no_recursion; /* a partial that comes back to itself fails when loaded */
    /*
     * Finds a partial's text, which is copied; false when there is none: then loading fails, or,
     * when all names are fine, it is empty. NULL: no partials.
     */
    bool (*partial)(void *context, const char *name, struct bytes *out);
    void *context;
};

/*
 * name is for errors: "notice.hdo.en line 12: {{produkt}}: unknown name: did you mean product?".
 * Returns ERR_INVALID (also when it is not UTF-8 or holds NUL), ERR_LIMIT (size > 1 MiB, depth >
 * 32, more than 63 partials).
 */
MUST_USE enum status template_parse(struct template **out, const char *name, struct bytes text,
                                    const struct template_rules *rules, struct err *err);
void template_free(struct template *tmpl);
/*
 * Append to out. Returns ERR_LIMIT when out's limit is reached, when sections and partials nest
 * deeper than 64, or after 10 million steps.
 */
MUST_USE enum status template_render(struct str *out, const struct template *tmpl,
                                     const struct value *data, template_escape escape,
                                     struct err *err);

void template_escape_html(struct str *out, struct bytes text);
void template_escape_none(struct str *out, struct bytes text);

#endif
