// Templates and lexical paths.
#include "manifest/path_template.h"

#include <gtest/gtest.h>

#include <stdexcept>

#include "path/path.h"

namespace thumbs::manifest {
namespace {

TEST(PathTemplate, Expands) {
  const TemplateValues all{.dir = "a/b",
                           .stem = "s",
                           .source_ext = "JPG",
                           .variant = "grid",
                           .ext = "png",
                           .width = 20,
                           .height = 30,
                           .hash = "0123456789"};
  TemplateValues root = all;
  root.dir = "";
  TemplateValues bare = root;
  bare.source_ext = "";
  TemplateValues wide = all;
  wide.height = 0;
  TemplateValues odd = all;
  odd.stem = "{ext}{dir}";
  TemplateValues dotted = bare;
  dotted.stem = "s.";
  struct Case {
    std::string text;
    TemplateValues values;
    std::string expected;
  };
  const Case cases[] = {
      {"{dir}/{stem}-{variant}.{ext}", all, "a/b/s-grid.png"},
      {"{dir}/{stem}-{variant}.{ext}", root, "s-grid.png"},
      {"t/{dir}/{stem}", root, "t/s"},
      {"t{dir}/{stem}", root, "t/s"},
      {"{dir}/{dir}/{stem}", root, "s"},
      {"{variant}/{dir}", root, "grid"},
      {"{dir}{stem}", root, "s"},
      {"{stem}.{sourceExt}.{ext}", all, "s.JPG.png"},
      {"{stem}.{sourceExt}.{ext}", bare, "s.png"},
      {"{stem}.{sourceExt}", bare, "s"},
      {"{dir}/{sourceExt}.{ext}", bare, "png"},
      {"{stem}{sourceExt}", dotted, "s."},
      {"{sourceExt}/{stem}", bare, "s"},
      {"{sourceExt}/{dir}/{stem}", bare, "s"},
      {"t/{sourceExt}/{stem}", bare, "t/s"},
      {"{width}x{height}-{hash}", all, "20x30-0123456789"},
      {"{width}x{height}", wide, "20xauto"},
      {"{stem}.{ext}", odd, "{ext}{dir}.png"},
      {"./x//{stem}/", all, "x/s"},
      {"{dir}/../{stem}", all, "a/s"},
      {"{dir}/../{stem}", root, "../s"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.text);
    EXPECT_EQ(PathTemplate(c.text).expand(c.values), c.expected);
  }
}

TEST(PathTemplate, KnowsWhatItUses) {
  EXPECT_TRUE(PathTemplate("{hash}").uses_hash());
  EXPECT_FALSE(PathTemplate("{stem}").uses_hash());
  EXPECT_TRUE(PathTemplate("{stem}.{ext}").uses_ext());
  EXPECT_FALSE(PathTemplate("{stem}.{sourceExt}").uses_ext());
}

TEST(PathTemplate, RefusesWhatIsMalformed) {
  struct Case {
    std::string text, reason;
  };
  for (const Case& c :
       {Case{"", "empty"}, Case{"{stm}", "did you mean \"stem\"?"}, Case{"{}", "unknown token \"{}\""},
        Case{"{stem", "a \"{\" without"}, Case{"{a{stem}", "a \"{\" without"}, Case{"stem}", "a \"}\" without"},
        Case{"{source_ext}", "did you mean \"sourceExt\"?"}, Case{std::string("a\0", 2), "NUL"}}) {
    SCOPED_TRACE(c.text);
    try {
      PathTemplate{c.text};
      ADD_FAILURE() << "accepted";
    } catch (const std::invalid_argument& error) {
      EXPECT_NE(std::string(error.what()).find(c.reason), std::string::npos) << error.what();
    }
  }
}

TEST(PathTemplate, KnowsWhenItCannotStayInside) {
  for (const char* text : {"/a", "../a", "a/../../b", "{stem}/../..", "..", "."}) {
    SCOPED_TRACE(text);
    EXPECT_TRUE(PathTemplate(text).always_leaves_root());
  }
  for (const char* text : {"a", "{dir}/../a", "a/../b", "..a", "{dir}/../../{stem}"}) {
    SCOPED_TRACE(text);
    EXPECT_FALSE(PathTemplate(text).always_leaves_root());
  }
}

TEST(Paths, AreNormalised) {
  struct Case {
    std::string path, expected;
    bool leaves;
  };
  for (const Case& c :
       {Case{"", "", true}, Case{".", "", true}, Case{"a", "a", false}, Case{"a//b/./c/", "a/b/c", false},
        Case{"a/..", "", true}, Case{"a/../..", "..", true}, Case{"../../a", "../../a", true},
        Case{"/a/../../b", "/b", true}, Case{"/", "/", true}, Case{"//a", "/a", true}, Case{"/a", "/a", true},
        Case{"/a/", "/a", true}, Case{"a/", "a", false}, Case{"a/./b", "a/b", false}, Case{"/..", "/", true},
        Case{"./a", "a", false}, Case{"..a", "..a", false}, Case{"...", "...", false}}) {
    SCOPED_TRACE(c.path);
    EXPECT_EQ(normalise_path(c.path), c.expected);
    EXPECT_EQ(leaves_root(c.path), c.leaves);
  }
}

TEST(Paths, HaveAFolder) {
  EXPECT_EQ(parent_of("a/b/c"), "a/b");
  EXPECT_EQ(parent_of("../c"), "..");
  EXPECT_EQ(parent_of("c"), "");
  EXPECT_EQ(parent_of(""), "");
}

TEST(Paths, AreJoined) {
  struct Case {
    std::string folder, below, expected;
  };
  for (const Case& c :
       {Case{"a", "b/c", "a/b/c"}, Case{"", "b", "b"}, Case{"a", "", "a"}, Case{"", "", ""}, Case{"a/b", "../c", "a/c"},
        Case{"a", "..", ""}, Case{"a", "../../c", "../c"}, Case{"..", "a", "../a"}, Case{"a", "..b", "a/..b"},
        Case{"/", "a", "/a"}, Case{"", "../a", "../a"}}) {
    SCOPED_TRACE(c.folder + " + " + c.below);
    EXPECT_EQ(join_path(c.folder, c.below), c.expected);
  }
}

}  // namespace
}  // namespace thumbs::manifest
