// Requests and answers over a socket between two processes of one build of the program.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <string>
#include <vector>

#include "store/transport.h"

namespace thumbs::store {

/// What goes over the socket: a head, and `size` bytes behind it.
struct Frame {
  struct Head {
    std::uint64_t id = 0;
    std::uint32_t kind = 0;  ///< a Wish or a Reply
    std::uint32_t size = 0;
    std::array<std::byte, 32> key = {};
  };
  Head head;
  std::vector<std::byte> bytes;
};

Frame to_frame(Request request);
Frame to_frame(Answer answer);
Request to_request(Frame frame);
Answer to_answer(Frame frame);
Answer answer_of(std::uint64_t id, Reply reply, const std::string& text = {});

/// Never blocks. Not thread-safe.
class Channel {
 public:
  /// Makes `socket` one that does not block.
  explicit Channel(int socket);

  void push(Frame frame);
  bool has_output() const { return !output_.empty(); }
  std::size_t output_bytes() const { return output_bytes_; }

  /// Writes what can be written. False where the other end is gone.
  bool write_some();
  /// Reads what is there, and hands on each frame that is complete. False where the other end is gone, or sends what is
  /// no frame.
  bool read_some(const std::function<void(Frame)>& take);

 private:
  bool take_bytes(const std::byte* bytes, std::size_t size, const std::function<void(Frame)>& take);

  int socket_;
  std::deque<Frame> output_;
  std::size_t output_bytes_ = 0;
  std::size_t written_ = 0;  // of the first frame, its head included
  Frame input_;
  std::size_t read_ = 0;  // of the frame, its head included
};

}  // namespace thumbs::store
