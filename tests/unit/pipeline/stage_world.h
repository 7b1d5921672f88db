// A disk, a graph and tasks for tests of the stages: what the engine would have decided.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "graph/graph.h"
#include "manifest/recipe.h"
#include "pipeline/pipeline.h"
#include "pipeline/work.h"
#include "support/fake_disk.h"
#include "support/hash.h"
#include "support/pictures.h"
#include "thumbs/manifest.h"

namespace thumbs::pipeline {

inline std::string text_of(const test::Bytes& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

inline std::string some_png(unsigned seed = 1, int width = 60, int height = 40) {
  return text_of(test::make_png(width, height, test::texture(seed)));
}

inline std::string some_jpeg(unsigned seed = 1, int width = 640, int height = 480) {
  return text_of(test::make_jpeg({.width = width, .height = height}, test::texture(seed)));
}

/// Sources below "in", outputs "out/NAME-VARIANT.png", every output stale.
struct StageWorld {
  explicit StageWorld(std::string_view variants = R"({"name": "a", "width": 16, "format": "png"},
                                                     {"name": "b", "width": 8, "format": "png"})",
                      std::uint64_t memory = 1 << 30)
      : manifest(parse_manifest(R"({"sets": [{"source": "in", "include": ["**"], "output": "out", "path":
                                    "{stem}-{variant}.{ext}", "variants": [)" +
                                    std::string(variants) + "]}]}",
                                "thumbs.json", std::string(FakeDisk::k_folder))),
        budget(memory) {}

  void add(const std::string& path, const std::string& bytes) {
    disk.put(path, bytes);
    disk.tick(3600 * FakeDisk::k_second);
    found_[path] = disk.stat(path, true).stat_data;
  }

  /// After all sources are there: the graph that rules and staleness would give, and a task for each source.
  void plan() {
    const std::vector<Variant>& variants = manifest.sets[0].variants;
    for (std::uint32_t variant = 0; variant < variants.size(); ++variant) {
      graph.rules.push_back({0, variant});
      graph.recipes.push_back(manifest::resolve(variants[variant], picture_format(variants[variant].format).value()));
    }
    graph.sources.reserve(found_.size());
    graph.outputs.reserve(found_.size() * variants.size());
    for (const auto& [path, stat_data] : found_) add_task(path, stat_data);
    disk.forget();
  }

  graph::Output& output(std::size_t source, std::size_t variant) { return *tasks[source].outputs[variant]; }

  Stages stages() {
    return Stages({disk, publisher, manifest.limits, budget, tally, k_largest_in_memory, most_memory, &stop});
  }

  /// One source through all stages.
  Work run(std::size_t task = 0) {
    Work work(tasks[task]);
    const Stages all = stages();
    all.read(work);
    all.make(work);
    all.write(work);
    all.publish(work);
    return work;
  }

  std::uint64_t most_memory = 0;
  std::atomic<bool> stop{false};
  FakeDisk disk;
  Manifest manifest;
  disk::Publisher publisher{disk};
  MemoryBudget budget;
  Tally tally;
  graph::Graph graph{manifest};
  std::vector<Task> tasks;

 private:
  void add_task(const std::string& path, const disk::StatData& stat_data) {
    graph::Source& source = graph.sources.emplace_back();
    source.path = graph.paths.add(path);
    source.stat_data = stat_data;
    source.content = &graph.contents.emplace_back(cache::SourceRecord{
        .path = source.path, .stat_data = stat_data, .hash = hash_text(disk.text(path).value_or("")), .format = ""});
    source.first_output = static_cast<std::uint32_t>(graph.outputs.size());
    source.outputs = static_cast<std::uint32_t>(graph.rules.size()) & graph::Source::k_most_outputs;
    const std::string name = path.substr(path.rfind('/') + 1);
    const std::string stem = name.substr(0, name.rfind('.'));
    Task& task = tasks.emplace_back();
    task.source = &source;
    for (graph::Rule& rule : graph.rules) {
      graph::Output& output = graph.outputs.emplace_back();
      output.source = &source;
      output.rule = &rule;
      output.recipe = &graph.recipes[rule.variant];
      output.path = graph.paths.add("out/" + stem + "-" + graph.variant_of(output).name + "." +
                                    std::string(manifest::extension(output.recipe->settings.format)));
      output.stale = std::make_unique<graph::Stale>();
      output.stale->reason = Reason::new_output;
      task.outputs.push_back(&output);
    }
  }

  std::map<std::string, disk::StatData> found_;
};

}  // namespace thumbs::pipeline
