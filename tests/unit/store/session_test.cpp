// How long a run waits for its store, when it stops asking, and what it says about it.
#include "store/session.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "store/connection.h"
#include "support/fake_transport.h"
#include "support/temp_folder.h"

namespace thumbs::store {
namespace {

using test::FakeTransport;
using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

Key key(const std::string& text) { return key_of({hash_text(text), "r", "s", "c"}); }

Entry entry_with(const std::vector<std::byte>& bytes) {
  return {.format = "png", .width = 1, .height = 1, .milliseconds = 100, .look = {}, .warnings = {}, .bytes = bytes};
}

const std::vector<std::byte> k_bytes{std::byte{1}, std::byte{2}};

const auto k_any = [](const Entry&) { return std::string(); };

TEST(StorePatience, WaitsAShortTimeForAFirstAnswer) {
  Patience patience(100, 1);
  EXPECT_NEAR(patience.left(100), 0.4, 1e-6) << "until it is reached";
  patience.ready(100.25);
  const double grace = patience.left(100.25);
  EXPECT_GT(grace, 0.1);
  EXPECT_LT(grace, 0.4);
  patience.waited(grace);
  EXPECT_DOUBLE_EQ(patience.left(101), 0);
  EXPECT_FALSE(patience.expects_answers(101));
  patience.answered(102);
  EXPECT_TRUE(patience.expects_answers(102)) << "it lives after all";
  EXPECT_GT(patience.left(102), 0);
}

TEST(StorePatience, WaitsLongerWhereThereIsMoreToSave) {
  Patience small(0, 1);
  Patience large(0, 20);
  Patience huge(0, 100000);
  for (Patience* const patience : {&small, &large, &huge}) patience->ready(0);
  EXPECT_LT(small.left(0), large.left(0));
  EXPECT_NEAR(large.left(0), 1, 0.01);
  EXPECT_LE(huge.left(0), 2);
}

// What it waits, beyond what it was saved, stays below a tenth of what the run takes without a store.
TEST(StorePatience, NeverWaitsMuchMoreThanItWasSaved) {
  for (const double saved : {0.0, 0.001, 0.05, 1.0}) {
    Patience patience(0, 10);
    patience.ready(0);
    double now = 0;
    double waited = 0;
    double all_saved = 0;
    while (now < 60) {
      const double wait = std::min(patience.left(now), 0.02);
      patience.waited(wait);
      waited += wait;
      now += wait > 0 ? wait : 0.02;  // else it works
      patience.answered(now);
      patience.saved(saved);
      all_saved += saved;
    }
    EXPECT_LE(waited, all_saved * 0.8 + 0.1 * now + 0.9) << saved;
  }
}

TEST(StorePatience, EndsWhereAStoreFallsSilent) {
  Patience patience(0, 1);
  patience.ready(0);
  patience.answered(1);
  patience.saved(1000);
  EXPECT_GT(patience.left(1.5), 0);
  EXPECT_DOUBLE_EQ(patience.left(2.1), 0);
  EXPECT_FALSE(patience.expects_answers(2.1));
}

TEST(StoreSession, GivesWhatWasPut) {
  FakeTransport store;
  {
    Session first(store, {.name = "s"});
    first.put(key("a"), entry_with(k_bytes));
    const auto asked = first.ask(7, {key("b")});
    ASSERT_EQ(first.take_ready(), asked);
    EXPECT_EQ(asked->parts[0].state, Lookup::State::missing);
    first.put(key("b"), entry_with(k_bytes));
    first.finish(false);
    EXPECT_EQ(first.counts().misses, 1U);
    EXPECT_THAT(first.warning(), IsEmpty());
  }
  Session second(store, {.name = "s", .stores = false});
  const auto asked = second.ask(8, {key("a"), key("b"), key("c")});
  ASSERT_EQ(second.take_ready(), asked);
  EXPECT_EQ(asked->task, 8U);
  Entry entry;
  EXPECT_FALSE(second.use(asked->parts[2], entry, k_any));
  EXPECT_TRUE(second.use(asked->parts[1], entry, k_any));
  EXPECT_TRUE(std::ranges::equal(entry.bytes, k_bytes));
  second.put(key("c"), entry_with(k_bytes));
  second.finish(false);
  EXPECT_FALSE(store.entries.contains(key("c"))) << "it only reads";
}

TEST(StoreSession, WhatIsMadeAnewIsOffered) {
  FakeTransport store;
  Session session(store, {.name = "s", .fetches = false});
  EXPECT_FALSE(session.may_ask());
  session.put(key("a"), entry_with(k_bytes));
  EXPECT_EQ(store.requests[Wish::offer], 1);
  EXPECT_EQ(store.requests[Wish::put], 0);
}

TEST(StoreSession, StopsAskingAStoreThatFailsAgainAndAgain) {
  FakeTransport store;
  store.fault = [](const Request& request) { return answer_of(request.id, Reply::failed, "HTTP 500"); };
  Session session(store, {.name = "http://s"});
  int asked = 0;
  for (; asked < 100 && session.may_ask(); ++asked) session.ask(0, {key("a")});
  EXPECT_EQ(asked, 5);
  EXPECT_FALSE([&] {
    while (session.take_ready()) {
    }
    return session.wait();
  }()) << "nothing will come";
  session.finish(false);
  EXPECT_EQ(session.counts().errors, 5U);
  EXPECT_THAT(session.warning(),
              AllOf(HasSubstr("store http://s: HTTP 500 (5 errors in all)"), HasSubstr("went on without it")));
}

TEST(StoreSession, AFailureBetweenAnswersIsNone) {
  FakeTransport store;
  int count = 0;
  store.fault = [&](const Request& request) {
    return ++count % 3 == 0 ? answer_of(request.id, Reply::missing) : answer_of(request.id, Reply::failed, "cut");
  };
  Session session(store, {.name = "s"});
  for (int i = 0; i < 30; ++i) session.ask(0, {key("a")});
  EXPECT_TRUE(session.may_ask());
  session.finish(false);
  EXPECT_EQ(session.counts().errors, 20U);
  EXPECT_EQ(session.counts().misses, 10U);
}

TEST(StoreSession, AFullStoreIsStillRead) {
  FakeTransport store;
  store.fault = [&](const Request& request) -> std::optional<Answer> {
    if (request.wish == Wish::get) return store.honest(request);
    return answer_of(request.id, Reply::failed, "HTTP 507");
  };
  Session session(store, {.name = "s"});
  session.ask(0, {key("a")});
  for (int i = 0; i < 20; ++i) session.put(key("a"), entry_with(k_bytes));
  EXPECT_EQ(store.requests[Wish::put], 5);
  EXPECT_TRUE(session.may_ask());
  session.finish(false);
  EXPECT_THAT(session.warning(), AllOf(HasSubstr("HTTP 507"), HasSubstr("not all results were stored"),
                                       HasSubstr("--store-readonly"), Not(HasSubstr("without it"))));
}

TEST(StoreSession, WhatIsWrongIsRefusedAndCounted) {
  FakeTransport store;
  store.entries[key("a")] = {std::byte{'x'}};
  store.entries[key("b")] = to_bytes(key("b"), entry_with(k_bytes));
  Session session(store, {.name = "s"});
  const auto asked = session.ask(0, {key("a"), key("b")});
  session.take_ready();
  Entry entry;
  EXPECT_FALSE(session.use(asked->parts[0], entry, k_any));
  EXPECT_FALSE(session.use(asked->parts[1], entry, [](const Entry&) { return std::string("it is no picture"); }));
  session.finish(false);
  EXPECT_EQ(session.counts().errors, 2U);
  EXPECT_EQ(session.counts().hits, 0U);
  EXPECT_THAT(session.warning(), HasSubstr("was refused"));
}

TEST(StoreSession, AStoreThatDoesNotAnswerCostsLittle) {
  FakeTransport store;
  store.fault = [](const Request&) { return std::nullopt; };
  Session session(store, {.name = "s"});
  std::vector<std::shared_ptr<Lookup>> asked;
  while (session.may_ask() && asked.size() < 1000) asked.push_back(session.ask(0, {key("a")}));
  EXPECT_LT(asked.size(), 100U) << "not all at once";
  const auto start = std::chrono::steady_clock::now();
  while (session.wait()) {
  }
  session.give_up(*asked[0]);
  EXPECT_EQ(asked[0]->parts[0].state, Lookup::State::failed);
  session.put(key("a"), entry_with(k_bytes));
  EXPECT_EQ(store.requests[Wish::put], 0);
  session.finish(false);
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::milliseconds(800));
  EXPECT_EQ(session.counts().errors, 1U);
  EXPECT_THAT(session.warning(), HasSubstr("it does not answer"));
}

TEST(StoreSession, AnAnswerThatComesLateHarmsNobody) {
  FakeTransport store;
  std::vector<Request> held;
  store.fault = [&](const Request& request) -> std::optional<Answer> {
    held.push_back(request);
    return std::nullopt;
  };
  Session session(store, {.name = "s"});
  const auto asked = session.ask(0, {key("a")});
  session.give_up(*asked);
  store.fault = nullptr;
  store.entries[key("a")] = to_bytes(key("a"), entry_with(k_bytes));
  store.send(held[0]);
  EXPECT_EQ(session.take_ready(), nullptr);
  EXPECT_EQ(asked->parts[0].state, Lookup::State::failed);
  EXPECT_TRUE(session.may_ask());
}

// Through a real process.
TEST(StoreConnection, AFolderKeepsEntriesAndForgetsNothing) {
  const TempFolder folder;
  const Place place = place_of(folder.path() + "/new/store", "/");
  for (int run = 0; run < 3; ++run) {
    Connection connection(place);
    Session session(connection, {.name = "s"});
    const auto asked = session.ask(0, {key("a"), key("b")});
    while (session.take_ready() == nullptr) ASSERT_TRUE(session.wait());
    EXPECT_EQ(asked->parts[0].state, run == 0 ? Lookup::State::missing : Lookup::State::found);
    EXPECT_EQ(asked->parts[1].state, run < 2 ? Lookup::State::missing : Lookup::State::found);
    Entry entry;
    EXPECT_EQ(session.use(asked->parts[0], entry, k_any), run > 0);
    session.put(key(run == 0 ? "a" : "b"), entry_with(k_bytes));
    session.finish(false);
    EXPECT_THAT(session.warning(), IsEmpty());
  }
}

TEST(StoreConnection, AFolderThatCannotBeIsSaidOnce) {
  const TempFolder folder;
  folder.put("file", "x");
  Connection connection(place_of(folder.path() + "/file", "/"));
  Session session(connection, {.name = "s"});
  session.ask(0, {key("a")});
  while (session.take_ready() == nullptr) ASSERT_TRUE(session.wait());
  session.finish(false);
  EXPECT_EQ(session.counts().errors, 1U);
  EXPECT_THAT(session.warning(), HasSubstr("Not a directory"));
}

TEST(StoreConnection, WhatIsNotWrittenWholeLeavesNothing) {
  const TempFolder folder;
  folder.put("store/tmp", "no folder");
  Connection connection(place_of(folder.path() + "/store", "/"));
  Session session(connection, {.name = "s", .fetches = false});
  session.put(key("a"), entry_with(k_bytes));
  session.finish(false);
  EXPECT_EQ(session.counts().errors, 1U);
  EXPECT_THAT(session.warning(), HasSubstr("not all results were stored"));
}

}  // namespace
}  // namespace thumbs::store
