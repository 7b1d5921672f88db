// What becomes of one source in the stages: reads, decodes, copies, and how each failure ends.
#include "pipeline/work.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "stage_world.h"

namespace thumbs::pipeline {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using testing::StartsWith;

std::vector<Status> statuses(const Work& work) {
  std::vector<Status> all;
  for (const Made& made : work.made) all.push_back(made.result().status);
  return all;
}

// Larger than what is held in memory: what follows the picture's end is not decoded, but read and hashed.
std::string streamed(std::string picture) {
  picture.resize(k_largest_in_memory + 5000, 'x');
  return picture;
}

TEST(Stages, OneReadServesAllVariants) {
  StageWorld world;
  world.add("in/1.png", some_png());
  world.plan();
  const Work work = world.run();
  EXPECT_THAT(statuses(work), ElementsAre(Status::built, Status::built));
  EXPECT_THAT(world.disk.reads(), ElementsAre("in/1.png"));
  EXPECT_EQ(world.tally.decoded, 1U);
  EXPECT_EQ(world.tally.files_hashed(), 1U);
  EXPECT_EQ(world.tally.bytes_read, world.disk.text("in/1.png")->size());
  const std::uint64_t written = world.disk.text("out/1-a.png")->size() + world.disk.text("out/1-b.png")->size();
  EXPECT_EQ(world.tally.bytes_written, written);
  ASSERT_TRUE(work.content);
  EXPECT_EQ(work.content->hash, hash_text(*world.disk.text("in/1.png")));
  for (const Made& made : work.made) {
    const std::string path(made.output->path);
    EXPECT_EQ(made.result().hash, hash_text(*world.disk.text(path)));
    EXPECT_EQ(made.result().bytes, world.disk.text(path)->size());
    EXPECT_EQ(made.result().stat_data, world.disk.stat(path, false).stat_data);
    EXPECT_FALSE(made.result().error);
  }
  EXPECT_EQ(work.made[0].result().width, 16);
  EXPECT_EQ(work.made[0].result().height, 11);
  EXPECT_EQ(work.loaded, nullptr) << "the source's bytes are not kept";
  EXPECT_EQ(world.budget.reserve(0).bytes(), 0U) << "nor its memory";
}

TEST(Stages, SeveralShrinkFactorsAreOneDecodedSource) {
  StageWorld world(R"({"name": "a", "width": 40}, {"name": "b", "width": 150}, {"name": "c", "width": 600},
                      {"name": "d", "width": 40, "kernel": "nearest"})");
  world.add("in/1.jpg", some_jpeg());
  world.plan();
  EXPECT_THAT(statuses(world.run()), testing::Each(Status::built));
  EXPECT_EQ(world.tally.decoded, 1U);
  EXPECT_THAT(world.disk.reads(), SizeIs(1));
}

TEST(Stages, ALargeSourceIsStreamedTwice) {
  StageWorld world;
  const std::string bytes = streamed(some_png());
  world.add("in/1.png", bytes);
  world.plan();
  const Work work = world.run();
  EXPECT_THAT(statuses(work), ElementsAre(Status::built, Status::built));
  EXPECT_EQ(work.content->hash, hash_text(bytes));
  EXPECT_EQ(world.tally.decoded, 1U);
  StageWorld small;
  small.add("in/1.png", some_png());
  small.plan();
  small.run();
  EXPECT_TRUE(world.disk.text("out/1-a.png") == small.disk.text("out/1-a.png"));
}

TEST(Stages, AFailureIsTheErrorOfTheOutputsThatItConcerns) {
  struct Case {
    std::string name, bytes;
    ErrorCode code;
    std::string message;
  };
  const Case cases[] = {
      {"empty", "", ErrorCode::not_a_picture, "decode: "},
      {"text", "no picture at all", ErrorCode::not_a_picture, "decode: "},
      {"cut short", some_png().substr(0, 700), ErrorCode::truncated, "decode: "},
      {"too many pixels", text_of(test::make_png(2001, 500, test::constant(7))), ErrorCode::too_large, "decode: "},
      {"too many bytes", std::string(2'000'000, 'x'), ErrorCode::too_large, "read: "},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    StageWorld world;
    world.manifest.limits.input_pixels = 1'000'000;
    world.manifest.limits.input_bytes = 1'900'000;
    world.add("in/1.png", c.bytes);
    world.disk.put("out/1-a.png", "old");
    world.plan();
    const Work work = world.run();
    EXPECT_THAT(statuses(work), ElementsAre(Status::failed, Status::failed));
    for (const Made& made : work.made) {
      ASSERT_TRUE(made.result().error);
      EXPECT_EQ(made.result().error->code, c.code) << made.result().error->message;
      EXPECT_THAT(made.result().error->message, StartsWith(c.message));
    }
    EXPECT_EQ(world.disk.text("out/1-a.png"), "old");
    EXPECT_THAT(world.disk.writes(), IsEmpty());
  }
}

TEST(Stages, ADiskThatFailsIsAnErrorWithItsStage) {
  struct Case {
    std::string operation, path;
    ErrorCode code;
    std::vector<Status> statuses;
    std::string message;
  };
  const Case cases[] = {
      {"open", "in/1.png", ErrorCode::unreadable, {Status::failed, Status::failed}, "read: "},
      {"read", "in/1.png", ErrorCode::io, {Status::failed, Status::failed}, "read: "},
      {"make_directories", "out", ErrorCode::unwritable, {Status::failed, Status::failed}, "write: "},
      {"write_new", "", ErrorCode::no_space, {Status::failed, Status::failed}, "write: "},
      {"rename", "out/1-a.png", ErrorCode::io, {Status::failed, Status::built}, "write: "},
      {"rename", "out/1-b.png", ErrorCode::no_space, {Status::built, Status::failed}, "write: "},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.operation + " " + c.path);
    StageWorld world;
    world.add("in/1.png", some_png());
    world.plan();
    world.disk.hook = [&](const std::string& operation, const std::string& path) {
      if (operation == c.operation && (c.path.empty() || path == c.path))
        throw Error(c.code, "told to fail", path, "elsewhere");
    };
    const Work work = world.run();
    EXPECT_EQ(statuses(work), c.statuses);
    for (const Made& made : work.made) {
      if (made.result().status != Status::failed) continue;
      EXPECT_EQ(made.result().error->code, c.code);
      EXPECT_THAT(made.result().error->message, StartsWith(c.message));
    }
  }
}

TEST(Stages, AVariantThatItsFormatCannotHoldFailsAlone) {
  StageWorld world(R"({"name": "a", "width": 16}, {"name": "b", "width": 65535, "withoutEnlargement": false})");
  world.add("in/1.png", some_png(1, 60, 1));
  world.plan();
  const Work work = world.run();
  EXPECT_THAT(statuses(work), ElementsAre(Status::built, Status::failed));
  EXPECT_EQ(work.made[1].result().error->code, ErrorCode::too_large);
}

TEST(Stages, AVariantThatNeedsTooMuchMemoryFailsAlone) {
  StageWorld world(R"({"name": "a", "width": 16}, {"name": "b", "width": 3000, "withoutEnlargement": false})");
  world.manifest.limits.memory = 4 << 20;
  world.add("in/1.png", some_png());
  world.plan();
  const Work work = world.run();
  EXPECT_THAT(statuses(work), ElementsAre(Status::built, Status::failed)) << "as it would alone";
  EXPECT_EQ(work.made[1].result().error->code, ErrorCode::memory);
  EXPECT_THAT(work.made[1].result().error->message, HasSubstr("limits.memory"));
}

// All outputs can be copied from a recorded one.
struct CopyWorld : StageWorld {
  CopyWorld() {
    add("in/1.png", some_png());
    disk.put("out/old.png", "the old bytes");
    plan();
    for (graph::Output* const each : tasks[0].outputs)
      each->stale->copies = {{"out/old.png", hash_text("the old bytes"), 5, 3}};
  }
};

TEST(Stages, CopiesAreMadeWithoutReadingTheSource) {
  CopyWorld world;
  const Work work = world.run();
  EXPECT_THAT(statuses(work), ElementsAre(Status::copied, Status::copied));
  EXPECT_EQ(world.disk.text("out/1-a.png"), "the old bytes");
  EXPECT_THAT(world.disk.reads(), ElementsAre("out/old.png", "out/old.png"));
  EXPECT_EQ(world.tally.decoded, 0U);
  EXPECT_EQ(world.tally.files_hashed(), 1U) << "one file, however often";
  EXPECT_FALSE(work.content);
  EXPECT_EQ(work.made[0].result().width, 5);
  EXPECT_EQ(work.made[0].result().hash, hash_text("the old bytes"));
}

TEST(Stages, WhereTheCopyIsNotWhatItShouldBeTheSourceIsDecoded) {
  struct Case {
    std::string name;
    std::function<void(FakeDisk&)> change;
  };
  const Case cases[] = {
      {"other bytes", [](FakeDisk& disk) { disk.put("out/old.png", "the old bytez"); }},
      {"empty", [](FakeDisk& disk) { disk.put("out/old.png", ""); }},
      {"longer", [](FakeDisk& disk) { disk.put("out/old.png", "the old bytes and more"); }},
      {"gone", [](FakeDisk& disk) { disk.erase("out/old.png"); }},
      {"a folder",
       [](FakeDisk& disk) {
         disk.erase("out/old.png");
         disk.make_folder("out/old.png");
       }},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    CopyWorld world;
    c.change(world.disk);
    const Work work = world.run();
    EXPECT_THAT(statuses(work), ElementsAre(Status::built, Status::built));
    EXPECT_EQ(world.tally.decoded, 1U);
    EXPECT_EQ(work.made[0].result().width, 16);
    EXPECT_FALSE(work.made[0].result().error);
  }
}

TEST(Stages, WhereTheFirstCopyDoesNotHoldTheNextIsTaken) {
  CopyWorld world;
  for (graph::Output* const output : world.tasks[0].outputs) {
    std::vector<graph::Copy>& copies = output->stale->copies;
    copies.insert(copies.begin(), {"out/gone.png", hash_text("gone"), 9, 9});
  }
  const Work work = world.run();
  EXPECT_THAT(statuses(work), ElementsAre(Status::copied, Status::copied));
  EXPECT_EQ(world.tally.decoded, 0U);
  EXPECT_EQ(work.made[0].result().width, 5);
}

TEST(Stages, OneBadCopyDoesNotSpoilTheOther) {
  CopyWorld world;
  world.output(0, 0).stale->copies[0].hash = hash_text("something else");
  EXPECT_THAT(statuses(world.run()), ElementsAre(Status::built, Status::copied));
  EXPECT_EQ(world.tally.decoded, 1U);
}

TEST(Stages, ASourceThatIsNotWhatWasPlannedWithIsNeverCopiedFor) {
  CopyWorld world;
  world.disk.put("in/1.png", some_png(9));
  const Work work = world.run();
  EXPECT_THAT(statuses(work), ElementsAre(Status::built, Status::built));
  EXPECT_EQ(work.content->hash, hash_text(some_png(9)));
}

TEST(Stages, ATouchedSourceIsStillCopiedFor) {
  CopyWorld world;
  world.disk.touch("in/1.png");
  EXPECT_THAT(statuses(world.run()), ElementsAre(Status::copied, Status::copied));
  EXPECT_EQ(world.tally.decoded, 0U);
}

// Between hashing and decoding of a source too large to hold; `times` passes are spoilt.
Work run_with_changes(StageWorld& world, const std::string& other, int times) {
  world.add("in/1.png", streamed(some_png()));
  world.plan();
  const std::string first = streamed(some_png());
  bool first_pass_over = false;
  int done = 0;
  world.disk.hook = [&, times](const std::string& operation, const std::string& path) {
    if (path != "in/1.png") return;
    if (operation == "open") {
      first_pass_over = false;
      world.disk.put_unnoticed(path, first);
    }
    // The second fstat ends the hashing pass.
    if (operation == "read" && first_pass_over && done < times) {
      ++done;
      first_pass_over = false;
      world.disk.put_unnoticed(path, other);
    }
    static int stats = 0;
    if (operation == "open") stats = 0;
    if (operation == "fstat" && ++stats == 2) first_pass_over = true;
  };
  Work work = world.run();
  world.disk.hook = nullptr;
  return work;
}

TEST(Stages, ALargeSourceThatChangesBeforeItIsDecodedIsReadOnceMore) {
  const std::string others[] = {streamed(some_png(9)), streamed("no picture"), streamed(some_png().substr(0, 500))};
  for (const std::string& other : others) {
    SCOPED_TRACE(other.substr(0, 10));
    StageWorld world;
    const Work work = run_with_changes(world, other, 1);
    EXPECT_THAT(statuses(work), ElementsAre(Status::built, Status::built));
    StageWorld undisturbed;
    undisturbed.add("in/1.png", some_png());
    undisturbed.plan();
    undisturbed.run();
    EXPECT_TRUE(world.disk.text("out/1-a.png") == undisturbed.disk.text("out/1-a.png"));
    EXPECT_EQ(work.content->hash, hash_text(streamed(some_png())));
  }
}

TEST(Stages, ALargeSourceThatKeepsChangingFails) {
  const std::string others[] = {streamed(some_png(9)), streamed("no picture")};
  for (const std::string& other : others) {
    SCOPED_TRACE(other.substr(0, 10));
    StageWorld world;
    const Work work = run_with_changes(world, other, 2);
    ASSERT_THAT(statuses(work), ElementsAre(Status::failed, Status::failed));
    EXPECT_EQ(work.made[0].result().error->code, ErrorCode::changed_while_read);
    EXPECT_THAT(world.disk.writes(), IsEmpty()) << "made of bytes that nobody hashed";
  }
}

TEST(Stages, ALargeSourceWhoseEndCannotBeReadAgainFails) {
  StageWorld world;
  world.add("in/1.png", streamed(some_png()));
  world.plan();
  int reads = 0;
  world.disk.hook = [&](const std::string& operation, const std::string& path) {
    if (operation == "read" && ++reads == 80) throw Error(ErrorCode::io, "broken", path, "read");
  };
  const Work work = world.run();
  ASSERT_GE(reads, 80) << "65 for the hash, then the picture, then the rest";
  ASSERT_THAT(statuses(work), ElementsAre(Status::failed, Status::failed));
  EXPECT_EQ(work.made[0].result().error->code, ErrorCode::io);
}

TEST(FormatKey, TellsFormatsAsTheCacheSpellsThem) {
  const auto key = [](const std::string& bytes) {
    return format_key(std::as_bytes(std::span(bytes)).first(std::min<std::size_t>(64, bytes.size())));
  };
  EXPECT_EQ(key(some_png()), "png");
  EXPECT_EQ(key(some_jpeg()), "jpeg");
  EXPECT_EQ(key("text"), "");
  EXPECT_EQ(key(""), "");
}

std::vector<ErrorCode> codes(const Work& work) {
  std::vector<ErrorCode> all;
  for (const Made& made : work.made) all.push_back(made.result().error ? made.result().error->code : ErrorCode::usage);
  return all;
}

TEST(Stages, WhatIsGivenUpStaysStaleAndIsNoFailure) {
  StageWorld world(R"({"name": "a", "width": 3000, "withoutEnlargement": false}, {"name": "b", "width": 8})");
  world.add("in/1.png", some_png());
  world.plan();
  world.stop = true;
  const Work work = world.run();
  EXPECT_THAT(statuses(work), testing::Each(Status::stale));
  EXPECT_THAT(codes(work), testing::Each(ErrorCode::usage)) << "no error";
  EXPECT_THAT(world.disk.text("out/1-a.jpg"), testing::Eq(std::nullopt));
  EXPECT_EQ(world.budget.reserve(0).bytes(), 0U) << "nor is memory held";
}

TEST(Stages, TheSecondsOfAnOutputDoNotDependOnTheOthers) {
  StageWorld world(R"({"name": "a", "width": 4000, "withoutEnlargement": false, "format": "png"},
                      {"name": "b", "width": 16}, {"name": "c", "width": 32})");
  world.manifest.limits.seconds = 0.25;
  world.add("in/1.png", some_png(1, 60, 60));
  world.plan();
  const Work work = world.run();
  EXPECT_THAT(statuses(work), ElementsAre(Status::failed, Status::built, Status::built));
  EXPECT_EQ(codes(work)[0], ErrorCode::too_slow);
  EXPECT_THAT(work.made[0].result().error->message, testing::EndsWith("took more than limits.seconds of CPU time"));
}

TEST(Stages, TheTimeOfTheDecodeCounts) {
  StageWorld world;
  world.manifest.limits.seconds = 1e-7;
  world.add("in/1.png", some_png());
  world.plan();
  EXPECT_THAT(codes(world.run()), testing::Each(ErrorCode::too_slow));
}

TEST(Stages, OutputsThatAreMadeByRowsEachHaveTheirSeconds) {
  StageWorld world;
  world.manifest.limits.seconds = 1e-7;
  world.add("in/1.png", text_of(test::make_png(3000, 3000, test::constant(90))));
  world.plan();
  const Work work = world.run();
  EXPECT_THAT(codes(work), ElementsAre(ErrorCode::too_slow, ErrorCode::too_slow));
  EXPECT_THAT(work.made[0].result().error->message, StartsWith("decode: "));
}

TEST(Stages, AutoRefusesWhatTheMachineCannotGive) {
  for (const bool limited : {true, false}) {
    StageWorld world(R"({"name": "a", "width": 2000, "withoutEnlargement": false}, {"name": "b", "width": 8})");
    world.most_memory = 20 << 20;
    if (!limited) world.manifest.limits.memory = 0;
    world.add("in/1.png", some_png());
    world.plan();
    const Work work = world.run();
    EXPECT_THAT(statuses(work), ElementsAre(limited ? Status::failed : Status::built, Status::built));
    EXPECT_EQ(codes(work)[0], limited ? ErrorCode::memory : ErrorCode::usage);
    EXPECT_LT(world.budget.peak(), limited ? world.most_memory : world.budget.limit());
  }
}

}  // namespace
}  // namespace thumbs::pipeline
