// The tables of commands and options are sound: no name twice, no unknown command, no value without a word for it.
#include "cli/command_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <stdexcept>
#include <type_traits>
#include <variant>

#include "cli/facts.h"
#include "cli/help.h"

namespace thumbs::cli {
namespace {

const OptionRow& option(std::string_view name) {
  for (const OptionRow& row : options())
    if (row.name() == name) return row;
  throw std::runtime_error("no option " + std::string(name));
}

TEST(CommandTable, EachNameStandsOnce) {
  std::set<std::string_view> names;
  for (const CommandRow& row : commands()) EXPECT_TRUE(names.insert(row.name).second) << row.name;
  for (const OptionRow& row : options()) {
    EXPECT_FALSE(row.name().empty());
    for (const std::string_view name : {row.letter(), row.long_name()}) {
      if (name.empty()) continue;
      EXPECT_TRUE(names.insert(name).second) << name;
    }
  }
}

TEST(CommandTable, TheNamesOfAnOptionAreTakenApart) {
  EXPECT_EQ(option("--manifest").letter(), "-f");
  EXPECT_EQ(option("--manifest").long_name(), "--manifest");
  EXPECT_EQ(option("-C").letter(), "-C");
  EXPECT_EQ(option("-C").long_name(), "");
  EXPECT_EQ(option("--wait").letter(), "");
  EXPECT_EQ(option("--wait").name(), "--wait");
}

TEST(CommandTable, EachCommandThatAnOptionNamesExists) {
  for (const OptionRow& row : options()) {
    for (const std::string_view name : split_words(row.commands)) EXPECT_NE(find_command(name), nullptr) << name;
  }
}

TEST(CommandTable, WhatTakesAValueHasAWordForItAndAFieldOfText) {
  for (const OptionRow& row : options()) {
    SCOPED_TRACE(row.names);
    EXPECT_EQ(row.value.empty(), row.kind == ValueKind::none);
    EXPECT_EQ(row.choices.empty(), row.kind != ValueKind::choice);
    const bool is_flag = std::visit(
        []<typename Owner, typename Field>(Field Owner::*) { return std::is_same_v<Field, bool>; }, row.target);
    EXPECT_EQ(is_flag, row.kind == ValueKind::none);
  }
}

TEST(CommandTable, WhatIsSupportedIsExplained) {
  for (const CommandRow& row : commands()) {
    EXPECT_EQ(row.help.empty(), !row.supported) << row.name;
    EXPECT_EQ(row.words.empty(), row.kind != Operands::one_of_these) << row.name;
  }
  for (const OptionRow& row : options()) EXPECT_EQ(option_help(row).empty(), !row.supported) << row.names;
}

TEST(CommandTable, AnOptionWorksWithAllCommandsOrWithThoseItNames) {
  EXPECT_TRUE(option("--force").works_with("check"));
  EXPECT_TRUE(option("--prune").works_with("build"));
  EXPECT_FALSE(option("--prune").works_with("bui"));
  EXPECT_FALSE(option("--prune").works_with("check"));
}

TEST(Help, AnOptionSaysWithWhatItWorks) {
  EXPECT_THAT(option_help(option("--explain")),
              testing::MatchesRegex("with build, .*check, status: show the reason per output"));
  EXPECT_EQ(option_help(option("--color")), "auto, always or never");
  EXPECT_EQ(option_help(option("--force")), "rebuild all selected thumbnails");
}

TEST(Help, NamesEachExitCodeOfTheManualPage) {
  const std::string text = help_text();
  const std::string codes = text.substr(text.find("Exit codes:"));
  for (const FactRow& row : exit_codes()) {
    const std::string code(row.name);
    EXPECT_THAT(codes, testing::ContainsRegex("[ (]" + code + "[ :]")) << code;
  }
}

TEST(Words, AreSplitAndEnumerated) {
  EXPECT_THAT(split_words("a bc  d "), testing::ElementsAre("a", "bc", "d"));
  EXPECT_THAT(split_words(""), testing::IsEmpty());
  const std::vector<std::string_view> words = {"a", "b", "c"};
  EXPECT_EQ(enumerate({}, "or"), "");
  EXPECT_EQ(enumerate(std::span(words).first(1), "or"), "a");
  EXPECT_EQ(enumerate(std::span(words).first(2), "or"), "a or b");
  EXPECT_EQ(enumerate(words, "and"), "a, b and c");
}

}  // namespace
}  // namespace thumbs::cli
