/* tests/lies/relay_inner - what relay.c and wire.c share. */
#ifndef TOCSIN_TESTS_LIES_RELAY_INNER_H
#define TOCSIN_TESTS_LIES_RELAY_INNER_H

#include "tests/lies/relay.h"

#include <pthread.h>

#define RELAY_CLIENTS 64

struct client {
    struct relay *relay;
    pthread_t thread;
    int fd;     /* -1: closed */
    int number; /* the first connection is 1 */
    SSL *ssl;   /* NULL: in the clear */
    char buffer[16384];
    size_t used;
    bool authenticated;
    int message; /* the number of the MAIL command that is being served */
    int recipients;
    bool said_no;  /* the last reply was neither 2yz nor 3yz */
    size_t kept;   /* place of the message in the list plus one, 0: none */
    bool counting; /* the reply to the end of data is being written */
    bool yes;      /* and it was a whole 2yz */
    unsigned random;
};

struct relay {
    struct relay_setup setup;
    pthread_t thread;
    pthread_mutex_t mutex; /* over all below, and lies[].told */
    int listener;
    bool stopping;
    struct client clients[RELAY_CLIENTS];
    size_t client_count;
    struct relay_message messages[RELAY_MESSAGES];
    size_t message_count;
    int mails;
    bool disorder;
    bool tls_command;
};

#endif
