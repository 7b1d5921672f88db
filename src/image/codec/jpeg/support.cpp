// Turns libjpeg's messages into our error codes and texts.
#include "image/codec/jpeg/support.h"

#include <algorithm>
#include <cstring>
#include <string>

#include "image/codec/jpeg/jpeg.h"

namespace thumbs::image {
namespace {

constexpr int k_jpeg_ls = 0xF7, k_hierarchical = 0xDE, k_expand = 0xDF;

/// Markers of JPEGs that libjpeg does not know: DHP and EXP (hierarchical files), and JPEG-LS's frame.
bool is_of_other_jpeg(int marker) { return marker == k_hierarchical || marker == k_expand || marker == k_jpeg_ls; }

ErrorCode code_for(const jpeg_error_mgr& manager) {
  switch (manager.msg_code) {
    case JERR_OUT_OF_MEMORY: return ErrorCode::memory;
    case JERR_IMAGE_TOO_BIG:
    case JERR_WIDTH_OVERFLOW: return ErrorCode::too_large;
    case JERR_NO_SOI: return ErrorCode::not_a_picture;
    case JERR_SOF_UNSUPPORTED:
    case JERR_ARITH_NOTIMPL:
    case JERR_CCIR601_NOTIMPL:
    case JERR_CONVERSION_NOTIMPL:
    case JERR_FRACT_SAMPLE_NOTIMPL:
    case JERR_COMPONENT_COUNT: return ErrorCode::unsupported;
    case JERR_BAD_PRECISION: return manager.msg_parm.i[0] > 8 ? ErrorCode::unsupported : ErrorCode::corrupt;
    case JERR_UNKNOWN_MARKER:
      return is_of_other_jpeg(manager.msg_parm.i[0]) ? ErrorCode::unsupported : ErrorCode::corrupt;
    default: return ErrorCode::corrupt;
  }
}

constexpr const char* k_12_bit = "12-bit JPEG is not supported; convert it to 8 bits";
constexpr const char* k_lossless = "lossless JPEG is not supported; convert it to a baseline JPEG or to PNG";
constexpr const char* k_ls = "JPEG-LS is not supported; convert it to a baseline JPEG or to PNG";
constexpr const char* k_levels = "hierarchical JPEG is not supported; convert it to a baseline JPEG";

/// A clearer text than libjpeg's for what a person should know about the file, or null.
const char* better_text(const jpeg_error_mgr& manager) {
  const int parameter = manager.msg_parm.i[0];
  if (manager.msg_code == JERR_BAD_PRECISION && parameter == 12) return k_12_bit;
  if (manager.msg_code == JERR_EMPTY_IMAGE) return "a JPEG without width or height";
  if (manager.msg_code == JERR_UNKNOWN_MARKER && is_of_other_jpeg(parameter))
    return parameter == k_jpeg_ls ? k_ls : k_levels;
  if (manager.msg_code != JERR_SOF_UNSUPPORTED) return nullptr;
  switch (parameter) {
    case 0xC3:
    case 0xCB: return k_lossless;
    case 0xC5:
    case 0xC6:
    case 0xC7:
    case 0xCD:
    case 0xCE:
    case 0xCF: return k_levels;
    default: return nullptr;
  }
}

}  // namespace

JpegCalls::JpegCalls() {
  jpeg_std_error(&manager_);
  manager_.error_exit = on_error;
  manager_.emit_message = on_message;
}

void JpegCalls::on_error(j_common_ptr cinfo) {
  JpegCalls& self = of(cinfo);
  char text[JMSG_LENGTH_MAX];
  const char* better = better_text(self.manager_);
  if (better == nullptr) self.manager_.format_message(cinfo, text);
  self.fail(code_for(self.manager_), better != nullptr ? better : text);
}

void JpegCalls::on_message(j_common_ptr cinfo, int level) {
  if (level >= 0) return;
  JpegCalls& self = of(cinfo);
  char text[JMSG_LENGTH_MAX];
  self.manager_.format_message(cinfo, text);
  self.warned(self.manager_.msg_code, text);
}

std::string jpeg_library() {
  const std::string version = "libjpeg-turbo " + std::to_string(LIBJPEG_TURBO_VERSION_NUMBER / 1000000);
  return version + "." + std::to_string(LIBJPEG_TURBO_VERSION_NUMBER / 1000 % 1000) + "." +
         std::to_string(LIBJPEG_TURBO_VERSION_NUMBER % 1000);
}

}  // namespace thumbs::image
