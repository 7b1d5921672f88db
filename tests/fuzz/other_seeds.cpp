// What is no picture, for fuzzing to start from.
#include <fstream>
#include <iterator>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "cache/cache.h"
#include "fuzz/seeds.h"
#include "image/colour/icc.h"
#include "store/channel.h"
#include "store/entry.h"
#include "support/temp_folder.h"

namespace thumbs::test {
namespace {

using namespace std::string_literals;
using namespace std::string_view_literals;

void add_text(std::vector<Bytes>& seeds, std::string_view text) {
  const auto* begin = reinterpret_cast<const std::byte*>(text.data());
  seeds.emplace_back(begin, begin + text.size());
}

std::string text_of(const Bytes& bytes) { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }

/// For text_fuzz, whose first byte chooses the reader.
void add_texts(std::vector<Bytes>& seeds) {
  const std::string hash = "xxh3-128:0123456789abcdef0123456789abcdef";
  const std::string recipe = "xxh3-128:0123456789abcdef0123456789abcdef.0123456789abcdef0123456789abcdef";
  const std::string texts[] = {
      R"({"lock": "l", "sets": [{"source": "a", "output": "b", "overrides": {"x/*": {"focus": "10,20"}},
"variants": [{"name": "w", "widths": [100, 200], "formats": ["jpeg", "webp"], "trim": {"threshold": 5, "margin": 2}}]}]})",
      "**/{a,b[!c-e]}/?*.jp\\g\na/b/c.jpg",
      "{dir}/{stem}-{variant}.{sourceExt}.{ext}/{hash}-{width}x{height}\na/../b",
      "a%25.jpg\t" + hash + "\t" + recipe + "\tout/a.jpg\t" + hash + "\n",
      R"({"a.jpg": {"width": 4, "height": 3, "alpha": false, "dominantColour": "#102030", "thumbhash": "3OcRJYB4d3h/iIeHeEh3eIhw+j2w",
"hash": ")" +
          hash + R"(", "variants": []}})",
  };
  for (std::size_t i = 0; i < std::size(texts); ++i) add_text(seeds, static_cast<char>(i) + texts[i]);
  add_text(seeds, "\0"s + R"({"version": 1, "limits": {"inputBytes": "1GiB"}, // a comment
  "sets": [{"source": "a", "include": ["**/*.{jpg,png}", "[!a-z]?\\*"], "output": "b", "path": "{dir}/{stem}-{variant}.{ext}",
  "variants": [{"name": "x", "width": 256, "fit": "cover", "background": "#ffffff80"}]}]})");
}

/// For exif_fuzz, and for metadata_fuzz, whose first byte chooses the block.
void add_blocks(std::vector<Bytes>& seeds) {
  const std::string exif = text_of(tiff_block(6, false));
  const std::string iptc = "\x1C\2\x50\0\4Iris\x1C\2\x78\x80\4\0\0\0\1c"s;
  const std::string xmp =
      R"(<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>
  <rdf:Description xmlns:t='http://ns.adobe.com/tiff/1.0/' xmlns:dc='http://purl.org/dc/elements/1.1/' t:Orientation='6'>
  <t:ImageWidth>640</t:ImageWidth><dc:rights><rdf:Alt><rdf:li xml:lang='x-default'>A &amp; B</rdf:li></rdf:Alt></dc:rights>
  </rdf:Description></rdf:RDF></x:xmpmeta>)";
  const std::string resources = "8BIM\4\4\0\0\0\0\0\x13"s + iptc + "\0"s;
  const std::string raw = "Raw profile type exif\0\nexif\n      10\n49492a00080000000000"s;
  const std::string blocks[] = {exif, xmp, xmp, iptc, resources, raw, text_of(tiff_block(6, true))};
  for (std::size_t i = 0; i < std::size(blocks); ++i) add_text(seeds, static_cast<char>(i) + blocks[i]);
  add_text(seeds, exif);
  add_text(seeds, text_of(tiff_block(6, true)));
}

/// For icc_fuzz, whose first byte chooses the picture.
void add_profiles(std::vector<Bytes>& seeds) {
  const std::pair<char, image::ColourModel> pictures[] = {
      {'\0', image::ColourModel::rgb}, {'\2', image::ColourModel::grey}, {'\5', image::ColourModel::rgb}};
  for (const auto& [choice, model] : pictures) add_text(seeds, choice + text_of(image::srgb_profile(model)));
}

void add_svgs(std::vector<Bytes>& seeds) {
  add_text(seeds,
           R"(<svg xmlns="http://www.w3.org/2000/svg" width="4cm" viewBox="0 0 9 6"><g id="a"><path d="M1 2h3z"/></g>
<use href="#a"/><text>left out</text><script>x()</script><image width="9" height="9" href="data:image/png;base64,
iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg=="/></svg>)");
  add_text(seeds,
           R"(<!DOCTYPE svg [<!ENTITY e "<g/>">]><s:svg xmlns:s="http://www.w3.org/2000/svg" height="3">&e;</s:svg>)");
}

/// For cache_fuzz: a record of each kind.
void add_cache(std::vector<Bytes>& seeds) {
  const TempFolder folder;
  const std::string file = folder / "cache.db";
  cache::Batch batch;
  batch.owner = "/project/thumbs.json";
  batch.made_folders = {"/project/out"};
  batch.pictures = {{.hash = {.high = 1, .low = 2}, .width = 4, .height = 3, .alpha = true, .look = {}}};
  batch.sources = {{.path = "a.jpg", .stat_data = {.size = 9}, .hash = {.high = 1, .low = 2}, .format = "jpeg"}};
  const cache::VariantName name{"set", "variant"};
  cache::Batch::Output output;
  output.row.path = "out/a.jpg";
  output.row.source = "a.jpg";
  output.row.name = &name;
  output.row.made = true;
  output.recipe = {.settings = "width=9", .stages = "decode=1", .libraries = "none"};
  batch.outputs = {output};
  cache::Cache::open(file, cache::CacheMode::read_write)->commit(batch);
  std::ifstream in(file, std::ios::binary);
  add_text(seeds, std::string(std::istreambuf_iterator<char>(in), {}));
}

/// For store_fuzz, whose first byte chooses: an entry as it comes, one without its first lines, frames that answer.
void add_store(std::vector<Bytes>& seeds) {
  const store::Key key = store::key_of({hash_text("a source"), "width=8", "decode=1", "libjpeg 1"});
  const std::string jpeg = "\xFF\xD8\xFF\xC0\0\x0B\x08\0\6\0\x08\1\1\x11\0\xFF\xD9"s;
  store::Entry entry;
  entry.format = "jpeg";
  entry.width = 8;
  entry.height = 6;
  entry.milliseconds = 7;
  entry.warnings = {"w"};
  entry.bytes = std::as_bytes(std::span(jpeg));
  entry.look.emplace().thumbhash_bytes = 2;
  const std::string whole = text_of(store::to_bytes(key, entry));
  add_text(seeds, "\0"s + whole);
  add_text(seeds, "\1"s + whole.substr(whole.find("format")));
  std::string frames = "\2";
  const store::Answer answers[] = {
      {1, store::Reply::found, store::to_bytes(key, entry)},
      store::answer_of(2, store::Reply::missing),
      store::answer_of(3, store::Reply::failed, "HTTP 500"),
      store::answer_of(0, store::Reply::gone, "it is away"),
  };
  for (const store::Answer& answer : answers) {
    const store::Frame frame = store::to_frame(answer);
    frames.append(reinterpret_cast<const char*>(&frame.head), sizeof frame.head) += text_of(frame.bytes);
  }
  add_text(seeds, frames);
}

/// For merge_fuzz, as it reads them: a source, an output, its file, a picture and a part, of two caches.
void add_merged(std::vector<Bytes>& seeds) {
  std::string all;
  for (const char cache : {'\1', '\2'}) {
    const auto record = [&](int kind, std::string_view fields) {
      (all += static_cast<char>(cache + 3 * kind)) += fields;
    };
    record(0, "\5a.jpg\x9\7\1\2\4jpeg\1"sv);
    record(1, "\5o.jpg\5a.jpg\1\2\0\4okay\4\7\3set\1v\x9\1\1\7width=9\1j"sv);
    record(2, "\1\2\x9\6\1\1"sv);
    record(4, cache == '\1' ? "\1\2\1\1"sv : "\2\2\1\1"sv);
  }
  add_text(seeds, all + "\x0F\5o.jpg\4okay\7");
}

}  // namespace

std::vector<Bytes> other_seeds() {
  std::vector<Bytes> seeds;
  add_texts(seeds);
  add_blocks(seeds);
  add_profiles(seeds);
  add_svgs(seeds);
  add_cache(seeds);
  add_store(seeds);
  add_merged(seeds);
  add_text(seeds, "RIFF\x10\x10\x10\x10WEBPVP8 ");
  return seeds;
}

}  // namespace thumbs::test
