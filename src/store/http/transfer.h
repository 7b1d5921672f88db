// One request over HTTP: GET, PUT, or HEAD and then PUT.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "store/http/curl_library.h"
#include "store/transport.h"

namespace thumbs::store {

class Transfer {
 public:
  /// `url`: the store's, without a slash at its end.
  Transfer(const CurlLibrary& curl, const std::string& url, Request request);
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;
  ~Transfer();

  CURL* handle() const { return easy_; }
  bool uploads() const { return request_.wish != Wish::get; }

  /// What its end means; empty: it is to be started once more, as what comes after a HEAD.
  std::optional<Answer> ended(CURLcode result);
  /// Calls `connected`, before its request is sent. False where this libcurl cannot.
  bool tell(const std::function<void()>& connected);
  /// Whether its connection had served another transfer before.
  bool reused() const;

 private:
  void set_up(const std::string& url);
  void begin_upload();
  std::optional<Answer> ended_well(long status);
  Answer failure(const std::string& why) const;
  static std::size_t take_body(char* bytes, std::size_t size, std::size_t count, void* self);
  static std::size_t give_body(char* bytes, std::size_t size, std::size_t count, void* self);
  static int tell_connected(void* self, char* address, char* our_address, int port, int our_port);
  static int rewind_body(void* self, curl_off_t offset, int origin);

  const CurlLibrary& curl_;
  Request request_;
  CURL* easy_ = nullptr;
  curl_slist* headers_ = nullptr;
  bool asks_first_ = false;
  std::size_t sent_ = 0;
  std::function<void()> connected_;
  std::vector<std::byte> body_;
  char error_[CURL_ERROR_SIZE] = {};
};

}  // namespace thumbs::store
