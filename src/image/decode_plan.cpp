// Demands are grouped by scale and failOn; then each group chooses between rows and the whole picture.
#include "image/decode_plan.h"

#include <algorithm>
#include <string>
#include <tuple>
#include <utility>

namespace thumbs::image {
namespace {

/// So much of the budget at most goes to the pictures of one source, so that others can be worked on beside them.
constexpr std::uint64_t k_share_together = 4;

/// A decoded picture of more bytes is not held where its thumbnails can be made while its rows come.
constexpr std::uint64_t k_largest_whole = std::uint64_t{24} << 20;

std::uint64_t sum(const DecodeDemand::Memory& memory) { return memory.decoder + memory.beside; }

bool rows_are_better(const DecodeDemand::Memory& rows, const DecodeDemand::Memory& whole) {
  return whole.decoder > k_largest_whole && sum(rows) < sum(whole);
}

/// Of a decode for `members`, by the cheaper way that serves all of them.
PlannedDecode decode_for(std::span<const DecodeDemand> demands, std::vector<std::size_t> members) {
  const DecodeDemand& first = demands[members.front()];
  DecodeDemand::Memory whole{first.whole.decoder, 0};
  std::optional<DecodeDemand::Memory> rows;
  if (first.rows) rows = {first.rows->decoder, 0};
  for (const std::size_t member : members) {
    const DecodeDemand& demand = demands[member];
    whole.beside = std::max(whole.beside, demand.whole.beside);
    if (!demand.rows) rows.reset();
    if (rows) rows->beside += demand.rows->beside;
  }
  const bool by_rows = rows && rows_are_better(*rows, whole);
  const DecodeDemand::Memory& needed = by_rows ? *rows : whole;
  return {first.scale, first.fail_on, by_rows, needed.decoder, needed.beside, std::move(members)};
}

/// The members of each decode.
std::vector<std::vector<std::size_t>> grouped(std::span<const DecodeDemand> demands, std::vector<std::size_t> all) {
  const auto key = [&](std::size_t i) { return std::tie(demands[i].scale, demands[i].fail_on); };
  std::ranges::stable_sort(all, [&](std::size_t a, std::size_t b) { return key(a) < key(b); });
  std::vector<std::vector<std::size_t>> groups;
  for (const std::size_t i : all) {
    if (groups.empty() || key(groups.back().front()) != key(i)) groups.emplace_back();
    groups.back().push_back(i);
  }
  return groups;
}

/// Whether one pass over the file can give all decodes.
bool can_share_a_pass(std::span<const DecodeDemand> demands, const std::vector<PlannedDecode>& decodes) {
  if (decodes.size() < 2) return false;
  return std::ranges::all_of(decodes, [&](const PlannedDecode& decode) {
    return decode.fail_on == decodes.front().fail_on && !decode.by_rows &&
           demands[decode.members.front()].shares_a_pass;
  });
}

std::uint64_t memory_in_turn(const std::vector<PlannedDecode>& decodes) {
  std::uint64_t memory = 0;
  for (const PlannedDecode& decode : decodes) memory = std::max(memory, decode.memory());
  return memory;
}

std::uint64_t memory_together(const std::vector<PlannedDecode>& decodes) {
  std::uint64_t pictures = 0;
  std::uint64_t beside = 0;
  for (const PlannedDecode& decode : decodes) {
    pictures += decode.decoder_memory;
    beside = std::max(beside, decode.beside);
  }
  return pictures + beside;
}

DecodeDemand estimates_of(const Decoder& decoder, const ThumbnailPlan& plan, const ResolvedVariant& settings) {
  const Scale scale = plan.scale();
  DecodeDemand demand;
  demand.scale = scale;
  demand.fail_on = settings.fail_on;
  demand.whole = {decoder.memory_needed(scale, settings.fail_on), thumbnail_memory(decoder.header(), plan, settings)};
  if (decoder.gives_rows() && needs_rows_alone(plan, settings))
    demand.rows = {decoder.rows_memory(scale), thumbnail_rows_memory(decoder.header(), plan, settings)};
  demand.shares_a_pass = decoder.decodes_together(settings.fail_on);
  return demand;
}

}  // namespace

std::optional<Error> refusal(std::uint64_t needed, const MemoryLimit& limit) {
  if (limit.bytes == 0 || needed <= limit.bytes) return std::nullopt;
  const std::string most = std::to_string(limit.bytes);
  const std::string allowed = limit.from_manifest
                                  ? "limits.memory (" + most + ")"
                                  : "this machine allows (" + most + "): use a smaller picture, or raise limits.memory";
  return Error(ErrorCode::memory, "needs " + std::to_string(needed) + " bytes of memory, more than " + allowed);
}

DecodeDemand demand_of(Decoder& decoder, const ThumbnailPlan& plan, const ResolvedVariant& settings,
                       const MemoryLimit& limit) {
  const DecodeDemand demand = estimates_of(decoder, plan, settings);
  const bool refused = refusal(decode_for({&demand, 1}, {0}).memory(), limit).has_value();
  return refused && decoder.save_memory() ? estimates_of(decoder, plan, settings) : demand;
}

std::uint64_t memory_within(Decoder& decoder, Scale scale, FailOn fail_on, std::uint64_t beside,
                            const MemoryLimit& limit) {
  const std::uint64_t needed = decoder.memory_needed(scale, fail_on);
  return refusal(needed + beside, limit) && decoder.save_memory() ? decoder.memory_needed(scale, fail_on) : needed;
}

DecodePlan plan_decodes(std::span<const DecodeDemand> demands, const DecodeLimits& limits) {
  DecodePlan plan;
  std::vector<std::size_t> accepted;
  for (std::size_t i = 0; i < demands.size(); ++i) {
    if (const auto error = refusal(decode_for(demands, {i}).memory(), limits.each))
      plan.refused.push_back({i, *error});
    else
      accepted.push_back(i);
  }
  for (std::vector<std::size_t>& members : grouped(demands, std::move(accepted)))
    plan.decodes.push_back(decode_for(demands, std::move(members)));
  const std::uint64_t together = memory_together(plan.decodes) + limits.loaded;
  plan.together = can_share_a_pass(demands, plan.decodes) && together <= limits.budget / k_share_together;
  plan.memory = plan.together ? together : memory_in_turn(plan.decodes) + limits.loaded;
  return plan;
}

}  // namespace thumbs::image
