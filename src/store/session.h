// A run's use of a store: what it asks for, what comes, what it gives, and when it stops asking.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "store/entry.h"
#include "store/patience.h"
#include "store/transport.h"

namespace thumbs::store {

/// The results of one source that were asked for. The session fills it in until it is ready; then it is its owner's.
struct Lookup {
  enum class State { asked, found, missing, failed };
  struct Part {
    Key key;
    State state = State::asked;
    std::vector<std::byte> bytes = {};
    std::uint64_t id = 0;
  };
  std::size_t task = 0;  ///< whose it is
  std::vector<Part> parts;
  std::size_t open = 0;  ///< parts without an answer
};

/// Any number of threads may use it at once. Nothing throws for what the store does.
class Session {
 public:
  struct Setup {
    std::string name;     ///< of the store, for messages
    bool fetches = true;  ///< false where all is to be made anew
    bool stores = true;   ///< false for --store-readonly
    double work = 0;      ///< about how many seconds the run would take without a store
    int jobs = 1;
    std::size_t memory = std::size_t{32} << 20;  ///< for answers that wait, and as much for what is to be stored
  };
  struct Counts {
    std::uint64_t hits = 0;    ///< results that came from the store
    std::uint64_t misses = 0;  ///< that it did not have
    std::uint64_t errors = 0;  ///< that it failed to give or take, gave too late, or gave wrong
  };

  Session(Transport& transport, Setup setup);
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;
  ~Session();

  /// Whether it makes sense to ask for more now.
  bool may_ask() const;
  /// Asks for all of `keys`. The lookup becomes ready once all are answered, at once where there are none.
  std::shared_ptr<Lookup> ask(std::size_t task, const std::vector<Key>& keys);
  /// Finding out what to ask for took so long, with a core for so much of it.
  void worked(double seconds, double cpu_seconds);
  /// The next one that is ready; null where none is.
  std::shared_ptr<Lookup> take_ready();
  /// Waits for one to become ready, while there is reason to; false where it is better to go on without. Returns true
  /// from time to time, so that the caller can look whether it still wants to wait.
  bool wait();
  /// What is not answered yet counts as an error; the lookup is ready, and the caller's.
  void give_up(Lookup& lookup);
  /// Wakes wait().
  void wake();

  /// Reads what came for a part, and counts it. `entry` refers to the part's bytes. `expected` says what is wrong with
  /// an entry that is whole; empty: nothing is.
  bool use(const Lookup::Part& part, Entry& entry, const std::function<std::string(const Entry&)>& expected);
  /// What use() said yes to was not used after all: the source had changed.
  void unused();

  /// Sends it, sooner or later, or drops it where the store cannot keep up.
  void put(const Key& key, const Entry& entry);

  /// Waits a little for what is to be stored (`hurry`: not at all), then ends the conversation.
  void finish(bool hurry);

  Counts counts() const;
  /// What went wrong, once for all of it; empty where nothing did. After finish().
  std::string warning() const;

 private:
  using Clock = std::chrono::steady_clock;
  struct Waiting {
    std::shared_ptr<Lookup> lookup;  // null: something is stored
    std::size_t part = 0;
    std::size_t bytes = 0;
  };

  static double now();
  void take(Answer answer);
  void take_part(const Waiting& waiting, Answer answer);
  void take_stored(const Waiting& waiting, const Answer& answer);
  void failed(const std::string& what, std::size_t& in_a_row, bool& working);
  void note(const std::string& what);
  std::size_t window() const;

  Transport& transport_;
  const Setup setup_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  Patience patience_;
  std::map<std::uint64_t, Waiting> waiting_;
  std::deque<std::shared_ptr<Lookup>> ready_;
  std::uint64_t last_id_ = 0;
  std::size_t asked_ = 0;           // parts that are waiting for an answer
  std::size_t held_ = 0;            // bytes of answers that nobody took yet
  std::size_t largest_ = 16 << 10;  // bytes of an answer, about
  std::size_t allowed_ = 24;        // on their way at once: more with each answer
  std::size_t to_store_ = 0;        // bytes
  std::size_t storing_ = 0;         // requests
  std::size_t abandoned_ = 0;       // parts that were given up and are not answered yet
  std::size_t failed_gets_ = 0;     // in a row
  std::size_t failed_puts_ = 0;
  std::size_t refused_ = 0;  // likewise
  bool fetching_;
  bool keeping_;
  bool ended_ = false;
  Counts counts_;
  std::uint64_t put_errors_ = 0;  // of counts_.errors
  std::uint64_t unstored_ = 0;    // those, and what was never sent
  std::string first_;             // that went wrong
};

}  // namespace thumbs::store
