// Signatures by a table; text by its first words.
#include "image/codec/recognise/recognise.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "image/codec/cut_source.h"
#include "image/codec/recognise/text.h"

namespace thumbs::image {
namespace {

using std::string_view_literals::operator""sv;

constexpr std::size_t k_head_bytes = 8192;  // a letterhead of comments may precede the first word of a page

struct Kind {
  std::size_t at;  ///< offset of the signature
  std::string_view bytes;
  std::string_view name;
};

/// Pictures. The first match counts, so special formats come before general ones.
constexpr Kind k_pictures[] = {
    {8, "CR\x02\0"sv, "Canon's raw format (CR2)"},
    {4, "ftypcrx "sv, "Canon's raw format (CR3)"},
    {0, "II\x1A\0\0\0HEAPCCDR"sv, "Canon's raw format (CRW)"},
    {0, "IIU\0"sv, "Panasonic's raw format (RW2)"},
    {0, "IIRO"sv, "Olympus's raw format (ORF)"},
    {0, "IIRS"sv, "Olympus's raw format (ORF)"},
    {0, "MMOR"sv, "Olympus's raw format (ORF)"},
    {0, "FUJIFILMCCD-RAW"sv, "Fujifilm's raw format (RAF)"},
    {0, "FOVb"sv, "Sigma's raw format (X3F)"},
    {0, "\0MRM"sv, "Minolta's raw format (MRW)"},
    {0, "II\xBC\x01"sv, "JPEG XR"},
    {4, "jP  \r\n\x87\n"sv, "JPEG 2000"},
    {0, "\xFF\x4F\xFF\x51"sv, "JPEG 2000"},
    {4, "ftypjxl "sv, "JPEG XL"},
    {0, "gimp xcf"sv, "GIMP's XCF"},
    {0, "qoif"sv, "QOI"},
    {0, "\x76\x2F\x31\x01"sv, "OpenEXR"},
    {0, "#?RADIANCE"sv, "Radiance HDR"},
    {0, "#?RGBE"sv, "Radiance HDR"},
    {0, "DDS "sv, "DDS"},
    {0, "\xABKTX "sv, "KTX"},
    {0, "farbfeld"sv, "farbfeld"},
    {0, "BPG\xFB"sv, "BPG"},
    {0, "FLIF"sv, "FLIF"},
    {0, "\x8AMNG\r\n\x1A\n"sv, "MNG"},
    {0, "\x8BJNG\r\n\x1A\n"sv, "JNG"},
    {0, "\0\0\2\0\1\0"sv, "CUR"},
    {0, "icns"sv, "Apple's icon format (ICNS)"},
    {0, "SIMPLE  ="sv, "FITS"},
    {128, "DICM"sv, "DICOM"},
    {0, "AT&TFORM"sv, "DjVu"},
    {0, "\x97JB2\r\n\x1A\n"sv, "JBIG2"},
    {0, "\xC5\xD0\xD3\xC6"sv, "EPS"},
    {0, "%!PS"sv, "PostScript"},
    {0, "\xD7\xCD\xC6\x9A"sv, "WMF"},
    {40, " EMF"sv, "EMF"},
    {30, "mimetypeimage/openraster"sv, "OpenRaster"},
    {30, "mimetypeapplication/x-krita"sv, "Krita's format"},
};

/// Files that are not pictures.
constexpr Kind k_others[] = {
    {0, "RIFF"sv, "a video or a recording (AVI, WAV)"},
    {4, "ftyp"sv, "a video or a recording (MP4, MOV)"},
    {4, "moov"sv, "a QuickTime video"},
    {0, "\x1A\x45\xDF\xA3"sv, "a Matroska or WebM video"},
    {0, "\0\0\1\xBA"sv, "an MPEG video"},
    {0, "FLV\1"sv, "a Flash video"},
    {0, "OggS"sv, "an Ogg recording or video"},
    {0, "ID3"sv, "an MP3 recording"},
    {0, "fLaC"sv, "a FLAC recording"},
    {30, "mimetypeapplication/epub+zip"sv, "an EPUB book"},
    {30, "mimetypeapplication/vnd.oasis"sv, "an OpenDocument file"},
    {30, "[Content_Types].xml"sv, "an Office document"},
    {0, "PK\3\4"sv, "a ZIP archive: unpack it"},
    {0, "PK\5\6"sv, "an empty ZIP archive"},
    {0, "\x1F\x8B"sv, "gzip data: unpack it"},
    {0, "BZh"sv, "bzip2 data: unpack it"},
    {0, "\xFD\x37zXZ\0"sv, "xz data: unpack it"},
    {0, "\x28\xB5\x2F\xFD"sv, "Zstandard data: unpack it"},
    {0, "7z\xBC\xAF\x27\x1C"sv, "a 7-Zip archive: unpack it"},
    {0, "Rar!\x1A\x07"sv, "a RAR archive: unpack it"},
    {257, "ustar"sv, "a tar archive: unpack it"},
    {0, "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"sv, "an old Office document, or Windows's Thumbs.db"},
    {0, "SQLite format 3\0"sv, "an SQLite database"},
    {0, "\x7F\x45LF"sv, "a program (ELF)"},
    {0, "\xCF\xFA\xED\xFE"sv, "a program (Mach-O)"},
    {0, "\0\5\x16\7"sv, "a `._` file of macOS (AppleDouble), not the picture beside it: exclude it"},
    {0, "bplist00"sv,
     "a property list, perhaps iCloud's placeholder of a picture that is not on this machine: download it"},
    {0, "\x89PNG\n\x1A\n"sv,
     "a PNG that was copied as text, which changed its line endings: copy it again as a binary file"},
    {0, "\x89PNG\r\r"sv,
     "a PNG that was copied as text, which changed its line endings: copy it again as a binary file"},
    {0, "\tPNG\r\n\x1A\n"sv, "a PNG that was transferred as 7-bit text: copy it again as a binary file"},
    {0, "\xEF\xBF\xBDPNG"sv, "a PNG that was saved as text, which destroyed it: copy it again as a binary file"},
    {0, "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"sv,
     "binary data that was saved as text, which destroyed it: copy it again as a binary file"},
    {0, "\xC3\xBF\xC3\x98\xC3\xBF"sv,
     "a JPEG that was saved as text, which destroyed it: copy it again as a binary file"},
};

bool fits(const Kind& kind, std::string_view head) {
  return head.size() >= kind.at && head.substr(kind.at).starts_with(kind.bytes);
}

std::string read_head(ByteSource& source) {
  std::string head;
  source.rewind();
  while (head.size() < k_head_bytes) {
    const auto piece = source.next();
    if (piece.empty()) break;
    head.append(reinterpret_cast<const char*>(piece.data()), std::min(piece.size(), k_head_bytes - head.size()));
  }
  return head;
}

/// "P1" to "P7", "PF" and "Pf", white space, then a number, a comment or PAM's first word.
bool is_netpbm(std::string_view head) {
  const auto one_of = [&](std::size_t at, std::string_view letters) { return letters.find(head[at]) != head.npos; };
  return head.size() > 3 && head[0] == 'P' && one_of(1, "1234567Ff") && one_of(2, "\n\r\t ") &&
         one_of(3, "0123456789#W");
}

Error known_picture(std::string_view name) {
  return {ErrorCode::unsupported, std::string(name) + " is not supported; convert it to PNG or JPEG"};
}

Error no_picture(std::string_view what) {
  return {ErrorCode::not_a_picture, "not a picture, but " + std::string(what)};
}

/// A more precise name than sniff() gives; empty for what is not a picture.
std::string_view picture_name(FileFormat format, std::string_view head) {
  const auto* found = std::ranges::find_if(k_pictures, [&](const Kind& kind) { return fits(kind, head); });
  if (found != std::end(k_pictures)) return found->name;
  if (is_netpbm(head)) return "PNM";
  // sniff() also calls an HTML page with an SVG in it an SVG.
  return format == FileFormat::unknown || format == FileFormat::svg ? std::string_view() : name(format);
}

/// Whether the file is only the beginning of a signature, which is enough to know what it should have been.
bool is_begun_picture(std::string_view head) {
  constexpr std::size_t k_least = 3;
  constexpr std::array signatures = {"\x89PNG\r\n\x1A\n"sv};
  return head.size() >= k_least && std::ranges::any_of(signatures, [&](std::string_view signature) {
           return head.size() < signature.size() && signature.starts_with(head);
         });
}

}  // namespace

Error unreadable_file(FileFormat format, ByteSource& source) {
  const std::string head = read_head(source);
  if (head.empty()) return {ErrorCode::not_a_picture, "the file is empty"};
  if (const std::string_view picture = picture_name(format, head); !picture.empty()) return known_picture(picture);
  if (is_begun_picture(head)) return {ErrorCode::truncated, "premature end of file"};
  const auto* found = std::ranges::find_if(k_others, [&](const Kind& kind) { return fits(kind, head); });
  if (found != std::end(k_others)) return no_picture(found->name);
  if (head.find_first_not_of('\0') == head.npos && end_without_zeros(source) == 0)
    return {ErrorCode::not_a_picture, "the file contains only zeros: copy or download it again"};
  const TextKind text = kind_of_text(head);
  if (text.is_picture) return known_picture(text.what);
  if (!text.what.empty()) return no_picture(text.what);
  if (format == FileFormat::svg) return known_picture(name(format));
  return {ErrorCode::not_a_picture, "not a picture of a known format"};
}

}  // namespace thumbs::image
