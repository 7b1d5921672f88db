// What the process beside a run does: answers requests until its socket is closed.
#pragma once

#include "store/place.h"

namespace thumbs::store {

void serve(const Place& place, int socket);

/// With a few threads, since any file operation may hang.
void serve_folder(const std::string& folder, int socket);

/// With libcurl, which is loaded for it: linked, it would make every start of the program slower.
void serve_http(const std::string& url, int socket);

/// Whether this build can.
bool has_http();

}  // namespace thumbs::store
