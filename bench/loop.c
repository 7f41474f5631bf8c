/*
 * bench/loop - the bare loop that everything is measured against: GPGME signs and encrypts one text
 * to one recipient after the other, in as many processes as are asked for, and nothing else.
 *
 *     loop ring  COUNT PROCESSES BODY HOME FPR...       one home with all keys in its keyring
 *     loop files COUNT PROCESSES BODY HOMES KEYFILE...  key files; HOMES/0, HOMES/1 ... a home each
 *
 * The homes hold the signing key. Prints one line of JSON: operations, wall seconds, CPU of the
 * loop and of every gpg (agents live on; who started this reads theirs).
 */
#include "base/clock.h"

#include <gpgme.h>
#include <locale.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#define PROCESSES_MOST 64

struct job {
    bool ring;
    long count, processes;
    char *body;
    size_t size;
    const char *home;
    char **recipients;
    size_t recipient_count;
};

static void check(gpgme_error_t error, const char *what)
{
    if (error == 0)
        return;
    (void)fprintf(stderr, "loop: %s: %s\n", what, gpgme_strerror(error));
    exit(3);
}

static void seal_one(gpgme_ctx_t ctx, const struct job *job, gpgme_key_t key, const char *file)
{
    const gpgme_encrypt_flags_t flags = GPGME_ENCRYPT_ALWAYS_TRUST | GPGME_ENCRYPT_NO_ENCRYPT_TO;
    gpgme_key_t keys[] = {key, NULL};
    gpgme_data_t in = NULL;
    gpgme_data_t out = NULL;
    char said[4200];
    check(gpgme_data_new_from_mem(&in, job->body, job->size, 0), "data");
    check(gpgme_data_new(&out), "data");
    if (job->ring) {
        check(gpgme_op_encrypt_sign(ctx, keys, flags, in, out), "encrypt and sign");
    } else {
        (void)snprintf(said, sizeof said, "--file\n%s", file);
        check(gpgme_op_encrypt_sign_ext(ctx, NULL, said, flags, in, out), "encrypt and sign");
    }
    gpgme_data_release(out);
    gpgme_data_release(in);
}

static void work(const struct job *job, long process)
{
    gpgme_ctx_t ctx = NULL;
    char home[4096];
    gpgme_key_t *keys = calloc(job->recipient_count, sizeof(gpgme_key_t));
    (void)snprintf(home, sizeof home, "%s", job->home);
    if (!job->ring)
        (void)snprintf(home, sizeof home, "%s/%ld", job->home, process);
    check(gpgme_new(&ctx), "context");
    check(gpgme_ctx_set_engine_info(ctx, GPGME_PROTOCOL_OpenPGP, NULL, home), "home");
    gpgme_set_armor(ctx, 1);
    gpgme_set_offline(ctx, 1);
    for (size_t i = 0; job->ring && i < job->recipient_count; i++)
        check(gpgme_get_key(ctx, job->recipients[i], &keys[i], 0), job->recipients[i]);
    for (long i = process; i < job->count; i += job->processes) {
        size_t to = (size_t)i % job->recipient_count;
        seal_one(ctx, job, keys[to], job->recipients[to]);
    }
    gpgme_release(ctx);
}

static void read_body(struct job *job, const char *path)
{
    FILE *file = fopen(path, "re");
    job->body = malloc((size_t)1 << 20);
    if (file == NULL || job->body == NULL) {
        perror(path);
        exit(3);
    }
    job->size = fread(job->body, 1, (size_t)1 << 20, file);
    (void)fclose(file);
}

int main(int argc, char **argv)
{
    if (argc < 7)
        return 2;
    struct job job = {.ring = strcmp(argv[1], "ring") == 0,
                      .count = strtol(argv[2], NULL, 10),
                      .processes = strtol(argv[3], NULL, 10),
                      .home = argv[5],
                      .recipients = argv + 6,
                      .recipient_count = (size_t)argc - 6};
    bool ok = job.processes > 0 && job.processes <= PROCESSES_MOST;
    pid_t workers[PROCESSES_MOST] = {0};
    struct rusage used;
    struct clock clock;
    if (!ok)
        return 2;
    /* GPGME lets go of every gpg that it starts: they come to us, so that their CPU is counted. */
    (void)prctl(PR_SET_CHILD_SUBREAPER, 1);
    read_body(&job, argv[4]);
    (void)setlocale(LC_ALL, "C");
    (void)gpgme_check_version(NULL);
    clock_init_system(&clock);
    int64_t begin = clock_up_ms(&clock);
    for (long i = 0; i < job.processes; i++) {
        workers[i] = fork();
        if (workers[i] == 0) {
            work(&job, i);
            _exit(0);
        }
    }
    for (long i = 0; i < job.processes; i++) {
        int status = 0;
        ok = waitpid(workers[i], &status, 0) == workers[i] && status == 0 && ok;
    }
    double wall = (double)(clock_up_ms(&clock) - begin) / 1e3;
    while (waitpid(-1, NULL, WNOHANG) > 0)
        ;
    (void)getrusage(RUSAGE_CHILDREN, &used);
    (void)printf("{\"count\":%ld,\"wall_s\":%.3f,\"cpu_s\":%.3f}\n", job.count, wall,
                 (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
                     (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6);
    return ok ? 0 : 3;
}
