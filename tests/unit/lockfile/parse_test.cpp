// Parsing a lockfile: all names survive, bad lines are reported, and no input does harm.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <random>
#include <set>

#include "lockfile/spelling.h"
#include "lockfile_support.h"

namespace thumbs::lockfile {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

TEST(LockfileParse, GivesARowForEachLineSortedByOutput) {
  const cache::Records rows = parse_lockfile(line("in/a.png", "out/z.jpg") + line("in/b.png", "out/a.jpg"), "l");
  ASSERT_EQ(rows.outputs.size(), 2U);
  ASSERT_EQ(rows.recipes.size(), 1U);
  const cache::OutputRecord& row = rows.outputs[1];
  EXPECT_EQ(rows.outputs[0].path, "out/a.jpg");
  EXPECT_EQ(row.path, "out/z.jpg");
  EXPECT_EQ(row.source, "in/a.png");
  EXPECT_EQ(row.source_hash, (Hash128{0x0123456789abcdef, 0x0011223344556677}));
  EXPECT_EQ(row.hash, (Hash128{0xffeeddccbbaa9988, 0x7766554433221100}));
  EXPECT_TRUE(row.made);
  EXPECT_FALSE(row.failed);
  EXPECT_FALSE(row.stat_known());
  EXPECT_EQ(rows.recipes[0].settings, "xxh3-128:00000000000000000000000000000001");
  EXPECT_EQ(rows.recipes[0].stages, "xxh3-128:00000000000000000000000000000002");
  EXPECT_THAT(rows.sources, IsEmpty());
}

TEST(LockfileParse, TakesWhatMergesAndCheckoutsLeaveBehind) {
  const std::string a = line("in/a.png", "out/a.jpg");
  const std::string b = line("in/b.png", "out/b.jpg");
  const std::string dos = a.substr(0, a.size() - 1) + "\r\n" + b.substr(0, b.size() - 1) + "\r\n";
  for (const std::string& text : {a + b, b + a, dos, (a + b).substr(0, (a + b).size() - 1)}) {
    SCOPED_TRACE(testing::PrintToString(text));
    EXPECT_EQ(lockfile_text(parse_lockfile(text, "l")), a + b);
  }
  EXPECT_THAT(parse_lockfile("", "l").outputs, IsEmpty());
}

TEST(LockfileParse, NamesEachBadLine) {
  const std::string good = line("in/a.png", "out/a.jpg");
  const auto with = [&good](std::string_view from, std::string_view to) {
    std::string text = good;
    return text.replace(text.find(from), from.size(), to);
  };
  const struct {
    std::string name, text;
  } cases[] = {
      {"empty line", "\n"},
      {"words", "hello\n"},
      {"a field too few", with("\tout/a.jpg", "")},
      {"a field too many", with("out/a.jpg", "out/a.jpg\tx")},
      {"spaces for tabs", with("\t", " ")},
      {"no source", with("in/a.png", "")},
      {"no output", with("out/a.jpg", "")},
      {"an absolute output", with("out/a.jpg", "/out/a.jpg")},
      {"an output that is not normalised", with("out/a.jpg", "out//a.jpg")},
      {"an output with a dot", with("out/a.jpg", "./out/a.jpg")},
      {"an output that goes up and down", with("out/a.jpg", "out/../a.jpg")},
      {"a folder", with("out/a.jpg", "out/")},
      {"only upwards", with("out/a.jpg", "../..")},
      {"a broken escape", with("a.jpg", "a%4.jpg")},
      {"an escape cut short", with("a.jpg", "a.jpg%4")},
      {"an escape that is none", with("a.jpg", "a%zz.jpg")},
      {"a null byte", with("a.jpg", "a%00.jpg")},
      {"a short hash", with("44556677", "4455667")},
      {"a long hash", with("44556677", "445566778")},
      {"a hash in capitals", with("abcdef", "ABCDEF")},
      {"a hash of other letters", with("abcdef", "abcdeg")},
      {"a hash without a kind", with(k_hash_a, "0123456789abcdef0011223344556677")},
      {"half a fingerprint", with(".00000000000000000000000000000002", "")},
      {"a fingerprint without its dot", with("1.0", "1-0")},
      {"cut short", good.substr(0, good.size() - 2)},
      {"a byte order mark alone", "\xEF\xBB\xBF\n"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_THAT(faults_of(c.text), ElementsAre(StartsWith("1: malformed line")));
    EXPECT_THAT(faults_of(line("in/0.png", "out/0.jpg") + c.text), ElementsAre(StartsWith("2: ")));
  }
  EXPECT_THAT(faults_of(good), IsEmpty());
}

TEST(LockfileParse, TakesPathsThatLeaveTheFolder) {
  EXPECT_EQ(parse_lockfile(line("../in/a.png", "../../out/a.jpg"), "l").outputs[0].path, "../../out/a.jpg");
}

TEST(LockfileParse, SaysThatAHashIsOfAKindItDoesNotKnow) {
  std::string text = line("in/a.png", "out/a.jpg");
  text.replace(text.find(k_hash_b), k_hash_b.size(), "blake3:00");
  EXPECT_THAT(faults_of(text), ElementsAre(AllOf(StartsWith("1: "), HasSubstr("blake3"))));
}

TEST(LockfileParse, NamesTheConflictsThatGitLeftAndNothingElse) {
  const std::string a = line("in/a.png", "out/a.jpg");
  EXPECT_THAT(faults_of(a + "<<<<<<< HEAD\n" + a + "||||||| base\n=======\r\n" + a + ">>>>>>> other\nnonsense\n"),
              ElementsAre(StartsWith("2: unresolved git conflict"), StartsWith("4: unresolved"),
                          StartsWith("5: unresolved"), StartsWith("7: unresolved")));
  EXPECT_THAT(faults_of("=======\n"), ElementsAre(StartsWith("1: unresolved git conflict")));
  // A folder may have such a name.
  EXPECT_THAT(faults_of(line("<<<<<<< HEAD/a.png", "out/a.jpg") + line("=======/b.png", "out/b.jpg")), IsEmpty());
}

TEST(LockfileParse, NamesTheSecondLineOfAnOutput) {
  const std::string text =
      line("in/a.png", "out/a.jpg") + line("in/b.png", "out/b.jpg") + line("in/c.png", "out/a.jpg");
  EXPECT_THAT(faults_of(text), ElementsAre(AllOf(StartsWith("3: "), HasSubstr("line 1"))));
  EXPECT_THAT(faults_of(text + "nonsense\n"), ElementsAre(StartsWith("3: "), StartsWith("4: ")));
}

TEST(LockfileParse, NamesTwentyFaultsAtMost) {
  std::string text;
  for (int i = 0; i < 100; ++i) text += "nonsense\n";
  EXPECT_EQ(faults_of(text).size(), 20U);
}

TEST(LockfilePath, IsOneLineOfUtf8) {
  const struct {
    std::string path, spelled;
  } cases[] = {
      {"a b/\xC3\xA4.png", "a b/\xC3\xA4.png"},
      {"100%.png", "100%25.png"},
      {"a\tb\nc\rd\x7F", "a%09b%0Ac%0Dd%7F"},
      {"\xFF\xC3", "%FF%C3"},
      {"\xC2\x85\xE2\x80\xA8\xE2\x80\xA9\xE2\x80\xAA", "%C2%85%E2%80%A8%E2%80%A9\xE2\x80\xAA"},
  };
  for (const auto& c : cases) {
    std::string spelled;
    append_lockfile_path(spelled, c.path);
    EXPECT_EQ(spelled, c.spelled);
    EXPECT_EQ(read_lockfile_path(spelled), c.path);
  }
  EXPECT_EQ(read_lockfile_path("a%3a%3A"), "a::");
}

unsigned seed_of_today() {
  const auto seed = static_cast<unsigned>(std::chrono::system_clock::now().time_since_epoch().count());
  std::printf("seed %u\n", seed);
  return seed;
}

std::string random_name(std::mt19937& random) {
  std::string name;
  for (std::size_t size = 1 + random() % 12; name.size() < size;) {
    const char byte = static_cast<char>(random() % 3 == 0 ? random() % 256 : 'a' + random() % 26);
    if (byte != '/' && byte != '\0') name += byte;
  }
  return name == "." || name == ".." ? name + "x" : name;
}

std::string random_path(std::mt19937& random) {
  std::string path = random_name(random);
  for (std::size_t deeper = random() % 3; deeper > 0; --deeper) path += "/" + random_name(random);
  return path;
}

TEST(LockfileRoundTrip, EveryRowComesBackAsItWas) {
  std::mt19937 random(seed_of_today());
  for (int round = 0; round < 300; ++round) {
    cache::Records rows;
    std::set<std::string> paths;
    for (std::size_t i = random() % 4 + 1; i > 0; --i)
      rows.recipes.push_back({"width=" + std::to_string(i), "decode=" + std::to_string(random() % 9), "lib"});
    for (std::size_t i = random() % 30; i > 0; --i) paths.insert(random_path(random));
    for (const std::string& path : paths) {
      cache::OutputRecord row = made(path, random_path(random), random());
      row.recipe = static_cast<std::uint32_t>(random() % rows.recipes.size());
      rows.outputs.push_back(row);
    }
    const std::string text = lockfile_text(rows);
    const cache::Records read = parse_lockfile(text, "l");
    ASSERT_EQ(read.outputs.size(), rows.outputs.size());
    for (std::size_t i = 0; i < read.outputs.size(); ++i) {
      const cache::OutputRecord& was = rows.outputs[i];
      const cache::OutputRecord& is = read.outputs[i];
      ASSERT_EQ(std::tie(is.path, is.source, is.source_hash, is.hash),
                std::tie(was.path, was.source, was.source_hash, was.hash));
      ASSERT_TRUE(cache::means(read.recipes[is.recipe].settings, rows.recipes[was.recipe].settings));
      ASSERT_TRUE(cache::means(read.recipes[is.recipe].stages, rows.recipes[was.recipe].stages));
    }
    ASSERT_EQ(lockfile_text(read), text);
  }
}

// A text that parses must stay the same when it is written and parsed again.
void expect_harmless(const std::string& text) {
  try {
    const std::string written = lockfile_text(parse_lockfile(text, "l"));
    ASSERT_EQ(lockfile_text(parse_lockfile(written, "l")), written);
  } catch (const ManifestError& error) {
    ASSERT_FALSE(error.diagnostics().empty());
  }
}

TEST(LockfileFuzz, NoBytesDoHarm) {
  std::mt19937 random(seed_of_today());
  std::string whole;
  for (int i = 0; i < 5; ++i) whole += line("in/" + std::to_string(i) + "%09.png", "out/" + std::to_string(i));
  for (std::size_t size = 0; size <= whole.size(); ++size) expect_harmless(whole.substr(0, size));
  for (int round = 0; round < 20000; ++round) {
    std::string text = whole;
    for (std::size_t changes = 1 + random() % 4; changes > 0; --changes) {
      const std::size_t at = random() % text.size();
      switch (random() % 4) {
        case 0: text[at] = static_cast<char>(random() % 256); break;
        case 1: text.erase(at, random() % 40); break;
        case 2: text.insert(at, text.substr(random() % text.size(), random() % 300)); break;
        default: text[at] = "\t\n\r%:.<=>|/"[random() % 11];
      }
      if (text.empty()) text = "\n";
    }
    expect_harmless(text);
  }
  for (int round = 0; round < 2000; ++round) {
    std::string text;
    for (std::size_t size = random() % 200; text.size() < size;) text += static_cast<char>(random() % 256);
    expect_harmless(text);
  }
}

}  // namespace
}  // namespace thumbs::lockfile
