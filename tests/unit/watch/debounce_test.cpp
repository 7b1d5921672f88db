// Several changes are one build; files in the writing hold it up, but not for ever.
#include "watch/debounce.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace thumbs::watch {
namespace {

struct Step {
  double at;
  Events events;
};

Events changed(const std::string& file) { return {.files = {file}, .writing = {}, .everything = false}; }
Events writing(const std::string& file) { return {.files = {}, .writing = {file}, .everything = false}; }
Events everything() { return {.files = {}, .writing = {}, .everything = true}; }

TEST(Debounce, ABuildIsDueOnceChangesPause) {
  const struct {
    const char* name;
    std::vector<Step> steps;
    double due;
  } cases[] = {
      {"one change", {{10, changed("a")}}, 10.2},
      {"each change waits anew", {{10, changed("a")}, {10.15, changed("b")}, {10.3, changed("a")}}, 10.5},
      {"a whole scan waits too", {{10, everything()}}, 10.2},
      {"a file that is written and then closed", {{10, writing("a")}, {10.1, changed("a")}}, 10.3},
      {"another file is still being written", {{10, changed("a")}, {10.1, writing("b")}}, 12},
      {"both are done", {{10, changed("a")}, {10.1, writing("b")}, {10.3, changed("b")}}, 10.5},
      {"nobody closes it", {{10, writing("a")}}, 12},
      {"nobody closes it, but writes once more", {{10, writing("a")}, {11, writing("a")}}, 13},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    Debounce debounce(0.2);
    for (const Step& step : c.steps) debounce.add(step.events, step.at);
    ASSERT_TRUE(debounce.due());
    EXPECT_NEAR(*debounce.due(), c.due, 1e-9);
  }
}

TEST(Debounce, ChangesWithoutEndDoNotPutItOffForEver) {
  Debounce debounce(0.2);
  for (int i = 0; i < 100; ++i) debounce.add(changed("a"), 10 + 0.1 * i);
  EXPECT_NEAR(debounce.due().value(), 12, 1e-9);
}

TEST(Debounce, TakesEachChangeOnce) {
  Debounce debounce(0.2);
  EXPECT_FALSE(debounce.due());
  debounce.add(changed("b"), 10);
  debounce.add(changed("a"), 10);
  debounce.add(changed("b"), 10);
  debounce.add(everything(), 10);
  const Changes changes = debounce.take(10.2);
  EXPECT_EQ(changes.files, (std::set<std::string>{"a", "b"}));
  EXPECT_TRUE(changes.everything);
  EXPECT_FALSE(debounce.due());
}

TEST(Debounce, AFileThatNobodyClosesCountsOnceItRests) {
  Debounce debounce(0.2);
  debounce.add(writing("a"), 10);
  EXPECT_TRUE(debounce.take(11.9).files.empty());
  EXPECT_EQ(debounce.take(12).files, std::set<std::string>{"a"});
  EXPECT_FALSE(debounce.due());
}

}  // namespace
}  // namespace thumbs::watch
