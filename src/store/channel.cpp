// Frames in pieces.
#include "store/channel.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <span>
#include <utility>

#include "store/entry.h"

namespace thumbs::store {
namespace {

constexpr std::size_t k_head = sizeof(Frame::Head);
constexpr std::size_t k_most_at_once = std::size_t{1} << 20;

bool would_block(int error) { return error == EAGAIN || error == EWOULDBLOCK || error == EINTR; }

}  // namespace

Frame to_frame(Request request) {
  const std::size_t size = request.bytes.size();
  return {{request.id, static_cast<std::uint32_t>(request.wish), static_cast<std::uint32_t>(size), request.key.bytes},
          std::move(request.bytes)};
}

Frame to_frame(Answer answer) {
  const std::size_t size = answer.bytes.size();
  return {{answer.id, static_cast<std::uint32_t>(answer.reply), static_cast<std::uint32_t>(size), {}},
          std::move(answer.bytes)};
}

Request to_request(Frame frame) {
  return {frame.head.id, static_cast<Wish>(frame.head.kind), {frame.head.key}, std::move(frame.bytes)};
}

Answer to_answer(Frame frame) { return {frame.head.id, static_cast<Reply>(frame.head.kind), std::move(frame.bytes)}; }

Answer answer_of(std::uint64_t id, Reply reply, const std::string& text) {
  const auto bytes = std::as_bytes(std::span(text));
  return {id, reply, {bytes.begin(), bytes.end()}};
}

Channel::Channel(int socket) : socket_(socket) { fcntl(socket, F_SETFL, O_NONBLOCK); }

void Channel::push(Frame frame) {
  output_bytes_ += frame.bytes.size();
  output_.push_back(std::move(frame));
}

bool Channel::write_some() {
  while (!output_.empty()) {
    const Frame& frame = output_.front();
    const bool in_head = written_ < k_head;
    const auto* const head = reinterpret_cast<const std::byte*>(&frame.head);
    const std::byte* const from = in_head ? head + written_ : frame.bytes.data() + (written_ - k_head);
    const std::size_t left = (in_head ? k_head : k_head + frame.bytes.size()) - written_;
    const ssize_t put = left == 0 ? 0 : ::write(socket_, from, left);
    if (put < 0) return would_block(errno);
    written_ += static_cast<std::size_t>(put);
    if (written_ < k_head + frame.bytes.size()) continue;
    output_bytes_ -= frame.bytes.size();
    output_.pop_front();
    written_ = 0;
  }
  return true;
}

bool Channel::read_some(const std::function<void(Frame)>& take) {
  std::byte piece[65536];
  for (std::size_t all = 0; all < k_most_at_once;) {
    const ssize_t got = ::read(socket_, piece, sizeof piece);
    if (got == 0) return false;
    if (got < 0) return would_block(errno);
    all += static_cast<std::size_t>(got);
    if (!take_bytes(piece, static_cast<std::size_t>(got), take)) return false;
  }
  return true;
}

bool Channel::take_bytes(const std::byte* bytes, std::size_t size, const std::function<void(Frame)>& take) {
  while (size > 0) {
    const bool in_head = read_ < k_head;
    const std::size_t end = in_head ? k_head : k_head + input_.bytes.size();
    const std::size_t part = std::min(size, end - read_);
    if (in_head) {
      std::memcpy(reinterpret_cast<std::byte*>(&input_.head) + read_, bytes, part);
    } else {
      std::memcpy(input_.bytes.data() + (read_ - k_head), bytes, part);
    }
    read_ += part;
    bytes += part;
    size -= part;
    if (in_head && read_ == k_head) {
      if (input_.head.size > k_most_entry) return false;
      input_.bytes.resize(input_.head.size);
    }
    if (read_ < k_head || read_ < k_head + input_.bytes.size()) continue;
    read_ = 0;
    take(std::exchange(input_, Frame{}));
  }
  return true;
}

}  // namespace thumbs::store
