// The picture's shape, then its planes row by row.
#include "image/codec/picture_apart.h"

#include <bit>
#include <cstddef>
#include <span>
#include <utility>

#include "support/apart.h"

namespace thumbs::image {
namespace {

std::span<std::byte> row_of(Plane& plane, int y) {
  const auto samples = static_cast<std::size_t>(plane.width);
  return plane.bytes_per_sample == 1 ? std::as_writable_bytes(std::span(plane.row<std::uint8_t>(y), samples))
                                     : std::as_writable_bytes(std::span(plane.row<std::uint16_t>(y), samples));
}

void send(ApartOutput& out, int value) { out.number(static_cast<std::uint64_t>(value)); }
int receive(ApartInput& in) { return static_cast<int>(in.number()); }

void send(ApartOutput& out, Picture& picture) {
  send(out, picture.width);
  send(out, picture.height);
  send(out, static_cast<int>(picture.model));
  send(out, picture.alpha);
  send(out, picture.premultiplied);
  out.number(picture.planes.size());
  for (Plane& plane : picture.planes) {
    send(out, plane.width);
    send(out, plane.height);
    send(out, plane.bytes_per_sample);
    out.number(std::bit_cast<std::uint64_t>(plane.pitch_x));
    out.number(std::bit_cast<std::uint64_t>(plane.pitch_y));
    for (int y = 0; y < plane.height; ++y) out.bytes(row_of(plane, y));
  }
}

Plane receive_plane(ApartInput& in) {
  const int width = receive(in), height = receive(in), bytes_per_sample = receive(in);
  const auto pitch_x = std::bit_cast<double>(in.number()), pitch_y = std::bit_cast<double>(in.number());
  Plane plane(width, height, bytes_per_sample, pitch_x, pitch_y);
  for (int y = 0; y < height; ++y) in.bytes(row_of(plane, y));
  return plane;
}

Picture receive_picture(ApartInput& in) {
  Picture picture;
  picture.width = receive(in);
  picture.height = receive(in);
  picture.model = static_cast<ColourModel>(receive(in));
  picture.alpha = receive(in) != 0;
  picture.premultiplied = receive(in) != 0;
  for (std::uint64_t planes = in.number(); planes > 0; --planes) picture.planes.push_back(receive_plane(in));
  return picture;
}

}  // namespace

std::optional<Picture> picture_apart(const std::function<Picture()>& make) {
  Picture picture;
  const auto work = [&](ApartOutput& out) {
    Picture made = make();
    out.begin();
    send(out, made);
  };
  const auto take = [&](ApartInput& in) { picture = receive_picture(in); };
  return run_apart(work, take) ? std::optional(std::move(picture)) : std::nullopt;
}

}  // namespace thumbs::image
