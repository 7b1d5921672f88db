// Writing reports to a real disk: all or nothing.
#include "cli/report_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "support/temp_folder.h"
#include "thumbs/error.h"

namespace thumbs::cli {
namespace {

namespace fs = std::filesystem;

std::string content(const fs::path& file) {
  std::ostringstream text;
  text << std::ifstream(file, std::ios::binary).rdbuf();
  return text.str();
}

std::size_t entries(const fs::path& folder) {
  return static_cast<std::size_t>(std::distance(fs::directory_iterator(folder), fs::directory_iterator()));
}

class ReportFile : public testing::Test {
 protected:
  fs::path path(const std::string& name) const { return fs::path(folder_.path()) / name; }
  TempFolder folder_;
};

TEST_F(ReportFile, IsMadeAndReplacedWithoutLeftovers) {
  write_report_file(path("r.json"), "one");
  EXPECT_EQ(content(path("r.json")), "one");
  write_report_file(path("r.json"), "2");
  EXPECT_EQ(content(path("r.json")), "2");
  EXPECT_EQ(entries(path("")), 1u);
}

TEST_F(ReportFile, FollowsALink) {
  fs::create_directory(path("elsewhere"));
  write_report_file(path("elsewhere/real.json"), "old");
  fs::create_symlink("elsewhere/real.json", path("link.json"));
  write_report_file(path("link.json"), "new");
  EXPECT_TRUE(fs::is_symlink(path("link.json")));
  EXPECT_EQ(content(path("elsewhere/real.json")), "new");
}

TEST_F(ReportFile, GoesStraightIntoADevice) {
  write_report_file("/dev/null", "gone");
  EXPECT_TRUE(fs::is_character_file("/dev/null"));
}

TEST_F(ReportFile, WhatCannotBeWrittenIsAnErrorThatNamesIt) {
  fs::create_directory(path("folder"));
  for (const fs::path& file : {path("missing/r.json"), path("folder")}) {
    SCOPED_TRACE(file);
    try {
      write_report_file(file, "x");
      ADD_FAILURE() << "nothing thrown";
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::unwritable);
      EXPECT_EQ(error.path(), file.string());
    }
  }
  EXPECT_EQ(entries(path("")), 1u);
}

TEST_F(ReportFile, IsNamedAbsolutelyAndByItsTarget) {
  write_report_file(path("real.json"), "x");
  fs::create_symlink("real.json", path("link.json"));
  const fs::path real = fs::canonical(path("")) / "real.json";
  EXPECT_THAT(report_names(path("link.json")), testing::Contains(real.string()));
  EXPECT_THAT(report_names(path("link.json")), testing::Contains(path("link.json").string()));
  EXPECT_THAT(report_names("r.json"), testing::Contains((fs::current_path() / "r.json").string()));
}

}  // namespace
}  // namespace thumbs::cli
