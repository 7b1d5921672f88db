// Every operation of a build over a merged lockfile fails once, in every way; a clean run must mend all.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>

#include "engine/faults.h"
#include "engine/lockfile_world.h"

namespace thumbs {
namespace {

using testing::AnyOf;
using testing::IsEmpty;

// A clone after a merge: two branches added a picture each, their lines lie as git left them; one thumbnail was not
// committed, one was changed on the way, one source is gone.
void merge(LockfileWorld& world) {
  world.disk.put("in/one.png", plain_picture(1));
  world.disk.put("in/two.png", plain_picture(2, 21));
  world.disk.put("in/gone.png", plain_picture(3, 22));
  world.disk.put("in/new.png", plain_picture(4, 23));
  world.disk.tick(World::k_hour);
  world.run();
  world.forget_cache();
  const std::string lock = world.lockfile();
  const std::size_t half = lock.find('\n', lock.size() / 2) + 1;
  world.set_lockfile(lock.substr(half) + lock.substr(0, half));
  world.disk.erase("out/new-a.png");
  world.disk.put("out/two-b.png", "changed on the way");
  world.disk.erase("in/gone.png");
  world.disk.tick(World::k_hour);
}

struct Mended {
  std::map<std::string, std::string> files;
  std::string lock;
};

Options pruning() {
  Options options;
  options.prune = true;
  return options;
}

Mended undisturbed(const LockfileWorld& merged) {
  LockfileWorld world(merged);
  FragileCache cache;
  run_with(world, cache, 1, pruning());
  return {digests(world), world.lockfile()};
}

void expect_mended(LockfileWorld& world, FragileCache& cache, const Mended& expected) {
  world.disk.tick(World::k_hour);
  const Report clean = run_with(world, cache, 1, pruning());
  EXPECT_TRUE(clean.ok());
  EXPECT_EQ(digests(world), expected.files);
  EXPECT_EQ(world.lockfile(), expected.lock);
  EXPECT_THAT(false_lines(world), IsEmpty());
  EXPECT_THAT(temporaries(world), IsEmpty());
  world.disk.tick(World::k_hour);
  const Report again = run_with(world, cache, 1);
  EXPECT_EQ(again.summary.built + again.summary.copied, 0U);
  EXPECT_THAT(world.disk.reads(), testing::ElementsAre("thumbs.lock"));
  EXPECT_THAT(world.disk.writes(), IsEmpty());
}

class LockfileFaults : public testing::TestWithParam<Fault> {};

TEST_P(LockfileFaults, AreMendedByTheNextRun) {
  const Fault fault = GetParam();
  LockfileWorld clone;
  merge(clone);
  const std::string merged = clone.lockfile();
  const Mended expected = undisturbed(clone);
  ASSERT_EQ(expected.files.size(), 6U);
  bool struck = true;
  for (std::uint64_t n = 0; struck && !HasFailure(); ++n) {
    LockfileWorld world(clone);
    FragileCache cache;
    Trouble trouble(fault, n);
    struck = run_troubled(world, cache, pruning(), trouble, fault);
    SCOPED_TRACE("operation " + std::to_string(n) + ": " + trouble.where());
    // Whole whatever happens: as git left it, or as some run wrote it.
    EXPECT_NO_THROW(lockfile::parse_lockfile(world.lockfile(), "l"));
    EXPECT_NE(world.lockfile(), "");
    if (is_end(fault)) {
      EXPECT_THAT(world.lockfile(), AnyOf(merged, expected.lock));
    }
    expect_mended(world, cache, expected);
    ASSERT_LT(n, 1000U) << "no end in sight";
  }
}

INSTANTIATE_TEST_SUITE_P(Every, LockfileFaults,
                         testing::Values(Fault::no_space, Fault::io, Fault::killed, Fault::names_undone,
                                         Fault::bytes_emptied, Fault::commit_undone),
                         [](const auto& fault) {
                           std::string name(to_string(fault.param));
                           std::erase_if(name, [](char c) { return c == ' ' || c == '/'; });
                           return name;
                         });

}  // namespace
}  // namespace thumbs
