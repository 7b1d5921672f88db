// Manifests that random histories change piece by piece, and what such a one asks for.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "engine/reference.h"

namespace thumbs {

/// One set over `in`, whose thumbnails may lie below or beside their originals, and a second one that can be there too.
struct Rules {
  bool minimal = false;     ///< "stat"
  bool second_set = false;  ///< in → out2/…, by a recipe that the first has too
  bool renamed = false;     ///< the set bears another name
  bool spread_out = false;  ///< another layout of the text
  int path = 0;             ///< which template
  int place = 0;            ///< which output folder
  int width = 8;            ///< of the variant "a"
  std::vector<std::string> variants{"a", "b"};

  struct Wanted {
    std::string path;
    std::string recipe;
  };

  bool names_by_content() const { return path == 2; }
  /// The first set's output folder; a slash after it.
  const std::string& folder() const {
    static const std::vector<std::string> k_folders{"out/first/", "in/thumbs/", "in/"};
    return k_folders[static_cast<std::size_t>(place)];
  }
  /// Whether a file at this path may be somebody's original.
  static bool protects(const std::string& output) { return output.starts_with("in/"); }

  std::string settings(const std::string& variant) const {
    if (variant == "a") return R"("width": )" + std::to_string(width) + R"(, "format": "png")";
    if (variant == "b") return R"("width": 5, "height": 5, "fit": "cover", "quality": 60)";
    if (variant == "c") return R"("width": 8, "format": "png")";  // as "a" to begin with
    return R"("width": 11, "height": 3, "fit": "fill", "format": "png")";
  }

  std::string text() const {
    std::string list;
    for (const std::string& name : variants)
      list += (list.empty() ? "" : ", ") + std::string(R"({"name": ")") + name + R"(", )" + settings(name) + "}";
    const std::string name = renamed ? "renamed" : "s";
    std::string all = "{" + std::string(minimal ? R"("stat": "minimal", )" : "") + R"("sets": [{"name": ")" + name +
                      R"(", "source": "in", "output": ")" + folder() + R"(", "path": ")" +
                      templates()[static_cast<std::size_t>(path)] + R"(", "variants": [)" + list + "]}";
    if (second_set)
      all += R"(, {"name": "second", "source": "in", "output": "out/second", "variants": [{"name": "z", )" +
             settings("c") + "}]}";
    all += "]}";
    return spread_out ? "// laid out anew\n\n  " + all + "  /* end */\n" : all;
  }

  std::vector<Wanted> outputs_of(const std::string& source, const std::string& bytes) const {
    std::vector<Wanted> wanted;
    const std::string below = source.substr(3);  // "in/"
    const std::size_t slash = below.rfind('/');
    const std::string dir = slash == std::string::npos ? "" : below.substr(0, slash + 1);
    const std::string name = below.substr(dir.size());
    const std::string stem = name.substr(0, name.rfind('.'));
    for (const std::string& variant : variants) {
      const std::string recipe = settings(variant);
      const std::string ext = variant == "b" ? ".jpg" : ".png";
      std::string file = folder() + dir + stem + "-" + variant + ext;
      if (path == 1) file = folder() + variant + "/" + dir + stem + ext;
      if (path == 2) file = folder() + dir + stem + "-" + variant + "." + reference(bytes, recipe).hash + ext;
      wanted.push_back({file, recipe});
    }
    if (second_set) wanted.push_back({"out/second/" + dir + stem + "-z.png", settings("c")});
    return wanted;
  }

  /// Whether the manifest takes these for one file.
  bool same(const disk::StatData& a, const disk::StatData& b) const {
    return a.size == b.size && a.mtime_ns == b.mtime_ns &&
           (minimal || (a.ctime_ns == b.ctime_ns && a.inode == b.inode));
  }
  /// Whether a look at this moment proves what is in the file: two seconds after its times, or its mtime alone.
  static bool proves(const disk::StatData& a, std::int64_t now_ns, bool mtime_alone) {
    const auto is_old = [now_ns](std::int64_t time) { return now_ns - time >= 2'000'000'000; };
    return is_old(a.mtime_ns) && (mtime_alone || is_old(a.ctime_ns));
  }
  /// Whether what was proved once is enough for the manifest.
  bool trusts(bool by_all, bool by_mtime) const { return by_all || (minimal && by_mtime); }

 private:
  static const std::vector<std::string>& templates() {
    static const std::vector<std::string> k_templates{"{dir}/{stem}-{variant}.{ext}", "{variant}/{dir}/{stem}.{ext}",
                                                      "{dir}/{stem}-{variant}.{hash}.{ext}"};
    return k_templates;
  }
};

}  // namespace thumbs
