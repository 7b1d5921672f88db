// Rules that must not be carried out: each is refused with a text that names both sides, before anything is written.
#include "rules/conflicts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rules_support.h"

namespace thumbs::rules {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using Paths = std::vector<std::string>;

TEST(Conflicts, TwoOutputsOnOnePathAreRefusedAlsoWithCaseFolded) {
  struct Case {
    std::string name, path;
    Paths files;
    bool refused;
  };
  const Case cases[] = {
      {"nothing in common", "{stem}.{ext}", {"in/a.png", "in/b.png"}, false},
      {"two extensions", "{stem}.{ext}", {"in/a.png", "in/a.gif"}, true},
      {"told apart by it", "{stem}.{sourceExt}.{ext}", {"in/a.png", "in/a.gif"}, false},
      {"two folders", "{stem}.{ext}", {"in/x/a.png", "in/y/a.png"}, true},
      {"ASCII case", "{stem}.{ext}", {"in/a.png", "in/A.png"}, true},
      {"ASCII case of a folder", "{dir}/{stem}.{ext}", {"in/x/a.png", "in/X/a.png"}, true},
      {"é and É", "{stem}.{ext}", {"in/\xC3\xA9.png", "in/\xC3\x89.png"}, true},
      {"é and è", "{stem}.{ext}", {"in/\xC3\xA9.png", "in/\xC3\xA8.png"}, false},
      {"ж and Ж", "{stem}.{ext}", {"in/\xD0\xB6.png", "in/\xD0\x96.png"}, true},
      {"bytes that are no UTF-8", "{stem}.{ext}", {"in/\xE9.png", "in/\xC9.png"}, false},
      {"a folder that is spelled in the template", "x/../{stem}.{ext}", {"in/a.png", "in/A.png"}, true},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const Manifest manifest = simple_manifest(c.path);
    const Paths faults = faults_of(manifest, c.files);
    if (!c.refused) {
      EXPECT_THAT(faults, IsEmpty());
    } else {
      EXPECT_THAT(faults, ElementsAre(AllOf(HasSubstr("/sets/0/path: "), HasSubstr(c.files[0]), HasSubstr(c.files[1]),
                                            HasSubstr("would both write"))));
    }
  }
}

TEST(Conflicts, TwoVariantsOfOneSourceAreRefusedToo) {
  const Manifest manifest = simple_manifest("{stem}.{ext}", R"({"name": "a", "width": 8}, {"name": "b", "width": 9})");
  EXPECT_THAT(faults_of(manifest, {"in/1.png"}),
              ElementsAre(AllOf(HasSubstr("variant \"a\""), HasSubstr("variant \"b\""))));
}

TEST(Conflicts, TwoSetsOnOnePathNameBoth) {
  const Manifest manifest = manifest_of(R"({"sets": [
    {"name": "first", "source": "x", "output": "out", "variants": [{"name": "a", "width": 1}]},
    {"name": "second", "source": "y", "output": "out", "variants": [{"name": "a", "width": 1}]}]})");
  EXPECT_THAT(faults_of(manifest, {"x/1.png", "y/1.png"}),
              ElementsAre(AllOf(HasSubstr("/sets/1/path"), HasSubstr("\"first\""), HasSubstr("\"second\""))));
}

TEST(Conflicts, ThousandsOfThemAreNotAllSaid) {
  const Manifest manifest = simple_manifest("same.{ext}");
  Paths files;
  for (int i = 0; i < 1000; ++i) files.push_back("in/" + std::to_string(i) + ".png");
  const Paths faults = faults_of(manifest, files);
  EXPECT_GE(faults.size(), 1U);
  EXPECT_LE(faults.size(), 30U);
}

TEST(Conflicts, AnOutputOntoItsOwnSourceIsRefused) {
  const Manifest manifest = manifest_of(
      R"({"sets": [{"source": "in", "output": "in", "path": "{dir}/{stem}.{ext}", "variants": [{"name": "a", "width": 8}]}]})");
  EXPECT_THAT(faults_of(manifest, {"in/1.jpg"}), ElementsAre(AllOf(HasSubstr("in/1.jpg"), HasSubstr("own source"))));
  EXPECT_THAT(faults_of(manifest, {"in/1.png"}), IsEmpty()) << "another extension is another file";
}

TEST(Conflicts, AnOutputThatIsAFolderOfAnotherIsRefused) {
  struct Case {
    const char* name;
    const char* path;
    Paths files;
    bool refused;
  };
  const Case cases[] = {
      {"a file and its namesake's folder", "{dir}/{stem}", {"in/a.png", "in/a/b.png"}, true},
      {"further up", "{dir}/{stem}", {"in/a.png", "in/a/b/c/d.png"}, true},
      {"with case folded", "{dir}/{stem}", {"in/A.png", "in/a/b.png"}, true},
      {"a folder beside it", "{dir}/{stem}", {"in/a.png", "in/ab/c.png"}, false},
      {"told apart by its extension", "{dir}/{stem}.{ext}", {"in/a.png", "in/a/b.png"}, false},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const Manifest manifest = simple_manifest(c.path);
    const Paths faults = faults_of(manifest, c.files);
    EXPECT_EQ(faults.size(), c.refused ? 1U : 0U);
    for (const std::string& fault : faults)
      EXPECT_THAT(fault, AllOf(HasSubstr("is also the folder of"), HasSubstr(c.files[0]), HasSubstr(c.files[1])));
  }
}

TEST(Conflicts, AnOutputNamedLikeATemporaryFileIsRefused) {
  const Manifest manifest = simple_manifest("{dir}/.thumbs-tmp-{stem}.{ext}");
  EXPECT_THAT(faults_of(manifest, {"in/x/1.png"}), ElementsAre(HasSubstr("temporary")));
  EXPECT_THAT(faults_of(simple_manifest(".thumbs-tmp-x/{stem}.{ext}"), {"in/1.png"}), IsEmpty());
}

TEST(Conflicts, TwoSourcesThatMakeEachOtherAreRefused) {
  // 1.png → 1.jpg, and 1.jpg → 1.png.
  const Manifest manifest = manifest_of(R"({"sets": [
    {"source": "in", "include": ["*.png"], "output": "in", "path": "{stem}.{ext}", "variants": [{"name": "a", "width": 8}]},
    {"source": "in", "include": ["*.jpg"], "output": "in", "path": "{stem}.{ext}",
     "variants": [{"name": "a", "width": 8, "format": "png"}]}]})");
  std::vector<scan::ScanResult> scans(2);
  scans[0].files = {{"in/1.png", 3, stat_data_of(1)}};
  scans[1].files = {{"in/1.jpg", 3, stat_data_of(2)}};
  graph::Graph graph(manifest);
  add_sources(graph, std::move(scans), {});
  apply_rules(graph);
  EXPECT_THAT(fault_texts(graph), ElementsAre(HasSubstr("whose own outputs lead back to the first")));
}

constexpr std::string_view k_onto_another_set = R"({"sets": [
    {"source": "in", "output": "other", "path": "{stem}.{ext}", "variants": [{"name": "a", "width": 8}]},
    {"source": "other", "output": "out", "variants": [{"name": "a", "width": 8}]}]})";

TEST(Conflicts, AnotherSetsOriginalIsNeverWrittenOnto) {
  const Manifest manifest = manifest_of(k_onto_another_set);
  EXPECT_THAT(faults_of(manifest, {"in/1.png", "other/1.jpg"}),
              ElementsAre(AllOf(HasSubstr("in/1.png"), HasSubstr("other/1.jpg"), HasSubstr("another set"))));
  EXPECT_THAT(faults_of(manifest, {"in/1.png", "other/2.jpg"}), IsEmpty());
}

TEST(Conflicts, AnOldOutputOfOursThereIsNoOriginal) {
  const Manifest manifest = manifest_of(k_onto_another_set);
  const Paths files{"in/1.png", "other/1.jpg"};
  cache::Records records;
  records.outputs = {output_record("other/0.jpg", "in/0.png", "x"), output_record("other/1.jpg", "in/1.png", "x")};
  EXPECT_THAT(faults_of(manifest, files, records), IsEmpty());
  EXPECT_THAT(source_paths(applied(manifest, files, records)), ElementsAre("in/1.png"));
  records.outputs[1].made = false;  // an attempt that never made anything proves nothing
  EXPECT_THAT(faults_of(manifest, files, records), SizeIs(1));
}

TEST(Conflicts, OutputsThatLeaveTheirFolderAreRefusedOnceAVariant) {
  const Manifest manifest =
      simple_manifest("{dir}/../{stem}-{variant}.{ext}", R"({"name": "a", "width": 8}, {"name": "b", "width": 9})");
  EXPECT_THAT(faults_of(manifest, {"in/x/1.png", "in/y/2.png"}), IsEmpty());
  EXPECT_THAT(faults_of(manifest, {"in/1.png", "in/2.png"}),
              ElementsAre(AllOf(HasSubstr("in/1.png"), HasSubstr("outside \"out\"")),
                          AllOf(HasSubstr("in/1.png"), HasSubstr("outside \"out\""))));
}

TEST(Conflicts, AnOutputOntoAFileOfOursIsRefused) {
  struct Case {
    std::string output, reserved;
    bool refused;
  };
  const Case cases[] = {
      {"out/1.jpg", "out/1.jpg", true},   {"out/1.jpg", "OUT/1.JPG", true}, {"out/1.jpg", "out", true},
      {"out/1.jpg", "out/1.jpg2", false}, {"out/1.jpg", "out/1.jp", false}, {"out/1.jpg", "ou", false},
      {"out/1.jpg", "1.jpg", false},      {"out/1.jpg", "", false},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.reserved);
    const Manifest manifest = simple_manifest("{stem}.{ext}");
    const graph::Graph graph = applied(manifest, {"in/1.png"});
    ASSERT_THAT(output_paths(graph), ElementsAre(c.output));
    if (c.refused) {
      EXPECT_THROW(refuse_reserved(graph, {"other", c.reserved}), ManifestError);
    } else {
      EXPECT_NO_THROW(refuse_reserved(graph, {"other", c.reserved}));
    }
  }
}

TEST(Conflicts, AllFaultsAreReportedAtOnce) {
  const Manifest manifest = manifest_of(R"({"sets": [
    {"source": "in", "output": "out", "path": "{dir}/../{stem}.{ext}", "variants": [{"name": "a", "width": 8}]},
    {"source": "in", "output": "in", "path": "{stem}.{ext}", "variants": [{"name": "a", "width": 8}]},
    {"source": "in", "output": "out", "path": "x.{ext}", "variants": [{"name": "a", "width": 8}]}]})");
  const Paths faults = faults_of(manifest, {"in/1.jpg", "in/2.png"});
  EXPECT_THAT(faults, testing::Contains(HasSubstr(", outside ")));
  EXPECT_THAT(faults, testing::Contains(HasSubstr("own source")));
  EXPECT_THAT(faults, testing::Contains(HasSubstr("would both write")));
}

}  // namespace
}  // namespace thumbs::rules
