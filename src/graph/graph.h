// The graph of a run: sources, the outputs that rules make from them, and what is recorded of both.
//
// A run fills it in step by step (build.cpp), and each step reads what the ones before it left:
//   scan → Source; records → Source::record, Output::record; rules → Output; contents → Source::hash;
//   disk → Output::file; staleness → Output::stale; pipeline → Stale::result.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "cache/cache.h"
#include "disk/content.h"
#include "disk/disk.h"
#include "manifest/path_template.h"
#include "manifest/recipe.h"
#include "support/hash.h"
#include "support/text_ref.h"
#include "thumbs/manifest.h"
#include "thumbs/report.h"

namespace thumbs::graph {

struct Output;

/// A set takes a source; the source's path below the set's folder starts at `below`.
struct Membership {
  std::uint32_t set = 0;
  std::uint32_t below = 0;
};

/// A picture that at least one set takes. One node for each path, however many sets take it.
struct Source {
  TextRef path;              ///< relative to the manifest
  disk::StatData stat_data;  ///< as scanned, or as it was when the content was hashed
  const cache::SourceRecord* record = nullptr;
  const cache::SourceRecord* content =
      nullptr;  ///< what its bytes are, where known: `record`, or one of Graph::contents
  std::uint32_t first_membership = 0;
  std::uint32_t memberships = 0;
  std::uint32_t first_output = 0;
  std::uint32_t outputs : 31 = 0;  // a million sources are 8 MB smaller with the flag in here
  bool selected : 1 = true;        ///< the command line asks for some of its outputs

  static constexpr std::uint32_t k_most_outputs = (std::uint32_t{1} << 31) - 1;
};

/// One variant of one set: makes an output from each source of the set; or from each of those that the same overrides
/// change.
struct Rule {
  std::uint32_t set = 0;                                ///< index into Manifest::sets
  std::uint32_t variant = 0;                            ///< index into Set::variants
  std::array<const manifest::Recipe*, 4> recipes = {};  ///< by format; filled in when first needed
  cache::VariantName name = {};                         ///< of both, as records keep it
  bool leaves_folder = false;                           ///< a fault was reported: one for each rule is enough
  bool selected = true;                                 ///< the command line asks for its set and variant
  const Variant* overridden = nullptr;                  ///< the variant as overrides change it; null: they do not
};

/// A recorded output whose bytes another output can take over.
struct Copy {
  TextRef path;
  Hash128 hash;
  std::uint32_t width = 0;  ///< pixels; 0: not known
  std::uint32_t height = 0;
};

/// What came of making a stale output.
struct Result {
  Status status = Status::stale;  ///< built, copied or failed; stale: given up because the run is to stop
  int width = 0;                  ///< pixels
  int height = 0;
  std::uint64_t bytes = 0;
  Hash128 hash;
  disk::StatData stat_data;  ///< after the rename
  double milliseconds = 0;
  bool of_other_content = false;  ///< its source changed after the run was planned
  std::optional<ItemError> error;
};

/// Why an output is stale, and what it can be made from.
struct Stale {
  Reason reason = Reason::none;
  std::vector<Change> changes;  ///< the evidence
  std::vector<Copy> copies;     ///< the first of these whose bytes still match is copied, instead of decoding
  Output* leader = nullptr;     ///< an output of this run with the same bytes: one more copy once it is made
  /// The file at the output's path may be an original: it is adopted if it equals the thumbnail, and kept otherwise.
  bool keep_existing = false;
  std::unique_ptr<Result> result;  ///< null: not tried yet
};

/// A file that a rule makes from a source, that a record describes, or both.
struct Output {
  TextRef path;              ///< relative to the manifest; "" while its {hash} or {ext} is not known
  Source* source = nullptr;  ///< null: no rule makes this file now
  Rule* rule = nullptr;      ///< null with `source`
  const manifest::Recipe* recipe = nullptr;
  cache::OutputRecord* record = nullptr;          ///< null: never made
  disk::StatData stat_data;                       ///< of what stands at the path
  disk::FileKind kind = disk::FileKind::missing;  ///< `missing` where nobody looked, too
  bool record_selected = false;                   ///< the command line selects the record
  bool orphan = false;                            ///< a former build made the file, and no rule does now
  bool removed = false;                           ///< the file is gone: pruned or cleaned
  bool untracked = false;                         ///< the record means nothing any more, and is to be forgotten
  std::unique_ptr<Stale> stale;                   ///< null: up to date, or not selected

  bool selected() const { return source != nullptr && source->selected && rule->selected; }
};

/// The output folder of a set, as a path below some set's source folder, where links give it two names.
struct Alias {
  std::uint32_t set = 0;
  std::string folder;
};

/// The index file, where the manifest asks for one (docs/index-file.md).
struct IndexFile {
  std::string text;                ///< as read; "" where there is none
  bool is_current = false;         ///< the text is what it should be, if no output is stale
  std::vector<Source*> to_decode;  ///< in order; their look is not known, and nothing else decodes them
  std::unordered_map<const Source*, Hash128> made_from;  ///< the contents that outputs were made from in this run
  std::vector<cache::PictureRecord> seen;                ///< of those
};

/// A file in an output folder that no record and no rule knows.
struct UnrecordedFile {
  std::string path;
  std::uint32_t set = 0;  ///< whose output folder it lies in
  disk::FileStat file;
};

/// Owns all nodes. Pointers to them stay valid while the graph lives (moved or not), except across
/// rules/apply_rules.h's functions, which may drop sources. Not thread-safe; the pipeline writes results of different
/// outputs at once.
struct Graph {
  explicit Graph(const Manifest& m) : manifest(&m) {}
  Graph(Graph&&) = default;
  Graph& operator=(Graph&&) = default;

  const Set& set_of(const Output& output) const { return manifest->sets[output.rule->set]; }
  const Variant& variant_of(const Rule& rule) const {
    return rule.overridden != nullptr ? *rule.overridden : manifest->sets[rule.set].variants[rule.variant];
  }
  const Variant& variant_of(const Output& output) const { return variant_of(*output.rule); }
  std::span<const Membership> memberships_of(const Source& source) const {
    return std::span(memberships).subspan(source.first_membership, source.memberships);
  }
  std::span<Output> outputs_of(const Source& source) {
    return std::span(outputs).subspan(source.first_output, source.outputs);
  }
  const cache::RecipeText& recorded_recipe(const cache::OutputRecord& record) const {
    return records.recipes[record.recipe];
  }

  const Manifest* manifest;
  cache::Records records;
  std::vector<cache::PictureRecord> pictures;  ///< sorted by hash; loaded only where something asks for them
  std::optional<IndexFile> index;
  std::vector<Source> sources;  ///< sorted by path (bytes)
  std::vector<Membership> memberships;
  std::map<std::string, Hash128, std::less<>> marks;  ///< contents of the watermarks that variants name, by path
  std::vector<Output> outputs;                        ///< of the rules: by source, then set, then variant
  std::vector<Output> leftovers;                      ///< recorded outputs that no rule makes, sorted by path
  std::vector<Rule> rules;                            ///< by set, then variant; behind them those that overrides change
  std::deque<Variant> overridden;                     ///< variants of those rules that overrides change
  std::vector<std::pair<std::uint32_t, std::uint32_t>> unused_overrides;  ///< set and index: they match no source
  std::multimap<const Source*, const Rule*> left_out;  ///< would only repeat an output of a smaller width
  std::deque<manifest::Recipe> recipes;                ///< distinct by text and stages
  std::vector<Alias> aliases;
  std::deque<cache::SourceRecord> contents;  ///< of the sources that were hashed
  TextArena paths;                           ///< of sources and outputs that no record names

  std::string owner;                ///< the manifest that the cache is to belong to, as Records::owner
  bool owner_is_new = false;        ///< the record of it is out of date: reason enough for a commit
  bool shards_are_current = true;   ///< what is recorded of parts (cache::ShardRecord) is what this run would record
  std::string lockfile;             ///< its text as read; "" where there is none
  bool lockfile_is_current = true;  ///< it says what the records say, byte for byte; or no lockfile is asked for

  std::vector<std::string> unlistable;     ///< folders that could not be listed: nothing below them counts as deleted
  std::vector<bool> took_files;            ///< by set: whether the scan found any file for it, a thumbnail or not
  std::vector<UnrecordedFile> unrecorded;  ///< where the command asks for them
  std::map<const cache::OutputRecord*, disk::Content> read_outputs;  ///< outputs' files that were hashed
  std::uint64_t statted = 0;                                         ///< files: sources and outputs
  cache::Batch updates;            ///< records to bring up to date though nothing is made
  std::vector<Diagnostic> faults;  ///< of the manifest, see refuse_conflicts()
  std::vector<std::string> warnings;
  std::vector<std::string> errors;
};

/// The content of a variant's watermark as hex digits; "" where it has none.
std::string mark_of(const Graph& graph, const Variant& variant);

/// The source of this path; null where there is none.
const Source* find_source(const Graph& graph, std::string_view path);

/// What is known of the content with this hash; null where nothing is, or pictures were not loaded.
const cache::PictureRecord* find_picture(const Graph& graph, const Hash128& hash);

/// The record of an output of this path; null where there is none.
cache::OutputRecord* find_output_record(cache::Records& records, std::string_view path);

/// Removes the sources for which `drop` (a flag for each) is set, and their outputs.
void drop_sources(Graph& graph, const std::vector<bool>& drop);

/// Removes the outputs for which `drop` (a flag for each) is set.
void drop_outputs(Graph& graph, const std::vector<bool>& drop);

/// Which sets have a source.
std::vector<bool> sets_with_sources(const Graph& graph);

/// The sets (indices) without a source.
std::vector<std::uint32_t> empty_sets(const Graph& graph);

}  // namespace thumbs::graph
