// One loop over all transfers and the socket, on libcurl's multi interface: connections are kept and shared.
#include <poll.h>

#include <algorithm>
#include <cstddef>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <utility>

#include "store/channel.h"
#include "store/http/curl_library.h"
#include "store/http/transfer.h"
#include "store/serve.h"

namespace thumbs::store {
namespace {

// A server that closes each connection may have a short queue for new ones, and what does not fit in waits a second:
// few at first, and more as soon as connections turn out to be kept.
constexpr std::size_t k_first_transfers = 6;
constexpr std::size_t k_most_transfers = 32;
constexpr std::size_t k_most_output = std::size_t{16} << 20;
constexpr int k_milliseconds_at_most = 1000;

class HttpServer {
 public:
  HttpServer(const CurlLibrary& curl, std::string url, int socket)
      : curl_(curl), url_(std::move(url)), socket_(socket), channel_(socket), multi_(curl.multi_init()) {
    curl_.multi_setopt(multi_, CURLMOPT_MAXCONNECTS, static_cast<long>(k_most_transfers));
  }

  void run() {
    while (talk()) {
      start();
      int running = 0;
      curl_.perform(multi_, &running);
      finish();
    }
  }

 private:
  // Waits for whatever comes next. False where the run is over.
  bool talk() {
    if (!channel_.write_some()) return false;
    curl_waitfd end{socket_, static_cast<short>(CURL_WAIT_POLLIN | (channel_.has_output() ? CURL_WAIT_POLLOUT : 0)), 0};
    curl_.poll(multi_, &end, 1, can_start() ? 0 : k_milliseconds_at_most, nullptr);
    return channel_.read_some([this](Frame frame) { take(to_request(std::move(frame))); });
  }

  void take(Request request) { (request.wish == Wish::get ? gets_ : puts_).push_back(std::move(request)); }

  // Uploads that hang must not keep downloads away.
  bool can_start() const {
    if (transfers_.size() >= allowed_ || channel_.output_bytes() >= k_most_output) return false;
    const std::size_t most_uploads = allowed_ * (uploads_ == transfers_.size() ? 3 : 2) / 4;
    return !gets_.empty() || (!puts_.empty() && uploads_ < most_uploads);
  }

  void start() {
    while (can_start()) {
      std::deque<Request>& from = gets_.empty() ? puts_ : gets_;
      auto transfer = std::make_unique<Transfer>(curl_, url_, std::move(from.front()));
      from.pop_front();
      uploads_ += transfer->uploads() ? 1 : 0;
      if (!ready_ && !transfer->tell([this] { say_ready(); })) say_ready();
      curl_.add_handle(multi_, transfer->handle());
      transfers_[transfer->handle()] = std::move(transfer);
    }
  }

  void say_ready() {
    if (!ready_) channel_.push(to_frame(answer_of(0, Reply::ready)));
    ready_ = true;
  }

  void finish() {
    int left = 0;
    while (const CURLMsg* const message = curl_.info_read(multi_, &left)) {
      if (message->msg != CURLMSG_DONE) continue;
      const auto found = transfers_.find(message->easy_handle);
      Transfer& transfer = *found->second;
      const CURLcode result = message->data.result;
      curl_.remove_handle(multi_, transfer.handle());  // `message` is gone from here on
      if (result == CURLE_OK && transfer.reused()) allowed_ = std::min(allowed_ + 1, k_most_transfers);
      std::optional<Answer> answer = transfer.ended(result);
      if (!answer) {
        curl_.add_handle(multi_, transfer.handle());
        continue;
      }
      uploads_ -= transfer.uploads() ? 1 : 0;
      channel_.push(to_frame(std::move(*answer)));
      transfers_.erase(found);
    }
  }

  const CurlLibrary& curl_;
  std::string url_;
  int socket_;
  Channel channel_;
  CURLM* multi_;
  std::deque<Request> gets_;
  std::deque<Request> puts_;
  std::map<CURL*, std::unique_ptr<Transfer>> transfers_;
  std::size_t uploads_ = 0;
  bool ready_ = false;
  std::size_t allowed_ = k_first_transfers;
};

void say_gone(int socket, const std::string& why) {
  Channel channel(socket);
  channel.push(to_frame(answer_of(0, Reply::gone, why)));
  channel.write_some();
}

}  // namespace

void serve_http(const std::string& url, int socket) {
  const CurlLibrary* const curl = curl_library();
  if (curl == nullptr || curl->global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
    return say_gone(socket, "libcurl is not installed (libcurl.so.4): install libcurl4");
  HttpServer(*curl, url, socket).run();
}

}  // namespace thumbs::store
