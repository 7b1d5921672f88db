// How the thumbnails of one picture share its decodes: a pure function of what the header says, the variants and the
// memory that may be used. Nothing is decoded here.
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

namespace thumbs {

/// What one variant asks of a decode; all memory in bytes, as upper estimates.
struct DecodeDemand {
  /// A way to make the variant: what the decoder needs for it, and what the thumbnail needs beside that.
  struct Memory {
    std::uint64_t decoder = 0;
    std::uint64_t beside = 0;
  };
  Scale scale;
  FailOn fail_on = FailOn::error;
  Memory whole;                ///< from the picture as a whole
  std::optional<Memory> rows;  ///< while rows come; nothing where the decoder or the variant cannot
  bool shares_a_pass = false;  ///< the decoder can give several scales in one pass over the file
};

/// By the header alone: asks the decoder for estimates, never for pixels.
DecodeDemand demand_of(const Decoder& decoder, const ThumbnailPlan& plan, const ResolvedVariant& settings);

/// The most memory that a picture may need.
struct MemoryLimit {
  std::uint64_t bytes = 0;     ///< 0: any
  bool from_manifest = false;  ///< limits.memory says so, not the machine
};

/// The error (code memory) for what needs more than the limit; nothing where it fits.
std::optional<Error> refusal(std::uint64_t needed, const MemoryLimit& limit);

/// What the plan has to keep to.
struct DecodeLimits {
  MemoryLimit each;          ///< for each variant, as if it were made alone
  std::uint64_t budget = 0;  ///< for all pictures in flight
  std::uint64_t loaded = 0;  ///< of the source's bytes, held all the while
};

/// One pass over the picture, or one scale of a pass that is shared.
struct PlannedDecode {
  Scale scale;
  FailOn fail_on = FailOn::error;
  bool by_rows = false;  ///< its members are made while rows come
  std::uint64_t decoder_memory = 0;
  std::uint64_t beside = 0;          ///< by rows: of all members together; else the most that one needs
  std::vector<std::size_t> members;  ///< indices into the demands

  std::uint64_t memory() const { return decoder_memory + beside; }
};

/// A variant that is not made.
struct RefusedDemand {
  std::size_t demand;
  Error error;
};

struct DecodePlan {
  std::vector<PlannedDecode> decodes;  ///< ordered by scale and failOn, so that equal pictures give equal plans
  std::vector<RefusedDemand> refused;
  bool together = false;     ///< one pass may give all decodes
  std::uint64_t memory = 0;  ///< to reserve for all of it, the source's bytes included
};

/// Variants of one scale and failOn share a decode. A large picture is not held as a whole where rows suffice for all
/// members and need less. Several scales come from one pass where the decoder can and their pictures fit a quarter of
/// the budget.
DecodePlan plan_decodes(std::span<const DecodeDemand> demands, const DecodeLimits& limits);

}  // namespace thumbs
