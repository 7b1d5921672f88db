// A disk, a manifest and tasks for tests of the stages: what the engine would have planned.
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "pipeline/pipeline.h"
#include "pipeline/work.h"
#include "support/fake_disk.h"
#include "support/hash.h"
#include "support/pictures.h"
#include "thumbs/manifest.h"

namespace thumbs {

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
    ScanResult& scan = scans.emplace_back();
    scan.files.push_back({path, 3, disk.stat(path, true)});
  }

  /// After all sources are there; paths must have been added in byte order.
  void plan() {
    std::vector<ScanResult> all(1);
    for (ScanResult& scan : scans) all[0].files.push_back(scan.files[0]);
    SourceList list = merge_scans(all, {});
    for (Source& source : list.sources) source.hash = hash_text(disk.text(source.path).value_or(""));
    targets = make_targets(manifest, list, {});
    for (std::uint32_t t = 0; t < targets.outputs.size(); ++t) {
      const Target& target = targets.outputs[t];
      if (tasks.empty() || tasks.back().source != target.source) tasks.push_back({target.source, {}});
      Job job;
      job.target = t;
      job.reason = Reason::new_output;
      tasks.back().jobs.push_back(job);
    }
    disk.forget();
  }

  Stages stages() {
    return Stages({disk, publisher, targets, manifest, budget, tally, k_largest_in_memory, most_memory, &stop});
  }

  /// One source through all stages.
  Work run(std::size_t task = 0) {
    Work work(tasks[task]);
    const Stages all = stages();
    all.read(work);
    all.make(work);
    all.write(work);
    return work;
  }

  std::uint64_t most_memory = 0;
  std::atomic<bool> stop{false};
  FakeDisk disk;
  Manifest manifest;
  Publisher publisher{disk};
  MemoryBudget budget;
  Tally tally;
  Targets targets;
  std::vector<Task> tasks;

 private:
  std::vector<ScanResult> scans;
};

}  // namespace thumbs
