// What `watch` keeps in memory of its runs, so that the next one can look at a part of the project and still end where
// a whole run would.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "disk/disk.h"
#include "graph/graph.h"
#include "thumbs/manifest.h"
#include "thumbs/report.h"

namespace thumbs::engine {

class LastRun {
 public:
  /// A whole run has decided.
  void decided(const graph::Graph& graph);
  /// The run is over, whole or of a part, and the cache is still held: its file, the lockfile and the index are as the
  /// run left them.
  void ended(const disk::DiskReader& disk, const Manifest& manifest, const Report& report);

  /// Whether nobody has touched these files since. Never true where something went wrong with one of them.
  bool files_stand(const disk::DiskReader& disk, const Manifest& manifest) const;

  /// Whether the output meets no other one that the run of a part does not know of, case folded, as a file or as a
  /// folder; and no folder without any output in it, for that may be a source folder by another name.
  bool leaves_room_for(const disk::DiskReader& disk, const graph::Output& output) const;

  /// A run of a part has decided: of these sources, it knows these records, and will write these outputs.
  void decided_part(const std::vector<std::string>& sources, const graph::Graph& graph);

  std::uint64_t orphans() const { return orphans_.size(); }

 private:
  /// Paths by their hashes: eight bytes each.
  class Paths {
   public:
    enum class Case : bool { kept, folded };
    explicit Paths(Case letters) : letters_(letters) {}
    void clear();
    void reserve(std::size_t count) { sorted_.reserve(count); }
    void take(std::string_view path) { sorted_.push_back(of(path)); }  ///< REQUIRES sort() before has()
    void sort();
    void add(std::string_view path);
    void remove(std::string_view path);
    bool has(std::string_view path) const;
    bool has_several(std::string_view path) const;  ///< that are one with case folded

   private:
    std::uint64_t of(std::string_view path) const;
    Case letters_;
    std::vector<std::uint64_t> sorted_;
    std::unordered_set<std::uint64_t> added_;
    std::unordered_set<std::uint64_t> removed_;
    std::unordered_set<std::uint64_t> several_;
  };

  Paths sources_{Paths::Case::kept};  ///< those that were there
  Paths outputs_{Paths::Case::folded};
  Paths folders_{Paths::Case::folded};  ///< that outputs lie in, and those above
  std::set<std::string, std::less<>> orphans_;
  std::optional<std::vector<disk::FileStat>> files_;
};

}  // namespace thumbs::engine
