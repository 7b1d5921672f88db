// The requests that a store answers, and whatever carries them there.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "store/key.h"

namespace thumbs::store {

enum class Wish : std::uint32_t {
  get,    ///< what is there
  put,    ///< put this there
  offer,  ///< put this there, unless something of that length is
};

struct Request {
  std::uint64_t id = 0;  ///< the answer has it too; not 0
  Wish wish = Wish::get;
  Key key;
  std::vector<std::byte> bytes;
};

enum class Reply : std::uint32_t {
  ready,    ///< the store is reached; for no request
  found,    ///< with the bytes
  missing,  ///< the store has nothing there
  stored,
  failed,  ///< with a text for people
  gone,    ///< nothing can be asked any more; with a text; for no request
};

struct Answer {
  std::uint64_t id = 0;
  Reply reply = Reply::failed;
  std::vector<std::byte> bytes;

  std::string text() const { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }
};

/// Carries requests to a store and answers back. Requests that nobody waits for any more may be answered all the same.
class Transport {
 public:
  virtual ~Transport() = default;
  /// From now on answers go to `take`, from a thread of its own, one at a time.
  virtual void begin(std::function<void(Answer)> take) = 0;
  /// Returns at once. From any thread, between begin() and end().
  virtual void send(Request request) = 0;
  /// Once it returns `take` is not called any more. Requests that were not answered are forgotten.
  virtual void end() = 0;
};

}  // namespace thumbs::store
