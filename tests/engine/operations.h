// What can happen to a project, as short records that can be drawn at random, left out one by one, and printed.
#pragma once

#include <array>
#include <cstddef>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace thumbs {

enum class Op {
  write,         ///< content b into source a; c: another size, or the mtime put back
  touch,         ///< source a; b: which of its times
  move,          ///< source a to the name b
  copy,          ///< source a to the name b
  swap,          ///< sources a and b
  erase,         ///< source a
  edit,          ///< the manifest: piece a, to b
  tamper,        ///< with output a, in the way b
  swap_outputs,  ///< outputs a and b
  foreign,       ///< a file that is not ours at the path where a rule writes (or will): name a
  lose_cache,
  jump,         ///< the clock, by a, and b nanoseconds
  granularity,  ///< of file times from here on: a
  run,          ///< kind a, on path b, with 1 + c workers
  disturb,      ///< a run of kind c meets the fault a at its operation b
  interrupt,    ///< a run of kind c is told to stop at its operation b
};

struct Operation {
  Op op = Op::run;
  unsigned a = 0;
  unsigned b = 0;
  unsigned c = 0;
};

inline constexpr std::array<std::string_view, 16> k_op_names{
    "write",        "touch",   "move",       "copy", "swap",        "erase", "edit",    "tamper",
    "swap_outputs", "foreign", "lose_cache", "jump", "granularity", "run",   "disturb", "interrupt"};

/// As C++ that can be put among the regressions of model_test.cpp.
inline std::string listing(const std::vector<Operation>& operations) {
  std::string text = "{";
  for (const Operation& o : operations)
    text += (text.size() == 1 ? "{Op::" : ", {Op::") + std::string(k_op_names[static_cast<std::size_t>(o.op)]) + ", " +
            std::to_string(o.a) + ", " + std::to_string(o.b) + ", " + std::to_string(o.c) + "}";
  return text + "}";
}

inline std::vector<Operation> random_operations(std::uint32_t seed, int count) {
  // How often each is drawn, in 100.
  constexpr std::array<unsigned, 16> k_weights{18, 7, 5, 4, 3, 4, 8, 9, 2, 2, 1, 8, 1, 21, 5, 2};
  std::mt19937 random(seed);
  std::discrete_distribution<std::size_t> which(k_weights.begin(), k_weights.end());
  std::vector<Operation> operations;
  for (int i = 0; i < count; ++i) {
    const Op op = static_cast<Op>(which(random));
    const auto a = static_cast<unsigned>(random() % 1000);
    const auto b = static_cast<unsigned>(random() % 1000);
    operations.push_back({op, a, b, static_cast<unsigned>(random() % 1000)});
  }
  operations.push_back({Op::run, 0, 0, 0});
  operations.push_back({Op::run, 0, 0, 1});
  return operations;
}

/// Leaves out as much as it can while `fails` still holds.
template <typename Fails>
std::vector<Operation> shrunk(std::vector<Operation> operations, const Fails& fails) {
  for (std::size_t piece = operations.size() / 2; piece > 0; piece /= 2) {
    for (std::size_t at = 0; at + piece <= operations.size();) {
      std::vector<Operation> fewer = operations;
      fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(at),
                  fewer.begin() + static_cast<std::ptrdiff_t>(at + piece));
      if (fails(fewer)) {
        operations = std::move(fewer);
      } else {
        at += piece;
      }
    }
  }
  return operations;
}

}  // namespace thumbs
