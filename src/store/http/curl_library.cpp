// dlopen, once.
#include "store/http/curl_library.h"

#include <dlfcn.h>

#include <optional>

#include "support/loaded_library.h"

namespace thumbs::store {
namespace {

std::optional<CurlLibrary> load_curl() {
  void* library = nullptr;
  for (const char* const name : {"libcurl.so.4", "libcurl-gnutls.so.4"})
    if (library == nullptr) library = dlopen(name, RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) return std::nullopt;
  CurlLibrary all{};
  const bool complete = find_function(library, "curl_global_init", all.global_init) &&
                        find_function(library, "curl_easy_init", all.easy_init) &&
                        find_function(library, "curl_easy_setopt", all.setopt) &&
                        find_function(library, "curl_easy_getinfo", all.getinfo) &&
                        find_function(library, "curl_easy_cleanup", all.easy_cleanup) &&
                        find_function(library, "curl_easy_strerror", all.easy_strerror) &&
                        find_function(library, "curl_slist_append", all.slist_append) &&
                        find_function(library, "curl_slist_free_all", all.slist_free_all) &&
                        find_function(library, "curl_multi_init", all.multi_init) &&
                        find_function(library, "curl_multi_setopt", all.multi_setopt) &&
                        find_function(library, "curl_multi_add_handle", all.add_handle) &&
                        find_function(library, "curl_multi_remove_handle", all.remove_handle) &&
                        find_function(library, "curl_multi_perform", all.perform) &&
                        find_function(library, "curl_multi_info_read", all.info_read) &&
                        find_function(library, "curl_multi_poll", all.poll);
  return complete ? std::optional(all) : std::nullopt;
}

}  // namespace

const CurlLibrary* curl_library() {
  static const std::optional<CurlLibrary> k_library = load_curl();
  return k_library ? &*k_library : nullptr;
}

}  // namespace thumbs::store
