// What the stages have to do with a store: names of results, what comes, and what is given.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <memory>
#include <utility>

#include "image/codec/codec.h"
#include "image/codec/formats.h"
#include "image/codec/header_size.h"
#include "image/colour/icc.h"
#include "pipeline/failures.h"
#include "pipeline/work.h"
#include "store/entry.h"
#include "support/stage_time.h"

namespace thumbs::pipeline {
namespace {

std::string codecs_between(image::FileFormat source, PictureFormat output) {
  return image::decoder_libraries(source) + "; " + image::encoder_library(output) + "; " + image::colour_library();
}

store::Key key_of(const disk::Content& content, const manifest::Recipe& recipe) {
  const std::string codecs = codecs_between(image::sniff(content.head), recipe.settings.format);
  return store::key_of({content.hash, recipe.text, recipe.stages, codecs});
}

std::string size_words(int width, int height) { return std::to_string(width) + "×" + std::to_string(height); }

// What is wrong with an entry that came whole, but may be for another picture than it says.
std::string fault_of(const store::Entry& entry, const Inquiry::Wish& wish) {
  const image::FileFormat format = image::sniff(entry.bytes);
  const std::string_view wanted = image::format_of(wish.output->recipe->settings.format).key;
  if (entry.format != wanted || image::key(format) != wanted)
    return "it is " + (format == image::FileFormat::unknown ? "no picture" : std::string(image::name(format))) +
           ", not " + std::string(wanted);
  const image::PixelSize size = image::size_in_header(entry.bytes);
  const int width = static_cast<int>(entry.width);
  const int height = static_cast<int>(entry.height);
  if (size.width != width || size.height != height || width < 1 || height < 1)
    return "it is " + size_words(size.width, size.height) + " pixels, not " + size_words(width, height);
  if (wish.size && *wish.size != image::Size{width, height})
    return "it is " + size_words(width, height) + " pixels, not " + size_words(wish.size->width, wish.size->height);
  return {};
}

}  // namespace

void forget_stored(Work& work, store::Session& session) {
  for (Made& made : work.made) {
    if (!made.from_store) continue;
    session.unused();
    made.reset();
  }
  work.warnings.clear();
  work.picture.reset();
  work.look_missing = false;
}

Inquiry Stages::inquire(const Task& task) const {
  const InStage in_stage(env_.times, Stage::read);
  const WorkLimit limit = limit_of(0);
  const KeptBuffers kept(env_.kept_buffers);
  Inquiry inquiry;
  const auto start = std::chrono::steady_clock::now();
  if (caught("read", [&] { inquire_of(task, inquiry); })) {
    inquiry.wishes.clear();
    inquiry.keys.clear();
  }
  const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - start;
  env_.store->worked(taken.count(), limit.used());
  return inquiry;
}

void Stages::inquire_of(const Task& task, Inquiry& inquiry) const {
  const std::string path(task.source->path);
  const std::shared_ptr<LoadedSource> loaded = load_source(env_.disk, path, env_.limits, env_.largest_in_memory);
  env_.tally.hashed(path);
  env_.tally.bytes_read += loaded->bytes_read;
  loaded->bytes().rewind();
  const std::unique_ptr<image::Decoder> decoder = image::open_picture(loaded->bytes(), env_.limits);
  inquiry.content = loaded->content;
  if (loaded->memory() == loaded->bytes().size()) inquiry.loaded = loaded;
  inquiry.picture = picture_of(decoder->header());
  for (const graph::Output* const output : task.outputs) {
    if (!output->stale->copies.empty()) continue;
    const manifest::Recipe& recipe = *output->recipe;
    std::optional<image::Size> size;
    if (!recipe.settings.trim) size = image::thumbnail_size(decoder->header(), recipe.settings);
    inquiry.wishes.push_back({output, size});
    inquiry.keys.push_back(key_of(inquiry.content, recipe));
  }
}

// Nothing of a source is decoded where all came, unless its look is wanted and nobody knows it.
void Stages::take_stored(Work& work) const {
  const Inquiry& inquiry = *work.inquiry;
  work.picture = inquiry.picture;
  bool any = false;
  for (std::size_t i = 0; i < inquiry.wishes.size(); ++i)
    for (Made& made : work.made)
      if (made.output == inquiry.wishes[i].output)
        any = take_stored(made, inquiry.wishes[i], inquiry.lookup->parts[i], work) || any;
  if (any && std::ranges::none_of(work.made, unfinished)) {
    work.content = inquiry.content;
    work.look_missing = work.look && !work.picture->look;
  } else if (!any) {
    work.picture.reset();
  }
}

bool Stages::take_stored(Made& made, const Inquiry::Wish& wish, const store::Lookup::Part& part, Work& work) const {
  const auto start = std::chrono::steady_clock::now();
  store::Entry entry;
  if (!env_.store->use(part, entry, [&](const store::Entry& whole) { return fault_of(whole, wish); })) return false;
  made.thumbnail.bytes.assign(entry.bytes.begin(), entry.bytes.end());
  made.thumbnail.width = static_cast<int>(entry.width);
  made.thumbnail.height = static_cast<int>(entry.height);
  made.from_store = true;
  made.warnings = entry.warnings;
  made.result().hash = hash_bytes(made.thumbnail.bytes);
  made.result().status = Status::built;
  made.result().milliseconds =
      std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
  if (work.look && entry.look) work.picture->look = entry.look;
  for (const std::string& text : entry.warnings)
    if (std::ranges::find(work.warnings, text) == work.warnings.end()) work.warnings.push_back(text);
  return true;
}

// `made` has been written.
void Stages::offer_to_store(const Work& work, const Made& made) const {
  if (env_.store == nullptr || made.result().status != Status::built || !work.content) return;
  if (made.from_store && !work.look_missing) return;
  store::Entry entry;
  entry.format = image::format_of(made.output->recipe->settings.format).key;
  entry.width = static_cast<std::uint32_t>(made.result().width);
  entry.height = static_cast<std::uint32_t>(made.result().height);
  entry.milliseconds = static_cast<std::uint32_t>(std::lround(std::max(made.result().milliseconds, 1.0)));
  if (work.picture) entry.look = work.picture->look;
  if (!entry.look && work.known != nullptr && work.known->hash == work.content->hash) entry.look = work.known->look;
  entry.warnings = made.warnings;
  entry.bytes = made.thumbnail.bytes;
  env_.store->put(key_of(*work.content, *made.output->recipe), entry);
}

}  // namespace thumbs::pipeline
