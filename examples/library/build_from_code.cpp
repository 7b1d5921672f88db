// A build whose rules are written in C++: thumbnails of all pictures below FOLDER/photos, in FOLDER/thumbs, with no
// manifest on disk. A second run has nothing to do: what was made is recorded in FOLDER/.thumbs.
//
//   build_from_code FOLDER
#include <iostream>
#include <string>

#include "thumbs/build.h"
#include "thumbs/text.h"

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: build_from_code FOLDER\n";
    return 2;
  }
  // As in JSON, a set needs a source, an output and variants; the rest has defaults.
  thumbs::Set photos;
  photos.source = "photos";
  photos.output = "thumbs";
  photos.variants = {
      {.name = "grid", .width = 320, .height = 240, .fit = thumbs::Fit::cover},
      {.name = "large", .width = 1600, .quality = 85},
  };
  thumbs::Manifest manifest;
  manifest.folder = argv[1];
  manifest.sets = {photos};

  try {
    const thumbs::Report report = thumbs::run(manifest);
    for (const thumbs::Item& item : report.items)  // file names may hold anything: make them safe to show
      std::cout << to_string(item.status) << ' ' << thumbs::display_name(item.output.value_or("")) << '\n';
    for (const std::string& error : report.errors) std::cerr << thumbs::printable(error) << '\n';
    std::cout << report.summary.built << " built, " << report.summary.fresh << " up to date\n";
    return report.ok() ? 0 : 1;
  } catch (const thumbs::ManifestError& error) {  // what the rules ask for cannot be: every fault has a pointer
    for (const thumbs::Diagnostic& fault : error.diagnostics()) std::cerr << fault.text() << '\n';
  } catch (const thumbs::Error& error) {
    std::cerr << error.what() << '\n';
  }
  return 1;
}
