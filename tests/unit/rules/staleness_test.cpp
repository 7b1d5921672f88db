// Which outputs are stale and why: each reason, and which comes first where several apply.
#include "rules/staleness.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <limits>

#include "facts.h"

namespace thumbs::rules {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

const std::string k_out = "out/1-a.jpg";

// One way for an output to be stale, in the order in which the first that applies is reported.
struct Fault {
  Reason reason;
  std::function<void(Facts&)> before;  // settle
  std::function<void(Facts&)> after;
};

const std::vector<Fault>& faults() {
  static const auto k_nothing = [](Facts&) {};
  static const std::vector<Fault> k_faults{
      {Reason::forced, k_nothing, [](Facts& f) { f.options.force = true; }},
      {Reason::new_output, [](Facts& f) { f.forget_output(k_out); }, k_nothing},
      {Reason::retry, [](Facts& f) { f.record(k_out).failed = true; }, k_nothing},
      {Reason::source_changed, [](Facts& f) { set_content(f.source("in/1.png"), "new"); }, k_nothing},
      {Reason::recipe_changed, [](Facts& f) { f.graph.records.recipes[0].settings += ";other=1"; }, k_nothing},
      {Reason::tool_changed, [](Facts& f) { f.graph.records.recipes[0].stages += ";other=1"; }, k_nothing},
      {Reason::output_missing, k_nothing, [](Facts& f) { f.remove_file(k_out); }},
      {Reason::output_modified, k_nothing, [](Facts& f) { ++f.output(k_out).stat_data.size; }},
  };
  return k_faults;
}

// Whether two of these can hold of one output at once.
bool exclude_each_other(Reason a, Reason b) {
  const bool one_has_no_record = a == Reason::new_output || b == Reason::new_output;
  const auto needs_record = [](Reason r) { return r == Reason::retry || r >= Reason::output_missing; };
  return (one_has_no_record && (needs_record(a) || needs_record(b))) || a == b ||
         (a == Reason::output_missing && b == Reason::output_modified);
}

TEST(Reasons, EachIsFoundAloneAndTheFirstOfTwoIsReported) {
  for (std::size_t first = 0; first < faults().size(); ++first)
    for (std::size_t second = first; second < faults().size(); ++second) {
      const Fault& a = faults()[first];
      const Fault& b = faults()[second];
      if (first != second && exclude_each_other(a.reason, b.reason)) continue;
      SCOPED_TRACE(std::string(to_string(a.reason)) + " and " + std::string(to_string(b.reason)));
      Facts facts({"in/1.png"});
      b.before(facts);
      if (first != second) a.before(facts);
      facts.settle();
      b.after(facts);
      if (first != second) a.after(facts);
      EXPECT_THAT(facts.lines(), ElementsAre(k_out + ": " + std::string(to_string(a.reason))));
    }
}

TEST(Reasons, AllAtOnceAreReportedInTheDocumentedOrder) {
  std::vector<Reason> found;
  for (std::size_t from = 0; from < faults().size(); ++from) {
    Facts facts({"in/1.png"});
    const auto applies = [&](const Fault& fault) {
      // A record that is not there cannot say more.
      return fault.reason != Reason::new_output || from == 1;
    };
    for (std::size_t i = from; i < faults().size(); ++i)
      if (applies(faults()[i])) faults()[i].before(facts);
    facts.settle();
    for (std::size_t i = from; i < faults().size(); ++i)
      if (applies(faults()[i]) && (from != 1 || i == 1)) faults()[i].after(facts);
    facts.decide();
    ASSERT_THAT(facts.stale(), SizeIs(1));
    found.push_back(facts.stale()[0]->stale->reason);
  }
  EXPECT_THAT(found, ElementsAre(Reason::forced, Reason::new_output, Reason::retry, Reason::source_changed,
                                 Reason::recipe_changed, Reason::tool_changed, Reason::output_missing,
                                 Reason::output_modified));
}

TEST(Reasons, ARecordThatNeverMadeAnythingIsNew) {
  Facts facts({"in/1.png"});
  facts.record(k_out).made = false;
  EXPECT_THAT(facts.settle().lines(), ElementsAre(k_out + ": new"));
}

TEST(Reasons, EveryOneIsExplained) {
  for (const Fault& fault : faults()) {
    SCOPED_TRACE(to_string(fault.reason));
    Facts facts({"in/1.png"});
    fault.before(facts);
    facts.settle();
    fault.after(facts);
    facts.decide();
    const std::vector<Change>& changes = facts.stale().at(0)->stale->changes;
    ASSERT_THAT(changes, testing::Not(IsEmpty()));
    for (const Change& change : changes) EXPECT_THAT(to_string(change), testing::Not(IsEmpty()));
  }
  Facts facts({"in/1.png"});
  facts.graph.records.recipes[0].settings = "width=7;" + facts.graph.records.recipes[0].settings.substr(0, 11);
  facts.settle().decide();
  std::vector<std::string> changes;
  for (const Change& change : facts.stale().at(0)->stale->changes) changes.push_back(to_string(change));
  EXPECT_THAT(changes, testing::Contains("width: 7 → 8"));
}

TEST(Reasons, ASourceThatCouldNotBeReadCountsAsChanged) {
  Facts facts({"in/1.png"});
  facts.source("in/1.png").content = nullptr;
  EXPECT_THAT(facts.settle().lines(), ElementsAre(k_out + ": source-changed"));
}

TEST(Reasons, AnOutputIsJudgedBySizeAndMtimeOrElseByItsHash) {
  struct Case {
    std::string name;
    std::function<void(Facts&)> change;
    std::optional<Hash128> file_hash;  // of the output's file; empty where it cannot be read
    std::vector<std::string> hashed;
    std::vector<std::string> stale;
    std::size_t updates;
  };
  const auto later = [](Facts& f) { ++f.output(k_out).stat_data.mtime_ns; };
  const std::string modified = k_out + ": output-modified";
  const std::optional<Hash128> made = hash_of("made");
  const std::optional<Hash128> edited = hash_of("edited");
  const Case cases[] = {
      {"as it was", [](Facts&) {}, {}, {}, {}, 0},
      {"its ctime and inode do not count",
       [](Facts& f) { f.output(k_out).stat_data.ctime_ns += 5, ++f.output(k_out).stat_data.inode; },
       {},
       {},
       {},
       0},
      {"touched", later, made, {k_out}, {}, 1},
      {"touched backwards", [](Facts& f) { --f.output(k_out).stat_data.mtime_ns; }, made, {k_out}, {}, 1},
      {"edited", later, edited, {k_out}, {modified}, 0},
      {"touched and unreadable", later, {}, {k_out}, {modified}, 0},
      {"another size", [](Facts& f) { ++f.output(k_out).stat_data.size; }, {}, {}, {modified}, 0},
      {"a link", [](Facts& f) { f.output(k_out).kind = disk::FileKind::symlink; }, {}, {}, {modified}, 0},
      {"a folder", [](Facts& f) { f.output(k_out).kind = disk::FileKind::directory; }, {}, {}, {modified}, 0},
      {"verified", [](Facts& f) { f.options.verify = true; }, made, {k_out}, {}, 0},
      {"verified, and other bytes behind equal stat data",
       [](Facts& f) { f.options.verify = true; },
       edited,
       {k_out},
       {modified},
       0},
      {"verified and unreadable", [](Facts& f) { f.options.verify = true; }, {}, {k_out}, {modified}, 0},
      {"forced: nobody asks", [&](Facts& f) { later(f), f.options.force = true; }, {}, {}, {k_out + ": forced"}, 0},
      {"not selected: nobody asks", [&](Facts& f) { later(f), f.source("in/1.png").selected = false; }, {}, {}, {}, 0},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    Facts facts({"in/1.png"});
    facts.settle();
    c.change(facts);
    EXPECT_EQ(facts.decide(c.file_hash), c.hashed);
    EXPECT_EQ(facts.decided_lines(), c.stale);
    const std::vector<cache::Batch::Output>& updates = facts.graph.updates.outputs;
    ASSERT_EQ(updates.size(), c.updates);
    if (c.updates != 0) {
      EXPECT_EQ(updates[0].row.mtime_ns, facts.output(k_out).stat_data.mtime_ns);
      EXPECT_TRUE(updates[0].row.made);
      EXPECT_EQ(updates[0].recipe, facts.graph.records.recipes[0]);
    }
  }
}

TEST(Decide, WithNothingToDoRemembersNothing) {
  Facts facts({"in/1.png", "in/2.png"});
  EXPECT_THAT(facts.settle().lines(), IsEmpty());
  EXPECT_THAT(facts.fresh(), ElementsAre("out/1-a.jpg", "out/2-a.jpg"));
  EXPECT_TRUE(facts.graph.updates.empty());
}

TEST(Decide, AFreshOutputFollowsItsSourcesNewName) {
  Facts facts({"in/1.png"}, simple_manifest("{hash}.{ext}"));
  facts.graph.records.outputs[0].source = "in/old.png";
  EXPECT_THAT(facts.settle().lines(), IsEmpty());
  ASSERT_THAT(facts.graph.updates.outputs, SizeIs(1));
  EXPECT_EQ(facts.graph.updates.outputs[0].row.source, "in/1.png");
}

TEST(Decide, KeepsTheStaleOutputsOfASourceTogether) {
  Facts facts({"in/1.png", "in/2.png"},
              simple_manifest("{stem}-{variant}.{ext}", R"({"name": "a", "width": 8}, {"name": "b", "width": 9})"));
  facts.record("out/1-a.jpg").failed = true;
  facts.record("out/1-b.jpg").failed = true;
  facts.record("out/2-b.jpg").failed = true;
  EXPECT_THAT(facts.settle().lines(), ElementsAre("out/1-a.jpg: retry", "out/1-b.jpg: retry", "out/2-b.jpg: retry"));
  EXPECT_EQ(facts.stale()[0]->source, &facts.source("in/1.png"));
  EXPECT_EQ(facts.stale()[1]->source, &facts.source("in/1.png"));
  EXPECT_EQ(facts.stale()[2]->source, &facts.source("in/2.png"));
  EXPECT_THAT(facts.fresh(), ElementsAre("out/2-a.jpg"));
}

TEST(Decide, NothingOutsideTheSelectionIsDecided) {
  Facts facts({"in/1.png", "in/2.png"});
  facts.record("out/1-a.jpg").failed = true;
  facts.record("out/2-a.jpg").failed = true;
  facts.settle().source("in/1.png").selected = false;
  EXPECT_THAT(facts.lines(), ElementsAre("out/2-a.jpg: retry"));
  EXPECT_THAT(facts.fresh(), IsEmpty());
}

TEST(Decide, TellsWhatWasFoundEqualOfAFreshOutput) {
  Facts facts({"in/1.png"});
  facts.settle().decide();
  std::vector<std::string> evidence;
  for (const Change& change : evidence_of_freshness(facts.output(k_out))) evidence.push_back(to_string(change));
  EXPECT_THAT(evidence, ElementsAre("content unchanged: " + hash_of("in/1.png").hex(),
                                    "source: 8 bytes, modified 2023-11-14 22:13:20.000000000 UTC",
                                    "recipe unchanged: " + facts.graph.records.recipes[0].settings,
                                    "output: 100 bytes, modified 2023-11-14 22:13:20.000000000 UTC"));
}

TEST(TrustedStatData, NeedsTwoSecondsBetweenTheTimesAndTheStat) {
  struct Case {
    std::string name;
    std::int64_t mtime_ns, ctime_ns, statted_at_ns;
    bool full, minimal;
  };
  constexpr std::int64_t k_now = k_then;
  constexpr std::int64_t k_two = 2 * k_second_ns;
  constexpr std::int64_t k_earliest = std::numeric_limits<std::int64_t>::min();
  constexpr std::int64_t k_latest = std::numeric_limits<std::int64_t>::max();
  const Case cases[] = {
      {"this moment", k_now, k_now, k_now, false, false},
      {"exactly two seconds", k_now - k_two, k_now - k_two, k_now, true, true},
      {"a nanosecond less", k_now - k_two + 1, k_now - k_two + 1, k_now, false, false},
      {"a nanosecond more", k_now - k_two - 1, k_now - k_two - 1, k_now, true, true},
      {"in the future", k_now + 1, k_now - k_two, k_now, false, false},
      {"far in the future", k_now * 2, k_now * 2, k_now, false, false},
      {"at the end of time", k_latest, k_now - k_two, k_now, false, false},
      {"before all time", k_earliest, k_earliest, k_now, true, true},
      {"1700", -8'520'336'000 * k_second_ns, -8'520'336'000 * k_second_ns, k_now, true, true},
      {"an old mtime, a ctime just now", 5, k_now - k_two + 1, k_now, false, true},
      {"an old mtime, a ctime in the future", 5, k_now + 1, k_now, false, true},
      {"a mtime just now, an old ctime", k_now - k_two + 1, 5, k_now, false, false},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const disk::StatData stat_data{.size = 1, .mtime_ns = c.mtime_ns, .ctime_ns = c.ctime_ns, .inode = 1};
    EXPECT_EQ(trusted_stat_data(stat_data, c.statted_at_ns, StatMode::full), c.full);
    EXPECT_EQ(trusted_stat_data(stat_data, c.statted_at_ns, StatMode::minimal), c.minimal);
  }
}

TEST(SourceRecordOf, KeepsTheStatDataOfTheBytesThatWereRead) {
  const disk::Content content{stat_data_of(7, k_then), k_then + 2 * k_second_ns, hash_of("x"), {}};
  EXPECT_EQ(source_record("in/1.png", content, "png"),
            (cache::SourceRecord{"in/1.png", content.stat_data, hash_of("x"), "png", true, true}));
  const disk::Content racy{stat_data_of(7, k_then), k_then + k_second_ns, hash_of("x"), {}};
  EXPECT_EQ(source_record("in/1.png", racy, "png"),
            (cache::SourceRecord{"in/1.png", racy.stat_data, hash_of("x"), "png", false, false}));
  disk::Content mode_changed = content;
  mode_changed.stat_data.ctime_ns = content.statted_at_ns;
  EXPECT_EQ(source_record("in/1.png", mode_changed, "png"),
            (cache::SourceRecord{"in/1.png", mode_changed.stat_data, hash_of("x"), "png", false, true}));
}

}  // namespace
}  // namespace thumbs::rules
