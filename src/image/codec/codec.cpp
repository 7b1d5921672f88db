// Recognises a file by its first bytes and opens what this build can read.
#include "image/codec/codec.h"

#include <algorithm>

#include "image/codec/formats.h"
#include "image/codec/recognise/recognise.h"
#include "support/built_formats.h"
#include "thumbs/error.h"

namespace thumbs::image {
namespace {

/// The first bytes of `source`, which is rewound before and after.
std::vector<std::byte> read_head(ByteSource& source) {
  std::vector<std::byte> head;
  source.rewind();
  while (head.size() < k_sniffed_bytes) {
    const auto piece = source.next();
    if (piece.empty()) break;
    const auto taken = piece.first(std::min(piece.size(), k_sniffed_bytes - head.size()));
    head.insert(head.end(), taken.begin(), taken.end());
  }
  source.rewind();
  return head;
}

}  // namespace

std::span<const std::byte> MemorySource::next() {
  if (done_) return {};
  done_ = true;
  return bytes_;
}

Picture empty_picture(const Header& header) {
  Picture picture;
  picture.width = header.width;
  picture.height = header.height;
  picture.model = header.model;
  picture.alpha = picture.premultiplied = header.alpha;
  return picture;
}

bool Decoder::decodes_together(FailOn /*fail_on*/) const { return false; }

std::vector<Picture> Decoder::decode_together(std::span<const Scale> /*scales*/, FailOn /*fail_on*/) { return {}; }

std::uint64_t Decoder::rows_memory(Scale /*scale*/) const {
  throw Error(ErrorCode::internal, "this decoder does not give rows");
}

void Decoder::decode_to(Scale scale, FailOn /*fail_on*/, RowSink& /*sink*/) { rows_memory(scale); }

std::unique_ptr<Decoder> open_picture(ByteSource& source, const Limits& limits) {
  const std::vector<std::byte> head = read_head(source);
  const FileFormat format = sniff(head);
  const Format& row = format_of(format);
  if (row.open != nullptr) return row.open(source, limits);
  if (row.left_out())
    throw Error(ErrorCode::unsupported, built_without(row.name) + (row.output ? "" : "; convert it to PNG or JPEG"));
  throw unreadable_file(format, source);
}

}  // namespace thumbs::image
