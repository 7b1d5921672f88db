// Pictures for the project, runs on it, and what they leave.
#include "engine/world.h"

#include <oneapi/tbb/task_arena.h>

#include "image/codec/png/png.h"

namespace thumbs {

std::string picture(int seed, int width, int height) {
  image::Picture picture;
  picture.width = width;
  picture.height = height;
  picture.model = image::ColourModel::grey;
  picture.planes.emplace_back(width, height, 1);
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x)
      picture.planes[0].row<std::uint8_t>(y)[x] = static_cast<std::uint8_t>((x * seed + y * 3 + seed * 7) & 0xFF);
  Variant settings;
  const std::vector<std::byte> bytes = image::encode_png(picture, settings);
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

World::World(std::string_view manifest_text) : cache(cache::Cache::open(":memory:", cache::CacheMode::read_write)) {
  disk.set_now(1'700'000'000 * FakeDisk::k_second);
  set_manifest(manifest_text);
}

World::World(const World& other) : manifest(other.manifest) { disk.become(other.disk); }

World::~World() = default;

void World::set_manifest(std::string_view text) {
  manifest = parse_manifest(text, "thumbs.json", std::string(FakeDisk::k_folder));
}

void World::add_pictures() {
  disk.put("in/one.png", picture(1));
  disk.put("in/two.png", picture(2, 49));
  disk.put("in/sub/three.png", picture(3, 50));
  disk.tick(k_hour);
}

Report World::run(Options options) {
  disk.forget();
  options.paths_base = std::string(FakeDisk::k_folder);
  Observer quiet;
  oneapi::tbb::task_arena arena(2);
  engine::CacheHold hold;
  hold.store = store;
  return arena.execute([&] { return engine::run_on(disk, *cache, manifest, options, 2, quiet, hold); });
}

Report World::command(Command command) {
  Options options;
  options.command = command;
  return run(options);
}

std::vector<std::string> lines(const Report& report) {
  std::vector<std::string> found;
  for (const Item& item : report.items) {
    found.push_back(item.output.value_or("?") + ": " + std::string(to_string(item.status)) +
                    (item.reason == Reason::none ? "" : " ") + std::string(to_string(item.reason)));
  }
  return found;
}

std::map<std::string, std::string> outputs(const World& world, const std::string& folder) {
  std::map<std::string, std::string> found;
  for (const std::string& path : world.disk.files(folder)) found[path] = world.disk.text(path).value_or("");
  return found;
}

}  // namespace thumbs
