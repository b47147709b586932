/* libcurl's easy interface: a header that has no value is written with a semicolon. */
#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>

static int call(CURL *curl, const char *url, const char *body) {
    struct curl_slist *headers = curl_slist_append(NULL, "Accept-Language;");
    curl_slist_append(headers, "x-access-token;");
    curl_easy_setopt(curl, CURLOPT_URL, url);
    if (body) {
        curl_slist_append(headers, "Content-Type: application/json");
        curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body);
    } else {
        curl_easy_setopt(curl, CURLOPT_HTTPGET, 1L);
    }
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
    printf("answer\t");
    fflush(stdout);
    CURLcode outcome = curl_easy_perform(curl);
    printf("\n");
    curl_slist_free_all(headers);
    return outcome;
}

int main(int count, char **arguments) {
    if (count != 3) return 2;
    CURL *curl = curl_easy_init();
    printf("version\tlibcurl %s\n", curl_version_info(CURLVERSION_NOW)->version);
    int failed = call(curl, arguments[1], getenv("BODY")) || call(curl, arguments[1], getenv("BODY")) || call(curl, arguments[2], NULL);
    curl_easy_cleanup(curl);
    return failed;
}
