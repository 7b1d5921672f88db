// The search for borders that `trim` cuts off, by a decode of its own before any other: the size of what is left
// decides how small the picture may be decoded for the output. What is found follows from the source and the threshold
// alone.
#include <chrono>

#include "image/trim.h"
#include "pipeline/failures.h"
#include "pipeline/work.h"
#include "support/work_limit.h"

namespace thumbs::pipeline {
namespace {

const std::optional<Trim>& trim_of(const Made& made) { return made.output->recipe->settings.trim; }

}  // namespace

std::optional<image::Region> Stages::Borders::content_for(const Made& made) const {
  if (!trim_of(made)) return std::nullopt;
  const auto found = contents.find(trim_of(made)->threshold);
  return found == contents.end() ? std::nullopt : std::optional(found->second);
}

void Stages::search_borders(image::Decoder& decoder, const Work& work, const std::vector<Made*>& trimmed,
                            Borders& borders) const {
  const auto start = std::chrono::steady_clock::now();
  const WorkLimit limit = limit_of(0);
  const image::Scale scale = image::border_scale(decoder);
  // What is wrong with the picture is for the decode to say that makes the output: this one takes what there is.
  const std::uint64_t beside = image::border_memory(decoder.header(), scale);
  const std::uint64_t needed = image::memory_within(decoder, scale, FailOn::none, beside, memory_limit());
  const image::PlannedDecode decode{scale, FailOn::none, false, needed, beside, {}};
  if (const auto error = image::refusal(decode.memory(), memory_limit())) throw Error(*error);
  Decoding decoding{decoder, {}, {}, {}, {}, {}, work.loaded->memory(), {}};
  decoding.reservation = env_.budget.reserve(decode.memory() + decoding.loaded);
  borders.decoded = true;
  const image::BorderSearch search(decode_within(decoding, decode), decoder.header());
  for (const Made* const made : trimmed) {
    const double threshold = trim_of(*made)->threshold;
    if (!borders.contents.contains(threshold)) borders.contents[threshold] = search.content(threshold);
  }
  const std::chrono::duration<double, std::milli> taken = std::chrono::steady_clock::now() - start;
  borders.milliseconds = taken.count() / static_cast<double>(trimmed.size());
  borders.cpu_seconds = limit.used();
}

Stages::Borders Stages::find_borders(image::Decoder& decoder, Work& work) const {
  Borders borders;
  std::vector<Made*> trimmed;
  for (Made& made : work.made)
    if (unfinished(made) && trim_of(made)) trimmed.push_back(&made);
  if (trimmed.empty()) return borders;
  if (const auto error = caught("decode", [&] { search_borders(decoder, work, trimmed, borders); })) {
    borders.contents.clear();
    for (Made* const made : trimmed) fail(*made, *error);
  }
  return borders;
}

}  // namespace thumbs::pipeline
