// What is behind thumbs/store.h.
#pragma once

#include <memory>

#include "engine/engine.h"
#include "store/connection.h"
#include "store/place.h"
#include "thumbs/store.h"

namespace thumbs {

class StoreConnection {
 public:
  explicit StoreConnection(store::Place place) : place_(std::move(place)), line_(place_) {}

  const store::Place& place() const { return place_; }
  store::Transport& line() { return line_; }

 private:
  store::Place place_;
  store::Connection line_;
};

}  // namespace thumbs

namespace thumbs::library {

/// The line that a run uses: that of its options where it leads to the manifest's store; else a new one, if the run may
/// need it; else null.
std::shared_ptr<StoreConnection> line_of(const Manifest& manifest, const Options& options);

/// As the engine takes it; null: results are shared nowhere.
inline engine::StoreLine store_line(const std::shared_ptr<StoreConnection>& store) {
  return store ? engine::StoreLine{&store->line(), store->place().shown} : engine::StoreLine{};
}

}  // namespace thumbs::library
