// The functions of librsvg and cairo that are used. The library is loaded for the first SVG of a run: linked, it would
// make every start of the program slower, and nobody could do without it.
#pragma once

#include <string>

namespace thumbs::image {

/// As GLib has it.
struct RsvgFault {
  unsigned domain;
  int code;
  char* message;
};

struct RsvgViewport {
  double x, y, width, height;
};

struct RsvgLibrary {
  void* (*new_from_data)(const unsigned char* data, unsigned long size, RsvgFault** fault);
  void (*set_dpi)(void* handle, double dpi);
  int (*render_document)(void* handle, void* cairo, const RsvgViewport* viewport, RsvgFault** fault);
  void (*unref)(void* object);
  void* (*surface_for_data)(unsigned char* data, int format, int width, int height, int stride);
  void (*surface_flush)(void* surface);
  void (*surface_destroy)(void* surface);
  void* (*create)(void* surface);
  void (*scale)(void* cairo, double x, double y);
  int (*status)(void* cairo);
  void (*destroy)(void* cairo);
  std::string version;  ///< "2.54.7"
};

/// Null where it is not installed, or too old.
const RsvgLibrary* rsvg_library();

}  // namespace thumbs::image
