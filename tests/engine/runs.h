// Runs for tests that compare worlds: any number of workers, any cache, and pictures that all have one size of file.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "engine/world.h"

namespace thumbs {

/// As World::run, with the cache and the number of workers given.
Report run_with(World& world, cache::Cache& cache, int jobs, Options options = {});

/// A PNG whose size in bytes follows from its size in pixels alone: nothing is compressed.
std::string plain_picture(int seed, int width = 20, int height = 14);

/// The hashes of the files below a folder, by path: what failures print stays short.
std::map<std::string, std::string> digests(const World& world, const std::string& folder = "out");

bool is_temporary(std::string_view path);

/// Every temporary file that stands anywhere.
std::vector<std::string> temporaries(const World& world);

/// A world with the same files below `folder` and the same manifest, and no past.
std::unique_ptr<World> without_past(const World& world, const std::string& folder = "in");

}  // namespace thumbs
