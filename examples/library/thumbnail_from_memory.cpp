// One picture in memory, one thumbnail out: for a server that gets uploads, without files and without a manifest.
//
//   thumbnail_from_memory PICTURE THUMBNAIL.png
#include <cstddef>
#include <fstream>
#include <iostream>
#include <iterator>
#include <span>
#include <string>

#include "thumbs/thumbnail.h"

int main(int argc, char** argv) {
  if (argc != 3) {
    std::cerr << "usage: thumbnail_from_memory PICTURE THUMBNAIL.png\n";
    return 2;
  }
  std::ifstream file(argv[1], std::ios::binary);
  const std::string upload((std::istreambuf_iterator<char>(file)), {});
  const auto picture = std::as_bytes(std::span(upload));

  // Somebody else's picture: say what you are ready to spend on it.
  thumbs::Limits limits;
  limits.input_bytes = 20 << 20;
  limits.input_pixels = 50'000'000;
  limits.seconds = 5;

  // Settings are those of a manifest's variant. What is not set here is as a manifest leaves it.
  thumbs::Variant square{.width = 200, .height = 200, .fit = thumbs::Fit::cover, .format = thumbs::OutputFormat::png};

  try {
    // The header alone: cheap enough to refuse a picture before it is decoded.
    const thumbs::PictureInfo info = thumbs::inspect(picture, limits);
    std::cout << info.width << 'x' << info.height << (info.is_animated ? ", animated" : "") << '\n';

    const thumbs::Thumbnail made = thumbs::make_thumbnail(picture, square, limits);
    std::ofstream(argv[2], std::ios::binary)
        .write(reinterpret_cast<const char*>(made.bytes.data()), static_cast<std::streamsize>(made.bytes.size()));
    std::cout << made.width << 'x' << made.height << ", " << made.bytes.size() << " bytes\n";
    for (const std::string& warning : made.warnings) std::cerr << "warning: " << warning << '\n';
  } catch (const thumbs::Error& error) {
    std::cerr << to_string(error.code()) << ": " << error.what() << '\n';
    return 1;
  }
}
