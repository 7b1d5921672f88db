// Runs on as many threads as told, and what they leave behind.
#include "engine/runs.h"

#include <oneapi/tbb/global_control.h>
#include <oneapi/tbb/task_arena.h>

#include "image/codec/png/png.h"

namespace thumbs {

Report run_with(World& world, cache::Cache& cache, int jobs, Options options) {
  world.disk.forget();
  options.paths_base = std::string(FakeDisk::k_folder);
  Observer quiet;
  // As many threads as told, whatever the machine has.
  const oneapi::tbb::global_control threads(oneapi::tbb::global_control::max_allowed_parallelism,
                                            static_cast<std::size_t>(jobs));
  oneapi::tbb::task_arena arena(jobs);
  return arena.execute([&] { return engine::run_on(world.disk, cache, world.manifest, options, jobs, quiet); });
}

std::string plain_picture(int seed, int width, int height) {
  image::Picture picture;
  picture.width = width;
  picture.height = height;
  picture.model = image::ColourModel::grey;
  picture.planes.emplace_back(width, height, 1);
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x)
      picture.planes[0].row<std::uint8_t>(y)[x] =
          static_cast<std::uint8_t>((x * (seed + 1) + y * 5 + seed * 11) & 0xFF);
  Variant settings;
  settings.compression_level = 0;
  const std::vector<std::byte> bytes = image::encode_png(picture, settings);
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

std::map<std::string, std::string> digests(const World& world, const std::string& folder) {
  std::map<std::string, std::string> found;
  for (const auto& [path, bytes] : outputs(world, folder)) found[path] = hash_text(bytes).hex();
  return found;
}

bool is_temporary(std::string_view path) { return path.substr(path.rfind('/') + 1).starts_with(".thumbs-tmp-"); }

std::vector<std::string> temporaries(const World& world) {
  std::vector<std::string> found = world.disk.files();
  std::erase_if(found, [](const std::string& path) { return !is_temporary(path); });
  return found;
}

std::unique_ptr<World> without_past(const World& world, const std::string& folder) {
  auto clean = std::make_unique<World>();
  clean->disk.make_folder(folder);
  for (const std::string& path : world.disk.files(folder)) clean->disk.put(path, world.disk.text(path).value_or(""));
  clean->manifest = world.manifest;
  clean->disk.tick(World::k_hour);
  return clean;
}

}  // namespace thumbs
