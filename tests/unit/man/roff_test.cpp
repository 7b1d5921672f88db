// Text in manual pages: what would be taken for a command or a special character is escaped.
#include "man/roff.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace thumbs::man {
namespace {

TEST(Roff, EscapesWhatWouldMeanSomethingElse) {
  const std::pair<std::string, std::string> cases[] = {
      {"plain text", "plain text"},
      {".B bold", "\\&.B bold"},
      {"'quoted'", "\\&\\(aqquoted\\(aq"},
      {"--dry-run", "\\-\\-dry\\-run"},
      {"a\\b", "a\\eb"},
      {"\"x\"", "\\(dqx\\(dq"},
      {"`x` ^ ~", "\\(gax\\(ga \\(ha \\(ti"},
      {"512\u00D7512", "512\\[u00D7]512"},
      {"\u2026\U0001F600", "\\[u2026]\\[u1F600]"},
      {"", ""},
  };
  for (const auto& [text, wanted] : cases) EXPECT_EQ(escaped(text), wanted);
}

TEST(Roff, LinesAreShortAndNoneIsTakenForACommand) {
  std::string text;
  for (int i = 0; i < 40; ++i) text += ".thumbs/cache.db ";
  const std::string page = first_paragraph(text);
  std::size_t start = 0;
  for (std::size_t end; (end = page.find('\n', start)) != std::string::npos; start = end + 1) {
    EXPECT_LE(end - start, 78u);
    EXPECT_EQ(page.compare(start, 2, "\\&"), 0);
  }
  EXPECT_EQ(start, page.size());
}

TEST(Roff, AnEntryHasABoldLabelAndItsValue) {
  EXPECT_EQ(entry("--wait", " SECONDS", "Wait."), ".TP\n\\fB\\-\\-wait\\fR\\fI SECONDS\\fR\nWait.\n");
  EXPECT_EQ(entry("0", "", "Done."), ".TP\n\\fB0\\fR\nDone.\n");
}

TEST(Roff, ASentenceBeginsWithACapitalAndEndsWithAFullStop) {
  EXPECT_EQ(sentence("print this help"), "Print this help.");
  EXPECT_EQ(sentence("Done."), "Done.");
  EXPECT_EQ(sentence(""), "");
}

}  // namespace
}  // namespace thumbs::man
