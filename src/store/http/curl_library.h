// The functions of libcurl that are used, loaded when they are needed.
#pragma once

#define CURL_DISABLE_TYPECHECK
#include <curl/curl.h>

namespace thumbs::store {

struct CurlLibrary {
  decltype(&curl_global_init) global_init;
  decltype(&curl_easy_init) easy_init;
  decltype(&curl_easy_setopt) setopt;
  decltype(&curl_easy_getinfo) getinfo;
  decltype(&curl_easy_cleanup) easy_cleanup;
  decltype(&curl_easy_strerror) easy_strerror;
  decltype(&curl_slist_append) slist_append;
  decltype(&curl_slist_free_all) slist_free_all;
  decltype(&curl_multi_init) multi_init;
  decltype(&curl_multi_setopt) multi_setopt;
  decltype(&curl_multi_add_handle) add_handle;
  decltype(&curl_multi_remove_handle) remove_handle;
  decltype(&curl_multi_perform) perform;
  decltype(&curl_multi_info_read) info_read;
  decltype(&curl_multi_poll) poll;
};

/// Null where it is not installed, or too old.
const CurlLibrary* curl_library();

}  // namespace thumbs::store
