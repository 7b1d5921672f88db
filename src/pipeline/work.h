// The work on one source, and the stages that it passes: read → make (decode, resize, encode) → write.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "disk/atomic_file.h"
#include "image/thumbnail.h"
#include "pipeline/load.h"
#include "pipeline/memory_budget.h"
#include "pipeline/tally.h"
#include "plan/plan.h"
#include "support/buffer.h"
#include "support/work_limit.h"
#include "thumbs/report.h"

namespace thumbs {

/// One output on its way.
struct Made {
  explicit Made(const Job& j) : job(&j) {}
  const Job* job;
  Status status = Status::stale;  ///< stale: not made, or not yet; then built, copied or failed
  Thumbnail thumbnail;            ///< its bytes are dropped once they are written
  std::uint64_t bytes = 0;
  Hash128 hash;   ///< of the output
  FileStat stat;  ///< of the output, after its rename
  double milliseconds = 0;
  std::optional<ItemError> error;
};

/// One source on its way: the pipeline's token.
struct Work {
  explicit Work(const Task& t);
  const Task* task;
  std::unique_ptr<LoadedSource> loaded;
  std::optional<Content> content;     ///< of the bytes that the outputs are made from
  std::vector<Made> made;             ///< one a job
  std::vector<std::string> warnings;  ///< what is wrong with a picture that was made from all the same; each once
};

/// Outputs that one decode serves.
struct DecodeGroup {
  std::vector<std::pair<Made*, ThumbnailPlan>> members;
  std::uint64_t memory = 0;       ///< the most that a member needs beside the decoded picture
  std::uint64_t rows_memory = 0;  ///< what all need that are made while rows come
  bool by_rows = true;            ///< made while rows come
};

/// Each is one decode: at one scale, and under one failOn.
using DecodeGroups = std::map<std::pair<Scale, FailOn>, DecodeGroup>;

/// The stages' bodies. All are const and called from many threads at once; none lets an exception out: a failure
/// becomes the error of the outputs that it concerns. Those whose work is given up because the run is to stop are left
/// as they were, stale.
class Stages {
 public:
  struct Environment {
    Disk& disk;
    Publisher& publisher;
    const Targets& targets;
    const Manifest& manifest;
    MemoryBudget& budget;
    Tally& tally;
    std::uint64_t largest_in_memory = k_largest_in_memory;  ///< of a source's file, see load_source
    std::uint64_t most_memory = 0;                          ///< that limits.memory "auto" allows a picture; 0: any
    const std::atomic<bool>* stop = nullptr;                ///< once it is true, what is begun is given up
    std::size_t kept_buffers = k_most_bytes_kept;           ///< what each worker keeps for its next picture
  };
  explicit Stages(Environment environment) : env_(environment) {}

  /// Loads the source, unless all of its outputs can be copied and it still is what was hashed.
  void read(Work& work) const;
  /// Copies from twins, and decodes once for each distinct shrink what is left. Frees the source's bytes.
  void make(Work& work) const;
  /// Publishes what was made.
  void write(Work& work) const;

 private:
  const Source& source(const Work& work) const { return env_.targets.list.sources[work.task->source]; }
  const ResolvedVariant& settings(const Made& made) const;
  void load(Work& work) const;
  bool planned_content_stands(const Work& work) const;
  void copy_twin(Made& made) const;
  void decode_all(Work& work) const;
  bool decode_confirmed(Work& work) const;
  DecodeGroups plan_groups(const Decoder& decoder, Work& work) const;
  void decode_from(Work& work) const;
  Picture decode_within(MemoryBudget::Reservation& reservation, std::uint64_t loaded, Decoder& decoder, Scale scale,
                        FailOn fail_on, std::uint64_t beside) const;
  /// What `made` alone would be.
  DecodeGroup group_of_one(const Decoder& decoder, const Made& made, const ThumbnailPlan& plan) const;
  void make_by_rows(DecodeGroup& group, Decoder& decoder, Scale scale, FailOn fail_on, const MetadataBlocks& metadata,
                    Work& work) const;
  void rows_to_end(DecodeGroup& group, Decoder& decoder, Scale scale, FailOn fail_on,
                   const MetadataBlocks& metadata) const;
  /// What a decode took: of time its share for each output, of CPU time all.
  struct Decoded {
    double milliseconds = 0;
    double cpu_seconds = 0;
  };
  /// `make` gives the thumbnail of a member, by its index.
  void make_all(DecodeGroup& group, Decoded decoded, const std::function<Thumbnail(std::size_t)>& make) const;
  /// For work that comes after `used` seconds of the same picture's.
  WorkLimit limit_of(double used) const;
  void publish(Made& made) const;
  FileStat adopt(const std::string& path, const Made& made) const;
  static void gather_warnings(const Decoder& decoder, const DecodeGroup& group, Work& work);
  void refuse_too_large(std::uint64_t memory) const;

  Environment env_;
};

/// What a file's first bytes say, as the cache and `format: source` spell it: "jpeg", "png", …; "" for no picture.
std::string format_key(std::span<const std::byte> head);

}  // namespace thumbs
