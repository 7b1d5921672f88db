// Colours and bars: when to use them.
#include "cli/terminal.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <map>
#include <string>
#include <thread>

namespace thumbs::cli {
namespace {

using Variables = std::map<std::string, std::string>;

Environment environment_of(const Variables& variables) {
  return [&variables](const char* name) -> const char* {
    const auto found = variables.find(name);
    return found == variables.end() ? nullptr : found->second.c_str();
  };
}

TEST(Colour, FollowsOptionThenEnvironmentThenTerminal) {
  const struct {
    ColourWhen when;
    bool terminal;
    Variables variables;
    bool coloured;
  } cases[] = {
      {ColourWhen::automatic, true, {{"TERM", "xterm"}}, true},
      {ColourWhen::automatic, false, {{"TERM", "xterm"}}, false},
      {ColourWhen::automatic, true, {{"TERM", "dumb"}}, false},
      {ColourWhen::automatic, true, {{"NO_COLOR", "1"}}, false},
      {ColourWhen::automatic, true, {{"NO_COLOR", ""}}, true},
      {ColourWhen::automatic, false, {{"CLICOLOR_FORCE", "1"}}, true},
      {ColourWhen::automatic, false, {{"CLICOLOR_FORCE", "0"}}, false},
      {ColourWhen::automatic, false, {{"CLICOLOR_FORCE", "1"}, {"NO_COLOR", "1"}}, false},
      {ColourWhen::automatic, false, {{"CLICOLOR_FORCE", "1"}, {"TERM", "dumb"}}, true},
      {ColourWhen::always, false, {{"NO_COLOR", "1"}}, true},
      {ColourWhen::never, true, {{"CLICOLOR_FORCE", "1"}}, false},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(testing::PrintToString(c.variables));
    EXPECT_EQ(use_colour(c.when, c.terminal, environment_of(c.variables)), c.coloured);
  }
}

TEST(ProgressChoice, BarsAreForTerminalsThatCanMoveTheCursor) {
  const struct {
    ProgressMode mode;
    bool terminal;
    Variables variables;
    ProgressMode chosen;
  } cases[] = {
      {ProgressMode::automatic, true, {{"TERM", "xterm"}}, ProgressMode::bar},
      {ProgressMode::automatic, true, {{"TERM", "dumb"}}, ProgressMode::plain},
      {ProgressMode::automatic, true, {}, ProgressMode::bar},
      {ProgressMode::automatic, false, {{"TERM", "xterm"}}, ProgressMode::plain},
      {ProgressMode::bar, false, {}, ProgressMode::bar},
      {ProgressMode::none, true, {{"TERM", "xterm"}}, ProgressMode::none},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(testing::PrintToString(c.variables));
    EXPECT_EQ(choose_progress(c.mode, c.terminal, environment_of(c.variables)), c.chosen);
  }
}

TEST(WriteAll, OutlastsAPipeThatIsFullAndDoesNotBlock) {
  std::array<int, 2> pipe_ends{};
  ASSERT_EQ(pipe2(pipe_ends.data(), O_NONBLOCK), 0);
  const std::string text(1 << 20, 'x');  // more than fits in a pipe
  std::string read_back;
  std::thread reader([&] {
    std::array<char, 4096> buffer{};
    while (read_back.size() < text.size()) {
      const ssize_t got = read(pipe_ends[0], buffer.data(), buffer.size());
      if (got > 0) read_back.append(buffer.data(), static_cast<std::size_t>(got));
    }
  });
  EXPECT_TRUE(write_all(pipe_ends[1], text));
  reader.join();
  EXPECT_EQ(read_back, text);
  close(pipe_ends[0]);
  close(pipe_ends[1]);
}

TEST(WriteAll, TellsAFullDisk) {
  const int full = open("/dev/full", O_WRONLY);
  if (full < 0) return;  // not on every system
  EXPECT_FALSE(write_all(full, "x"));
  EXPECT_EQ(errno, ENOSPC);
  close(full);
}

}  // namespace
}  // namespace thumbs::cli
