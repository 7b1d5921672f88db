// Each of SQLite's file calls in turn fails once, fails from then on, or kills the process. The cache must then hold
// the records from before or from after the commit, and never counts as corrupt.
#include <functional>
#include <optional>

#include "cache/cache.h"
#include "cache_support.h"
#include "faulty_vfs.h"
#include "version_1.h"

namespace thumbs::cache_test {
using namespace cache;

namespace {

using Strings = std::vector<std::string>;

struct Change {
  const char* name;
  void (*prepare)(const std::string& file);  // creates the state before
  Batch (*batch)();
};

Batch forgets() {
  Batch batch;
  const Batch all = sample(40);
  for (std::size_t i = 0; i < all.outputs.size(); i += 2) batch.forget_outputs.emplace_back(all.outputs[i].row.path);
  for (std::size_t i = 5; i < all.sources.size(); ++i) batch.forget_sources.emplace_back(all.sources[i].path);
  return batch;
}

Batch changes() {
  Batch batch = sample(60);
  for (Batch::Output& output : batch.outputs) output.row.hash.low += 1;
  batch.outputs.front().recipe.settings = "width=99";
  return batch;
}

const Change k_changes[] = {
    {"a first commit", [](const std::string&) {}, [] { return sample(20); }},
    {"an incremental one", [](const std::string& file) { commit(file, sample(40)); }, changes},
    {"rows forgotten", [](const std::string& file) { commit(file, sample(40)); }, forgets},
    {"one that migrates", make_version_1, [] { return sample(5); }},
};

struct Trouble {
  const char* name;
  Fault fault;
  bool for_good = false;
  ErrorCode code = ErrorCode::io;
  Loss loss = Loss::nothing;
};

constexpr Trouble k_errors[] = {
    {"ENOSPC once", Fault::no_space, false, ErrorCode::no_space},
    {"ENOSPC from then on", Fault::no_space, true, ErrorCode::no_space},
    {"EIO once", Fault::io_error, false, ErrorCode::io},
    {"EIO from then on", Fault::io_error, true, ErrorCode::io},
    {"EACCES once", Fault::denied, false, ErrorCode::unwritable},
    {"busy once", Fault::busy, false, ErrorCode::busy},
    {"busy from then on", Fault::busy, true, ErrorCode::busy},
    {"a short write once", Fault::short_write, false, ErrorCode::no_space},
    {"no memory once", Fault::no_memory, false, ErrorCode::memory},
};

constexpr Trouble k_crashes[] = {
    {"killed", Fault::crash, true, ErrorCode::io, Loss::nothing},
    {"a power cut, nothing unsynced there", Fault::crash, true, ErrorCode::io, Loss::everything},
    {"a power cut, torn", Fault::crash, true, ErrorCode::io, Loss::torn},
    {"a power cut, some there", Fault::crash, true, ErrorCode::io, Loss::some},
};

// A cache file, its state before a change, and its state after.
class Ground {
 public:
  explicit Ground(const Change& change) : batch_(change.batch()) {
    std::filesystem::create_directories(folder_ / "c");
    change.prepare(file_);
    before_ = content_of(load(file_).rows);
    if (std::filesystem::exists(file_)) bytes_ = read_file(file_);
    commit(file_, batch_);
    after_ = content_of(load(file_).rows);
    EXPECT_FALSE(before_ == after_);
  }

  void reset() const {
    std::filesystem::remove_all(folder_ / "c");
    std::filesystem::create_directories(folder_ / "c");
    if (bytes_) folder_.put("c/cache.db", *bytes_);
  }

  const std::string& file() const { return file_; }
  std::string folder() const { return folder_ / "c"; }
  const Batch& batch() const { return batch_; }
  const Content& before() const { return before_; }
  const Content& after() const { return after_; }

 private:
  TempFolder folder_;
  std::string file_ = folder_ / "c/cache.db";
  Batch batch_;
  std::optional<std::string> bytes_;
  Content before_;
  Content after_;
};

std::optional<Error> error_in(const std::function<void()>& act) {
  try {
    act();
    return std::nullopt;
  } catch (const Error& error) {
    return error;
  }
}

void expect_sound(const Ground& ground, bool done, bool may_be_undone) {
  const CacheLoad result = load(ground.file());
  EXPECT_EQ(result.warning, "");
  const Content content = content_of(result.rows);
  if (done) {
    EXPECT_TRUE(content == ground.after() || (may_be_undone && content == ground.before())) << "done, and not there";
  } else {
    EXPECT_TRUE(content == ground.before() || content == ground.after()) << "neither before nor after";
  }
  commit(ground.file(), ground.batch());
  EXPECT_TRUE(content_of(load(ground.file()).rows) == ground.after()) << "the next commit";
  EXPECT_EQ(Cache::open(ground.file(), CacheMode::read_only)->verify(), Strings());
  EXPECT_EQ(names_in(ground.folder()), Strings{"cache.db"});
}

// Whether the fault happened.
bool commit_in_trouble(const Ground& ground, const Trouble& trouble, std::uint64_t n) {
  FaultyVfs& vfs = FaultyVfs::instance();
  ground.reset();
  std::unique_ptr<Cache> cache;
  vfs.arm(trouble.fault, n, trouble.for_good);
  const std::optional<Error> error = error_in([&] {
    cache = Cache::open(ground.file(), CacheMode::read_write);
    EXPECT_EQ(cache->load().warning, "");
    cache->commit(ground.batch());
  });
  const bool struck = vfs.disarm();
  SCOPED_TRACE(vfs.where());
  const bool crashed = trouble.fault == Fault::crash;
  if (error && !crashed) {
    EXPECT_EQ(error->code(), trouble.code) << error->what();
    // Releasing the lock comes after everything else.
    const bool may_be_done = vfs.where().starts_with("unlock");
    const Content left = content_of(load(ground.file()).rows);
    EXPECT_TRUE(left == ground.before() || (may_be_done && left == ground.after())) << "failed, and changed something";
  }
  if (cache && !crashed) {
    EXPECT_EQ(cache->take_warnings(), Strings());
    cache->commit(ground.batch());
    EXPECT_TRUE(content_of(cache->load().rows) == ground.after()) << "the same connection's next commit";
  }
  cache.reset();
  if (crashed) vfs.lose(trouble.loss, static_cast<unsigned>(n));
  expect_sound(ground, !error, crashed);
  return struck;
}

class CacheFaultsTest : public testing::Test {
 protected:
  // For every n until there is no n-th call.
  template <class Run>
  void for_each_call(const char* change, const Trouble& trouble, Run&& run) {
    SCOPED_TRACE(std::string(change) + ", " + trouble.name);
    constexpr std::uint64_t k_too_many = 5000;
    std::uint64_t n = 0;
    for (bool struck = true; struck && n < k_too_many && !HasFailure(); ++n) {
      SCOPED_TRACE("call " + std::to_string(n));
      struck = run(n);
    }
    EXPECT_TRUE(HasFailure() || n > 1) << "there was nothing to fail";
    EXPECT_LT(n, k_too_many);
  }
};

TEST_F(CacheFaultsTest, ACommitIsWholeOrNotThereWhicheverCallFails) {
  for (const Change& change : k_changes) {
    const Ground ground(change);
    for (const Trouble& trouble : k_errors)
      for_each_call(change.name, trouble, [&](std::uint64_t n) { return commit_in_trouble(ground, trouble, n); });
  }
}

TEST_F(CacheFaultsTest, ACommitIsWholeOrNotThereWhereverTheProcessDies) {
  for (const Change& change : k_changes) {
    const Ground ground(change);
    for (const Trouble& trouble : k_crashes)
      for_each_call(change.name, trouble, [&](std::uint64_t n) { return commit_in_trouble(ground, trouble, n); });
  }
}

TEST_F(CacheFaultsTest, AFaultWhileReadingIsAnErrorAndNeverCorruption) {
  const Ground ground(k_changes[1]);
  for (const Trouble& trouble : k_errors) {
    if (trouble.fault == Fault::short_write) continue;
    for (const CacheMode mode : {CacheMode::read_only, CacheMode::read_write}) {
      for_each_call(mode == CacheMode::read_only ? "reading" : "reading to write", trouble, [&](std::uint64_t n) {
        ground.reset();
        FaultyVfs& vfs = FaultyVfs::instance();
        vfs.arm(trouble.fault, n, trouble.for_good);
        const std::optional<Error> error = error_in([&] {
          const CacheLoad result = Cache::open(ground.file(), mode)->load();
          EXPECT_EQ(result.warning, "");
          EXPECT_TRUE(content_of(result.rows) == ground.before());
        });
        const bool struck = vfs.disarm();
        SCOPED_TRACE(vfs.where());
        if (error) {
          EXPECT_EQ(error->code(), trouble.code) << error->what();
        }
        expect_sound(ground, false, false);
        return struck;
      });
    }
  }
}

}  // namespace
}  // namespace thumbs::cache_test
