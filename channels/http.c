#include "channels/http.h"

#include "channels/libcurl.h"

#include <stdlib.h>

#define HEADERS_MOST ((size_t)32 * 1024)

struct answer {
    struct str *body;
    size_t headers;
    bool too_long;
};

/* libcurl takes any other count than the one it gave as the end of the transfer. */
static size_t take_body(char *data, size_t one, size_t size, void *context)
{
    struct answer *answer = context;
    (void)one;
    str_add_n(answer->body, data, size);
    answer->too_long = !str_ok(answer->body);
    return answer->too_long ? 0 : size;
}

/* Headers are not looked at, but libcurl itself would read them for ever. */
static size_t take_header(char *data, size_t one, size_t size, void *context)
{
    struct answer *answer = context;
    (void)data;
    (void)one;
    answer->headers += size;
    answer->too_long = answer->headers > HEADERS_MOST;
    return answer->too_long ? 0 : size;
}

static bool set_rules(CURL *curl, const struct http_request *r)
{
    return curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https") == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_DISALLOW_USERNAME_IN_URL, 1L) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_PROXY, "") == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_HTTP09_ALLOWED, 0L) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, (long)r->timeout_ms) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, (long)r->timeout_ms) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 1L) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 2L) == CURLE_OK;
}

/* With a file of ours the system's authorities are out. */
static bool set_roots(CURL *curl, const struct http_request *r)
{
    return r->ca_file == NULL || (curl_easy_setopt(curl, CURLOPT_CAINFO, r->ca_file) == CURLE_OK &&
                                  curl_easy_setopt(curl, CURLOPT_CAPATH, NULL) == CURLE_OK);
}

static bool set_request(CURL *curl, const struct http_request *r, struct curl_slist *headers,
                        struct answer *answer)
{
    return curl_easy_setopt(curl, CURLOPT_URL, r->url) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_POST, 1L) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_POSTFIELDS, (const char *)r->body.data) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE, (long)r->body.size) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take_body) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_WRITEDATA, answer) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, take_header) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_HEADERDATA, answer) == CURLE_OK;
}

static bool add_header(struct curl_slist **list, const char *name, const char *value)
{
    char *line = xprintf("%s: %s", name, value);
    struct curl_slist *longer = curl_slist_append(*list, line);
    free(line);
    if (longer != NULL)
        *list = longer;
    return longer != NULL;
}

static enum status no_address(struct err *err)
{
    return err_set(err, ERR_INVALID, "its address is none of http or https");
}

static enum status judge(CURL *curl, CURLcode code, const struct answer *answer, const char *said,
                         struct err *err)
{
    long status = 0;
    if (answer->too_long)
        return err_set(err, ERR_LIMIT, "its answer is longer than any of this kind");
    if (code == CURLE_URL_MALFORMAT)
        return no_address(err);
    if (code == CURLE_LOGIN_DENIED)
        return err_set(err, ERR_REFUSED, "a name or password stands in its address: take it out");
    if (code == CURLE_PEER_FAILED_VERIFICATION || code == CURLE_SSL_CACERT_BADFILE)
        return err_set(err, ERR_REFUSED, "its server cannot be trusted: %.160s", said);
    if (code != CURLE_OK)
        return err_set(err, ERR_IO, "it cannot be asked: %.160s", said);
    if (curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status) != CURLE_OK || status != 200)
        return err_set(err, ERR_REFUSED, "it answers with status %ld, not 200%s", status,
                       status >= 300 && status < 400
                           ? ": redirections are not followed, write the address that it names"
                           : "");
    return OK;
}

enum status http_post(struct str *out, const struct http_request *request, struct err *err)
{
    if (!text_starts(request->url, "http://") && !text_starts(request->url, "https://"))
        return no_address(err);
    if (libcurl_load(err) != OK)
        return ERR_IO;
    char said[CURL_ERROR_SIZE] = "";
    struct answer answer = {.body = out};
    struct curl_slist *headers = NULL;
    CURL *curl = curl_easy_init();
    enum status status = ERR_IO;
    if (curl != NULL && add_header(&headers, "Content-Type", request->type) &&
        add_header(&headers, "Accept", request->accept) &&
        curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, said) == CURLE_OK && set_rules(curl, request) &&
        set_roots(curl, request) && set_request(curl, request, headers, &answer)) {
        CURLcode code = curl_easy_perform(curl);
        status = judge(curl, code, &answer, said[0] != '\0' ? said : curl_easy_strerror(code), err);
    } else {
        status = err_set(err, ERR_IO, "libcurl does not do what is asked of it");
    }
    curl_easy_cleanup(curl);
    curl_slist_free_all(headers);
    return status;
}
