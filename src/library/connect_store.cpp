// From a manifest to a process.
#include <memory>
#include <utility>

#include "engine/engine.h"
#include "library/check.h"
#include "library/store_connection.h"

namespace thumbs {

std::shared_ptr<StoreConnection> connect_store(const Manifest& manifest) {
  if (!manifest.store) return nullptr;
  return std::make_shared<StoreConnection>(store::place_of(*manifest.store, library::located(manifest).folder));
}

}  // namespace thumbs

namespace thumbs::library {

std::shared_ptr<StoreConnection> line_of(const Manifest& manifest, const Options& options) {
  if (!manifest.store || options.command != Command::build || !engine::writes(options)) return nullptr;
  store::Place place = store::place_of(*manifest.store, manifest.folder);
  if (options.store && options.store->place().base == place.base) return options.store;
  return std::make_shared<StoreConnection>(std::move(place));
}

}  // namespace thumbs::library
