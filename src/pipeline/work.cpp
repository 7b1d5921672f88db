// Bodies of the stages: where a source's bytes become its thumbnails, and where its failures are caught.
#include "pipeline/work.h"

#include <algorithm>
#include <cctype>
#include <chrono>
#include <map>
#include <utility>

#include "image/codec/header_size.h"
#include "pipeline/failures.h"
#include "support/hash.h"
#include "support/work_limit.h"
#include "thumbs/error.h"

namespace thumbs {
namespace {

using Clock = std::chrono::steady_clock;

double milliseconds_since(Clock::time_point start) {
  return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

/// So much is read before the next look whether the run is to stop.
constexpr std::size_t k_piece = std::size_t{4} << 20;

std::vector<std::byte> read_file(const DiskReader& disk, const std::string& path) {
  const std::unique_ptr<InputFile> file = disk.open(path);
  std::vector<std::byte> bytes(file->stat().stat_data.size);
  std::size_t filled = 0;
  while (filled < bytes.size()) {
    keep_within_limits();
    const auto rest = std::span(bytes).subspan(filled);
    const std::size_t got = file->read(filled, rest.first(std::min(rest.size(), k_piece)));
    if (got == 0) break;
    filled += got;
  }
  bytes.resize(filled);
  return bytes;
}

/// So much of the budget at most goes to the pictures of one source, so that others can be worked on beside them.
constexpr std::uint64_t k_share_together = 4;

/// Whether one pass over the file may serve all groups.
bool decodes_together(const Decoder& decoder, const DecodeGroups& groups) {
  if (groups.size() < 2) return false;
  const FailOn fail_on = groups.begin()->first.second;
  const auto alike = [&](const auto& entry) { return entry.first.second == fail_on && !entry.second.by_rows; };
  return std::ranges::all_of(groups, alike) && decoder.decodes_together(fail_on);
}

/// Whether the members are to be made while rows come.
bool goes_by_rows(const Decoder& decoder, Scale scale, FailOn fail_on, const DecodeGroup& group) {
  if (!group.by_rows || !decoder.gives_rows()) return false;
  const std::uint64_t whole = decoder.memory_needed(scale, fail_on);
  return whole > k_largest_whole && decoder.rows_memory(scale) + group.rows_memory < whole + group.memory;
}

std::uint64_t memory_of(const Decoder& decoder, Scale scale, FailOn fail_on, const DecodeGroup& group) {
  return group.by_rows ? decoder.rows_memory(scale) + group.rows_memory
                       : decoder.memory_needed(scale, fail_on) + group.memory;
}

std::uint64_t memory_in_turn(const Decoder& decoder, const DecodeGroups& groups) {
  std::uint64_t memory = 0;
  for (const auto& [key, group] : groups) memory = std::max(memory, memory_of(decoder, key.first, key.second, group));
  return memory;
}

std::uint64_t memory_together(const Decoder& decoder, const DecodeGroups& groups) {
  std::uint64_t decoded = 0;
  std::uint64_t beside = 0;
  for (const auto& [key, group] : groups) {
    decoded += decoder.memory_needed(key.first, key.second);
    beside = std::max(beside, group.memory);
  }
  return decoded + beside;
}

/// The groups' pictures in their order; empty where each must be decoded for itself.
std::vector<Picture> decode_together(Decoder& decoder, const DecodeGroups& groups) {
  std::vector<Scale> scales;
  for (const auto& [key, group] : groups) scales.push_back(key.first);
  std::vector<Picture> pictures;
  // What is wrong is said again by the decodes one by one.
  caught("decode", [&] { pictures = decoder.decode_together(scales, groups.begin()->first.second); });
  return pictures;
}

}  // namespace

std::string format_key(std::span<const std::byte> head) {
  const FileFormat format = sniff(head);
  std::string key = format == FileFormat::unknown ? std::string{} : std::string(name(format));
  for (char& c : key) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return key;
}

Work::Work(const Task& t) : task(&t) {
  made.reserve(t.jobs.size());
  for (const Job& job : t.jobs) made.emplace_back(job);
}

const ResolvedVariant& Stages::settings(const Made& made) const {
  return env_.targets.recipes[env_.targets.outputs[made.job->target].recipe].settings;
}

void Stages::read(Work& work) const {
  const WorkLimit until_stopped(0, env_.stop);
  const KeptBuffers kept(env_.kept_buffers);
  guard(work, "read", [&] {
    if (planned_content_stands(work)) return;
    load(work);
  });
}

// Where every output has a twin the source need not be read again: it was hashed while this run was planned.
bool Stages::planned_content_stands(const Work& work) const {
  const Source& planned = source(work);
  const auto has_twin = [](const Made& made) { return !made.job->twins.empty(); };
  if (!planned.hash || !std::all_of(work.made.begin(), work.made.end(), has_twin)) return false;
  return env_.disk.stat(planned.path, true).stat_data == planned.stat_data;
}

void Stages::load(Work& work) const {
  const std::string& path = source(work).path;
  work.loaded = load_source(env_.disk, path, env_.manifest.limits, env_.largest_in_memory);
  work.content = work.loaded->content;
  env_.tally.hashed(path);
  env_.tally.bytes_read += work.loaded->bytes_read;
}

void Stages::make(Work& work) const {
  const WorkLimit until_stopped(0, env_.stop);
  const KeptBuffers kept(env_.kept_buffers);
  guard(work, "decode", [&] {
    const std::optional<Hash128>& planned = source(work).hash;
    const bool twins_hold = planned && (!work.content || work.content->hash == *planned);
    for (Made& made : work.made)
      if (unfinished(made) && twins_hold) copy_twin(made);
    if (std::any_of(work.made.begin(), work.made.end(), unfinished)) decode_all(work);
  });
  work.loaded.reset();
}

// A twin that is gone, unreadable or not what the cache says is no failure: the output is decoded instead.
void Stages::copy_twin(Made& made) const {
  const Clock::time_point start = Clock::now();
  for (const Twin& twin : made.job->twins) {
    caught("copy", [&] {
      std::vector<std::byte> bytes = read_file(env_.disk, twin.output);
      env_.tally.hashed(twin.output);
      env_.tally.bytes_read += bytes.size();
      if (hash_bytes(bytes) != twin.hash) return;
      // Of a twin that only a lock knows, the size is not known either.
      const PixelSize size = twin.width != 0 ? PixelSize{static_cast<int>(twin.width), static_cast<int>(twin.height)}
                                             : size_in_header(bytes);
      made.thumbnail = {std::move(bytes), size.width, size.height};
      made.hash = twin.hash;
      made.status = Status::copied;
      made.milliseconds = milliseconds_since(start);
    });
    if (!unfinished(made)) return;
  }
}

void Stages::decode_all(Work& work) const {
  for (int attempt = 0; attempt < 2; ++attempt) {
    if (!work.loaded || attempt != 0) load(work);
    if (decode_confirmed(work)) return;
    // What was made from bytes that nobody hashed is dropped.
    for (Made& made : work.made) {
      if (made.status != Status::copied) made = Made(*made.job);
    }
    work.warnings.clear();
  }
  throw Error(ErrorCode::changed_while_read, "changed while it was read, twice", source(work).path, "read");
}

// False where the bytes that were decoded are not those that were hashed: what came of them, a failure too, says
// nothing of the source then.
bool Stages::decode_confirmed(Work& work) const {
  const auto failed = caught("decode", [&] { decode_from(work); });
  const auto unconfirmed = caught("read", [&] { work.loaded->confirm(); });
  if (unconfirmed && unconfirmed->code == ErrorCode::changed_while_read) return false;
  for (Made& made : work.made) {
    if (unconfirmed && made.status != Status::copied) {
      fail(made, *unconfirmed);
    } else if (failed && unfinished(made)) {
      fail(made, *failed);
    }
  }
  return true;
}

void Stages::refuse_too_large(std::uint64_t memory) const {
  const std::optional<std::uint64_t>& limit = env_.manifest.limits.memory;
  const std::uint64_t most = limit.value_or(env_.most_memory);
  if (most == 0 || memory <= most) return;
  const std::string allowed =
      limit ? "limits.memory (" + std::to_string(most) + ")"
            : "this machine can give (" + std::to_string(most) + "): ask for fewer pixels, or raise limits.memory";
  throw Error(ErrorCode::memory, "needs " + std::to_string(memory) + " bytes of memory, more than " + allowed);
}

DecodeGroup Stages::group_of_one(const Decoder& decoder, const Made& made, const ThumbnailPlan& plan) const {
  const ResolvedVariant& variant = settings(made);
  DecodeGroup group;
  group.memory = thumbnail_memory(decoder.header(), plan, variant);
  group.by_rows = needs_rows_alone(plan, variant);
  if (group.by_rows) group.rows_memory = thumbnail_rows_memory(decoder.header(), plan, variant);
  group.by_rows = goes_by_rows(decoder, plan.scale(), variant.fail_on, group);
  return group;
}

DecodeGroups Stages::plan_groups(const Decoder& decoder, Work& work) const {
  DecodeGroups groups;
  for (Made& made : work.made) {
    if (!unfinished(made)) continue;
    const auto error = caught("resize", [&] {
      const ThumbnailPlan plan = plan_thumbnail(decoder, settings(made));
      const DecodeGroup alone = group_of_one(decoder, made, plan);
      refuse_too_large(memory_of(decoder, plan.scale(), settings(made).fail_on, alone));
      DecodeGroup& group = groups[{plan.scale(), settings(made).fail_on}];
      group.members.emplace_back(&made, plan);
      group.memory = std::max(group.memory, alone.memory);
      group.rows_memory += alone.rows_memory;
      group.by_rows &= needs_rows_alone(plan, settings(made));
    });
    if (error) fail(made, *error);
  }
  for (auto& [key, group] : groups) group.by_rows = goes_by_rows(decoder, key.first, key.second, group);
  return groups;
}

// Each decode, and each output from its decode on, has limits.seconds for itself: what an output may take does not
// depend on which others are made beside it.
void Stages::decode_from(Work& work) const {
  const WorkLimit opening = limit_of(0);
  work.loaded->bytes().rewind();
  const std::unique_ptr<Decoder> decoder = open_picture(work.loaded->bytes(), env_.manifest.limits);
  DecodeGroups groups = plan_groups(*decoder, work);
  const std::uint64_t together_needs = memory_together(*decoder, groups) + work.loaded->memory();
  const bool at_once = decodes_together(*decoder, groups) && together_needs <= env_.budget.limit() / k_share_together;
  MemoryBudget::Reservation reservation =
      env_.budget.reserve(at_once ? together_needs : memory_in_turn(*decoder, groups) + work.loaded->memory());

  if (!groups.empty()) ++env_.tally.decoded;
  const bool strips = std::ranges::all_of(
      work.made, [&](const Made& made) { return !unfinished(made) || settings(made).metadata == Metadata::strip; });
  const MetadataBlocks metadata = strips ? MetadataBlocks{} : decoder->metadata();
  const WorkLimit decoding = limit_of(0);
  std::vector<Picture> together = at_once ? decode_together(*decoder, groups) : std::vector<Picture>{};
  const double used_together = decoding.used();
  auto done = together.begin();
  for (auto& [key, group] : groups) {
    // What fails at one scale or under one failOn may well do for another, and would alone.
    const auto error = caught("decode", [&, &key = key, &group = group] {
      if (group.by_rows) return make_by_rows(group, *decoder, key.first, key.second, metadata, work);
      const Clock::time_point start = Clock::now();
      const WorkLimit limit = limit_of(0);
      const bool is_done = done != together.end();
      const Picture picture =
          is_done ? std::move(*done++)
                  : decode_within(reservation, work.loaded->memory(), *decoder, key.first, key.second, group.memory);
      const double used = is_done ? used_together : limit.used();
      make_all(group, {milliseconds_since(start) / static_cast<double>(group.members.size()), used},
               [&](std::size_t i) {
                 const auto& [made, plan] = group.members[i];
                 return make_thumbnail(picture, plan, settings(*made), metadata);
               });
      gather_warnings(*decoder, group, work);
    });
    if (error)
      for (auto& [made, plan] : group.members)
        if (unfinished(*made)) fail(*made, *error);
  }
}

// Where the limit is reached with others, whose rows are made during the same decode, each has it for itself.
void Stages::make_by_rows(DecodeGroup& group, Decoder& decoder, Scale scale, FailOn fail_on,
                          const MetadataBlocks& metadata, Work& work) const {
  const auto error = caught("decode", [&] { rows_to_end(group, decoder, scale, fail_on, metadata); });
  gather_warnings(decoder, group, work);
  if (!error) return;
  const bool shared = error->code == ErrorCode::too_slow && group.members.size() > 1;
  for (const auto& member : group.members) {
    DecodeGroup alone = group;
    alone.members = {member};
    const auto again =
        shared ? caught("decode", [&] { rows_to_end(alone, decoder, scale, fail_on, metadata); }) : error;
    if (again && unfinished(*member.first)) fail(*member.first, *again);
  }
}

/// A damaged file may need more than its headers said: then the reservation is given back, and one for more waited for.
Picture Stages::decode_within(MemoryBudget::Reservation& reservation, std::uint64_t loaded, Decoder& decoder,
                              Scale scale, FailOn fail_on, std::uint64_t beside) const {
  const std::uint64_t allowed = reservation.bytes() - loaded - beside;
  try {
    return decoder.decode(scale, fail_on, allowed);
  } catch (const Error& error) {
    if (error.code() != ErrorCode::memory || decoder.memory_needed(scale, fail_on) <= allowed) throw;
  }
  const std::uint64_t needed = decoder.memory_needed(scale, fail_on);
  refuse_too_large(needed + beside);
  reservation.release();
  reservation = env_.budget.reserve(needed + beside + loaded);
  return decoder.decode(scale, fail_on, needed);
}

void Stages::rows_to_end(DecodeGroup& group, Decoder& decoder, Scale scale, FailOn fail_on,
                         const MetadataBlocks& metadata) const {
  const Clock::time_point start = Clock::now();
  const WorkLimit limit = limit_of(0);
  ThumbnailRows rows;
  for (const auto& [made, plan] : group.members) rows.add(plan, settings(*made));
  decoder.decode_to(scale, fail_on, rows);
  make_all(group, {milliseconds_since(start) / static_cast<double>(group.members.size()), limit.used()},
           [&](std::size_t i) { return rows.finish(i, metadata); });
}

void Stages::make_all(DecodeGroup& group, Decoded decoded, const std::function<Thumbnail(std::size_t)>& make) const {
  for (std::size_t i = 0; i < group.members.size(); ++i) {
    Made& made = *group.members[i].first;
    const Clock::time_point begin = Clock::now();
    const auto error = caught("resize", [&] {
      const WorkLimit limit = limit_of(decoded.cpu_seconds);
      keep_within_limits();
      made.thumbnail = make(i);
      made.hash = hash_bytes(made.thumbnail.bytes);
      made.status = Status::built;
    });
    if (error) fail(made, *error);
    made.milliseconds = decoded.milliseconds + milliseconds_since(begin);
  }
}

WorkLimit Stages::limit_of(double used) const {
  constexpr double k_next_to_nothing = 1e-9;  // 0 would mean no limit
  const double seconds = env_.manifest.limits.seconds;
  return WorkLimit(seconds > 0 ? std::max(seconds - used, k_next_to_nothing) : 0, env_.stop);
}

void Stages::gather_warnings(const Decoder& decoder, const DecodeGroup& group, Work& work) {
  const auto add = [&](const std::string& text) {
    if (!text.empty() && std::ranges::find(work.warnings, text) == work.warnings.end()) work.warnings.push_back(text);
  };
  std::ranges::for_each(decoder.warnings(), add);
  for (const auto& [made, plan] : group.members) {
    add(plan.warning);
    std::ranges::for_each(made->thumbnail.warnings, add);
  }
}

}  // namespace thumbs
