#include "manifest/rules_hash.h"

#include <optional>
#include <string>

#include "manifest/overrides.h"
#include "manifest/recipe.h"

namespace thumbs::manifest {
namespace {

class Text {
 public:
  void add(std::string_view field) { text_ += std::to_string(field.size()) + ":" + std::string(field); }

  void add(const Variant& variant) {
    const std::string mark = variant.watermark ? variant.watermark->file : "";
    const std::optional<PictureFormat> one = picture_format(variant.format);
    for (const PictureFormat format :
         {PictureFormat::jpeg, PictureFormat::png, PictureFormat::webp, PictureFormat::avif}) {
      if (one.value_or(format) != format) continue;
      const Recipe recipe = resolve(variant, format, mark);
      add(recipe.text);
      add(recipe.stages);
    }
    add(std::to_string(variant.width.value_or(0)) + "x" + std::to_string(variant.height.value_or(0)));
  }

  void add(const Set& set) {
    for (const std::string* field : {&set.source, &set.output, &set.path}) add(*field);
    for (const std::vector<std::string>* globs : {&set.include, &set.exclude}) {
      add(std::to_string(globs->size()));
      for (const std::string& glob : *globs) add(glob);
    }
    add(set.follow_symlinks ? "follow" : "");
    for (const Variant& variant : set.variants) {
      add(variant.name);
      add(variant);
    }
    for (const Override& change : set.overrides) add(change, set);
  }

  const std::string& text() const { return text_; }

 private:
  void add(const Override& change, const Set& set) {
    add(change.glob);
    for (Variant variant : set.variants) {
      apply(change, variant);
      add(variant);
    }
  }

  std::string text_;
};

}  // namespace

Hash128 rules_hash(const Manifest& manifest) {
  Text text;
  for (const Set& set : manifest.sets) text.add(set);
  return hash_text(text.text());
}

}  // namespace thumbs::manifest
