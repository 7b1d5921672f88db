// The work on one source, and the stages that it passes: read → make (decode, resize, encode) → write.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "disk/atomic_file.h"
#include "disk/replaced_files.h"
#include "graph/graph.h"
#include "image/decode_plan.h"
#include "image/thumbnail.h"
#include "image/trim.h"
#include "jobserver/jobserver.h"
#include "pipeline/load.h"
#include "pipeline/memory_budget.h"
#include "pipeline/tally.h"
#include "store/session.h"
#include "support/buffer.h"
#include "support/stage_time.h"
#include "support/work_limit.h"
#include "thumbs/report.h"

namespace thumbs::pipeline {

/// A source with stale outputs.
struct Task {
  graph::Source* source = nullptr;
  std::vector<graph::Output*> outputs;  ///< none: only its look is wanted
  bool look = false;                    ///< of the picture, where it is decoded
  /// What is known of the source's content as it was planned with; null: nothing, or nobody asked.
  const cache::PictureRecord* known = nullptr;
};

/// One output on its way; what comes of it is in its Stale::result.
struct Made {
  explicit Made(graph::Output& o) : output(&o) { reset(); }
  void reset() {
    output->stale->result = std::make_unique<graph::Result>();
    thumbnail = {};
    from_store = false;
    warnings.clear();
  }
  graph::Result& result() const { return *output->stale->result; }

  graph::Output* output;
  Thumbnail thumbnail;                ///< its bytes are dropped once they are written
  std::string temporary;              ///< where they wait for their place; "" if they do not
  bool from_store = false;            ///< it came from there
  std::vector<std::string> warnings;  ///< about the source, for the store
};

/// What a store is asked for: the stale outputs of one source that nothing can be copied to.
struct Inquiry {
  struct Wish {
    const graph::Output* output;
    std::optional<image::Size> size;  ///< that it will have; empty: not known beforehand
  };
  disk::Content content;                 ///< of the source
  std::shared_ptr<LoadedSource> loaded;  ///< its bytes, to make it from where nothing comes; null: not kept
  cache::PictureRecord picture;
  std::vector<Wish> wishes;
  std::vector<store::Key> keys;           ///< of the wishes
  std::shared_ptr<store::Lookup> lookup;  ///< its parts are those of the wishes
};

/// One source on its way: the pipeline's token.
struct Work {
  explicit Work(const Task& task);
  const graph::Source* source;
  bool look;                               ///< see Task
  const cache::PictureRecord* known;       ///< see Task
  std::size_t turn = 0;                    ///< among the tasks, in the order in which they are worked on
  Jobserver::Slot slot;                    ///< while it is worked on
  std::shared_ptr<const Inquiry> inquiry;  ///< null: no store was asked
  bool look_missing = false;               ///< all outputs came from the store, which does not know the look
  std::shared_ptr<LoadedSource> loaded;
  std::optional<disk::Content> content;         ///< of the bytes that the outputs are made from
  std::optional<cache::PictureRecord> picture;  ///< what was seen of it; empty where it was not opened
  std::vector<Made> made;                       ///< one for each of the task's outputs
  std::vector<std::string> warnings;  ///< what is wrong with a picture that was made from all the same; each once
};

/// What is to be made from the opened picture: an output, or its look.
struct Wanted {
  Made* made;  ///< null: the look
  const ResolvedVariant* settings;
  image::ThumbnailPlan plan;
};

inline const image::Marks k_no_marks;

/// The stages' bodies. All are const and called from many threads at once; none lets an exception out: a failure
/// becomes the error of the outputs that it concerns. Those whose work is given up because the run is to stop are left
/// as they were, stale.
class Stages {
 public:
  struct Environment {
    disk::Disk& disk;
    disk::Publisher& publisher;
    const Limits& limits;
    MemoryBudget& budget;
    Tally& tally;
    std::uint64_t largest_in_memory = k_largest_in_memory;  ///< of a source's file, see load_source
    std::uint64_t most_memory = 0;                          ///< that limits.memory "auto" allows a picture; 0: any
    const std::atomic<bool>* stop = nullptr;                ///< once it is true, what is begun is given up
    std::size_t kept_buffers = k_most_bytes_kept;           ///< what each worker keeps for its next picture
    const image::Marks& marks = k_no_marks;                 ///< of all variants that have one
    StageTimes* times = nullptr;                            ///< null: nobody asks
    disk::ReplacedFiles* replaced = nullptr;                ///< keeps the thumbnails that are replaced; null: nobody
    store::Session* store = nullptr;                        ///< where results are shared; null: nowhere
    std::uint64_t kept_sources = 0;                         ///< bytes that may wait for what the store says
  };
  explicit Stages(Environment environment) : env_(environment) {}

  const disk::DiskReader& disk() const { return env_.disk; }
  store::Session* store() const { return env_.store; }
  std::uint64_t kept_sources() const { return env_.kept_sources; }
  /// What a store is to be asked for. Wishes for nothing where the source cannot be read, which making it will say.
  Inquiry inquire(const Task& task) const;

  /// Loads the source, unless all of its outputs can be copied and it still is what was hashed.
  void read(Work& work) const;
  /// Copies what can be copied, and decodes once for each distinct shrink what is left. Frees the source's bytes.
  void make(Work& work) const;
  /// Writes what was made to temporary files.
  void write(Work& work) const;
  /// Puts these in their places. To be called once they are on stable storage.
  void publish(Work& work) const;
  /// Removes them: they could not be brought to stable storage.
  void unpublish(Work& work, const Error& reason) const;

 private:
  void load(Work& work) const;
  void inquire_of(const Task& task, Inquiry& inquiry) const;
  void take_stored(Work& work) const;
  bool take_stored(Made& made, const Inquiry::Wish& wish, const store::Lookup::Part& part, Work& work) const;
  void offer_to_store(const Work& work, const Made& made) const;
  bool planned_content_stands(const Work& work) const;
  void copy_recorded(Made& made) const;
  void decode_all(Work& work) const;
  bool decode_confirmed(Work& work) const;
  /// What a search for borders found, and what it took.
  struct Borders {
    std::map<double, image::Region> contents;  ///< by threshold
    bool decoded = false;
    double milliseconds = 0;  ///< for each output that trims
    double cpu_seconds = 0;

    std::optional<image::Region> content_for(const Made& made) const;
    double milliseconds_for(const Made& made) const { return content_for(made) ? milliseconds : 0; }
    double seconds_for(const Made& made) const { return content_for(made) ? cpu_seconds : 0; }
  };
  /// An opened picture, and what is to be made from it.
  struct Decoding {
    image::Decoder& decoder;
    Borders borders;
    std::vector<Wanted> wanted;
    image::DecodePlan plan;  ///< its members are indices into `wanted`
    image::MetadataBlocks metadata;
    std::optional<PictureLook> look;
    std::uint64_t loaded;  ///< bytes of memory that the source takes
    MemoryBudget::Reservation reservation;
  };
  std::shared_ptr<const image::Mark> mark_for(const ResolvedVariant& settings) const;
  /// For the outputs that trim; fails these where it cannot.
  Borders find_borders(image::Decoder& decoder, Work& work) const;
  void search_borders(image::Decoder& decoder, const Work& work, const std::vector<Made*>& trimmed,
                      Borders& borders) const;
  Decoding plan_decoding(image::Decoder& decoder, Work& work) const;
  void decode_from(Work& work) const;
  std::vector<image::Picture> decode_together(Decoding& decoding) const;
  image::Picture decode_within(Decoding& decoding, const image::PlannedDecode& decode) const;
  void make_from_rows(Decoding& decoding, const image::PlannedDecode& decode) const;
  void rows_to_end(Decoding& decoding, const image::PlannedDecode& decode) const;
  /// What a decode took.
  struct Decoded {
    double milliseconds = 0;
    double cpu_seconds = 0;
  };
  /// Both by the member's place among those of a decode.
  struct Maker {
    std::function<Thumbnail(std::size_t)> thumbnail;
    std::function<image::Picture(std::size_t)> pixels;
  };
  void make_all(Decoding& decoding, const image::PlannedDecode& decode, Decoded decoded, const Maker& maker) const;
  void take_look(Decoding& decoding, double used, const std::function<image::Picture()>& pixels) const;
  /// For work that comes after `used` seconds of the same picture's.
  WorkLimit limit_of(double used) const;
  void stage(Made& made) const;
  void place(Made& made) const;
  void keep_replaced(const std::string& path, const Made& made) const;
  disk::StatData adopt(const std::string& path, const Made& made) const;
  static void gather_warnings(const Decoding& decoding, const image::PlannedDecode& decode, Work& work);
  image::MemoryLimit memory_limit() const;

  Environment env_;
};

/// What a header says of the picture; its hash is the caller's to fill in, once the bytes are confirmed.
cache::PictureRecord picture_of(const image::Header& header);

/// What a file's first bytes say, as the cache and `format: source` spell it: "jpeg", "png", …; "" for no picture.
std::string_view format_key(std::span<const std::byte> head);

}  // namespace thumbs::pipeline
