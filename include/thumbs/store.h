// The line to a store, where builds on several machines share results.
#pragma once

#include <memory>

#include "thumbs/export.h"
#include "thumbs/manifest.h"

namespace THUMBS_PUBLIC thumbs {

/// A process of its own that speaks with a store, so that a confined process needs no network for it. It ends with the
/// object, or with this process.
class StoreConnection;

/// Starts that process for `manifest`'s store; null where it names none. Forks: call it before confine(), for behind it
/// the process would be confined too, and if possible before the program starts threads. Nothing is sent before a run
/// needs it. See Options::store.
std::shared_ptr<StoreConnection> connect_store(const Manifest& manifest);

}  // namespace thumbs
