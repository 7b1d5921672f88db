// Simulates the effect of a crash on files: what was synced, and what changed since.
#pragma once

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "support/rest_of.h"

namespace thumbs::cache_test {
using namespace cache;

/// Which unsynced data a crash loses.
enum class Loss {
  nothing,     ///< kill -9: the system writes everything
  everything,  ///< a power cut before anything reached the disk
  torn,        ///< the first half was written, and the first half of the next write
  some,        ///< any part was written, in any order
};

/// Tracks real files by absolute path. A crash keeps the state of the last sync. The same holds for names:
/// it may undo a removal, until the next new file is synced. Not thread-safe.
class UnsyncedFiles {
 public:
  void forget_all() { nodes_.clear(); }

  /// Call it before the first change of a file, whose bytes count as synced.
  void know(const std::string& path) {
    if (!nodes_.contains(path)) nodes_[path].durable = bytes_of(path);
  }
  void wrote(const std::string& path, std::int64_t offset, std::string_view bytes) {
    nodes_[path].changes.push_back({Change::Kind::write, static_cast<std::size_t>(offset), std::string(bytes)});
  }
  void truncated(const std::string& path, std::int64_t size) {
    nodes_[path].changes.push_back({Change::Kind::truncate, static_cast<std::size_t>(size), {}});
  }
  void removed(const std::string& path, bool for_good) {
    if (for_good) nodes_[path] = {};
    nodes_[path].changes.assign(for_good ? 0 : 1, {Change::Kind::remove, 0, {}});
  }
  void synced(const std::string& path) {
    const bool is_new = !nodes_[path].durable;
    nodes_[path] = {.durable = bytes_of(path), .changes = {}};
    if (!is_new) return;
    for (auto& [name, node] : nodes_)
      if (!node.changes.empty() && node.changes.front().kind == Change::Kind::remove) node = {};
  }

  /// Writes to the real disk what is left after a crash. REQUIRES that the files are not open.
  void crash(Loss loss, unsigned seed) const {
    if (loss == Loss::nothing) return;
    std::mt19937 random(seed);
    for (const auto& [path, node] : nodes_) put(path, left_of(node, loss, random));
  }

 private:
  struct Change {
    enum class Kind { write, truncate, remove } kind;
    std::size_t place;
    std::string bytes;
  };
  struct Node {
    std::optional<std::string> durable;  ///< empty: no such file
    std::vector<Change> changes;
  };
  using Bytes = std::optional<std::string>;

  static Bytes bytes_of(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) return std::nullopt;
    return test::rest_of(file);
  }

  static void put(const std::string& path, const Bytes& bytes) {
    if (!bytes) {
      std::filesystem::remove(path);
    } else {
      std::ofstream(path, std::ios::binary | std::ios::trunc) << *bytes;
    }
  }

  static void apply(const Change& change, std::size_t length, Bytes& bytes) {
    if (change.kind == Change::Kind::remove) return bytes.reset();
    if (!bytes) bytes.emplace();
    if (change.kind == Change::Kind::truncate) return bytes->resize(change.place);
    bytes->resize(std::max(bytes->size(), change.place + length));
    bytes->replace(change.place, length, change.bytes, 0, length);
  }

  static Bytes left_of(const Node& node, Loss loss, std::mt19937& random) {
    Bytes bytes = node.durable;
    const std::size_t half = node.changes.size() / 2;
    for (std::size_t i = 0; i < node.changes.size(); ++i) {
      const Change& change = node.changes[i];
      const bool is_torn = loss == Loss::torn && i == half && change.kind == Change::Kind::write;
      if (is_torn) apply(change, change.bytes.size() / 2, bytes);
      if (loss == Loss::torn ? i < half : loss == Loss::some && random() % 2 == 0)
        apply(change, change.bytes.size(), bytes);
    }
    return bytes;
  }

  std::map<std::string, Node> nodes_;
};

}  // namespace thumbs::cache_test
