// The command line: what is accepted, what is rejected, and with which message.
#include "cli/options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/command_table.h"
#include "cli/help.h"

namespace thumbs::cli {
namespace {

using testing::HasSubstr;
using Words = std::vector<std::string>;

std::string joined(const Words& words) {
  std::string text = "thumbs";
  for (const std::string& word : words) text += " " + word;
  return text;
}

TEST(CommandLine, AFormatAndAReport) {
  const CommandLine json = parse_command_line({"check", "--format", "json"});
  EXPECT_EQ(json.json, "");
  EXPECT_TRUE(json.errors.empty());
  const CommandLine both = parse_command_line({"check", "--format", "markdown", "--json=x"});
  EXPECT_EQ(both.json, "x");
  EXPECT_EQ(both.format, ReportFormat::markdown);
  EXPECT_TRUE(both.errors.empty());
}

TEST(CommandLine, TheFirstWordIsACommandOrAPath) {
  const struct {
    Words words;
    std::string command;
    Action action;
    Words paths;
  } cases[] = {
      {{}, "build", Action::run, {}},
      {{"build"}, "build", Action::run, {}},
      {{"check"}, "check", Action::run, {}},
      {{"status", "a", "b"}, "status", Action::run, {"a", "b"}},
      {{"explain", "a"}, "explain", Action::run, {"a"}},
      {{"prune"}, "prune", Action::run, {}},
      {{"clean"}, "clean", Action::run, {}},
      {{"schema"}, "schema", Action::schema, {}},
      {{"init"}, "init", Action::init, {}},
      {{"init", "site"}, "init", Action::init, {"site"}},
      {{"cache", "stats"}, "cache stats", Action::cache_stats, {}},
      {{"cache", "verify"}, "cache verify", Action::cache_verify, {}},
      {{"cache", "merge", "a", "b"}, "cache merge", Action::cache_merge, {"a", "b"}},
      {{"completions", "zsh"}, "completions zsh", Action::completions, {}},
      {{"photos"}, "build", Action::run, {"photos"}},
      {{"photos", "check"}, "build", Action::run, {"photos", "check"}},
      {{"./check"}, "build", Action::run, {"./check"}},
      {{"--", "check"}, "build", Action::run, {"check"}},
      {{"check", "--", "check"}, "check", Action::run, {"check"}},
      {{"--", "-n", "--"}, "build", Action::run, {"-n", "--"}},
      {{"-n", "check", "a"}, "check", Action::run, {"a"}},
      {{"check", "a", "-n", "b"}, "check", Action::run, {"a", "b"}},
      {{"-"}, "build", Action::run, {"-"}},
      {{"[ab]"}, "build", Action::run, {"[ab]"}},
      {{"[a,b]", "{a,b}", "%%", "a=b"}, "build", Action::run, {"[a,b]", "{a,b}", "%%", "a=b"}},
      {{"a\xFF\n"}, "build", Action::run, {"a\xFF\n"}},
      {{"++", "!x", " "}, "build", Action::run, {"++", "!x", " "}},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(joined(c.words));
    const CommandLine line = parse_command_line(c.words);
    EXPECT_THAT(line.errors, testing::IsEmpty());
    EXPECT_EQ(line.command, c.command);
    EXPECT_EQ(line.action, c.action);
    EXPECT_EQ(line.options.paths, c.paths);
  }
}

TEST(CommandLine, EachOptionSetsItsOwn) {
  using Check = bool (*)(const CommandLine&);
  const struct {
    Words words;
    Check holds;
  } cases[] = {
      {{"-f", "x.json"}, [](const CommandLine& l) { return l.manifest == "x.json"; }},
      {{"-fx.json"}, [](const CommandLine& l) { return l.manifest == "x.json"; }},
      {{"--manifest=x.json"}, [](const CommandLine& l) { return l.manifest == "x.json"; }},
      {{"--manifest", "-n"}, [](const CommandLine& l) { return l.manifest == "-n" && !l.options.dry_run; }},
      {{"-f", "[a].json"}, [](const CommandLine& l) { return l.manifest == "[a].json"; }},
      {{"-f", "a", "-f", "b"}, [](const CommandLine& l) { return l.manifest == "b"; }},
      {{"-C", "a"}, [](const CommandLine& l) { return l.folders == Words{"a"}; }},
      {{"-C", "[a,b]", "-C", "c"},
       [](const CommandLine& l) {
         return l.folders == Words{"[a,b]", "c"};
       }},
      {{"-C", "a", "b"}, [](const CommandLine& l) { return l.folders == Words{"a"} && l.options.paths == Words{"b"}; }},
      {{"-j", "4"}, [](const CommandLine& l) { return l.options.jobs == 4; }},
      {{"-j4"}, [](const CommandLine& l) { return l.options.jobs == 4; }},
      {{"-j2", "-j3"}, [](const CommandLine& l) { return l.options.jobs == 3; }},
      {{"--jobs=4"}, [](const CommandLine& l) { return l.options.jobs == 4; }},
      {{}, [](const CommandLine& l) { return l.options.jobs == 0 && !l.options.memory && !l.json; }},
      {{"--memory", "64MiB"}, [](const CommandLine& l) { return l.options.memory == std::uint64_t{64} << 20; }},
      {{"--force"}, [](const CommandLine& l) { return l.options.force; }},
      {{"-B"}, [](const CommandLine& l) { return l.options.force; }},
      {{"-nB"}, [](const CommandLine& l) { return l.options.force && l.options.dry_run; }},
      {{"-n", "-n"}, [](const CommandLine& l) { return l.options.dry_run; }},
      {{"--dry-run"}, [](const CommandLine& l) { return l.options.dry_run; }},
      {{"--verify"}, [](const CommandLine& l) { return l.options.verify; }},
      {{"--prune"}, [](const CommandLine& l) { return l.options.prune; }},
      {{"prune", "--unrecorded"}, [](const CommandLine& l) { return l.options.unrecorded == OnUnrecorded::report; }},
      {{"prune", "--unrecorded", "--yes"},
       [](const CommandLine& l) { return l.options.unrecorded == OnUnrecorded::remove; }},
      {{"--stats"}, [](const CommandLine& l) { return l.options.stats; }},
      {{"--fail-fast"}, [](const CommandLine& l) { return l.options.fail_fast; }},
      {{"--explain"}, [](const CommandLine& l) { return l.explain; }},
      {{"--wait", "0.5"}, [](const CommandLine& l) { return l.options.wait_seconds == 0.5; }},
      {{"--wait", "0"}, [](const CommandLine& l) { return l.options.wait_seconds == 0; }},
      {{"--json"}, [](const CommandLine& l) { return l.json == ""; }},
      {{"--json", "a"}, [](const CommandLine& l) { return l.json == "" && l.options.paths == Words{"a"}; }},
      {{"--json=a"}, [](const CommandLine& l) { return l.json == "a"; }},
      {{"--json=-"}, [](const CommandLine& l) { return l.json == ""; }},
      {{"--json=false"}, [](const CommandLine& l) { return l.json == "false"; }},
      {{"--json=1"}, [](const CommandLine& l) { return l.json == "1"; }},
      {{"--json=a", "--json=b"}, [](const CommandLine& l) { return l.json == "b"; }},
      {{"--progress", "bar"}, [](const CommandLine& l) { return l.progress == ProgressMode::bar; }},
      {{"--progress=plain"}, [](const CommandLine& l) { return l.progress == ProgressMode::plain; }},
      {{"--progress=none"}, [](const CommandLine& l) { return l.progress == ProgressMode::none; }},
      {{"--progress=auto"}, [](const CommandLine& l) { return l.progress == ProgressMode::automatic; }},
      {{"--color=always"}, [](const CommandLine& l) { return l.colour == ColourWhen::always; }},
      {{"--color=never"}, [](const CommandLine& l) { return l.colour == ColourWhen::never; }},
      {{"-q"}, [](const CommandLine& l) { return l.quiet; }},
      {{"-v"}, [](const CommandLine& l) { return l.verbose; }},
      {{"-h"}, [](const CommandLine& l) { return l.action == Action::help; }},
      {{"check", "--help"}, [](const CommandLine& l) { return l.action == Action::help; }},
      {{"--version"}, [](const CommandLine& l) { return l.action == Action::version; }},
      {{"watch", "--help"}, [](const CommandLine& l) { return l.action == Action::help; }},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(joined(c.words));
    const CommandLine line = parse_command_line(c.words);
    EXPECT_THAT(line.errors, testing::IsEmpty());
    EXPECT_TRUE(c.holds(line));
  }
}

TEST(CommandLine, WhatIsWrongIsSaid) {
  const struct {
    Words words;
    std::string error;
  } cases[] = {
      {{"--frce"}, "unknown option \"--frce\": did you mean \"--force\"?"},
      {{"--dryrun"}, "did you mean \"--dry-run\"?"},
      {{"--colour=never"}, "unknown option \"--colour\": did you mean \"--color\"?"},
      {{"--manifset", "a"}, "did you mean \"--manifest\"?"},
      {{"--zzzzzzzzzz"}, "unknown option \"--zzzzzzzzzz\""},
      {{"-x"}, "unknown option \"-x\""},
      {{"-nx"}, "unknown option \"-x\""},
      {{"-5"}, "unknown option \"-5\""},
      {{"--!"}, "unknown option \"--!\""},
      {{"-\x1b[2J"}, "unknown option \"-\\u001b[2J\""},
      {{"-j", "0"}, "--jobs: \"0\" is not a number from 1 to 1024"},
      {{"-j", "-1"}, "--jobs: \"-1\" is not"},
      {{"-j", "many"}, "--jobs: \"many\" is not"},
      {{"-j", "4x"}, "--jobs: \"4x\" is not"},
      {{"-j", "+4"}, "--jobs: \"+4\" is not"},
      {{"-j", " 4"}, "--jobs: \" 4\" is not"},
      {{"-j", ""}, "--jobs: \"\" is not"},
      {{"-j", "99999999999999999999"}, "--jobs: \"99999999999999999999\" is not"},
      {{"-j"}, "--jobs"},
      {{"-f"}, "--manifest"},
      {{"-C"}, "-C"},
      {{"--memory", "lots"}, "--memory: \"lots\" is not a size"},
      {{"--memory", "0"}, "--memory: \"0\" is not a size"},
      {{"--wait", "-1"}, "--wait: \"-1\" is not"},
      {{"--wait", "nan"}, "--wait: \"nan\" is not"},
      {{"--wait", "inf"}, "--wait: \"inf\" is not"},
      {{"--progress", "bars"}, "--progress: unknown value \"bars\": did you mean \"bar\"?"},
      {{"--color=alway"}, "--color: unknown value \"alway\": did you mean \"always\"?"},
      {{"--color=puce"}, "--color: unknown value \"puce\""},
      {{"--manifest="}, "--manifest needs a value"},
      {{"--json="}, "--json needs a value"},
      {{"-f", ""}, "--manifest: the file name is empty"},
      {{"--force=perhaps"}, "--force takes no value"},
      {{"--force=false"}, "--force takes no value"},
      {{"--dry-run=0"}, "--dry-run takes no value"},
      {{"-j"}, "--jobs needs a value"},
      {{"--progress"}, "--progress needs a value"},
      {{"-C"}, "-C needs a value"},
      {{"-q", "-v"}, "--quiet and --verbose cannot be combined"},
      {{"--shard"}, "--shard needs a value"},
      {{"watch", "--shard", "1/2"}, "--shard works only with build, check, status, explain, prune and clean"},
      {{"--cache", ""}, "--cache: the file name is empty"},
      {{"schema", "--cache", "x"}, "--cache works only with build"},
      {{"watch", "-n"}, "watch takes no --dry-run"},
      {{"watch", "--debounce", "soon"}, "--debounce: \"soon\" is not a time"},
      {{"watch", "--debounce", "-1"}, "--debounce: \"-1\" is not a time"},
      {{"watch", "--poll", "0"}, "--poll: \"0\" is not a number"},
      {{"check", "--poll", "2"}, "--poll works only with watch"},
      {{"--debounce", "2"}, "--debounce works only with watch"},
      {{"gallery", "one", "two"}, "gallery takes one folder"},
      {{"completions"}, "completions needs one more word: \"completions bash\", \"completions zsh\" or"},
      {{"completions", "bush"}, "unknown command \"completions bush\": did you mean \"bash\"?"},
      {{"completions", "bash", "--json"}, "completions takes no --json"},
      {{"completions", "bash", "x"}, "completions bash takes no PATH"},
      {{"cache", "merge"}, "cache merge needs a FILE"},
      {{"cache", "merge", "x", "--set", "s"}, "cache merge takes no --set"},
      {{"cache", "merge", "x", "--verify"}, "cache merge takes no --verify"},
      {{"cache"}, "cache needs one more word: \"cache stats\", \"cache verify\" or \"cache merge\""},
      {{"cache", "stat"}, "unknown command \"cache stat\": did you mean \"stats\"?"},
      {{"cache", "stats", "x"}, "cache stats takes no PATH"},
      {{"schema", "x"}, "schema takes no PATH"},
      {{"schema", "--", "x"}, "schema takes no PATH"},
      {{"schema", "--json"}, "schema takes no --json"},
      {{"check", "--prune"}, "--prune works only with build and watch"},
      {{"build", "--unrecorded"}, "--unrecorded works only with prune"},
      {{"status", "--overwrite"}, "--overwrite works only with build"},
      {{"cache", "verify", "--prune"}, "--prune works only with build"},
      {{"prune", "--yes"}, "--yes works only with prune --unrecorded"},
      {{"prune", "--explain"}, "--explain works only with build, watch, check and status"},
      {{"explain"}, "explain needs a PATH"},
      {{"init", "a", "b"}, "init takes one folder"},
      {{"init", "--force"}, "--force does not work with init, which never overwrites"},
      {{"check", "--format", "html"},
       "--format: unknown value \"html\": expected one of \"text\", \"markdown\", \"json\""},
      {{"prune", "--format", "markdown"}, "--format works only with build, check and status"},
      {{"check", "--json", "--format=markdown"}, "--format markdown and --json cannot both write to standard output"},
      {{"check", "--json=x", "--format=json"}, "--format json and --json cannot both write to standard output"},
      {{"a", ""}, "empty PATH"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(joined(c.words));
    const CommandLine line = parse_command_line(c.words);
    ASSERT_EQ(line.errors.size(), 1u);
    EXPECT_THAT(line.errors[0], HasSubstr(c.error));
  }
}

TEST(CommandLine, TimesOfWatch) {
  const std::pair<std::string, double> debounces[] = {{"200", 0.2}, {"50ms", 0.05}, {"0.3s", 0.3},
                                                      {"2s", 2},    {"0", 0},       {"1.5", 0.0015}};
  for (const auto& [text, seconds] : debounces) {
    SCOPED_TRACE(text);
    const CommandLine line = parse_command_line({"watch", "--debounce", text, "--poll", "2"});
    EXPECT_TRUE(line.errors.empty());
    EXPECT_EQ(line.action, Action::watch);
    EXPECT_DOUBLE_EQ(line.debounce_seconds, seconds);
    EXPECT_EQ(line.poll_seconds, 2.0);
  }
}

TEST(CommandLine, AllFaultsAreSaidAtOnce) {
  const CommandLine line = parse_command_line({"--frce", "-j0", "--color=x", "cache", "merge"});
  EXPECT_EQ(line.errors.size(), 4u);
}

TEST(CommandLine, JsonIsKnownEvenWhereTheRestIsWrong) {
  const std::pair<Words, std::optional<std::string>> cases[] = {
      {{"--json", "--frce"}, ""}, {{"--frce", "--json=x"}, "x"},
      {{"--json", "-j"}, ""},     {{"--json=r.json", "--force=perhaps"}, "r.json"},
      {{"--json=-", "-j"}, ""},   {{"-j", "--", "--json"}, std::nullopt},
  };
  for (const auto& [words, json] : cases) {
    SCOPED_TRACE(joined(words));
    const CommandLine line = parse_command_line(words);
    EXPECT_FALSE(line.errors.empty());
    EXPECT_EQ(line.json, json);
  }
}

TEST(CommandLine, ASlipOfACommandIsNoticed) {
  EXPECT_EQ(parse_command_line({"chekc"}).maybe_meant, "check");
  EXPECT_EQ(parse_command_line({"staus", "a"}).maybe_meant, "status");
  EXPECT_EQ(parse_command_line({"photos"}).maybe_meant, "");
  EXPECT_EQ(parse_command_line({"chekc.jpg"}).maybe_meant, "");
  EXPECT_EQ(parse_command_line({"--", "chekc"}).maybe_meant, "");
}

TEST(Help, NamesEachOptionAndCommandInEightyColumns) {
  const std::string text = help_text();
  for (const std::string_view name : option_names()) EXPECT_THAT(text, HasSubstr(std::string(name)));
  for (const std::string_view name : command_names()) EXPECT_THAT(text, HasSubstr(std::string(name)));
  std::size_t start = 0;
  for (std::size_t end; (end = text.find('\n', start)) != std::string::npos; start = end + 1) {
    EXPECT_LE(end - start, 80u) << text.substr(start, end - start);
  }
  EXPECT_EQ(start, text.size());
}

TEST(CommandTable, EachSuggestedOptionIsKnownToTheParser) {
  for (const std::string_view name : option_names()) {
    const CommandLine line = parse_command_line({std::string(name), "1"});
    for (const std::string& error : line.errors) EXPECT_THAT(error, testing::Not(HasSubstr("unknown option")));
  }
}

}  // namespace
}  // namespace thumbs::cli
