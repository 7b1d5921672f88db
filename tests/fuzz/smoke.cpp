// Replaces libFuzzer: "smoke TARGET [SEED SECONDS]" feeds a fuzz target synthesised inputs, their prefixes and random
// changes of them. The same series each time; another one, or a longer one, by SEED and SECONDS. What breaks it is
// written to broken.input.
#include <fcntl.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <string_view>
#include <vector>

#include "fuzz/seeds.h"

// Each target's function has its own name here; fuzz_targets.inc, which the build writes, lists them.
#define TARGET(name) extern "C" int name##_input(const std::uint8_t* data, std::size_t size);
#include "fuzz_targets.inc"
#undef TARGET

namespace {

using thumbs::test::Bytes;
using Target = int (*)(const std::uint8_t*, std::size_t);

Target target_named(std::string_view wanted) {
#define TARGET(name) \
  if (wanted == #name) return name##_input;
#include "fuzz_targets.inc"
#undef TARGET
  return nullptr;
}

std::vector<Bytes> all_seeds() {
  std::vector<Bytes> seeds = thumbs::test::picture_seeds();
  for (Bytes& bytes : thumbs::test::other_seeds()) seeds.push_back(std::move(bytes));
  return seeds;
}

std::vector<std::uint8_t> g_fed;

extern "C" void write_what_broke(int number) {
  std::signal(number, SIG_DFL);
  const int file = open("broken.input", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  static_cast<void>(!write(file, g_fed.data(), g_fed.size()));
  std::raise(number);
}

void feed(Target target, const Bytes& bytes) {
  // A copy of exactly this size: a sanitizer sees any look beyond it.
  g_fed = std::vector<std::uint8_t>(reinterpret_cast<const std::uint8_t*>(bytes.data()),
                                    reinterpret_cast<const std::uint8_t*>(bytes.data()) + bytes.size());
  target(g_fed.data(), g_fed.size());
}

/// One to eight changes: a byte, a bit, a run taken out, a run written twice, a run of another seed.
Bytes mutated(Bytes bytes, const std::vector<Bytes>& seeds, std::mt19937& random) {
  const auto below = [&](std::size_t end) { return end == 0 ? 0 : random() % end; };
  for (std::size_t changes = 1 + below(8); changes > 0 && !bytes.empty(); --changes) {
    const std::size_t at = below(bytes.size()), length = below(std::min<std::size_t>(bytes.size() - at, 64));
    const auto from = bytes.begin() + static_cast<std::ptrdiff_t>(at);
    const Bytes run(from, from + static_cast<std::ptrdiff_t>(length));
    switch (below(5)) {
      case 0: bytes[at] = static_cast<std::byte>(random() & 255); break;
      case 1: bytes[at] ^= static_cast<std::byte>(1U << below(8)); break;
      case 2: bytes.erase(from, from + static_cast<std::ptrdiff_t>(length)); break;
      case 3: bytes.insert(from, run.begin(), run.end()); break;
      default: {
        const Bytes& other = seeds[below(seeds.size())];
        for (std::size_t i = at, j = below(other.size()); i < at + length && j < other.size();) bytes[i++] = other[j++];
      }
    }
  }
  return bytes;
}

}  // namespace

int main(int argc, char** argv) {
  const Target target = target_named(argc > 1 ? argv[1] : "");
  if (target == nullptr) return std::fputs("usage: smoke TARGET [SEED SECONDS]\n", stderr), 2;
  const unsigned long seed = argc > 2 ? std::strtoul(argv[2], nullptr, 10) : 1;
  const double seconds = argc > 3 ? std::strtod(argv[3], nullptr) : THUMBS_SMOKE_SECONDS;
  constexpr int k_rounds = 1000;
  std::printf("seed %lu, at most %g s\n", seed, seconds);
  std::fflush(stdout);
  const auto start = std::chrono::steady_clock::now();
  const auto in_time = [&] {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count() < seconds;
  };
  for (const int number : {SIGABRT, SIGSEGV}) std::signal(number, write_what_broke);
  const std::vector<Bytes> seeds = all_seeds();
  std::mt19937 random(static_cast<std::mt19937::result_type>(seed));
  long inputs = 0;
  for (const Bytes& whole : seeds) {
    feed(target, whole);
    for (std::size_t size = 0; size < whole.size() && in_time(); size += 1 + size / 16, ++inputs)
      feed(target, Bytes(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)));
  }
  for (int round = 0; (argc > 3 || round < k_rounds) && in_time(); ++round)
    for (const Bytes& whole : seeds) feed(target, mutated(whole, seeds, random)), ++inputs;
  std::printf("%ld inputs\n", inputs);
  return 0;
}
