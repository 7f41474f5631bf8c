#include "templates/catalog.h"

#include "base/embedded.h"
#include "base/file.h"
#include "base/nearest.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FILE_LIMIT ((size_t)1024 * 1024)
#define ROOT "templates/"

extern const struct embedded template_files[];
extern const size_t template_files_count;

const struct catalog_file *catalog_find(const struct catalog *catalog, const char *language,
                                        const char *name)
{
    for (size_t i = 0; i < catalog->count; i++)
        if (strcmp(catalog->files[i].language, language) == 0 &&
            strcmp(catalog->files[i].name, name) == 0)
            return &catalog->files[i];
    return NULL;
}

const char *catalog_parent(struct arena *arena, const char *language)
{
    const char *dash = strrchr(language, '-');
    return dash == NULL ? NULL : arena_strndup(arena, language, (size_t)(dash - language));
}

bool catalog_message_name(char out[CATALOG_NAME], enum notice_kind kind, enum party_kind audience)
{
    const bool again = kind == NOTICE_REMINDER || kind == NOTICE_ESCALATION;
    if (again && (audience == PARTY_REGULATOR || audience == PARTY_COMPLAINT))
        return false; /* whom no program asks again */
    (void)snprintf(out, CATALOG_NAME, "%s.%s.txt", notice_kind_word(kind),
                   party_kind_word(audience));
    return true;
}

/* Files as editors of all systems write them: no BOM, lines end in LF. */
static struct bytes clean_copy(struct arena *arena, struct bytes text)
{
    if (text.size >= 3 && memcmp(text.data, "\xef\xbb\xbf", 3) == 0)
        text = (struct bytes){text.data + 3, text.size - 3};
    char *copy = arena_alloc(arena, text.size + 1);
    size_t size = 0;
    for (size_t i = 0; i < text.size; i++)
        if (text.data[i] != '\r' || i + 1 == text.size || text.data[i + 1] != '\n')
            copy[size++] = (char)text.data[i];
    return (struct bytes){(unsigned char *)copy, size};
}

static void put_file(struct catalog *out, struct arena *arena, struct catalog_file file)
{
    for (size_t i = 0; i < out->count; i++) {
        if (strcmp(out->files[i].language, file.language) == 0 &&
            strcmp(out->files[i].name, file.name) == 0) {
            out->files[i] = file;
            return;
        }
    }
    arena_push(arena, &out->files, &out->count, sizeof file, &file);
}

static void read_built_in(struct catalog *out, struct arena *arena)
{
    for (size_t i = 0; i < template_files_count; i++) {
        const struct embedded *e = &template_files[i];
        struct bytes text = clean_copy(arena, (struct bytes){e->data, e->size});
        const char *name = e->name + strlen(ROOT);
        const char *slash = strchr(name, '/');
        if (slash == NULL)
            out->style = text;
        else
            put_file(out, arena,
                     (struct catalog_file){.language =
                                               arena_strndup(arena, name, (size_t)(slash - name)),
                                           .name = slash + 1,
                                           .path = e->name,
                                           .text = text});
    }
}

/* RFC 5646 in the parts that matter here: "de", "de-AT", "zh-Hans-CN". Lower case, or NULL. */
static const char *language_of(struct arena *arena, const char *name)
{
    char *lower = arena_strdup(arena, name);
    size_t part = 0;
    size_t size = 0;
    for (char *at = lower;; at++) {
        bool digit = *at >= '0' && *at <= '9';
        if (*at >= 'A' && *at <= 'Z')
            *at = (char)(*at - 'A' + 'a');
        if ((*at >= 'a' && *at <= 'z') || (digit && part > 0)) {
            size++;
            continue;
        }
        if (size < 2 || size > (part == 0 ? 3 : 8) || (*at != '-' && *at != '\0'))
            return NULL;
        if (*at == '\0')
            return lower;
        part++;
        size = 0;
    }
}

static enum status check_name(const char *path, const char *name, struct err *err)
{
    char known[(NOTICE_KIND_COUNT * PARTY_KIND_COUNT) + 1][CATALOG_NAME];
    const char *names[(NOTICE_KIND_COUNT * PARTY_KIND_COUNT) + 1];
    size_t count = 0;
    if (text_starts(name, "part."))
        return OK;
    for (int kind = 0; kind < NOTICE_KIND_COUNT; kind++)
        for (int party = 0; party < PARTY_KIND_COUNT; party++)
            count +=
                catalog_message_name(known[count], (enum notice_kind)kind, (enum party_kind)party);
    (void)snprintf(known[count++], CATALOG_NAME, "words.txt");
    for (size_t i = 0; i < count; i++) {
        names[i] = known[i];
        if (strcmp(known[i], name) == 0)
            return OK;
    }
    int nearest = nearest_name(name, names, count);
    return err_set(err, ERR_INVALID, "%s: no notice would use this file: %s%s", path,
                   nearest < 0 ? "name it KIND.AUDIENCE.txt, part.NAME.txt or words.txt"
                               : "did you mean ",
                   nearest < 0 ? "" : names[nearest]);
}

static enum status read_own_file(struct catalog *out, struct arena *arena, const char *language,
                                 const char *path, const char *name, struct err *err)
{
    struct str text;
    enum status status = check_name(path, name, err);
    if (status != OK)
        return status;
    str_init(&text, FILE_LIMIT);
    status = file_read(&text, path, FILE_LIMIT, err);
    if (status == OK)
        put_file(out, arena,
                 (struct catalog_file){.language = language,
                                       .name = arena_strdup(arena, name),
                                       .path = arena_strdup(arena, path),
                                       .text = clean_copy(arena, str_bytes(&text))});
    str_dispose(&text);
    return status;
}

static int is_shown(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

static enum status list_dir(struct dirent ***out, int *count, const char *path, struct err *err)
{
    *count = scandir(path, out, is_shown, alphasort);
    if (*count >= 0)
        return OK;
    return err_set(err, errno == ENOENT ? ERR_NOT_FOUND : ERR_IO,
                   "%s: %s: make the folder readable", path, strerror(errno));
}

static void free_list(struct dirent **entries, int count)
{
    for (int i = 0; i < count; i++)
        free(entries[i]);
    free(entries);
}

static enum status read_language(struct catalog *out, struct arena *arena, const char *path,
                                 const char *name, struct err *err)
{
    struct dirent **entries = NULL;
    int count = 0;
    const char *language = language_of(arena, name);
    if (language == NULL)
        return err_set(err, ERR_INVALID,
                       "%s: not a language: name the folder by its tag, such as en, de or pt-BR",
                       path);
    enum status status = list_dir(&entries, &count, path, err);
    for (int i = 0; i < count && status == OK; i++) {
        char *file = path_join(path, entries[i]->d_name);
        if (text_ends(entries[i]->d_name, ".txt"))
            status = read_own_file(out, arena, language, file, entries[i]->d_name, err);
        free(file);
    }
    free_list(entries, count);
    return status;
}

static bool is_folder(const char *path)
{
    DIR *dir = opendir(path);
    if (dir != NULL)
        (void)closedir(dir);
    return dir != NULL || errno != ENOTDIR;
}

enum status catalog_read(struct catalog *out, struct arena *arena, const char *dir, struct err *err)
{
    struct dirent **entries = NULL;
    int count = 0;
    *out = (struct catalog){0};
    read_built_in(out, arena);
    if (dir == NULL)
        return OK;
    enum status status = list_dir(&entries, &count, dir, err);
    for (int i = 0; i < count && status == OK; i++) {
        char *path = path_join(dir, entries[i]->d_name);
        if (is_folder(path))
            status = read_language(out, arena, path, entries[i]->d_name, err);
        free(path);
    }
    free_list(entries, count);
    return status;
}
