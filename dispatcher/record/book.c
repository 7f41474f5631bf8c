#include "dispatcher/record/book.h"

#include "base/sha256.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* Notices lie in blocks: growing never copies them, so the peak is what is there. */
#define BLOCK ((size_t)4096)
#define INDEX_FIRST ((size_t)1024) /* a power of two */

struct book {
    struct book_notice **blocks;
    size_t block_count, notices;
    uint32_t *index; /* number of a notice plus one, by its uid; open addressing */
    size_t index_size;
    struct book_advisory *advisories;
    size_t advisory_count, advisory_room;
    struct book_task *tasks; /* ascending ids */
    size_t task_count, task_room;
};

void digest_add(struct digest *digest, const char *const *texts, size_t count)
{
    struct sha256 full;
    int64_t sizes[DIGEST_TEXTS];
    struct bytes parts[2 * DIGEST_TEXTS + 1];
    assert(count <= DIGEST_TEXTS);
    parts[0] = (struct bytes){digest->byte, DIGEST_SIZE};
    for (size_t i = 0; i < count; i++) {
        struct bytes text = bytes_of(texts[i]);
        sizes[i] = texts[i] != NULL ? (int64_t)text.size : -1;
        parts[2 * i + 1] = (struct bytes){(const unsigned char *)&sizes[i], sizeof sizes[i]};
        parts[2 * i + 2] = text;
    }
    sha256_parts(&full, parts, 2 * count + 1);
    memcpy(digest->byte, full.byte, DIGEST_SIZE);
}

struct digest digest_of(const char *text)
{
    struct digest digest = {0};
    if (text != NULL)
        digest_add(&digest, &text, 1);
    return digest;
}

bool digest_equal(const struct digest *a, const struct digest *b)
{
    return memcmp(a->byte, b->byte, DIGEST_SIZE) == 0;
}

struct book *book_new(void)
{
    struct book *book = xcalloc(1, sizeof *book);
    book->index_size = INDEX_FIRST;
    book->index = xcalloc(book->index_size, sizeof book->index[0]);
    return book;
}

void book_free(struct book *book)
{
    if (book == NULL)
        return;
    for (size_t i = 0; i < book->block_count; i++)
        free(book->blocks[i]);
    for (size_t i = 0; i < book->advisory_count; i++) {
        struct book_advisory *a = &book->advisories[i];
        free(a->uid);
        free(a->sha256);
        free(a->order_sha256);
        free(a->version);
        free(a->root);
    }
    free(book->blocks);
    free(book->index);
    free(book->advisories);
    free(book->tasks);
    free(book);
}

struct book_notice *book_at(const struct book *book, size_t i)
{
    return i < book->notices ? &book->blocks[i / BLOCK][i % BLOCK] : NULL;
}

/* Where this uid stands in the index, or would. A digest is as good as a hash. */
static size_t find_slot(const struct book *book, const struct digest *uid)
{
    size_t at = 0;
    memcpy(&at, uid->byte, sizeof at);
    at &= book->index_size - 1;
    while (book->index[at] != 0 && !digest_equal(&book_at(book, book->index[at] - 1)->uid, uid))
        at = (at + 1) & (book->index_size - 1);
    return at;
}

struct book_notice *book_find(const struct book *book, const char *uid)
{
    const struct digest digest = digest_of(uid);
    size_t at = find_slot(book, &digest);
    return book->index[at] != 0 ? book_at(book, book->index[at] - 1) : NULL;
}

static void grow_index(struct book *book)
{
    free(book->index);
    book->index_size *= 2;
    book->index = xcalloc(book->index_size, sizeof book->index[0]);
    for (size_t i = 0; i < book->notices; i++)
        book->index[find_slot(book, &book_at(book, i)->uid)] = (uint32_t)i + 1;
}

struct book_notice *book_add(struct book *book, const char *uid)
{
    if (book->notices == book->block_count * BLOCK) {
        book->blocks = xrealloc(book->blocks, book->block_count + 1, sizeof book->blocks[0]);
        book->blocks[book->block_count++] = xcalloc(BLOCK, sizeof book->blocks[0][0]);
    }
    if (book->notices >= book->index_size / 4 * 3)
        grow_index(book);
    size_t i = book->notices++;
    struct book_notice *notice = book_at(book, i);
    *notice = (struct book_notice){.uid = digest_of(uid), .answer = BOOK_NO_ANSWER};
    book->index[find_slot(book, &notice->uid)] = (uint32_t)i + 1;
    return notice;
}

struct book_advisory *book_advisory_at(const struct book *book, size_t i)
{
    return i < book->advisory_count ? &book->advisories[i] : NULL;
}

size_t book_advisory_number(const struct book *book, const struct book_advisory *advisory)
{
    return (size_t)(advisory - book->advisories);
}

struct book_advisory *book_advisory(const struct book *book, const char *uid)
{
    for (size_t i = book->advisory_count; i > 0; i--)
        if (text_equal(book->advisories[i - 1].uid, uid))
            return &book->advisories[i - 1];
    return NULL;
}

struct book_advisory *book_add_advisory(struct book *book, const char *uid)
{
    if (book->advisory_count == book->advisory_room) {
        book->advisory_room = book->advisory_room * 2 + 16;
        book->advisories =
            xrealloc(book->advisories, book->advisory_room, sizeof book->advisories[0]);
    }
    struct book_advisory *advisory = &book->advisories[book->advisory_count++];
    *advisory = (struct book_advisory){.uid = xstrdup(uid)};
    return advisory;
}

struct book_task *book_task_at(const struct book *book, size_t i)
{
    return i < book->task_count ? &book->tasks[i] : NULL;
}

/* The first whose id is not below this one. */
static size_t task_place(const struct book *book, int64_t id)
{
    size_t low = 0;
    size_t high = book->task_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (book->tasks[middle].id < id)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

struct book_task *book_task(const struct book *book, int64_t id)
{
    struct book_task *task = book_task_at(book, task_place(book, id));
    return task != NULL && task->id == id ? task : NULL;
}

struct book_task *book_add_task(struct book *book, int64_t id)
{
    if (book->task_count == book->task_room) {
        book->task_room = book->task_room * 2 + 64;
        book->tasks = xrealloc(book->tasks, book->task_room, sizeof book->tasks[0]);
    }
    size_t at = task_place(book, id);
    memmove(&book->tasks[at + 1], &book->tasks[at],
            (book->task_count - at) * sizeof book->tasks[0]);
    book->task_count++;
    book->tasks[at] = (struct book_task){.id = id};
    return &book->tasks[at];
}

size_t book_size(const struct book *book)
{
    return book->block_count * BLOCK * sizeof(struct book_notice) +
           book->index_size * sizeof book->index[0] +
           book->advisory_room * sizeof book->advisories[0] +
           book->task_room * sizeof book->tasks[0];
}
