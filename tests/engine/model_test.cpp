// Random histories against a model that recomputes from scratch: what is made, why, what is read for it, what remains.
//
//   THUMBS_SEED=N             that sequence alone
//   THUMBS_MODEL_SECONDS=N    as many as that takes, from THUMBS_SEED (or 1) on
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <iostream>
#include <string>
#include <vector>

#include "engine/trial.h"

namespace thumbs {
namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr std::uint32_t k_sequences = 100;
#else
constexpr std::uint32_t k_sequences = 500;
#endif
constexpr int k_operations = 24;

std::optional<std::uint32_t> number_from(const char* name) {
  const char* text = std::getenv(name);
  if (text == nullptr) return std::nullopt;
  return static_cast<std::uint32_t>(std::strtoul(text, nullptr, 10));
}

std::string complaint_about(const std::vector<Operation>& operations) { return Trial().play(operations); }

TEST(Model, RandomHistoriesGoAsForetold) {
  const std::optional<std::uint32_t> seconds = number_from("THUMBS_MODEL_SECONDS");
  const std::optional<std::uint32_t> chosen = number_from("THUMBS_SEED");
  const std::uint32_t first = chosen.value_or(1);
  const std::uint32_t count = seconds ? ~std::uint32_t{0} - first : chosen ? 1 : k_sequences;
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(seconds.value_or(100'000));
  std::uint64_t runs = 0;
  std::uint64_t unseen = 0;
  std::uint32_t seed = first;
  for (; seed < first + count && std::chrono::steady_clock::now() < end; ++seed) {
    const std::vector<Operation> operations = random_operations(seed, k_operations);
    Trial trial;
    const std::string complaint = trial.play(operations);
    runs += static_cast<std::uint64_t>(trial.runs());
    unseen += static_cast<std::uint64_t>(trial.unseen());
    if (complaint.empty()) continue;
    const auto fewer =
        shrunk(operations, [](const std::vector<Operation>& some) { return !complaint_about(some).empty(); });
    FAIL() << "THUMBS_SEED=" << seed << ": " << complaint << "\nshrunk: " << listing(fewer) << "\n"
           << complaint_about(fewer);
  }
  std::cout << seed - first << " sequences from seed " << first << ", " << runs << " runs, " << unseen
            << " changes that no stat could show\n";
}

struct Regression {
  std::string name;
  std::vector<Operation> operations;
};

TEST(Model, HistoriesThatWentWrongOnceGoAsForetold) {
  const Regression regressions[] = {
      {"a racy source whose outputs get other names is copied, not decoded",
       {{Op::run, 961, 396, 844}, {Op::edit, 692, 703, 835}, {Op::run, 193, 543, 866}}},
      {"what clean removed is not fresh", {{Op::run, 404, 233, 19}, {Op::run, 349, 404, 854}}},
      {"a kill before the commit, within one tick of a coarse clock",
       {{Op::write, 417, 596, 678},
        {Op::write, 761, 968, 536},
        {Op::granularity, 370, 829, 816},
        {Op::run, 373, 58, 553},
        {Op::write, 886, 529, 104},
        {Op::disturb, 870, 415, 837}}},
  };
  for (const Regression& regression : regressions)
    EXPECT_EQ(complaint_about(regression.operations), "") << regression.name;
}

TEST(Model, ShrinkingLeavesWhatFails) {
  const auto fails = [](const std::vector<Operation>& operations) {
    const auto has = [&](Op op) { return std::ranges::any_of(operations, [op](const auto& o) { return o.op == op; }); };
    return has(Op::jump) && has(Op::lose_cache);
  };
  std::vector<Operation> operations(40);
  operations[7].op = Op::jump;
  operations[33].op = Op::lose_cache;
  EXPECT_EQ(listing(shrunk(operations, fails)), "{{Op::jump, 0, 0, 0}, {Op::lose_cache, 0, 0, 0}}");
}

}  // namespace
}  // namespace thumbs
