// Results from a store: the same files, records, index and report as a build's, and nothing is decoded for them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "engine/world.h"
#include "store/entry.h"
#include "support/fake_transport.h"
#include "support/pictures.h"

namespace thumbs {
namespace {

using store::Reply;
using store::Request;
using store::Wish;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr std::string_view k_shared =
    R"({"lock": "thumbs.lock", "index": "index.json", "store": "/store", "sets": [{"name": "s", "source": "in",
  "output": "out", "variants": [{"name": "a", "width": 16, "format": "png"},
  {"name": "b", "width": 8, "format": "jpeg", "failOn": "none"}]}]})";

class SharedWorld : public World {
 public:
  explicit SharedWorld(test::FakeTransport& transport, std::string_view manifest_text = k_shared)
      : World(manifest_text) {
    store = {&transport, "/store"};
    add_pictures();
    // one that is made with a warning
    const test::Bytes cut = test::make_jpeg({.width = 64, .height = 48}, test::texture(1));
    disk.put("in/cut.jpg", std::string(reinterpret_cast<const char*>(cut.data()), cut.size() / 2));
    disk.put("in/twin.png", *disk.text("in/one.png"));
    disk.tick(k_hour);
  }

  std::map<std::string, std::string> files() const {
    std::map<std::string, std::string> all = outputs(*this);
    for (const char* const file : {"thumbs.lock", "index.json"}) all[file] = disk.text(file).value_or("(none)");
    return all;
  }
};

std::vector<std::string> counts(const Report& report) {
  const Summary& s = report.summary;
  const StoreUse use = s.store.value_or(StoreUse{});
  const auto pair = [](const char* name, std::uint64_t value) { return name + std::to_string(value); };
  return {pair("built ", s.built), pair("copied ", s.copied),   pair("failed ", s.failed),  pair("decoded ", s.decoded),
          pair("hits ", use.hits), pair("misses ", use.misses), pair("errors ", use.errors)};
}

// `in/cut.jpg` fails for "a" and is made for "b", with a warning.
TEST(Store, AHitIsWhatABuildMakes) {
  test::FakeTransport transport;
  SharedWorld first(transport);
  const Report built = first.run();
  EXPECT_THAT(counts(built),
              ElementsAre("built 7", "copied 2", "failed 1", "decoded 4", "hits 0", "misses 8", "errors 0"));
  EXPECT_THAT(transport.entries, SizeIs(7));

  SharedWorld second(transport);
  const Report taken = second.run();
  EXPECT_THAT(counts(taken),
              ElementsAre("built 7", "copied 2", "failed 1", "decoded 1", "hits 7", "misses 1", "errors 0"))
      << "what fails is tried again";
  EXPECT_EQ(second.files(), first.files());
  EXPECT_EQ(lines(taken), lines(built));
  EXPECT_EQ(taken.warnings, built.warnings);
  EXPECT_THAT(taken.warnings, SizeIs(2));
  const cache::Records records = second.cache->load().rows;
  const cache::Records expected = first.cache->load().rows;
  EXPECT_EQ(records.sources.size(), expected.sources.size());
  EXPECT_EQ(second.cache->load_pictures(), first.cache->load_pictures());

  second.disk.tick(World::k_hour);
  const Report settled = second.run();
  EXPECT_EQ(settled.summary.hashed, 1U) << "what failed";
  EXPECT_EQ(settled.summary.built, 0U);
}

TEST(Store, OnlyReadingPutsNothing) {
  test::FakeTransport transport;
  SharedWorld world(transport);
  Options options;
  options.store_readonly = true;
  EXPECT_EQ(world.run(options).summary.store->misses, 8U);
  EXPECT_THAT(transport.entries, IsEmpty());
}

TEST(Store, AForcedBuildMakesAllAnewAndOffersIt) {
  test::FakeTransport transport;
  SharedWorld(transport).run();
  transport.requests.clear();
  SharedWorld world(transport);
  Options options;
  options.force = true;
  EXPECT_THAT(counts(world.run(options)),
              ElementsAre("built 7", "copied 2", "failed 1", "decoded 4", "hits 0", "misses 0", "errors 0"));
  EXPECT_EQ(transport.requests[Wish::get], 0);
  EXPECT_EQ(transport.requests[Wish::offer], 7);
}

TEST(Store, IsAskedOnlyForWhatIsToBeBuilt) {
  test::FakeTransport transport;
  SharedWorld world(transport);
  for (const Command command : {Command::check, Command::status}) {
    const Report report = world.command(command);
    ASSERT_TRUE(report.summary.store);
    EXPECT_EQ(report.summary.store->misses, 0U);
  }
  Options options;
  options.dry_run = true;
  world.run(options);
  EXPECT_THAT(transport.requests, IsEmpty());
  world.run();
  world.disk.tick(World::k_hour);
  world.run();
  transport.requests.clear();
  world.disk.erase("out/one-a.png");
  EXPECT_THAT(counts(world.run()),
              ElementsAre("built 1", "copied 0", "failed 1", "decoded 1", "hits 1", "misses 1", "errors 0"));
  EXPECT_EQ(transport.requests[Wish::get], 2) << "and what fails";
}

// Whatever the store does, the build is the same.
TEST(Store, FaultsChangeNothingButTheTime) {
  test::FakeTransport filled;
  SharedWorld expected(filled);
  const Report built = expected.run();
  struct Case {
    std::string what;
    std::function<std::optional<store::Answer>(test::FakeTransport&, const Request&)> fault;
    std::string said;
  };
  const auto changed = [](std::size_t at_end, std::size_t cut) {
    return [=](test::FakeTransport& transport, const Request& request) -> std::optional<store::Answer> {
      store::Answer answer = transport.honest(request);
      if (answer.reply != Reply::found) return answer;
      if (at_end > 0) answer.bytes[answer.bytes.size() - at_end] ^= std::byte{1};
      answer.bytes.resize(answer.bytes.size() - cut);
      return answer;
    };
  };
  const Case cases[] = {
      {"silence", [](test::FakeTransport&, const Request&) { return std::nullopt; }, "does not answer"},
      {"errors",
       [](test::FakeTransport&, const Request& request) { return answer_of(request.id, Reply::failed, "HTTP 500"); },
       "HTTP 500"},
      {"gone", [](test::FakeTransport&, const Request&) { return answer_of(0, Reply::gone, "no libcurl"); },
       "no libcurl"},
      {"another byte", changed(3, 0), "refused"},
      {"cut short", changed(0, 1), "refused"},
      {"empty", [](test::FakeTransport&, const Request& request) { return answer_of(request.id, Reply::found); },
       "refused"},
      {"full",
       [](test::FakeTransport&, const Request& request) {
         return request.wish == Wish::get ? answer_of(request.id, Reply::missing)
                                          : answer_of(request.id, Reply::failed, "HTTP 507");
       },
       "HTTP 507"},
  };
  for (const Case& one : cases) {
    SCOPED_TRACE(one.what);
    test::FakeTransport transport;
    transport.entries = filled.entries;
    transport.fault = [&](const Request& request) { return one.fault(transport, request); };
    SharedWorld world(transport);
    const Report report = world.run();
    EXPECT_EQ(world.files(), expected.files());
    EXPECT_EQ(lines(report), lines(built));
    EXPECT_EQ(report.summary.store->hits, 0U);
    EXPECT_GT(report.summary.store->errors, 0U);
    ASSERT_THAT(report.warnings, SizeIs(built.warnings.size() + 1));
    EXPECT_THAT(report.warnings.back(), HasSubstr(one.said));
  }
}

// Entries that are whole, and are for something else.
TEST(Store, APoisonedEntryIsRefused) {
  struct Poison {
    std::string what;
    std::function<void(store::Entry&)> change;
    std::string said;
  };
  const std::string other = picture(9, 8, 5);
  const Poison poisons[] = {
      {"another format", [](store::Entry& e) { e.format = "webp"; }, "not "},
      {"no picture", [](store::Entry& e) { e.bytes = e.bytes.subspan(4); }, "no picture"},
      {"another size in the head", [](store::Entry& e) { e.width += 1; }, "pixels, not"},
      {"another size altogether",
       [&](store::Entry& e) {
         e.bytes = std::as_bytes(std::span(other));
         e.format = "png";
         e.width = 8;
         e.height = 5;
       },
       "not "},
  };
  for (const Poison& poison : poisons) {
    SCOPED_TRACE(poison.what);
    test::FakeTransport transport;
    SharedWorld expected(transport);
    const Report built = expected.run();
    for (auto& [key, bytes] : transport.entries) {
      store::Entry entry;
      const std::vector<std::byte> original = bytes;
      ASSERT_FALSE(store::read_entry(key, original, entry));
      poison.change(entry);
      bytes = store::to_bytes(key, entry);
    }
    SharedWorld world(transport);
    const Report report = world.run();
    EXPECT_EQ(world.files(), expected.files());
    EXPECT_THAT(counts(report),
                ElementsAre("built 7", "copied 2", "failed 1", "decoded 4", "hits 0", "misses 1", "errors 7"));
    EXPECT_THAT(report.warnings.back(), HasSubstr(poison.said));
  }
}

// Who had no index put no colours there.
TEST(Store, AnIndexFindsOutWhatTheStoreDoesNotSay) {
  test::FakeTransport transport;
  SharedWorld plain(transport, std::string(k_shared).replace(k_shared.find("\"index\""), 23, ""));
  plain.run();
  test::FakeTransport empty;
  SharedWorld expected(empty);
  expected.run();
  SharedWorld world(transport);
  const Report report = world.run();
  EXPECT_EQ(report.summary.store->hits, 7U);
  EXPECT_EQ(report.summary.decoded, 4U) << "for their looks";
  EXPECT_EQ(world.files(), expected.files());
  SharedWorld next(transport);
  EXPECT_EQ(next.run().summary.decoded, 1U) << "now it knows; one fails";
  EXPECT_EQ(next.files(), expected.files());
}

TEST(Store, ASourceThatChangesMeanwhileIsNotTakenForTheOldOne) {
  test::FakeTransport transport;
  SharedWorld(transport).run();
  SharedWorld world(transport);
  transport.fault = [&](const Request& request) {
    // Once it was asked for, all change.
    for (const char* const name : {"in/one.png", "in/two.png"}) world.disk.put(name, picture(77, 48));
    return std::optional(transport.honest(request));
  };
  world.run();
  transport.fault = nullptr;
  world.disk.tick(World::k_hour);
  EXPECT_EQ(world.run().summary.failed, 1U);
  test::FakeTransport empty;
  SharedWorld expected(empty);
  for (const char* const name : {"in/one.png", "in/two.png"}) expected.disk.put(name, picture(77, 48));
  expected.run();
  EXPECT_EQ(outputs(world), outputs(expected)) << "after one more run";
}

TEST(Store, AnInterruptDoesNotWaitForIt) {
  test::FakeTransport transport;
  transport.fault = [](const Request&) { return std::nullopt; };
  SharedWorld world(transport);
  std::atomic<bool> stop{true};
  Options options;
  options.stop = &stop;
  const auto start = std::chrono::steady_clock::now();
  EXPECT_TRUE(world.run(options).interrupted);
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(1));
}

}  // namespace
}  // namespace thumbs
