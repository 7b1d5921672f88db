// Patterns that match nothing, and sets without a source.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/world.h"

namespace thumbs {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

using Strings = std::vector<std::string>;

std::string quoted(const Strings& texts) {
  std::string list;
  for (const std::string& text : texts) list += (list.empty() ? "\"" : ", \"") + text + "\"";
  return list;
}

std::string manifest(const Strings& include, const Strings& exclude) {
  return R"({"sets": [{"name": "s", "source": "in", "output": "out", )" +
         (include.empty() ? "" : "\"include\": [" + quoted(include) + "], ") + "\"exclude\": [" + quoted(exclude) +
         R"(], "variants": [{"name": "a", "width": 16, "format": "png"}]}]})";
}

struct Tree {
  const char* name;
  Strings include, exclude;
  Strings warned;  // parts of the warnings
};

// in: one.png, two.png, sub/three.png, notes.txt
void expect_warnings(const Tree& c) {
  SCOPED_TRACE(c.name);
  World world(manifest(c.include, c.exclude));
  world.add_pictures();
  world.disk.put("in/notes.txt", "text");
  for (const Command command : {Command::check, Command::status, Command::build, Command::build}) {
    const Report report = world.command(command);
    ASSERT_EQ(report.warnings.size(), c.warned.size()) << testing::PrintToString(report.warnings);
    for (std::size_t i = 0; i < c.warned.size(); ++i) EXPECT_THAT(report.warnings[i], HasSubstr(c.warned[i]));
    EXPECT_TRUE(report.ok());
  }
}

TEST(UnusedPatterns, AreNamed) {
  const Tree cases[] = {
      {"all match", {"**/*.png", "sub/*"}, {"one.png", "*.txt"}, {}},
      {"the default is nobody's slip", {}, {}, {}},
      {"an include", {"*.png", "*.jpg"}, {}, {"thumbs.json:1:79: /sets/0/include/1: \"*.jpg\" matches nothing"}},
      {"an include before others", {"*.gif", "*.png"}, {}, {"/sets/0/include/0: \"*.gif\" matches nothing"}},
      {"an exclude", {}, {"*.png", "**/*.pgn"}, {"/sets/0/exclude/1: \"**/*.pgn\" matches nothing: did you mean"}},
      {"a folder's name", {}, {"sub"}, {"did you mean \"sub/**\"?"}},
      {"excluded as a whole", {"**/*.png", "sub/*"}, {"sub/**"}, {"\"sub/*\" matches only files that are excluded by"}},
      {"within a folder that is not entered", {}, {"sub/**", "sub/three.png"}, {}},
      {"not within it", {}, {"sub/**", "sub/four.png"}, {"\"sub/four.png\" matches nothing"}},
      {"excluded twice", {}, {"*.png", "one.*"}, {}},
      {"where no include leads", {"*.png"}, {"sub/**"}, {}},
      {"what is not included", {"*.png"}, {"*.txt"}, {}},
      {"braces count as one", {"**/*.{jpg,png}"}, {}, {}},
      {"but for a slip in them",
       {"**/*.{jpg,png,pgn}"},
       {},
       {"\"**/*.pgn\" of \"**/*.{jpg,png,pgn}\" matches nothing: did"}},
      {"and no other word", {"**/*.{png,xyz}"}, {}, {}},
  };
  for (const Tree& c : cases) expect_warnings(c);
}

TEST(UnusedPatterns, AreNamedTogetherWhereThereIsNoFile) {
  World world(manifest({"*.png", "*.jpg"}, {"drafts/**"}));
  world.disk.make_folder("in/deep");
  world.disk.put("in/.gitkeep", "");
  const Report report = world.run();
  EXPECT_THAT(report.warnings,
              ElementsAre(HasSubstr(R"("*.png", "*.jpg", "drafts/**" match nothing: "in" contains no files)")));
  EXPECT_TRUE(report.ok());
}

TEST(UnusedPatterns, MayLieWhereNobodyCouldLook) {
  World world(manifest({"*.png", "sub/*.jpg", "*.gif"}, {"sub/*.bmp"}));
  world.add_pictures();
  const auto forbid = [](const std::string& operation, const std::string& path) {
    if (operation == "list" && path == "in/sub") throw Error(ErrorCode::unreadable, "Permission denied", path);
  };
  world.disk.hook = forbid;
  EXPECT_THAT(world.run().warnings, ElementsAre(HasSubstr("\"*.gif\" matches nothing")));
}

TEST(UnusedPatterns, ThumbnailsAreNoHint) {
  World world(R"({"sets": [{"source": "in", "output": "in/thumbs", "include": ["*.png"],
    "variants": [{"name": "a", "width": 16, "format": "png"}]}]})");
  world.disk.put("in/one.png", picture(1));
  world.run();
  world.disk.erase("in/one.png");
  const Report report = world.command(Command::check);
  ASSERT_EQ(report.warnings.size(), 1U);
  EXPECT_THAT(report.warnings[0], HasSubstr("\"*.png\" matches nothing"));
  EXPECT_THAT(report.warnings[0], testing::Not(HasSubstr("did you mean")));
}

TEST(UnusedPatterns, CostNothingWhereAllMatch) {
  World world(manifest({"*.png"}, {"sub/**"}));
  world.add_pictures();
  world.run();
  world.disk.tick(World::k_hour);
  world.run();
  EXPECT_THAT(world.command(Command::check).warnings, IsEmpty());
  EXPECT_THAT(world.disk.lists(), ElementsAre("in")) << "once, and what is excluded not at all";
}

TEST(SetsWithoutSource, AreTold) {
  World world(R"({"sets": [
    {"name": "full", "source": "in", "output": "out/1", "variants": [{"name": "a", "width": 16}]},
    {"name": "empty", "source": "none", "output": "out/2", "variants": [{"name": "a", "width": 16}]},
    {"name": "hidden", "source": "dark", "output": "out/3", "variants": [{"name": "a", "width": 16}]}]})");
  world.add_pictures();
  world.disk.make_folder("none");
  world.disk.put("dark/one.png", picture(1));
  world.disk.hook = [](const std::string& operation, const std::string& path) {
    if (operation == "list" && path == "dark") throw Error(ErrorCode::unreadable, "Permission denied", path);
  };
  EXPECT_THAT(world.run().sets_without_source, ElementsAre("empty"));
}

}  // namespace
}  // namespace thumbs
