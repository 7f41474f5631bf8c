#include "dispatcher/commands/check_paths.h"

#include "base/file.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define FOLDER_DEPTH 32

static bool is_folder(const char *path)
{
    struct stat about;
    return stat(path, &about) == 0 && S_ISDIR(about.st_mode);
}

/* Links to folders are not followed: they may lead in a circle. */
static bool is_real_folder(const char *path, const struct dirent *entry)
{
    struct stat about;
    if (entry->d_type != DT_UNKNOWN)
        return entry->d_type == DT_DIR;
    return lstat(path, &about) == 0 && S_ISDIR(about.st_mode);
}

static void add(struct check_paths *paths, const char *path)
{
    const char *kept = arena_strdup(paths->arena, path);
    arena_push(paths->arena, &paths->paths, &paths->count, sizeof kept, &kept);
}

static void say(struct check_paths *paths, const char *path, const char *what)
{
    struct err err = {0};
    (void)err_set(&err, ERR_INVALID, "%s: %s", path, what);
    paths->fault(paths->context, &err);
}

/* false: something in it could not be read, and that was said. */
static bool add_folder(struct check_paths *paths, const char *path, int depth)
{
    struct dirent **entries = NULL;
    bool whole = true;
    if (depth == FOLDER_DEPTH) {
        say(paths, path, "cannot be read: too many folders in each other: name it by itself");
        return false;
    }
    int count = scandir(path, &entries, NULL, alphasort);
    if (count < 0) {
        struct err err = {0};
        (void)err_set(&err, ERR_INVALID, "%s: cannot be read: %s: have its rights changed", path,
                      strerror(errno));
        paths->fault(paths->context, &err);
        return false;
    }
    for (int i = 0; i < count; i++) {
        const char *name = entries[i]->d_name;
        char *below = path_join(path, name);
        if (name[0] != '.') {
            if (is_real_folder(below, entries[i]))
                whole = add_folder(paths, below, depth + 1) && whole;
            else if (text_ends(name, ".json"))
                add(paths, below);
        }
        free(below);
        free(entries[i]);
    }
    free(entries);
    return whole;
}

void check_paths_add(struct check_paths *paths, const char *path)
{
    size_t before = paths->count;
    if (strcmp(path, "-") == 0 || !is_folder(path))
        add(paths, path);
    else if (add_folder(paths, path, 0) && paths->count == before)
        say(paths, path, "holds no .json file: name the right folder");
}
