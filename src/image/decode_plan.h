// How the thumbnails of one picture share decodes: a pure function of estimates from the header, the variants and the
// memory limits. Nothing is decoded here.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "image/codec/codec.h"
#include "image/thumbnail.h"
#include "thumbs/error.h"
#include "thumbs/variant.h"

namespace thumbs::image {

/// What one variant asks of a decode. Memory is in bytes, as upper estimates.
struct DecodeDemand {
  /// One way to make the variant: the decoder's memory, and the thumbnail's beside it.
  struct Memory {
    std::uint64_t decoder = 0;
    std::uint64_t beside = 0;
  };
  Scale scale;
  FailOn fail_on = FailOn::error;
  Memory whole;                ///< from the picture as a whole
  std::optional<Memory> rows;  ///< as rows come; empty if the decoder or the variant cannot
  bool shares_a_pass = false;  ///< the decoder can give several scales in one pass over the file
};

/// The most memory that a picture may need.
struct MemoryLimit {
  std::uint64_t bytes = 0;     ///< 0: any
  bool from_manifest = false;  ///< limits.memory says so, not the machine
};

/// The error (code memory) if `needed` is above the limit.
std::optional<Error> refusal(std::uint64_t needed, const MemoryLimit& limit);

/// By the header alone: asks the decoder for estimates, never for pixels. Makes the decoder save memory where the
/// variant would be refused otherwise.
DecodeDemand demand_of(Decoder& decoder, const ThumbnailPlan& plan, const ResolvedVariant& settings,
                       const MemoryLimit& limit);

/// decoder.memory_needed(). Makes the decoder save memory where that and `beside` would be refused otherwise.
std::uint64_t memory_within(Decoder& decoder, Scale scale, FailOn fail_on, std::uint64_t beside,
                            const MemoryLimit& limit);

/// Limits of a plan.
struct DecodeLimits {
  MemoryLimit each;          ///< for each variant, as if it were made alone
  std::uint64_t budget = 0;  ///< for all pictures in flight
  std::uint64_t loaded = 0;  ///< of the source's bytes, held all the time
};

/// One pass over the picture, or one scale of a shared pass.
struct PlannedDecode {
  Scale scale;
  FailOn fail_on = FailOn::error;
  bool by_rows = false;  ///< make the members as rows come
  std::uint64_t decoder_memory = 0;
  std::uint64_t beside = 0;          ///< by rows: of all members together; else of the largest one
  std::vector<std::size_t> members;  ///< indices into the demands

  std::uint64_t memory() const { return decoder_memory + beside; }
};

/// A variant that needs too much memory.
struct RefusedDemand {
  std::size_t demand;
  Error error;
};

struct DecodePlan {
  std::vector<PlannedDecode> decodes;  ///< in order of scale and failOn
  std::vector<RefusedDemand> refused;
  bool together = false;     ///< get all decodes from one pass
  std::uint64_t memory = 0;  ///< to reserve for all of it, the source's bytes included
};

/// Variants of one scale and failOn share a decode. A large picture is decoded by rows if all members can be made that
/// way and it needs less memory. Several scales share a pass if the decoder can do that and their pictures fit in a
/// quarter of the budget.
DecodePlan plan_decodes(std::span<const DecodeDemand> demands, const DecodeLimits& limits);

}  // namespace thumbs::image
