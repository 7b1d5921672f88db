// A build that is up to date, until a test lets something differ.
#pragma once

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "rules/copies.h"
#include "rules/staleness.h"
#include "rules_support.h"

namespace thumbs::rules {

/// Each source's content is its own path; each output was made, and its file is as its record says. A test
///   1. changes graph.sources and graph.records,
///   2. calls settle(), which applies the rules,
///   3. changes what the disk says (file()), the options and what is selected,
///   4. asks what follows.
struct Facts {
  std::unique_ptr<const Manifest> manifest;  // the graph points to it, also when the facts are moved
  graph::Graph graph;
  StalenessOptions options;

  explicit Facts(const std::vector<std::string>& paths, Manifest rules = simple_manifest("{stem}-{variant}.{ext}"));
  Facts(Facts&&) noexcept;
  ~Facts();

  graph::Source& source(std::string_view path);
  cache::SourceRecord& source_record(std::string_view path);
  cache::OutputRecord& record(std::string_view path);
  void add_record(cache::OutputRecord record);
  void forget_source(std::string_view path);
  void forget_output(std::string_view path);

  /// Applies the rules. The files of all records are there and as recorded, and everything is selected.
  Facts& settle();

  /// All outputs that have a record.
  std::vector<graph::Output*> recorded();
  /// An output that a rule makes or a record describes.
  graph::Output& output(std::string_view path);
  void remove_file(std::string_view path);

  std::vector<std::string> doubtful_sources();

  /// Decides everything. `file_hash` is what the files of outputs in doubt hold; empty where they cannot be read. Gives
  /// the paths of those.
  std::vector<std::string> decide(const std::optional<Hash128>& file_hash = {});

  /// The stale outputs in the order of the graph; those that wait for a leader come last, as they are made last.
  std::vector<const graph::Output*> stale() const;

  std::vector<std::string> fresh() const;

  /// What was decided: "out/a-a.jpg: source-changed", with " from OUTPUT" where a recorded output can be copied and
  /// " after OUTPUT" where it waits for a leader.
  std::vector<std::string> decided_lines() const;
  /// Decides, and gives the same.
  std::vector<std::string> lines();

 private:
  graph::Graph found(const std::vector<std::string>& paths) const;
};

}  // namespace thumbs::rules
