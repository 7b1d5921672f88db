// Bodies of the stages: where a source's bytes become its thumbnails, and where its failures are caught.
#include "pipeline/work.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>

#include "disk/content.h"
#include "image/codec/header_size.h"
#include "image/look.h"
#include "pipeline/failures.h"
#include "support/hash.h"
#include "support/work_limit.h"
#include "thumbs/error.h"

namespace thumbs::pipeline {
namespace {

using Clock = std::chrono::steady_clock;

double milliseconds_since(Clock::time_point start) {
  return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

// It shares a pass with outputs that fail on the same faults.
const ResolvedVariant& settings_of_look(FailOn fail_on) {
  static const std::array<ResolvedVariant, 4> k_settings = [] {
    std::array settings{image::look_settings(), image::look_settings(), image::look_settings(), image::look_settings()};
    for (std::size_t i = 0; i < settings.size(); ++i) settings[i].fail_on = static_cast<FailOn>(i);
    return settings;
  }();
  return k_settings.at(static_cast<std::size_t>(fail_on));
}

const ResolvedVariant& settings(const Made& made) { return made.output->recipe->settings; }

}  // namespace

cache::PictureRecord picture_of(const image::Header& header) {
  const bool turned = image::orientation_from_exif(header.orientation).transpose;
  cache::PictureRecord picture;
  picture.width = static_cast<std::uint32_t>(turned ? header.height : header.width);
  picture.height = static_cast<std::uint32_t>(turned ? header.width : header.height);
  picture.alpha = header.alpha;
  return picture;
}

std::string_view format_key(std::span<const std::byte> head) { return image::key(image::sniff(head)); }

Work::Work(const Task& task) : source(task.source), look(task.look), known(task.known) {
  made.reserve(task.outputs.size());
  for (graph::Output* const output : task.outputs) made.emplace_back(*output);
}

void Stages::read(Work& work) const {
  const InStage in_stage(env_.times, Stage::read);
  const WorkLimit until_stopped(0, env_.stop);
  const KeptBuffers kept(env_.kept_buffers);
  guard(work, "read", [&] {
    if (planned_content_stands(work)) return;
    if (work.inquiry) take_stored(work);
    if (!has_work_left(work)) return;
    if (!work.loaded)
      load(work);
    else
      work.content = work.loaded->content;
  });
}

// Where every output can be copied the source need not be read again: it was hashed while this run was planned.
bool Stages::planned_content_stands(const Work& work) const {
  const graph::Source& planned = *work.source;
  const auto has_copy = [](const Made& made) { return !made.output->stale->copies.empty(); };
  if (planned.content == nullptr || work.made.empty() || !std::ranges::all_of(work.made, has_copy)) return false;
  return env_.disk.stat(std::string(planned.path), true).stat_data == planned.stat_data;
}

void Stages::load(Work& work) const {
  const InStage in_stage(Stage::read);
  const std::string path(work.source->path);
  work.loaded = load_source(env_.disk, path, env_.limits, env_.largest_in_memory);
  work.content = work.loaded->content;
  env_.tally.hashed(path);
  env_.tally.bytes_read += work.loaded->bytes_read;
  if (work.inquiry && work.inquiry->content.hash != work.content->hash) forget_stored(work, *env_.store);
}

void Stages::make(Work& work) const {
  const InStage in_stage(env_.times, Stage::decode);
  const WorkLimit until_stopped(0, env_.stop);
  const KeptBuffers kept(env_.kept_buffers);
  guard(work, "decode", [&] {
    const cache::SourceRecord* const planned = work.source->content;
    const bool copies_hold = planned != nullptr && (!work.content || work.content->hash == planned->hash);
    for (Made& made : work.made)
      if (unfinished(made) && copies_hold) copy_recorded(made);
    if (has_work_left(work)) decode_all(work);
  });
  work.loaded.reset();
}

// A copy that is gone, unreadable or not what its record says is no failure: the output is decoded instead.
void Stages::copy_recorded(Made& made) const {
  const InStage in_stage(Stage::read);
  const Clock::time_point start = Clock::now();
  for (const graph::Copy& copy : made.output->stale->copies) {
    caught("copy", [&] {
      const std::string path(copy.path);
      std::vector<std::byte> bytes = disk::read_bytes(env_.disk, path, 0, keep_within_limits);
      env_.tally.hashed(path);
      env_.tally.bytes_read += bytes.size();
      if (hash_bytes(bytes) != copy.hash) return;
      // A lockfile does not say how large a thumbnail is; its file does.
      const image::PixelSize size = copy.width != 0
                                        ? image::PixelSize{static_cast<int>(copy.width), static_cast<int>(copy.height)}
                                        : image::size_in_header(bytes);
      made.thumbnail = {std::move(bytes), size.width, size.height};
      made.result().hash = copy.hash;
      made.result().status = Status::copied;
      made.result().milliseconds = milliseconds_since(start);
    });
    if (!unfinished(made)) return;
  }
}

void Stages::decode_all(Work& work) const {
  for (int attempt = 0; attempt < 2; ++attempt) {
    if (!work.loaded || attempt != 0) load(work);
    if (decode_confirmed(work)) return;
    // What was made from bytes that nobody hashed is dropped.
    for (Made& made : work.made)
      if (made.result().status != Status::copied) made.reset();
    work.warnings.clear();
    work.picture.reset();
  }
  throw Error(ErrorCode::changed_while_read, "kept changing while it was read", std::string(work.source->path), "read");
}

// False where the bytes that were decoded are not those that were hashed: what came of them, a failure too, says
// nothing of the source then.
bool Stages::decode_confirmed(Work& work) const {
  const auto failed = caught("decode", [&] { decode_from(work); });
  const auto unconfirmed = caught("read", [&] { work.loaded->confirm(); });
  if (unconfirmed && unconfirmed->code == ErrorCode::changed_while_read) return false;
  for (Made& made : work.made) {
    if (unconfirmed && made.result().status != Status::copied) {
      fail(made, *unconfirmed);
    } else if (failed && unfinished(made)) {
      fail(made, *failed);
    }
  }
  return true;
}

image::MemoryLimit Stages::memory_limit() const {
  const std::optional<std::uint64_t>& limit = env_.limits.memory;
  return {limit.value_or(env_.most_memory), limit.has_value()};
}

std::shared_ptr<const image::Mark> Stages::mark_for(const ResolvedVariant& settings) const {
  return settings.watermark ? env_.marks.at(settings.watermark->file) : nullptr;
}

Stages::Decoding Stages::plan_decoding(image::Decoder& decoder, Work& work) const {
  Decoding decoding{decoder, find_borders(decoder, work), {}, {}, {}, {}, work.loaded->memory(), {}};
  std::vector<image::DecodeDemand> demands;
  demands.reserve(work.made.size() + 1);
  decoding.wanted.reserve(work.made.size() + 1);
  const auto want = [&](Made* made, const ResolvedVariant& asked, image::ThumbnailPlan plan) {
    demands.push_back(image::demand_of(decoder, plan, asked, memory_limit()));
    decoding.wanted.push_back({made, &asked, std::move(plan)});
  };
  for (Made& made : work.made) {
    const std::optional<image::Region> content = decoding.borders.content_for(made);
    if (!unfinished(made) || (settings(made).trim && !content)) continue;  // given up: the run is to stop
    const auto error = caught("resize", [&] {
      want(&made, settings(made), image::plan_thumbnail(decoder, settings(made), content, mark_for(settings(made))));
    });
    if (error) fail(made, *error);
  }
  // Beside outputs it takes part in their decode, and does without where they fail.
  if (work.look && (work.made.empty() || work.look_missing || !decoding.wanted.empty())) {
    const FailOn fail_on = decoding.wanted.empty() ? FailOn::none : decoding.wanted.front().settings->fail_on;
    const ResolvedVariant& asked = settings_of_look(fail_on);
    caught("resize", [&] { want(nullptr, asked, image::plan_look(decoder, asked)); });
  }
  decoding.plan = image::plan_decodes(demands, {memory_limit(), env_.budget.limit(), decoding.loaded});
  for (const auto& [i, error] : decoding.plan.refused)
    if (Made* const made = decoding.wanted[i].made; made != nullptr) fail(*made, item_error(error, "resize"));
  return decoding;
}

// Each decode, and each output from its decode on, has limits.seconds for itself: what an output may take does not
// depend on which others are made beside it.
void Stages::decode_from(Work& work) const {
  const WorkLimit opening = limit_of(0);
  work.loaded->bytes().rewind();
  const std::unique_ptr<image::Decoder> decoder = image::open_picture(work.loaded->bytes(), env_.limits);
  work.picture = picture_of(decoder->header());
  Decoding decoding = plan_decoding(*decoder, work);
  decoding.reservation = env_.budget.reserve(decoding.plan.memory);

  if (!decoding.plan.decodes.empty() || decoding.borders.decoded) ++env_.tally.decoded;
  const bool strips = std::ranges::all_of(
      work.made, [&](const Made& made) { return !unfinished(made) || settings(made).metadata == Metadata::strip; });
  if (!strips) decoding.metadata = decoder->metadata();
  const WorkLimit limit_together = limit_of(0);
  std::vector<image::Picture> together = decode_together(decoding);
  const double used_together = limit_together.used();
  auto done = together.begin();
  for (const image::PlannedDecode& decode : decoding.plan.decodes) {
    // What fails at one scale or under one failOn may well do for another, and would alone.
    const auto error = caught("decode", [&] {
      if (decode.by_rows) {
        make_from_rows(decoding, decode);
        return gather_warnings(decoding, decode, work);
      }
      const Clock::time_point start = Clock::now();
      const WorkLimit limit = limit_of(0);
      const bool is_done = done != together.end();
      const image::Picture picture = is_done ? std::move(*done++) : decode_within(decoding, decode);
      const double used = is_done ? used_together : limit.used();
      const auto wanted = [&](std::size_t i) -> const Wanted& { return decoding.wanted[decode.members[i]]; };
      make_all(
          decoding, decode, {milliseconds_since(start), used},
          {.thumbnail =
               [&](std::size_t i) {
                 return image::make_thumbnail(picture, wanted(i).plan, *wanted(i).settings, decoding.metadata);
               },
           .pixels = [&](std::size_t i) { return image::make_pixels(picture, wanted(i).plan, *wanted(i).settings); }});
      gather_warnings(decoding, decode, work);
    });
    if (!error) continue;
    for (const std::size_t member : decode.members)
      if (Made* const made = decoding.wanted[member].made; made != nullptr && unfinished(*made)) fail(*made, *error);
  }
  work.picture->look = decoding.look;
}

// The planned pictures in their order; empty where each must be decoded by itself.
std::vector<image::Picture> Stages::decode_together(Decoding& decoding) const {
  std::vector<image::Picture> pictures;
  if (!decoding.plan.together) return pictures;
  std::vector<image::Scale> scales;
  for (const image::PlannedDecode& decode : decoding.plan.decodes) scales.push_back(decode.scale);
  // What is wrong comes up again when the pictures are decoded one by one.
  caught("decode", [&] { pictures = decoding.decoder.decode_together(scales, decoding.plan.decodes.front().fail_on); });
  return pictures;
}

// A damaged file may need more than its headers said: then the reservation is given back, and one for more waited for.
image::Picture Stages::decode_within(Decoding& decoding, const image::PlannedDecode& decode) const {
  image::Decoder& decoder = decoding.decoder;
  const std::uint64_t beside = decode.beside + decoding.loaded;
  const std::uint64_t allowed = decoding.reservation.bytes() - beside;
  try {
    return decoder.decode(decode.scale, decode.fail_on, allowed);
  } catch (const Error& error) {
    if (error.code() != ErrorCode::memory || decoder.memory_needed(decode.scale, decode.fail_on) <= allowed) throw;
  }
  const std::uint64_t needed = decoder.memory_needed(decode.scale, decode.fail_on);
  if (const auto error = image::refusal(needed + decode.beside, memory_limit())) throw Error(*error);
  decoding.reservation.release();
  decoding.reservation = env_.budget.reserve(needed + beside);
  return decoder.decode(decode.scale, decode.fail_on, needed);
}

// Where the limit is reached with others, whose rows are made during the same decode, each has it for itself.
void Stages::make_from_rows(Decoding& decoding, const image::PlannedDecode& decode) const {
  const auto error = caught("decode", [&] { rows_to_end(decoding, decode); });
  if (!error) return;
  const bool shared = error->code == ErrorCode::too_slow && decode.members.size() > 1;
  for (const std::size_t member : decode.members) {
    image::PlannedDecode alone = decode;
    alone.members = {member};
    const auto again = shared ? caught("decode", [&] { rows_to_end(decoding, alone); }) : error;
    Made* const made = decoding.wanted[member].made;
    if (again && made != nullptr && unfinished(*made)) fail(*made, *again);
  }
}

void Stages::rows_to_end(Decoding& decoding, const image::PlannedDecode& decode) const {
  const Clock::time_point start = Clock::now();
  const WorkLimit limit = limit_of(0);
  image::ThumbnailRows rows;
  for (const std::size_t member : decode.members) {
    const Wanted& wanted = decoding.wanted[member];
    rows.add(wanted.plan, *wanted.settings);
  }
  decoding.decoder.decode_to(decode.scale, decode.fail_on, rows);
  make_all(decoding, decode, {milliseconds_since(start), limit.used()},
           {.thumbnail = [&](std::size_t i) { return rows.finish(i, decoding.metadata); },
            .pixels = [&](std::size_t i) { return rows.finish_pixels(i); }});
}

void Stages::make_all(Decoding& decoding, const image::PlannedDecode& decode, Decoded decoded,
                      const Maker& maker) const {
  const double share = decoded.milliseconds / static_cast<double>(decode.members.size());
  for (std::size_t i = 0; i < decode.members.size(); ++i) {
    const Wanted& wanted = decoding.wanted[decode.members[i]];
    if (wanted.made == nullptr) {
      take_look(decoding, decoded.cpu_seconds, [&] { return maker.pixels(i); });
      continue;
    }
    Made& made = *wanted.made;
    const Clock::time_point begin = Clock::now();
    const auto error = caught("resize", [&] {
      const WorkLimit limit = limit_of(decoded.cpu_seconds + decoding.borders.seconds_for(made));
      keep_within_limits();
      made.thumbnail = maker.thumbnail(i);
      made.result().hash = hash_bytes(made.thumbnail.bytes);
      made.result().status = Status::built;
    });
    if (error) fail(made, *error);
    made.result().milliseconds = share + decoding.borders.milliseconds_for(made) + milliseconds_since(begin);
  }
}

// A picture whose look cannot be made is no failure: it has none.
void Stages::take_look(Decoding& decoding, double used, const std::function<image::Picture()>& pixels) const {
  caught("resize", [&] {
    const WorkLimit limit = limit_of(used);
    keep_within_limits();
    decoding.look = image::look_of(pixels());
  });
}

WorkLimit Stages::limit_of(double used) const {
  constexpr double k_next_to_nothing = 1e-9;  // 0 would mean no limit
  const double seconds = env_.limits.seconds;
  return WorkLimit(seconds > 0 ? std::max(seconds - used, k_next_to_nothing) : 0, env_.stop);
}

void Stages::gather_warnings(const Decoding& decoding, const image::PlannedDecode& decode, Work& work) {
  const auto add = [&](const std::string& text) {
    if (!text.empty() && std::ranges::find(work.warnings, text) == work.warnings.end()) work.warnings.push_back(text);
  };
  std::ranges::for_each(decoding.decoder.warnings(), add);
  for (const std::size_t member : decode.members) {
    const Wanted& wanted = decoding.wanted[member];
    add(wanted.plan.warning);
    if (wanted.made == nullptr) continue;
    std::ranges::for_each(wanted.made->thumbnail.warnings, add);
    wanted.made->warnings = decoding.decoder.warnings();
    if (!wanted.plan.warning.empty()) wanted.made->warnings.push_back(wanted.plan.warning);
    const std::vector<std::string>& more = wanted.made->thumbnail.warnings;
    wanted.made->warnings.insert(wanted.made->warnings.end(), more.begin(), more.end());
  }
}

}  // namespace thumbs::pipeline
