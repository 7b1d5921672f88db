// MD5 (RFC 1321): XMP names a packet by it (ISO 16684-3, 7.3.2.4). Its strength does not matter here.
#pragma once

#include <cstddef>
#include <span>
#include <string>

namespace thumbs::image {

/// 32 hexadecimal digits, in upper case.
std::string md5_hex(std::span<const std::byte> bytes);

}  // namespace thumbs::image
