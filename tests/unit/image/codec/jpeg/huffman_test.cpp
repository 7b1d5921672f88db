// Huffman codes for a DHT segment: valid, within 16 bits, and as short as can be.
#include "image/codec/jpeg/huffman.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>
#include <random>
#include <vector>

namespace thumbs::image {
namespace {

struct Code {
  std::vector<int> lengths = std::vector<int>(256);  ///< by symbol; 0: none
  double kraft = 0;
};

Code code_of(const HuffmanTable& table) {
  Code code;
  std::size_t next = 0;
  for (std::size_t length = 1; length <= 16; ++length) {
    for (int i = 0; i < table.codes[length]; ++i) {
      int& known = code.lengths[table.symbols[next++]];
      EXPECT_EQ(known, 0) << "a symbol has two codes";
      known = static_cast<int>(length);
      code.kraft += std::pow(0.5, static_cast<double>(length));
    }
  }
  return code;
}

double bits_of(const Code& code, const std::vector<int>& counts) {
  double bits = 0;
  for (std::size_t i = 0; i < counts.size(); ++i) bits += static_cast<double>(code.lengths[i]) * counts[i];
  return bits;
}

std::vector<int> fibonacci(std::size_t count) {
  std::vector<int> counts(count, 1);
  for (std::size_t i = 2; i < count; ++i) counts[i] = counts[i - 1] + counts[i - 2];
  return counts;
}

TEST(JpegHuffman, EverySymbolThatOccursHasACodeAndNoneIsOfOnesAlone) {
  struct Case {
    const char* title;
    std::vector<int> counts;
  };
  const Case cases[] = {
      {"none", std::vector<int>(16)},
      {"one", {0, 0, 7}},
      {"two", {1, 0, 1000}},
      {"all equal", std::vector<int>(256, 5)},
      {"longer than 16 bits without the cut", fibonacci(40)},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.title);
    const Code code = code_of(best_table(c.counts));
    for (std::size_t i = 0; i < c.counts.size(); ++i) EXPECT_EQ(code.lengths[i] > 0, c.counts[i] > 0) << i;
    EXPECT_LT(code.kraft, 1);
  }
}

TEST(JpegHuffman, IsWithinABitOfTheEntropyAndGivesTheFrequentTheShort) {
  for (unsigned seed = 1; seed <= 50; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937 random(seed);
    std::vector<int> counts(2 + random() % 254);
    for (int& count : counts) count = 1 + static_cast<int>(random() % (1U << random() % 14));
    const Code code = code_of(best_table(counts));
    const double total = std::accumulate(counts.begin(), counts.end(), 0.0);
    double entropy = 0;
    for (const int count : counts) entropy -= count * std::log2(count / total);
    EXPECT_GE(bits_of(code, counts), entropy);
    EXPECT_LT(bits_of(code, counts), entropy + total);
    for (std::size_t i = 1; i < counts.size(); ++i) {
      if (counts[i] > counts[0]) {
        EXPECT_LE(code.lengths[i], code.lengths[0]);
      }
    }
  }
}

TEST(JpegHuffman, AKnownCode) {
  // Frequencies of a half, a quarter and two eighths, and the reserved code beside the last.
  const Code code = code_of(best_table(std::vector<int>{100, 400, 800, 200}));
  EXPECT_EQ(code.lengths[2], 1);
  EXPECT_EQ(code.lengths[1], 2);
  EXPECT_EQ(code.lengths[3], 3);
  EXPECT_EQ(code.lengths[0], 4);
}

}  // namespace
}  // namespace thumbs::image
