// thumbs_shop FOLDER [COUNT]: fills FOLDER with product pictures as a shop would have them: JPEG and PNG, upright and
// not, large and small. The same on every run; pictures that are there already stay.
#include <algorithm>
#include <array>
#include <atomic>
#include <charconv>
#include <exception>
#include <filesystem>
#include <iostream>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "picture_file.h"
#include "random.h"
#include "scene.h"

namespace shop {
namespace {

namespace fs = std::filesystem;

constexpr std::array<std::string_view, 6> k_departments{"bath", "garden", "kitchen", "living", "office", "play"};

struct Size {
  int width, height;
};

// Mostly a web shop's sizes, now and then a camera's; each orientation of the frame.
Size pick_size(Random& random) {
  constexpr std::array k_long_sides{400, 500, 640, 640, 800, 800, 960, 1000, 1200, 1600, 2400};
  constexpr std::array<std::array<int, 2>, 4> k_ratios{{{1, 1}, {4, 3}, {3, 2}, {5, 4}}};
  const int side = k_long_sides[static_cast<std::size_t>(random.below(k_long_sides.size()))];
  const auto ratio = k_ratios[static_cast<std::size_t>(random.below(k_ratios.size()))];
  const int other = side * ratio[1] / ratio[0];
  return random.one_in(3) ? Size{other, side} : Size{side, other};
}

std::string file_name(int number, std::string_view extension) {
  std::string digits = std::to_string(number);
  digits.insert(0, 4 - std::min<std::size_t>(4, digits.size()), '0');
  return "sku-" + digits + std::string(extension);
}

// Written under another name first, so that an interrupted run leaves no half picture behind.
template <class Write>
void write_once(const fs::path& path, Write write) {
  const fs::path part = path.string() + ".part";
  write(part.string());
  fs::rename(part, path);
}

void make_jpeg(const fs::path& folder, int number, Random& random) {
  const fs::path path = folder / file_name(number, ".jpg");
  if (fs::exists(path)) return;
  const Size size = pick_size(random);
  const JpegSettings settings{.grey = random.one_in(12),
                              .progressive = random.one_in(4),
                              .full_chroma = random.one_in(5),
                              .quality = 80 + random.below(16),
                              .orientation = random.one_in(4) ? 2 + random.below(7) : 1};
  const Canvas upright = render(make_scene(random.next()), size.width, size.height);
  write_once(path, [&](const std::string& to) { write_jpeg(to, stored_as(upright, settings.orientation), settings); });
}

void make_png(const fs::path& folder, int number, Random& random) {
  const fs::path path = folder / file_name(number, ".png");
  if (fs::exists(path)) return;
  const Size size = pick_size(random);
  const int kind = random.below(6);
  const Layout layout = kind == 0 ? Layout::grey : kind < 4 ? Layout::rgba : Layout::rgb;
  Scene scene = make_scene(random.next());
  scene.cut_out = layout == Layout::rgba;
  scene.grain = 0;
  const Canvas canvas = render(scene, size.width, size.height);
  write_once(path, [&](const std::string& to) { write_png(to, canvas, layout); });
}

void make_picture(const fs::path& shop, int number) {
  Random random(static_cast<std::uint64_t>(number));
  const fs::path folder = shop / k_departments[static_cast<std::size_t>(random.below(k_departments.size()))];
  fs::create_directories(folder);
  if (random.one_in(4)) {
    make_png(folder, number, random);
  } else {
    make_jpeg(folder, number, random);
  }
}

// Makes pictures 1 to `count` on all cores; rethrows the first failure.
void make_all(const fs::path& shop, int count) {
  std::atomic<int> next{1};
  std::exception_ptr failure;
  std::mutex failure_mutex;
  const auto work = [&] {
    try {
      for (int number = next++; number <= count; number = next++) make_picture(shop, number);
    } catch (...) {
      next = count + 1;
      const std::lock_guard lock(failure_mutex);
      failure = std::current_exception();
    }
  };
  std::vector<std::jthread> workers(std::max(1u, std::thread::hardware_concurrency()));
  for (auto& worker : workers) worker = std::jthread(work);
  workers.clear();
  if (failure) std::rethrow_exception(failure);
}

int run(const std::vector<std::string_view>& arguments) {
  int count = 300;
  const bool bad_count =
      arguments.size() == 2 && std::from_chars(arguments[1].begin(), arguments[1].end(), count).ec != std::errc{};
  if (arguments.empty() || arguments.size() > 2 || bad_count || count < 1) {
    std::cerr << "usage: thumbs_shop FOLDER [COUNT]\n";
    return 2;
  }
  make_all(fs::path(arguments[0]), count);
  return 0;
}

}  // namespace
}  // namespace shop

int main(int argc, char** argv) {
  try {
    return shop::run({argv + 1, argv + argc});
  } catch (const std::exception& error) {
    std::cerr << "thumbs_shop: " << error.what() << '\n';
    return 1;
  }
}
