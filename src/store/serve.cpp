// Folder or HTTP.
#include "store/serve.h"

namespace thumbs::store {

#if THUMBS_STORE_HTTP

bool has_http() { return true; }

#else

bool has_http() { return false; }

// A manifest that asks for one is refused before.
void serve_http(const std::string& /*url*/, int /*socket*/) {}

#endif

void serve(const Place& place, int socket) {
  if (place.http) {
    serve_http(place.base, socket);
  } else {
    serve_folder(place.base, socket);
  }
}

}  // namespace thumbs::store
