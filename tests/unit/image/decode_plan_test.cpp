// Which thumbnails of a picture share a decode, how each decode is done, and what is refused.
#include "image/decode_plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace thumbs::image {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::uint64_t k_mib = 1 << 20;
constexpr DecodeLimits k_wide{.each = {}, .budget = 1024 * k_mib, .loaded = 3 * k_mib};

/// Of `shrink`, where the whole picture takes `decoder` MiB and the thumbnail `beside`.
DecodeDemand whole(int shrink, std::uint64_t decoder, std::uint64_t beside, FailOn fail_on = FailOn::error) {
  DecodeDemand demand;
  demand.scale = {.shrink = shrink};
  demand.fail_on = fail_on;
  demand.whole = {decoder * k_mib, beside * k_mib};
  return demand;
}

/// That can be made from rows, too.
DecodeDemand either(DecodeDemand demand, std::uint64_t decoder, std::uint64_t beside) {
  demand.rows = {decoder * k_mib, beside * k_mib};
  return demand;
}

DecodeDemand shared(DecodeDemand demand) {
  demand.shares_a_pass = true;
  return demand;
}

struct Decode {
  int shrink;
  FailOn fail_on;
  bool by_rows;
  std::uint64_t decoder, beside;
  std::vector<std::size_t> members;
  bool operator==(const Decode&) const = default;
};

std::ostream& operator<<(std::ostream& out, const Decode& d) {
  return out << "1/" << d.shrink << " failOn " << static_cast<int>(d.fail_on) << (d.by_rows ? " rows " : " whole ")
             << d.decoder << "+" << d.beside << " MiB for " << testing::PrintToString(d.members);
}

std::vector<Decode> decodes(const DecodePlan& plan) {
  std::vector<Decode> all;
  for (const PlannedDecode& d : plan.decodes)
    all.push_back({d.scale.shrink, d.fail_on, d.by_rows, d.decoder_memory / k_mib, d.beside / k_mib, d.members});
  return all;
}

struct Case {
  const char* what;
  std::vector<DecodeDemand> demands;
  std::vector<Decode> decodes;
  bool together;
  std::uint64_t memory;  ///< in MiB, with the 3 of the source's bytes
};

constexpr auto k_none = FailOn::none, k_error = FailOn::error;

TEST(DecodePlan, GroupsDemandsAndChoosesTheWayOfEachDecode) {
  const Case cases[] = {
      {"nothing", {}, {}, false, 3},
      {"one", {whole(1, 10, 2)}, {{1, k_error, false, 10, 2, {0}}}, false, 15},
      {"one scale is decoded once",
       {whole(2, 10, 2), whole(2, 10, 5)},
       {{2, k_error, false, 10, 5, {0, 1}}},
       false,
       18},
      {"scales are decodes of their own, by size",
       {whole(4, 1, 2), whole(1, 16, 1), whole(4, 1, 3)},
       {{1, k_error, false, 16, 1, {1}}, {4, k_error, false, 1, 3, {0, 2}}},
       false,
       20},
      {"so are failOn levels",
       {whole(1, 10, 2, k_error), whole(1, 10, 2, k_none)},
       {{1, k_none, false, 10, 2, {1}}, {1, k_error, false, 10, 2, {0}}},
       false,
       15},
      {"a large picture goes by rows", {either(whole(1, 25, 2), 1, 3)}, {{1, k_error, true, 1, 3, {0}}}, false, 7},
      {"one of 24 MiB is held", {either(whole(1, 24, 2), 1, 3)}, {{1, k_error, false, 24, 2, {0}}}, false, 29},
      {"as is one whose rows need as much",
       {either(whole(1, 25, 2), 1, 26)},
       {{1, k_error, false, 25, 2, {0}}},
       false,
       30},
      {"rows add up",
       {either(whole(1, 25, 2), 1, 8), either(whole(1, 25, 2), 1, 9)},
       {{1, k_error, true, 1, 17, {0, 1}}},
       false,
       21},
      {"until the whole picture is cheaper",
       {either(whole(1, 25, 2), 1, 13), either(whole(1, 25, 2), 1, 13)},
       {{1, k_error, false, 25, 2, {0, 1}}},
       false,
       30},
      {"one member that needs the whole picture decides for its scale",
       {either(whole(1, 50, 2), 1, 3), whole(1, 50, 4), either(whole(2, 30, 2), 1, 3)},
       {{1, k_error, false, 50, 4, {0, 1}}, {2, k_error, true, 1, 3, {2}}},
       false,
       57},
      {"one pass gives several scales",
       {shared(whole(1, 16, 2)), shared(whole(2, 4, 3))},
       {{1, k_error, false, 16, 2, {0}}, {2, k_error, false, 4, 3, {1}}},
       true,
       26},
      {"not under several failOn levels",
       {shared(whole(1, 16, 2)), shared(whole(2, 4, 3, k_none))},
       {{1, k_error, false, 16, 2, {0}}, {2, k_none, false, 4, 3, {1}}},
       false,
       21},
      {"nor where one goes by rows",
       {shared(either(whole(1, 30, 2), 1, 3)), shared(whole(2, 4, 3))},
       {{1, k_error, true, 1, 3, {0}}, {2, k_error, false, 4, 3, {1}}},
       false,
       10},
      {"one scale needs no sharing", {shared(whole(1, 16, 2))}, {{1, k_error, false, 16, 2, {0}}}, false, 21},
      {"nor may pictures take more than a quarter of the budget",
       {shared(whole(1, 200, 2)), shared(whole(2, 52, 1))},
       {{1, k_error, false, 200, 2, {0}}, {2, k_error, false, 52, 1, {1}}},
       false,
       205},
      {"a quarter is allowed",
       {shared(whole(1, 200, 2)), shared(whole(2, 51, 1))},
       {{1, k_error, false, 200, 2, {0}}, {2, k_error, false, 51, 1, {1}}},
       true,
       256},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.what);
    const DecodePlan plan = plan_decodes(c.demands, k_wide);
    EXPECT_EQ(decodes(plan), c.decodes);
    EXPECT_EQ(plan.together, c.together);
    EXPECT_EQ(plan.memory, c.memory * k_mib);
    EXPECT_THAT(plan.refused, IsEmpty());
  }
}

TEST(DecodePlan, TheWholeScaleIsTheKeyNotItsShrinkAlone) {
  DecodeDemand coarse = whole(2, 4, 1), deep = whole(2, 4, 1);
  coarse.scale.coarse_chroma = true;
  deep.scale.deep = true;
  EXPECT_THAT(plan_decodes(std::vector{whole(2, 4, 1), coarse, deep, coarse}, k_wide).decodes, testing::SizeIs(3));
}

struct Refusal {
  const char* what;
  std::vector<DecodeDemand> demands;
  std::uint64_t most;  ///< in MiB; 0: any
  std::vector<std::size_t> refused;
  std::vector<std::vector<std::size_t>> members;
};

TEST(DecodePlan, EachVariantIsRefusedAsIfItWereAlone) {
  const Refusal cases[] = {
      {"no limit", {whole(1, 4000, 1)}, 0, {}, {{0}}},
      {"exactly the limit", {whole(1, 10, 2)}, 12, {}, {{0}}},
      {"more", {whole(1, 10, 3)}, 12, {0}, {}},
      {"the others are made", {whole(1, 10, 3), whole(1, 10, 2), whole(4, 1, 20)}, 12, {0, 2}, {{1}}},
      {"rows count where they are the way", {either(whole(1, 100, 1), 2, 3)}, 12, {}, {{0}}},
      {"what others add does not", {either(whole(1, 100, 1), 2, 8), either(whole(1, 100, 1), 2, 8)}, 12, {}, {{0, 1}}},
  };
  for (const Refusal& c : cases) {
    SCOPED_TRACE(c.what);
    DecodeLimits limits = k_wide;
    limits.each.bytes = c.most * k_mib;
    const DecodePlan plan = plan_decodes(c.demands, limits);
    std::vector<std::size_t> refused;
    for (const RefusedDemand& one : plan.refused) {
      refused.push_back(one.demand);
      EXPECT_EQ(one.error.code(), ErrorCode::memory);
    }
    EXPECT_EQ(refused, c.refused);
    std::vector<std::vector<std::size_t>> members;
    for (const PlannedDecode& decode : plan.decodes) members.push_back(decode.members);
    EXPECT_EQ(members, c.members);
  }
}

TEST(DecodePlan, ARefusalSaysWhoseLimitItIs) {
  EXPECT_FALSE(refusal(100, {}));
  EXPECT_FALSE(refusal(100, {.bytes = 100}));
  EXPECT_EQ(refusal(101, {.bytes = 100, .from_manifest = true})->message(),
            "needs 101 bytes of memory, more than limits.memory (100)");
  EXPECT_THAT(refusal(101, {.bytes = 100})->message(), HasSubstr("this machine allows (100)"));
}

}  // namespace
}  // namespace thumbs::image
