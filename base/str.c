#include "base/str.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void out_of_memory(void)
{
    (void)fputs("tocsin: out of memory\n", stderr);
    abort();
}

void *xcalloc(size_t count, size_t size)
{
    void *p = calloc(count > 0 ? count : 1, size > 0 ? size : 1);
    if (p == NULL)
        out_of_memory();
    return p;
}

void *xrealloc(void *old, size_t count, size_t size)
{
    void *p = reallocarray(old, count > 0 ? count : 1, size > 0 ? size : 1);
    if (p == NULL)
        out_of_memory();
    return p;
}

char *xstrndup(const char *text, size_t size)
{
    char *copy = xcalloc(size + 1, 1);
    if (size > 0)
        memcpy(copy, text, size);
    return copy;
}

char *xstrdup(const char *text)
{
    return text == NULL ? NULL : xstrndup(text, strlen(text));
}

char *xprintf(const char *format, ...)
{
    char *out = NULL;
    va_list args;
    va_start(args, format);
    int size = vasprintf(&out, format, args);
    va_end(args);
    if (size < 0)
        out_of_memory();
    return out;
}

void str_init(struct str *s, size_t limit)
{
    *s = (struct str){.limit = limit};
}

void str_dispose(struct str *s)
{
    if (s == NULL)
        return;
    free(s->data);
    *s = (struct str){0};
}

void str_reset(struct str *s)
{
    s->size = 0;
    s->failed = false;
    if (s->data != NULL)
        s->data[0] = '\0';
}

/* Room for `more` bytes and the NUL, or the sticky failure. */
static bool str_reserve(struct str *s, size_t more)
{
    if (s->failed)
        return false;
    if (s->size > s->limit || more > s->limit - s->size) {
        s->failed = true;
        return false;
    }
    size_t need = s->size + more + 1;
    if (need > s->capacity) {
        size_t capacity = s->capacity < 64 ? 64 : s->capacity;
        while (capacity < need)
            capacity += capacity / 2 + 1;
        s->data = xrealloc(s->data, capacity, 1);
        s->capacity = capacity;
    }
    return true;
}

void str_add_n(struct str *s, const void *data, size_t size)
{
    if (!str_reserve(s, size))
        return;
    if (size > 0)
        memcpy(s->data + s->size, data, size);
    s->size += size;
    s->data[s->size] = '\0';
}

void str_add(struct str *s, const char *text)
{
    if (text != NULL)
        str_add_n(s, text, strlen(text));
}

/* Texts are written sign by sign in many places: with room there is nothing else to ask. */
void str_add_c(struct str *s, char c)
{
    if (s->failed || s->size + 1 >= s->capacity || s->size >= s->limit) {
        str_add_n(s, &c, 1);
        return;
    }
    s->data[s->size++] = c;
    s->data[s->size] = '\0';
}

void str_add_int(struct str *s, int64_t n)
{
    char digits[20];
    size_t first = sizeof digits;
    uint64_t rest = n < 0 ? 0 - (uint64_t)n : (uint64_t)n;
    do {
        digits[--first] = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest > 0);
    if (n < 0)
        digits[--first] = '-';
    str_add_n(s, digits + first, sizeof digits - first);
}

void str_addf(struct str *s, const char *format, ...)
{
    va_list args;
    if (s->failed)
        return;
    /* Mostly it fits into what is there: then once is enough. */
    size_t room = s->capacity - (s->data == NULL ? s->capacity : s->size);
    va_start(args, format);
    int size = vsnprintf(room > 0 ? s->data + s->size : NULL, room, format, args);
    va_end(args);
    if (size >= 0 && (size_t)size < room && s->size + (size_t)size <= s->limit) {
        s->size += (size_t)size;
        return;
    }
    if (room > 0)
        s->data[s->size] = '\0';
    if (size < 0) {
        s->failed = true;
        return;
    }
    if (!str_reserve(s, (size_t)size))
        return;
    va_start(args, format);
    (void)vsnprintf(s->data + s->size, (size_t)size + 1, format, args);
    va_end(args);
    s->size += (size_t)size;
}

void str_truncate(struct str *s, size_t size)
{
    if (size < s->size) {
        s->size = size;
        s->data[size] = '\0';
    }
}

bool str_ok(const struct str *s)
{
    return !s->failed;
}

const char *str_text(const struct str *s)
{
    return s->data == NULL ? "" : s->data;
}

struct bytes str_bytes(const struct str *s)
{
    return (struct bytes){(const unsigned char *)str_text(s), s->size};
}

char *str_take(struct str *s)
{
    char *out = s->data != NULL ? s->data : xstrndup("", 0);
    size_t limit = s->limit;
    str_init(s, limit);
    return out;
}

struct bytes bytes_of(const char *text)
{
    return (struct bytes){(const unsigned char *)text, text == NULL ? 0 : strlen(text)};
}

bool bytes_equal(struct bytes a, struct bytes b)
{
    return a.size == b.size && (a.size == 0 || memcmp(a.data, b.data, a.size) == 0);
}

bool text_equal(const char *a, const char *b)
{
    if (a == NULL || b == NULL)
        return a == b;
    return *a == *b && strcmp(a, b) == 0; /* most differ in their first byte */
}

bool text_is_empty(const char *text)
{
    return text == NULL || text[0] == '\0';
}

bool text_starts(const char *text, const char *prefix)
{
    return text != NULL && strncmp(text, prefix, strlen(prefix)) == 0;
}

bool text_ends(const char *text, const char *suffix)
{
    if (text == NULL)
        return false;
    size_t size = strlen(text);
    size_t tail = strlen(suffix);
    return size >= tail && memcmp(text + size - tail, suffix, tail) == 0;
}
