// Any bytes as what a store answers. The first byte chooses: an entry as it came, one whose key and hash are right
// (whoever may write to a store can compute them), or the frames of the process that talks to the store, in answer to
// what a run asks. A refusal is a right answer; what is taken must mean the same when it is written and read again.
#include <sys/mman.h>
#include <unistd.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "image/codec/codec.h"
#include "image/codec/header_size.h"
#include "store/channel.h"
#include "store/entry.h"
#include "store/session.h"
#include "support/fd.h"

namespace thumbs {
namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

const store::Key& key() {
  static const store::Key k_key = store::key_of({hash_text("a source"), "width=8", "decode=1", "libjpeg 1"});
  return k_key;
}

void read_entry(std::span<const std::byte> answer) {
  store::Entry entry;
  if (const auto fault = store::read_entry(key(), answer, entry)) return require(!fault->empty());
  // What a run asks of the picture in it, before it is written to disk.
  image::sniff(entry.bytes);
  image::size_in_header(entry.bytes);
  if (!store::fits(entry) || entry.milliseconds > 999999) return;
  store::Entry again;
  const std::vector<std::byte> written = store::to_bytes(key(), entry);
  require(!store::read_entry(key(), written, again) && again == entry);
}

void read_forged(std::span<const std::byte> rest) {
  const std::string_view text(reinterpret_cast<const char*>(rest.data()), rest.size());
  const std::string all = "thumbs-store 1\nkey " + key().hex() + "\nhash " + hash_text(text).hex() + "\n";
  const auto head = std::as_bytes(std::span(all));
  std::vector<std::byte> answer(head.begin(), head.end());
  answer.insert(answer.end(), rest.begin(), rest.end());
  read_entry(answer);
}

/// Answers once all is asked.
class LateTransport final : public store::Transport {
 public:
  void begin(std::function<void(store::Answer)> take) override { take_ = std::move(take); }
  void send(store::Request /*request*/) override {}
  void end() override {}
  void answer(store::Answer answer) { take_(std::move(answer)); }

 private:
  std::function<void(store::Answer)> take_;
};

void read_frames(std::span<const std::byte> bytes) {
  const Fd file(memfd_create("frames", MFD_CLOEXEC));
  require(write(file.get(), bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()));
  lseek(file.get(), 0, SEEK_SET);
  LateTransport transport;
  store::Session session(transport, {.name = "store", .work = 1});
  const std::vector<store::Key> keys(3, key());
  for (std::size_t task = 0; task < 2; ++task) session.ask(task, keys);  // requests 1 to 6
  store::Channel channel(file.get());
  channel.read_some([&](store::Frame frame) { transport.answer(store::to_answer(std::move(frame))); });
  std::uint64_t used = 0;
  while (const std::shared_ptr<store::Lookup> lookup = session.take_ready()) {
    require(lookup->open == 0 && lookup->parts.size() == keys.size());
    for (const store::Lookup::Part& part : lookup->parts) {
      store::Entry entry;
      used += session.use(part, entry, [](const store::Entry&) { return std::string(); }) ? 1 : 0;
    }
  }
  session.may_ask();
  session.finish(true);
  require(session.counts().hits == used);
  session.warning();
}

}  // namespace
}  // namespace thumbs

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::array k_readers = {thumbs::read_entry, thumbs::read_forged, thumbs::read_frames};
  if (size == 0) return 0;
  k_readers.at(data[0] % k_readers.size())(std::as_bytes(std::span(data + 1, size - 1)));
  return 0;
}
