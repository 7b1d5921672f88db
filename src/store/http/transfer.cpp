// The options of a transfer, and what its status means.
#include "store/http/transfer.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <new>
#include <utility>

#include "store/channel.h"
#include "store/entry.h"
#include "thumbs/version.h"

namespace thumbs::store {
namespace {

constexpr long k_connect_milliseconds = 3000;
constexpr long k_slowest = 1000;  // bytes a second
constexpr long k_slow_seconds = 4;
constexpr long k_longest_seconds = 30;
constexpr long k_most_redirects = 5;

/// Certificates that the user trusts, as the program curl finds them.
const char* certificates() {
  for (const char* const name : {"CURL_CA_BUNDLE", "SSL_CERT_FILE"})
    if (const char* const file = std::getenv(name); file != nullptr && *file != '\0') return file;
  return nullptr;
}

const char* meaning(long status) {
  switch (status) {
    case 401: return " Unauthorized: put name and password into ~/.netrc";
    case 403: return " Forbidden";
    case 405: return " Method Not Allowed";
    case 413: return " Content Too Large";
    case 429: return " Too Many Requests";
    case 500: return " Internal Server Error";
    case 502: return " Bad Gateway";
    case 503: return " Service Unavailable";
    case 504: return " Gateway Timeout";
    case 507: return " Insufficient Storage: the store is full";
    default: return "";
  }
}

}  // namespace

Transfer::Transfer(const CurlLibrary& curl, const std::string& url, Request request)
    : curl_(curl), request_(std::move(request)), easy_(curl.easy_init()) {
  if (easy_ == nullptr) throw std::bad_alloc();
  asks_first_ = request_.wish == Wish::offer;
  set_up(url + "/" + request_.key.path());
}

Transfer::~Transfer() {
  curl_.easy_cleanup(easy_);
  curl_.slist_free_all(headers_);
}

void Transfer::set_up(const std::string& url) {
  const auto set = [&](CURLoption option, auto value) { curl_.setopt(easy_, option, value); };
  set(CURLOPT_URL, url.c_str());
  set(CURLOPT_PRIVATE, static_cast<void*>(this));
  set(CURLOPT_ERRORBUFFER, static_cast<char*>(error_));
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_NETRC, static_cast<long>(CURL_NETRC_OPTIONAL));
  set(CURLOPT_HTTPAUTH, static_cast<long>(CURLAUTH_BASIC));
  set(CURLOPT_FOLLOWLOCATION, 1L);
  set(CURLOPT_MAXREDIRS, k_most_redirects);
  set(CURLOPT_PROTOCOLS_STR, "http,https");
  set(CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
  set(CURLOPT_USERAGENT, ("thumbs/" + std::string(version())).c_str());
  set(CURLOPT_CONNECTTIMEOUT_MS, k_connect_milliseconds);
  set(CURLOPT_LOW_SPEED_LIMIT, k_slowest);
  set(CURLOPT_LOW_SPEED_TIME, k_slow_seconds);
  set(CURLOPT_TIMEOUT, k_longest_seconds);
  set(CURLOPT_MAXFILESIZE, static_cast<long>(k_most_entry));
  set(CURLOPT_WRITEFUNCTION, &Transfer::take_body);
  set(CURLOPT_WRITEDATA, static_cast<void*>(this));
  if (const char* const file = certificates()) set(CURLOPT_CAINFO, file);
  if (asks_first_) {
    set(CURLOPT_NOBODY, 1L);
  } else if (uploads()) {
    begin_upload();
  }
}

void Transfer::begin_upload() {
  const auto set = [&](CURLoption option, auto value) { curl_.setopt(easy_, option, value); };
  headers_ = curl_.slist_append(headers_, "Content-Type: application/octet-stream");
  headers_ = curl_.slist_append(headers_, "Expect:");  // no wait for a "100 Continue" that may not come
  set(CURLOPT_NOBODY, 0L);
  set(CURLOPT_HTTPHEADER, headers_);
  set(CURLOPT_UPLOAD, 1L);
  set(CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(request_.bytes.size()));
  set(CURLOPT_READFUNCTION, &Transfer::give_body);
  set(CURLOPT_READDATA, static_cast<void*>(this));
  set(CURLOPT_SEEKFUNCTION, &Transfer::rewind_body);
  set(CURLOPT_SEEKDATA, static_cast<void*>(this));
}

std::size_t Transfer::take_body(char* bytes, std::size_t size, std::size_t count, void* self) {
  Transfer& transfer = *static_cast<Transfer*>(self);
  const std::size_t all = size * count;
  if (transfer.uploads()) return all;  // what a server says about a PUT
  if (transfer.body_.size() + all > k_most_entry) return 0;
  const auto* const from = reinterpret_cast<const std::byte*>(bytes);
  transfer.body_.insert(transfer.body_.end(), from, from + all);
  return all;
}

std::size_t Transfer::give_body(char* bytes, std::size_t size, std::size_t count, void* self) {
  Transfer& transfer = *static_cast<Transfer*>(self);
  const std::size_t part = std::min(size * count, transfer.request_.bytes.size() - transfer.sent_);
  std::memcpy(bytes, transfer.request_.bytes.data() + transfer.sent_, part);
  transfer.sent_ += part;
  return part;
}

int Transfer::rewind_body(void* self, curl_off_t offset, int origin) {
  Transfer& transfer = *static_cast<Transfer*>(self);
  if (origin != SEEK_SET || offset < 0 || static_cast<std::size_t>(offset) > transfer.request_.bytes.size())
    return CURL_SEEKFUNC_FAIL;
  transfer.sent_ = static_cast<std::size_t>(offset);
  return CURL_SEEKFUNC_OK;
}

int Transfer::tell_connected(void* self, char* /*address*/, char* /*our_address*/, int /*port*/, int /*our_port*/) {
  static_cast<Transfer*>(self)->connected_();
  return CURL_PREREQFUNC_OK;
}

bool Transfer::tell(const std::function<void()>& connected) {
  connected_ = connected;
  curl_.setopt(easy_, CURLOPT_PREREQDATA, static_cast<void*>(this));
  return curl_.setopt(easy_, CURLOPT_PREREQFUNCTION, &Transfer::tell_connected) == CURLE_OK;
}

bool Transfer::reused() const {
  long connections = 1;
  curl_.getinfo(easy_, CURLINFO_NUM_CONNECTS, &connections);
  return connections == 0;
}

Answer Transfer::failure(const std::string& why) const {
  const char* const method = !uploads() ? "GET " : asks_first_ ? "HEAD " : "PUT ";
  return answer_of(request_.id, Reply::failed, method + request_.key.path().substr(0, 11) + "…: " + why);
}

std::optional<Answer> Transfer::ended(CURLcode result) {
  if (result != CURLE_OK) return failure(error_[0] != '\0' ? error_ : curl_.easy_strerror(result));
  long status = 0;
  curl_.getinfo(easy_, CURLINFO_RESPONSE_CODE, &status);
  const bool missing = status == 404 || status == 410;
  if (status >= 200 && status < 300) return ended_well(status);
  if (missing && !uploads()) return answer_of(request_.id, Reply::missing);
  if (!asks_first_) return failure("HTTP " + std::to_string(status) + meaning(status));
  asks_first_ = false;
  begin_upload();
  return std::nullopt;
}

std::optional<Answer> Transfer::ended_well(long status) {
  if (!asks_first_) {
    if (uploads()) return answer_of(request_.id, Reply::stored);
    // 204, or a part that nobody asked for
    if (status != 200) return failure("HTTP " + std::to_string(status));
    return Answer{request_.id, Reply::found, std::move(body_)};
  }
  curl_off_t size = -1;
  curl_.getinfo(easy_, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &size);
  if (size == static_cast<curl_off_t>(request_.bytes.size())) return answer_of(request_.id, Reply::stored);
  asks_first_ = false;
  begin_upload();
  return std::nullopt;
}

}  // namespace thumbs::store
