// From what was found to the sets of a manifest. Pure.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "init/group.h"
#include "init/listing.h"
#include "init/look.h"
#include "support/built_formats.h"
#include "thumbs/manifest.h"

namespace thumbs::init {

/// A set, and what its pictures are like.
struct ProposedSet {
  Set set;
  std::size_t pictures = 0;
  Kinds kinds = {};
};

struct Findings {
  Listing listing = {};
  std::vector<Group> groups = {};
  std::vector<Kinds> kinds = {};  ///< of each group
  BuiltFormats built = {};
};

/// Whether something that is no empty folder has this path.
using Taken = std::function<bool(const std::string&)>;

/// A set for each group, each with an output folder that is not taken and lies outside of all sources where it can. Two
/// sources never share an output. Without groups: one set for the folder itself.
std::vector<ProposedSet> propose(const Findings& findings, const Taken& taken);

}  // namespace thumbs::init
