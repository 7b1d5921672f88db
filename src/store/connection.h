// The process that speaks with a store, and this process's end of the line to it.
//
// The process is started before the sandbox, which allows this one no network. It takes nothing but keys and bytes, so
// that a decoder that was taken over reaches the entries of the store and nothing else.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "store/channel.h"
#include "store/place.h"
#include "store/transport.h"
#include "support/companion.h"

namespace thumbs::store {

class Connection final : public Transport {
 public:
  /// Starts the process. Where the system cannot, requests are answered with `gone`.
  explicit Connection(const Place& place);
  ~Connection() override;

  void begin(std::function<void(Answer)> take) override;
  void send(Request request) override;
  void end() override;

 private:
  void carry();
  bool exchange();
  void wake();

  std::unique_ptr<Companion> companion_;
  std::unique_ptr<Channel> channel_;  // of the thread alone, while there is one
  bool ready_ = false;
  std::string gone_;  // why, once it is
  Fd waking_;         // a pipe: who writes wakes the thread
  Fd woken_;
  std::function<void(Answer)> take_;
  std::thread thread_;
  std::mutex mutex_;
  std::vector<Request> waiting_;
  bool ending_ = false;
};

}  // namespace thumbs::store
