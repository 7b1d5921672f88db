// One run of libheif over a ByteSource: its input, its objects, its errors as ours.
#pragma once

#include <libheif/heif.h>

#include <exception>
#include <memory>
#include <vector>

#include "image/codec/codec.h"
#include "image/codec/source_reader.h"

namespace thumbs::image {

/// Interleaved rows of a decoded picture.
struct HeicRows {
  const std::uint8_t* first = nullptr;
  std::size_t stride = 0;  ///< bytes
  int width = 0;
  int height = 0;
  int bits = 8;  ///< more than 8: words in the machine's order
  bool premultiplied = false;
};

/// Not to be moved: libheif keeps its address.
class HeicSession {
 public:
  /// Reads the boxes. `source` must outlive the session. Throws Error.
  explicit HeicSession(ByteSource& source);
  HeicSession(const HeicSession&) = delete;
  HeicSession& operator=(const HeicSession&) = delete;

  const heif_image_handle* primary() const { return primary_.get(); }
  /// Pictures beside each other, without those that belong to another one.
  int pictures() const { return heif_context_get_number_of_top_level_images(context_.get()); }

  /// The primary picture's, as far as it can be read.
  MetadataBlocks metadata();
  /// Empty if there is none, or if it is larger than `most`.
  std::vector<std::byte> profile(std::size_t most) const;

  /// RGB or RGBA, valid as long as the session. Throws Error.
  HeicRows decode(bool alpha, bool strict);

 private:
  template <class Object, auto release>
  struct Release {
    void operator()(Object* object) const { release(object); }
  };
  using Context = std::unique_ptr<heif_context, Release<heif_context, heif_context_free>>;
  using Handle = std::unique_ptr<heif_image_handle, Release<heif_image_handle, heif_image_handle_release>>;
  using Image = std::unique_ptr<heif_image, Release<heif_image, heif_image_release>>;

  static int read(void* out, std::size_t size, void* self);
  static int seek(std::int64_t position, void* self);
  std::vector<std::byte> block(heif_item_id id, const char* what, MetadataBlocks& blocks) const;
  void require(const heif_error& error) const;

  SourceReader reader_;
  std::uint64_t size_;
  std::exception_ptr caught_;
  heif_reader calls_{};
  Context context_;
  Handle primary_;
  Image image_;
};

}  // namespace thumbs::image
