// Sources whose content must be known are read once, and what is news of them is remembered.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "engine/evidence.h"
#include "support/fake_disk.h"
#include "support/kept.h"
#include "support/pictures.h"

namespace thumbs::engine {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

// Two pictures of one size whose contents nobody knows.
class HashSources : public testing::Test {
 protected:
  HashSources() {
    for (const char* const path : {"in/1.png", "in/2.png"}) {
      const std::vector<std::byte> bytes = test::make_png(20, 10, test::texture(7));
      disk_.put(path, {reinterpret_cast<const char*>(bytes.data()), bytes.size()});
    }
    disk_.tick(3600 * FakeDisk::k_second);
    for (const char* const path : {"in/1.png", "in/2.png"}) {
      graph::Source& source = graph_.sources.emplace_back();
      source.path = path;
      source.stat_data = disk_.stat(path, true).stat_data;
    }
  }

  void hash() { hash_sources({disk_, manifest_, options_, observer_, tally_, {}, before_commit_, committed_}, graph_); }

  cache::SourceRecord record_of(const std::string& path) const {
    return rules::source_record(test::kept(path), disk::read_content(disk_, path), "png");
  }

  std::vector<std::string> remembered() const {
    std::vector<std::string> paths;
    for (const cache::SourceRecord& record : graph_.updates.sources) paths.emplace_back(record.path);
    return paths;
  }

  FakeDisk disk_;
  Manifest manifest_ =
      parse_manifest(R"({"sets": [{"source": "in", "output": "out", "variants": [{"name": "a", "width": 8}]}]})",
                     "thumbs.json", std::string(FakeDisk::k_folder));
  Options options_;
  Observer observer_;
  pipeline::Tally tally_;
  std::function<void()> before_commit_;
  std::function<void(const cache::Batch&)> committed_;
  graph::Graph graph_{manifest_};
};

TEST_F(HashSources, KnowsHashAndFormatAfterwards) {
  hash();
  for (const graph::Source& source : graph_.sources) {
    ASSERT_NE(source.content, nullptr);
    EXPECT_EQ(source.content->hash, hash_text(*disk_.text(std::string(source.path))));
    EXPECT_EQ(source.content->format, "png");
  }
  EXPECT_EQ(tally_.files_hashed(), 2U);
}

TEST_F(HashSources, RemembersContentsThatAreNews) {
  graph_.records.sources = {record_of("in/1.png"), record_of("in/2.png")};
  graph_.records.sources[1].trusted = false;  // it was racy then
  for (std::size_t i = 0; i < 2; ++i) graph_.sources[i].record = &graph_.records.sources[i];
  hash();
  EXPECT_EQ(tally_.files_hashed(), 2U);
  ASSERT_THAT(remembered(), ElementsAre("in/2.png")) << "a content that was known already is no news";
  EXPECT_EQ(graph_.updates.sources[0], record_of("in/2.png"));
}

TEST_F(HashSources, RemembersContentsWithoutARecord) {
  hash();
  EXPECT_THAT(remembered(), ElementsAre("in/1.png", "in/2.png"));
}

TEST_F(HashSources, WhatCannotBeReadStaysUnknown) {
  disk_.hook = [](const std::string& operation, const std::string& path) {
    if (operation == "open" && path == "in/1.png") throw Error(ErrorCode::unreadable, "told to fail", path);
  };
  hash();
  EXPECT_EQ(graph_.sources[0].content, nullptr);
  EXPECT_THAT(remembered(), ElementsAre("in/2.png"));
}

TEST_F(HashSources, WhatIsKnownIsNotReadAgain) {
  hash();
  graph_.updates = {};
  disk_.forget();
  hash();
  EXPECT_THAT(disk_.reads(), IsEmpty());
  EXPECT_THAT(remembered(), SizeIs(0));
}

}  // namespace
}  // namespace thumbs::engine
