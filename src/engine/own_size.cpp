// Asks for the size of no picture but those of ladders.
#include "engine/own_size.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "image/codec/codec.h"
#include "image/geometry.h"
#include "parallel/parallel.h"
#include "pipeline/work.h"
#include "rules/apply_rules.h"
#include "thumbs/error.h"

namespace thumbs::engine {
namespace {

// A file in pieces, for its header.
class FileBytes : public image::ByteSource {
 public:
  explicit FileBytes(std::unique_ptr<disk::InputFile> file) : file_(std::move(file)) {}
  std::span<const std::byte> next() override {
    const std::size_t got = file_->read(offset_, piece_);
    offset_ += got;
    return std::span(piece_).first(got);
  }
  void rewind() override { offset_ = 0; }
  bool seek(std::uint64_t offset) override {
    offset_ = offset;
    return true;
  }
  std::uint64_t size() const override { return file_->stat().stat_data.size; }

 private:
  std::unique_ptr<disk::InputFile> file_;
  std::vector<std::byte> piece_ = std::vector<std::byte>(std::size_t{64} << 10);
  std::uint64_t offset_ = 0;
};

bool may_repeat(const Variant& variant) {
  return variant.statement.width && variant.without_enlargement && variant.fit != Fit::contain && !variant.trim;
}

// Whether it is made at the picture's own size. The size is that of the upright picture; whether a picture that is not
// turned upright would lie down nobody has noted, so both must agree.
bool has_own_size(const graph::Output& output, image::Size upright) {
  const auto whole = [&](image::Size size) {
    return image::fit_geometry(size, output.recipe->settings).canvas == size;
  };
  return whole(upright) && (output.recipe->settings.auto_orient || whole({upright.height, upright.width}));
}

bool same_ladder(const Variant& a, const Variant& b) {
  return a.statement.pointer == b.statement.pointer && a.statement.format == b.statement.format;
}

class Repeats {
 public:
  explicit Repeats(graph::Graph& graph) : graph_(graph), dropped_(graph.outputs.size()) {}

  void look_at(const graph::Source& source, image::Size upright) {
    const std::span<graph::Output> outputs = graph_.outputs_of(source);
    for (std::size_t small = 0; small < outputs.size(); ++small) {
      if (!may_repeat(variant(outputs[small])) || !has_own_size(outputs[small], upright)) continue;
      for (std::size_t large = small + 1; large < outputs.size(); ++large)
        if (repeats(outputs[small], outputs[large], upright)) drop(outputs[large]);
    }
  }

  bool any() const { return any_; }
  const std::vector<bool>& dropped() const { return dropped_; }

 private:
  const Variant& variant(const graph::Output& output) const { return graph_.variant_of(output); }
  bool repeats(const graph::Output& small, const graph::Output& large, image::Size upright) const {
    return small.rule->set == large.rule->set && same_ladder(variant(small), variant(large)) &&
           may_repeat(variant(large)) && has_own_size(large, upright);
  }
  void drop(const graph::Output& output) {
    const auto flag = dropped_.begin() + (&output - graph_.outputs.data());
    if (!*flag) graph_.left_out.emplace(output.source, output.rule);
    *flag = any_ = true;
  }

  graph::Graph& graph_;
  std::vector<bool> dropped_;
  bool any_ = false;
};

std::vector<graph::Source*> sources_of_ladders(graph::Graph& graph) {
  std::vector<graph::Source*> sources;
  if (std::ranges::none_of(graph.rules, [&](const graph::Rule& rule) { return may_repeat(graph.variant_of(rule)); }))
    return sources;
  const auto of_ladder = [&](const graph::Output& output) { return may_repeat(graph.variant_of(output)); };
  for (graph::Source& source : graph.sources)
    if (source.selected && std::ranges::count_if(graph.outputs_of(source), of_ladder) > 1) sources.push_back(&source);
  return sources;
}

std::optional<cache::PictureRecord> read_size(const RunContext& run, const graph::Source& source) {
  try {
    FileBytes bytes(run.disk.open(std::string(source.path)));
    const image::Header header = image::open_picture(bytes, run.manifest.limits)->header();
    if (header.vector) return std::nullopt;  // drawn at any size, it has none of its own
    return pipeline::picture_of(header);
  } catch (const Error&) {
    return std::nullopt;  // making its thumbnails will say why
  }
}

// What is known of each source, and what its file says of the others.
std::vector<std::optional<cache::PictureRecord>> sizes_of(const RunContext& run, graph::Graph& graph,
                                                          const std::vector<graph::Source*>& sources) {
  std::vector<std::optional<cache::PictureRecord>> sizes(sources.size());
  std::vector<std::size_t> unknown;
  for (std::size_t i = 0; i < sources.size(); ++i) {
    const cache::SourceRecord* const content = sources[i]->content;
    const cache::PictureRecord* const known = content != nullptr ? graph::find_picture(graph, content->hash) : nullptr;
    if (known != nullptr) sizes[i] = *known;
    if (known == nullptr) unknown.push_back(i);
  }
  parallel::for_each_index(unknown.size(), [&](std::size_t i) {
    if (!run.stopped()) sizes[unknown[i]] = read_size(run, *sources[unknown[i]]);
  });
  for (const std::size_t i : unknown) {
    if (!sizes[i] || sources[i]->content == nullptr) continue;
    sizes[i]->hash = sources[i]->content->hash;
    graph.updates.pictures.push_back(*sizes[i]);
  }
  return sizes;
}

}  // namespace

bool leave_out_repeated_sizes(const RunContext& run, cache::Cache& cache, graph::Graph& graph) {
  const std::vector<graph::Source*> sources = sources_of_ladders(graph);
  if (sources.empty()) return false;
  if (graph.pictures.empty()) graph.pictures = cache.load_pictures();
  const std::vector<std::optional<cache::PictureRecord>> sizes = sizes_of(run, graph, sources);
  Repeats repeats(graph);
  for (std::size_t i = 0; i < sources.size(); ++i)
    if (sizes[i] && (sources[i]->content == nullptr || sources[i]->content->format != "svg"))
      repeats.look_at(*sources[i], {static_cast<int>(sizes[i]->width), static_cast<int>(sizes[i]->height)});
  if (!repeats.any()) return false;
  graph::drop_outputs(graph, repeats.dropped());
  rules::find_leftovers(graph);
  return true;
}

}  // namespace thumbs::engine
