// Words of the reports that need more than a table.
#include <gtest/gtest.h>

#include "thumbs/report.h"

namespace thumbs {
namespace {

TEST(ChangeText, SaysWhatItKnows) {
  const struct {
    Change change;
    const char* text;
  } cases[] = {
      {{"quality", "80", "75"}, "quality: 80 → 75"},
      {{"quality", "not set", "75"}, "quality: not set → 75"},
      {{"output", "100 bytes", "missing"}, "output: 100 bytes → missing"},
      {{"recipe unchanged", "", "width=8"}, "recipe unchanged: width=8"},
      {{"--force was given", "", ""}, "--force was given"},
  };
  for (const auto& c : cases) EXPECT_EQ(to_string(c.change), c.text);
}

}  // namespace
}  // namespace thumbs
