// A store in memory, which answers at once, or as a test wants it to.
#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include "store/channel.h"
#include "store/transport.h"

namespace thumbs::test {

class FakeTransport final : public store::Transport {
 public:
  using Fault = std::function<std::optional<store::Answer>(const store::Request&)>;

  void begin(std::function<void(store::Answer)> take) override {
    take_ = std::move(take);
    take_(store::answer_of(0, store::Reply::ready));
  }

  void send(store::Request request) override {
    std::optional<store::Answer> answer;
    {
      const std::lock_guard lock(mutex_);
      ++requests[request.wish];
      answer = fault ? fault(request) : std::optional(honest(request));
    }
    if (answer) take_(std::move(*answer));
  }

  void end() override {}

  store::Answer honest(const store::Request& request) {
    if (request.wish != store::Wish::get) {
      entries[request.key] = request.bytes;
      return store::answer_of(request.id, store::Reply::stored);
    }
    const auto found = entries.find(request.key);
    if (found == entries.end()) return store::answer_of(request.id, store::Reply::missing);
    return {request.id, store::Reply::found, found->second};
  }

  std::map<store::Key, std::vector<std::byte>> entries;
  std::map<store::Wish, int> requests;
  Fault fault;  ///< instead of an honest answer; empty: none at all

 private:
  std::mutex mutex_;
  std::function<void(store::Answer)> take_;
};

}  // namespace thumbs::test
