// Resolves paths and links as a kernel does.
#include "support/fake_tree.h"

#include <utility>

namespace thumbs {

FakeTree::FakeTree() { nodes_[k_root].kind = disk::FileKind::directory; }

std::uint64_t FakeTree::add(std::uint64_t folder, const std::string& name, FakeNode node) {
  const std::uint64_t inode = next_++;
  nodes_[inode] = std::move(node);
  nodes_.at(folder).entries[name] = inode;
  return inode;
}

FakeTree::Place FakeTree::find(const std::string& path, bool follow_links) const {
  std::deque<std::string> ahead = split(path);
  std::vector<Step> route = {{"", k_root}};
  for (int links = 0; !ahead.empty();) {
    const std::string name = take_first(ahead);
    if (name == ".") continue;
    if (name == "..") {
      if (route.size() > 1) route.pop_back();
      continue;
    }
    const FakeNode& folder = node(route.back().inode);
    if (folder.kind != disk::FileKind::directory) return {};
    const auto entry = folder.entries.find(name);
    if (entry == folder.entries.end()) return ahead.empty() ? Place{route.back().inode, name, 0, ""} : Place{};
    const FakeNode& found = node(entry->second);
    if (found.kind == disk::FileKind::symlink && (follow_links || !ahead.empty())) {
      if (++links > 40) return {};
      if (found.bytes.starts_with('/')) route.resize(1);
      const std::deque<std::string> target = split(found.bytes);
      ahead.insert(ahead.begin(), target.begin(), target.end());
    } else {
      route.push_back({name, entry->second});
    }
  }
  return place_of(route);
}

int FakeTree::names_of(std::uint64_t inode) const {
  int names = 0;
  for (const auto& [_, node] : nodes_)
    for (const auto& [name, entry] : node.entries) names += entry == inode ? 1 : 0;
  return names;
}

std::vector<std::string> FakeTree::files(std::uint64_t folder, const std::string& prefix) const {
  std::vector<std::string> found;
  for (const auto& [name, inode] : node(folder).entries) {
    if (node(inode).kind == disk::FileKind::directory) {
      for (std::string& path : files(inode, prefix + name + "/")) found.push_back(std::move(path));
    } else {
      found.push_back(prefix + name);
    }
  }
  return found;
}

std::deque<std::string> FakeTree::split(std::string_view path) {
  std::deque<std::string> names;
  while (!path.empty()) {
    const std::size_t slash = path.find('/');
    if (slash != 0) names.emplace_back(path.substr(0, slash));
    path.remove_prefix(slash == std::string_view::npos ? path.size() : slash + 1);
  }
  return names;
}

std::string FakeTree::take_first(std::deque<std::string>& names) {
  std::string name = std::move(names.front());
  names.pop_front();
  return name;
}

FakeTree::Place FakeTree::place_of(const std::vector<Step>& route) {
  std::string real;
  for (std::size_t i = 1; i < route.size(); ++i) real += "/" + route[i].name;
  const std::uint64_t folder = route.size() > 1 ? route[route.size() - 2].inode : k_root;
  return {folder, route.back().name, route.back().inode, real.empty() ? "/" : real};
}

}  // namespace thumbs
