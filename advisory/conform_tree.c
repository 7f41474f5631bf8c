/*
 * Tests 6.1.13, 6.1.25, 6.1.31, 6.2.8, 6.2.9, 6.2.16, 6.2.18, 6.3.5 and 6.3.9 to 6.3.11: branches,
 * products and what identifies them.
 */
#include "advisory/conform_tests.h"

#include "advisory/purl.h"
#include "base/utf8.h"

#include <string.h>
#include <strings.h>

void conform_6_1_13(struct conform *run, const struct conform_product *product)
{
    const struct json *purl = json_get(product->helper, "purl");
    const char *fault = json_is(purl, JSON_STRING) ? purl_fault(conform_text(purl)) : NULL;
    if (fault != NULL)
        conform_fail(run, purl, NULL, "This is not a valid package URL: %s", fault);
}

/* The elements of hashes[] of a product. */
static const struct json *hashes_of(const struct conform_product *product)
{
    return conform_first(json_get(product->helper, "hashes"));
}

void conform_6_1_25(struct conform *run, const struct conform_product *product)
{
    for (const struct json *file = hashes_of(product); file != NULL; file = json_next(file)) {
        conform_words_begin(run);
        for (const struct json *at = conform_first(json_get(file, "file_hashes")); at != NULL;
             at = json_next(at)) {
            const struct json *algorithm = json_get(at, "algorithm");
            if (conform_double_word(run, algorithm) != NULL)
                conform_fail(run, algorithm, NULL, "This file has another hash of this algorithm");
        }
    }
}

static void check_only_algorithm(struct conform *run, const struct conform_product *product,
                                 const char *weak, const char *name)
{
    for (const struct json *file = hashes_of(product); file != NULL; file = json_next(file)) {
        bool found = false;
        bool other = false;
        for (const struct json *at = conform_first(json_get(file, "file_hashes")); at != NULL;
             at = json_next(at)) {
            const struct json *algorithm = json_get(at, "algorithm");
            found = found || conform_text_is(algorithm, weak);
            other = other || (json_is(algorithm, JSON_STRING) && !conform_text_is(algorithm, weak));
        }
        if (found && !other)
            conform_fail(run, file, NULL, "%s is the only hash of this file", name);
    }
}

void conform_6_2_8(struct conform *run, const struct conform_product *product)
{
    check_only_algorithm(run, product, "md5", "MD5");
}

void conform_6_2_9(struct conform *run, const struct conform_product *product)
{
    check_only_algorithm(run, product, "sha1", "SHA-1");
}

static size_t count_characters(struct bytes text)
{
    size_t count = 0;
    for (size_t at = 0; at < text.size; count++)
        (void)utf8_next(text, &at);
    return count;
}

void conform_6_3_5(struct conform *run, const struct conform_product *product)
{
    for (const struct json *file = hashes_of(product); file != NULL; file = json_next(file)) {
        for (const struct json *at = conform_first(json_get(file, "file_hashes")); at != NULL;
             at = json_next(at)) {
            const struct json *value = json_get(at, "value");
            if (json_is(value, JSON_STRING) && count_characters(conform_text(value)) < 64)
                conform_fail(run, value, NULL, "This hash is short");
        }
    }
}

void conform_6_2_16(struct conform *run, const struct conform_product *product)
{
    if (product->name != NULL && product->helper == NULL)
        conform_fail(run, product->name, NULL, "The product has no identification helper");
}

/*
 * Spaces, and signs that stand beside words of a sentence: "(all)", "prior,". Not those that join a
 * name: "vers:all" with all that follows is what many publish here, and validators let it pass.
 */
static bool is_between_words(uint32_t c)
{
    return (c >= 0x09 && c <= 0x0D) ||
           (c > 0 && c < 0x80 && strchr(" ()[]{},.;!?\"'", (int)c) != NULL) || c == 0xA0 ||
           c == 0x1680 || (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 ||
           c == 0x202F || c == 0x205F || c == 0x3000 || c == 0xFEFF;
}

static bool is_range_word(struct bytes word)
{
    static const char *const words[] = {"after", "all",   "before",  "earlier",
                                        "later", "prior", "versions"};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (word.size == strlen(words[i]) &&
            strncasecmp((const char *)word.data, words[i], word.size) == 0)
            return true;
    }
    return false;
}

/* Signs of comparison anywhere, or one of the words. */
static bool names_range(struct bytes name)
{
    size_t begin = 0;
    for (size_t at = 0; at < name.size;) {
        size_t here = at;
        uint32_t c = utf8_next(name, &at);
        if (c == '<' || c == '>')
            return true;
        if (!is_between_words(c))
            continue;
        if (is_range_word((struct bytes){name.data + begin, here - begin}))
            return true;
        begin = at;
    }
    return is_range_word((struct bytes){name.data + begin, name.size - begin});
}

static bool has_category(const struct conform_product *product, const char *category)
{
    return product->branch != NULL &&
           conform_text_is(json_get(product->branch, "category"), category);
}

void conform_6_1_31(struct conform *run, const struct conform_product *product)
{
    const struct json *name = json_get(product->branch, "name");
    if (has_category(product, "product_version") && json_is(name, JSON_STRING) &&
        names_range(conform_text(name)))
        conform_fail(run, name, NULL, "A product_version is one version, and this is a range");
}

/* vers:TYPE/ and something behind it on the same line */
static bool is_vers(struct bytes name)
{
    size_t at = 5;
    if (name.size < 8 || memcmp(name.data, "vers:", 5) != 0)
        return false;
    while (at < name.size && ((name.data[at] >= 'a' && name.data[at] <= 'z') ||
                              (name.data[at] != '\0' && strchr(".-+", name.data[at]) != NULL) ||
                              (at > 5 && name.data[at] >= '0' && name.data[at] <= '9')))
        at++;
    return at > 5 && at + 1 < name.size && name.data[at] == '/' && name.data[at + 1] != '\n' &&
           name.data[at + 1] != '\r';
}

void conform_6_2_18(struct conform *run, const struct conform_product *product)
{
    const struct json *name = json_get(product->branch, "name");
    if (has_category(product, "product_version_range") && json_is(name, JSON_STRING) &&
        !is_vers(conform_text(name)))
        conform_fail(run, name, NULL,
                     "This range is not written in vers, so programs have to guess");
}

/* vendor, below it product_name, below it product_version: others may stand between them. */
void conform_6_3_9(struct conform *run, const struct conform_product *product)
{
    static const char *const wanted[] = {"product_version", "product_name", "vendor"};
    size_t found = 0;
    if (product->name == NULL || product->path == NULL)
        return;
    for (const struct conform_path *up = product->path; up != NULL && found < 3; up = up->up)
        found += conform_text_is(json_get(up->branch, "category"), wanted[found]);
    if (found < 3)
        conform_fail(run, product->name, NULL,
                     "The branches above this product are not vendor, product_name and "
                     "product_version in that order");
}

void conform_6_3_10(struct conform *run, const struct conform_product *product)
{
    if (has_category(product, "product_version_range"))
        conform_fail(run, json_get(product->branch, "category"), NULL,
                     "Single versions say more than a range");
}

void conform_6_3_11(struct conform *run, const struct conform_product *product)
{
    const struct json *name = json_get(product->branch, "name");
    struct bytes text = conform_text(name);
    if (has_category(product, "product_version") && text.data != NULL && text.size > 1 &&
        (text.data[0] | 0x20) == 'v' && text.data[1] >= '0' && text.data[1] <= '9')
        conform_fail(run, name, NULL, "A v before the version is no part of it");
}
