/* Runs a fuzz target over every file of the directories given: the corpus as a plain test. */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void replay_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL)
        return;
    (void)fseek(file, 0, SEEK_END);
    long size = ftell(file);
    rewind(file);
    if (size >= 0) {
        uint8_t *data = malloc((size_t)size + 1);
        if (data != NULL) {
            size_t got = fread(data, 1, (size_t)size, file);
            (void)LLVMFuzzerTestOneInput(data, got);
        }
        free(data);
    }
    (void)fclose(file);
}

int main(int argc, char **argv)
{
    unsigned count = 0;
    for (int i = 1; i < argc; i++) {
        DIR *dir = opendir(argv[i]);
        if (dir == NULL) {
            (void)fprintf(stderr, "replay: %s: no such corpus\n", argv[i]);
            return 1;
        }
        for (struct dirent *entry; (entry = readdir(dir)) != NULL;) {
            char path[4096];
            if (entry->d_name[0] == '.')
                continue;
            (void)snprintf(path, sizeof path, "%s/%s", argv[i], entry->d_name);
            replay_file(path);
            count++;
        }
        (void)closedir(dir);
    }
    (void)printf("replayed %u inputs\n", count);
    return count > 0 ? 0 : 1;
}
