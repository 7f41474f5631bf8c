/*
 * tests/channels/certificates - a certificate authority that lives as long as a test.
 */
#ifndef TOCSIN_TESTS_CHANNELS_CERTIFICATES_H
#define TOCSIN_TESTS_CHANNELS_CERTIFICATES_H

/*
 * Writes into folder: ca.pem; NAME.pem and NAME.key for
 *   good      DNS:localhost, IP:127.0.0.1, signed by the authority, valid now
 *   other     DNS:other.example
 *   expired   as good, until yesterday          future   as good, from tomorrow on
 *   stranger  as good, by another authority     self     as good, signed by itself
 *   cn        CN=localhost and no other name    address  DNS:127.0.0.1 (a host name of digits)
 *   weak      as good, RSA of 1,024 bits
 */
void certificates_make(const char *folder);

#endif
