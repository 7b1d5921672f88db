// Files that cannot be read, by their first bytes: the error code and the helpful text.
#include "image/codec/recognise/recognise.h"

#include <gtest/gtest.h>

#include <string>

#include "support/pictures.h"

namespace thumbs::image {
namespace {

using std::string_literals::operator""s;

std::span<const std::byte> as_bytes(const std::string& text) { return std::as_bytes(std::span(text)); }

Error said_of(const std::string& content, std::size_t piece = 1 << 20) {
  test::PieceSource source(as_bytes(content), piece);
  return unreadable_file(sniff(as_bytes(content)), source);
}

struct Case {
  const char* title;
  std::string content;
  const char* code;
  const char* words;  ///< of the message
};

std::string utf16(std::string_view text, bool big) {
  std::string out = big ? "\xFE\xFF" : "\xFF\xFE";
  for (const char c : text) out += big ? std::string{'\0', c} : std::string{c, '\0'};
  return out;
}

std::string ftyp(const char* brand) { return "\0\0\0\x18"s + "ftyp" + brand + "\0\0\0\0"s + brand + "isom"; }

const Case k_cases[] = {
    {"empty", "", "not-a-picture", "the file is empty"},
    {"zeros", std::string(40000, '\0'), "not-a-picture", "only zeros"},
    {"a zero", std::string(1, '\0'), "not-a-picture", "only zeros"},
    {"zeros, then something", std::string(40000, '\0') + "x", "not-a-picture", "not a picture of a known format"},
    {"Git LFS", "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n", "not-a-picture",
     "Git LFS pointer to it: run `git lfs pull`"},
    {"Git LFS, CRLF", "version https://git-lfs.github.com/spec/v1\r\noid sha256:4d7a\r\nsize 1\r\n", "not-a-picture",
     "`git lfs pull`"},
    {"Git LFS, with a mark", "\xEF\xBB\xBFversion https://git-lfs.github.com/spec/v1\n", "not-a-picture", "Git LFS"},
    {"git-annex", "/annex/objects/SHA256E-s31390--f50d7ac4.jpg\n", "not-a-picture", "`git annex get`"},
    {"git-annex link", "../.git/annex/objects/a/b/SHA256E-s1--c.jpg/SHA256E-s1--c.jpg", "not-a-picture", "git-annex"},
    {"HTML", "<!DOCTYPE html><html><body>404 Not Found</body></html>", "not-a-picture", "HTML page"},
    {"HTML behind a mark and space", "\xEF\xBB\xBF \r\n\t<HTML>", "not-a-picture", "HTML page"},
    {"HTML behind comments", "<!-- a -->\n<!-- <svg> -->\n<html>", "not-a-picture", "HTML page"},
    {"HTML behind much space", std::string(3000, '\n') + "<!doctype HTML>", "not-a-picture", "HTML page"},
    {"HTML with a picture in it", "<!doctype html><html><svg></svg></html>", "not-a-picture", "HTML page"},
    {"XHTML", "<?xml version='1.0'?>\n<!DOCTYPE html PUBLIC 'x'>\n<html>", "not-a-picture", "HTML page"},
    {"a page without a head", "<h1>Bad gateway</h1>", "not-a-picture", "HTML page"},
    {"HTML in UTF-16", utf16("<html><body>", false), "not-a-picture", "HTML page"},
    {"HTML in UTF-16, big-endian", utf16("\n<!DOCTYPE html>", true), "not-a-picture", "HTML page"},
    {"XML", "<?xml version='1.0'?><Error><Code>AccessDenied</Code></Error>", "not-a-picture", "XML document"},
    {"XML without its head", "<Error><Code>NoSuchKey</Code></Error>", "not-a-picture", "XML document"},
    {"JSON", " {\"error\": \"not found\"}", "not-a-picture", "JSON"},
    {"an answer", "404 page not found\n", "not-a-picture", "error message"},
    {"a script", "#!/bin/sh\necho\n", "not-a-picture", "a script"},
    {"base64", "/9j/4AAQSkZJRgABAQAAAQ", "not-a-picture", "base64"},
    {"a data URL", "data:image/png;base64,iVBORw0KGgo", "not-a-picture", "base64"},
    {"any text", "Dear all,\n", "not-a-picture", "not a picture of a known format"},
    {"any bytes", "\x01\x02\x03\xFE", "not-a-picture", "not a picture of a known format"},
    {"white space", " \n\n", "not-a-picture", "white space"},
    {"PSD", "8BPS\0\1"s, "unsupported", "PSD is not supported"},
    {"ICO", "\0\0\1\0\1\0"s, "unsupported", "ICO is not supported"},
    {"CUR", "\0\0\2\0\1\0"s, "unsupported", "CUR is not supported"},
    {"PDF", "%PDF-1.7", "unsupported", "PDF is not supported"},
    {"EPS", "%!PS-Adobe-3.0 EPSF-3.0", "unsupported", "PostScript is not supported"},
    {"CR3", ftyp("crx "), "unsupported", "CR3"},
    {"CR2", "II*\0\x10\0\0\0CR\2\0"s, "unsupported", "CR2"},
    {"ORF", "IIRO\x08\0\0\0"s, "unsupported", "ORF"},
    {"RW2", "IIU\0\x18\0\0\0"s, "unsupported", "RW2"},
    {"RAF", "FUJIFILMCCD-RAW 0201", "unsupported", "RAF"},
    {"JPEG XL", "\xFF\x0A\x7F", "unsupported", "JPEG XL is not supported"},
    {"JPEG XL file", "\0\0\0\x0CJXL \r\n\x87\n"s, "unsupported", "JPEG XL is not supported"},
    {"JPEG 2000", "\0\0\0\x0CjP  \r\n\x87\n"s, "unsupported", "JPEG 2000"},
    {"JPEG 2000 stream", "\xFF\x4F\xFF\x51", "unsupported", "JPEG 2000"},
    {"JPEG XR", "II\xBC\x01", "unsupported", "JPEG XR"},
    {"XCF", "gimp xcf v011", "unsupported", "XCF"},
    {"QOI", "qoif\0\0\0\1"s, "unsupported", "QOI"},
    {"EXR", "\x76\x2F\x31\x01\x02", "unsupported", "OpenEXR"},
    {"HDR", "#?RADIANCE\n", "unsupported", "Radiance HDR"},
    {"DDS", "DDS \x7C", "unsupported", "DDS"},
    {"PPM", "P6\n640 480\n255\n", "unsupported", "PNM"},
    {"PAM", "P7\nWIDTH 3\n", "unsupported", "PNM"},
    {"a text that begins like PPM", "P6 is a chip", "not-a-picture", "not a picture of a known format"},
    {"MP4", ftyp("isom"), "not-a-picture", "video"},
    {"MOV", ftyp("qt  "), "not-a-picture", "video"},
    {"WebM", "\x1A\x45\xDF\xA3\x01", "not-a-picture", "WebM video"},
    {"AVI", "RIFF\x10\0\0\0AVI LIST"s, "not-a-picture", "AVI"},
    {"ZIP", "PK\3\4\x14\0"s, "not-a-picture", "ZIP archive: unpack it"},
    {"DOCX", "PK\3\4"s + std::string(26, '\0') + "[Content_Types].xml", "not-a-picture", "Office document"},
    {"EPUB", "PK\3\4"s + std::string(26, '\0') + "mimetypeapplication/epub+zip", "not-a-picture", "EPUB"},
    {"gzip", "\x1F\x8B\x08", "not-a-picture", "gzip"},
    {"7-Zip", "7z\xBC\xAF\x27\x1C", "not-a-picture", "7-Zip"},
    {"RAR", "Rar!\x1A\x07\x01", "not-a-picture", "RAR"},
    {"tar", std::string(257, 'a') + "ustar", "not-a-picture", "tar archive"},
    {"SQLite", "SQLite format 3\0"s, "not-a-picture", "SQLite"},
    {"AppleDouble", "\0\5\x16\7\0\2\0\0"s, "not-a-picture", "AppleDouble"},
    {"iCloud", "bplist00\xD1", "not-a-picture", "iCloud"},
    {"PNG with other line ends", "\x89PNG\n\x1A\n\0\0\0\x0DIHDR"s, "not-a-picture", "copy it again"},
    {"PNG saved as UTF-8", "\xEF\xBF\xBDPNG\r\n\x1A\n", "not-a-picture", "saved as text"},
    {"JPEG saved as UTF-8", "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\0\x10JFIF"s, "not-a-picture",
     "saved as text"},
    {"PNG cut in its signature", "\x89PNG\r", "truncated", "premature end of file"},
};

TEST(Recognise, TellsWhatTheFileIsAndWhatToDo) {
  for (const Case& c : k_cases) {
    SCOPED_TRACE(c.title);
    for (const std::size_t piece : {std::size_t{1} << 20, std::size_t{1}}) {
      const Error error = said_of(c.content, piece);
      EXPECT_EQ(to_string(error.code()), c.code);
      EXPECT_NE(error.message().find(c.words), std::string::npos) << error.message();
    }
  }
}

TEST(Recognise, EveryPrefixIsReadWithinItsBounds) {
  for (const Case& c : k_cases) {
    SCOPED_TRACE(c.title);
    for (std::size_t size = 0; size < std::min<std::size_t>(c.content.size(), 300); ++size) {
      const std::vector<char> exact(c.content.begin(), c.content.begin() + static_cast<std::ptrdiff_t>(size));
      MemorySource source(std::as_bytes(std::span(exact)));  // a sanitizer sees its end
      EXPECT_FALSE(unreadable_file(sniff(std::as_bytes(std::span(exact))), source).message().empty());
    }
  }
}

TEST(Recognise, OpeningSaysIt) {
  for (const Case& c : k_cases) {
    SCOPED_TRACE(c.title);
    MemorySource source(as_bytes(c.content));
    try {
      open_picture(source, Limits{});
      ADD_FAILURE() << "opened";
    } catch (const Error& error) {
      EXPECT_EQ(to_string(error.code()), c.code);
      EXPECT_NE(error.message().find(c.words), std::string::npos) << error.message();
    }
  }
}

// ---- Kinds of formats that are read ----

std::string outcome(const test::Bytes& bytes) {
  MemorySource source(bytes);
  try {
    open_picture(source, Limits{});
    return "opened";
  } catch (const Error& error) {
    return std::string(to_string(error.code())) + ": " + error.message();
  }
}

std::size_t frame_of(const test::Bytes& jpeg) {
  for (std::size_t i = 2; i + 1 < jpeg.size(); ++i)
    if (jpeg[i] == std::byte{0xFF} && jpeg[i + 1] == std::byte{0xC0}) return i + 1;
  return 0;
}

TEST(Recognise, JpegsOfOtherKindsAreUnsupportedAndNotCorrupt) {
  const test::Bytes whole = test::make_jpeg({}, test::gradient(64, 48));
  const std::size_t frame = frame_of(whole);
  const struct {
    int marker, precision;
    const char* said;
  } cases[] = {
      {0xC1, 12, "unsupported: 12-bit JPEG is not supported"},
      {0xC0, 12, "unsupported: 12-bit JPEG is not supported"},
      {0xC2, 12, "unsupported: 12-bit JPEG is not supported"},
      {0xC3, 8, "unsupported: lossless JPEG is not supported"},
      {0xC3, 16, "unsupported: lossless JPEG is not supported"},
      {0xCB, 8, "unsupported: lossless JPEG is not supported"},
      {0xC5, 8, "unsupported: hierarchical JPEG is"},
      {0xC6, 8, "unsupported: hierarchical JPEG is"},
      {0xC7, 8, "unsupported: hierarchical JPEG is"},
      {0xCD, 8, "unsupported: hierarchical JPEG is"},
      {0xCE, 8, "unsupported: hierarchical JPEG is"},
      {0xCF, 8, "unsupported: hierarchical JPEG is"},
      {0xDE, 8, "unsupported: hierarchical JPEG is"},
      {0xF7, 8, "unsupported: JPEG-LS is not supported"},
      {0xC0, 7, "corrupt: Unsupported JPEG data precis"},
  };
  for (const auto& c : cases) {
    test::Bytes bytes = whole;
    bytes[frame] = static_cast<std::byte>(c.marker);
    bytes[frame + 3] = static_cast<std::byte>(c.precision);
    const std::string said = outcome(bytes);
    EXPECT_TRUE(said.starts_with(c.said)) << std::hex << c.marker << " " << said;
  }
}

TEST(Recognise, AJpegWithItsHeightBehindItsDataIsUnsupported) {
  test::Bytes bytes = test::make_jpeg({}, test::gradient(64, 48));
  const std::size_t frame = frame_of(bytes);
  bytes[frame + 4] = bytes[frame + 5] = std::byte{0};
  EXPECT_EQ(outcome(bytes), "corrupt: a JPEG without width or height");
  const std::string dnl = "\xFF\xDC\0\4\0\x30"s;
  const auto* begin = reinterpret_cast<const std::byte*>(dnl.data());
  bytes.insert(bytes.end() - 2, begin, begin + dnl.size());
  EXPECT_TRUE(outcome(bytes).starts_with("unsupported: JPEG with its height after its data (DNL)")) << outcome(bytes);
  bytes[frame + 6] = bytes[frame + 7] = std::byte{0};  // no width either
  EXPECT_TRUE(outcome(bytes).starts_with("unsupported: ") || outcome(bytes).starts_with("corrupt: "));
}

TEST(Recognise, ApplesPngIsUnsupported) {
  test::PngBuilder png;
  png.raw("\x89PNG\r\n\x1A\n").chunk("CgBI", std::string_view("\x50\0\x20\x02", 4));
  const test::Bytes plain = test::PngBuilder().ihdr(2, 2, 8, 6).idat(std::string(18, '\0')).iend().bytes();
  png.raw(std::string_view(reinterpret_cast<const char*>(plain.data()) + 8, plain.size() - 8));
  EXPECT_TRUE(outcome(png.bytes()).starts_with("unsupported: Apple's PNG for iOS (CgBI)")) << outcome(png.bytes());
}

}  // namespace
}  // namespace thumbs::image
