// Merges scans into sources, and expands path templates into outputs.
#include "rules/apply_rules.h"

#include <algorithm>
#include <map>
#include <optional>
#include <tuple>
#include <utility>

#include "graph/path_index.h"
#include "path/fold_case.h"
#include "path/path.h"
#include "rules/made_files.h"
#include "rules/rule_table.h"

namespace thumbs::rules {
namespace {

struct ScannedFile {
  const scan::FoundFile* file;
  std::uint32_t set;
};

std::vector<ScannedFile> sorted_files(const std::vector<scan::ScanResult>& scans) {
  std::vector<ScannedFile> all;
  std::size_t count = 0;
  for (const scan::ScanResult& scan : scans) count += scan.files.size();
  all.reserve(count);
  for (std::uint32_t set = 0; set < scans.size(); ++set)
    for (const scan::FoundFile& file : scans[set].files) all.push_back({&file, set});
  const auto before = [](const ScannedFile& a, const ScannedFile& b) {
    return std::tie(a.file->path, a.set) < std::tie(b.file->path, b.set);
  };
  if (!std::ranges::is_sorted(all, before)) std::ranges::sort(all, before);
  return all;
}

PictureFormat format_of_source(std::string_view format, std::string_view extension_as_spelled) {
  constexpr std::pair<std::string_view, SourceFormat> k_formats[] = {
      {"jpeg", SourceFormat::jpeg}, {"png", SourceFormat::png}, {"webp", SourceFormat::webp},
      {"avif", SourceFormat::avif}, {"gif", SourceFormat::gif}, {"tiff", SourceFormat::tiff},
      {"svg", SourceFormat::svg},   {"bmp", SourceFormat::bmp}, {"heic", SourceFormat::heic}};
  for (const auto& [key, known] : k_formats)
    if (format == key) return written_as(known);
  // No picture at all, or none that can be written: the attempt will fail; only a path for its report is needed.
  return fold_case(extension_as_spelled) == "png" ? PictureFormat::png : PictureFormat::jpeg;
}

// "a/b.c.jpg" → "a", "b.c", "jpg"; a leading dot starts no extension.
void split_path(std::string_view below, manifest::TemplateValues& values) {
  const std::size_t slash = below.rfind('/');
  values.dir = slash == std::string_view::npos ? std::string_view{} : below.substr(0, slash);
  const std::string_view name = below.substr(slash + 1);
  const std::size_t dot = name.rfind('.');
  const bool has_extension = dot != std::string_view::npos && dot != 0;
  values.stem = has_extension ? name.substr(0, dot) : name;
  values.source_ext = has_extension ? name.substr(dot + 1) : std::string_view{};
}

struct RecordedPath {
  const cache::Records* records;
  std::string_view operator()(std::uint32_t i) const { return records->outputs[i].path; }
};

// Finds the records of outputs that come nearly in the order of their records: most are near the last one, and the
// index is for the others.
class RecordFinder {
 public:
  explicit RecordFinder(cache::Records& records) : records_(records) {}

  cache::OutputRecord* find(std::string_view path) {
    std::optional<std::uint32_t> found = find_near(path);
    if (!found) found = find_anywhere(path);
    if (!found) return nullptr;
    next_ = *found + 1;
    return &records_.outputs[*found];
  }

 private:
  static constexpr std::uint32_t k_near = 4;  ///< variants of a source may be recorded in another order

  std::optional<std::uint32_t> find_near(std::string_view path) const {
    const auto count = static_cast<std::uint32_t>(records_.outputs.size());
    for (std::uint32_t i = next_; i < std::min(next_ + k_near, count); ++i)
      if (records_.outputs[i].path == path) return i;
    for (std::uint32_t i = std::min(next_, count); i > 0 && i + k_near > next_; --i)
      if (records_.outputs[i - 1].path == path) return i - 1;
    return std::nullopt;
  }

  std::optional<std::uint32_t> find_anywhere(std::string_view path) {
    if (!index_) {
      index_.emplace(records_.outputs.size(), RecordedPath{&records_});
      for (std::uint32_t i = 0; i < records_.outputs.size(); ++i) index_->add(i);
    }
    return index_->find(path);
  }

  cache::Records& records_;
  std::uint32_t next_ = 0;
  std::optional<graph::PathIndex<RecordedPath>> index_;
};

// Names outputs after their rules, sources and contents.
class Namer {
 public:
  explicit Namer(graph::Graph& graph) : graph_(graph), records_(graph.records) {
    for (const Set& set : graph.manifest->sets) templates_.emplace_back(set.path);
    for (const manifest::Recipe& recipe : graph.recipes)
      known_recipes_.emplace(recipe.text + "\n" + recipe.stages, &recipe);
  }

  /// Leaves the path empty where it depends on a content that is not known.
  void name(graph::Output& output, const graph::Membership& membership) {
    const graph::Source& source = *output.source;
    const Variant& variant = graph_.variant_of(output);
    manifest::TemplateValues values;
    split_path(source.path.substr(membership.below), values);
    std::optional<PictureFormat> format = picture_format(variant.format);
    const bool format_known = format || source.content != nullptr;
    if (!format) format = format_of_source(source.content != nullptr ? source.content->format : "", values.source_ext);
    output.recipe = recipe_for(*output.rule, *format);
    const bool hash_known = !templates_[membership.set].uses_hash() || source.content != nullptr;
    if (!format_known || !hash_known) return;
    const std::string path = path_of(output, values);
    output.record = records_.find(path);
    output.path = output.record != nullptr ? output.record->path : graph_.paths.add(path);
  }

 private:
  std::string path_of(const graph::Output& output, manifest::TemplateValues& values) {
    const Set& set = graph_.set_of(output);
    const Variant& variant = graph_.variant_of(output);
    const manifest::PathTemplate& path_template = templates_[output.rule->set];
    values.variant = variant.name;
    values.ext = manifest::extension(output.recipe->settings.format);
    values.width = variant.width.value_or(0);
    values.height = variant.height.value_or(0);
    std::string hash;
    if (path_template.uses_hash()) {
      hash = hash_text(output.source->content->hash.hex() + "\n" + output.recipe->text + "\n" + output.recipe->stages)
                 .hex()
                 .substr(0, 10);
      values.hash = hash;
    }
    const std::string below = path_template.expand(values);
    if (leaves_root(below) && !std::exchange(output.rule->leaves_folder, true))
      graph_.faults.push_back(graph_.manifest->at("/sets/" + std::to_string(output.rule->set) + "/path",
                                                  "the output of \"" + std::string(output.source->path) +
                                                      "\" would be \"" + below + "\", outside \"" + set.output + "\""));
    return join_path(set.output, below);
  }

  const manifest::Recipe* recipe_for(graph::Rule& rule, PictureFormat format) {
    const manifest::Recipe*& known = rule.recipes[static_cast<std::size_t>(format)];
    if (known != nullptr) return known;
    const Variant& variant = graph_.variant_of(rule);
    manifest::Recipe recipe = manifest::resolve(variant, format, graph::mark_of(graph_, variant));
    const manifest::Recipe*& same = known_recipes_[recipe.text + "\n" + recipe.stages];
    if (same == nullptr) same = &graph_.recipes.emplace_back(std::move(recipe));
    return known = same;
  }

  graph::Graph& graph_;
  RecordFinder records_;
  std::vector<manifest::PathTemplate> templates_;
  std::map<std::string, const manifest::Recipe*> known_recipes_;
};

}  // namespace

void find_leftovers(graph::Graph& graph) {
  std::vector<bool> claimed(graph.records.outputs.size());
  for (const graph::Output& output : graph.outputs)
    if (output.record != nullptr)
      claimed[static_cast<std::size_t>(output.record - graph.records.outputs.data())] = true;
  graph.leftovers.clear();
  for (std::size_t i = 0; i < claimed.size(); ++i) {
    if (claimed[i]) continue;
    graph::Output& leftover = graph.leftovers.emplace_back();
    leftover.record = &graph.records.outputs[i];
    leftover.path = leftover.record->path;
  }
}

void add_sources(graph::Graph& graph, const std::vector<scan::ScanResult>& scans,
                 const std::vector<std::string>& reserved) {
  const std::vector<ScannedFile> files = sorted_files(scans);
  graph.sources.reserve(files.size());
  graph.memberships.reserve(files.size());
  auto record = graph.records.sources.cbegin();
  for (const auto& [file, set] : files) {
    if (!graph.sources.empty() && graph.sources.back().path == file->path) {
      ++graph.sources.back().memberships;
    } else {
      if (std::ranges::find(reserved, file->path) != reserved.end()) continue;
      graph::Source& source = graph.sources.emplace_back();
      while (record != graph.records.sources.end() && record->path < file->path) ++record;
      const bool recorded = record != graph.records.sources.end() && record->path == file->path;
      source.path = recorded ? record->path : graph.paths.add(file->path);
      source.record = recorded ? &*record : nullptr;
      source.stat_data = file->stat_data;
      source.first_membership = static_cast<std::uint32_t>(graph.memberships.size());
      source.memberships = 1;
    }
    graph.memberships.push_back({set, file->below});
  }
}

void apply_rules(graph::Graph& graph) {
  const RuleTable rules(graph);
  graph.outputs.reserve(rules.count_outputs());
  Namer namer(graph);
  for (graph::Source& source : graph.sources) {
    source.first_output = static_cast<std::uint32_t>(graph.outputs.size());
    rules.for_each(source, [&](const graph::Membership& membership, graph::Rule& rule) {
      graph::Output& output = graph.outputs.emplace_back();
      output.source = &source;
      output.rule = &rule;
      namer.name(output, membership);
    });
    source.outputs =
        (static_cast<std::uint32_t>(graph.outputs.size()) - source.first_output) & graph::Source::k_most_outputs;
  }
  drop_made_files(graph);
  find_leftovers(graph);
}

bool waits_for_content(graph::Graph& graph, const graph::Source& source) {
  return std::ranges::any_of(graph.outputs_of(source), [](const graph::Output& output) { return output.path.empty(); });
}

bool name_outputs(graph::Graph& graph) {
  if (std::ranges::none_of(graph.outputs, [](const graph::Output& output) { return output.path.empty(); }))
    return false;
  Namer namer(graph);
  for (const graph::Source& source : graph.sources) {
    const std::span<graph::Output> outputs = graph.outputs_of(source);
    auto output = outputs.begin();
    for (const graph::Membership& membership : graph.memberships_of(source))
      for (; output != outputs.end() && output->rule->set == membership.set; ++output)
        if (output->path.empty() && source.content != nullptr) namer.name(*output, membership);
  }
  drop_made_files(graph);
  find_leftovers(graph);
  std::erase_if(graph.updates.sources, [&](const cache::SourceRecord& record) {
    return graph::find_source(graph, record.path) == nullptr && !graph.marks.contains(record.path);
  });
  return true;
}

}  // namespace thumbs::rules
