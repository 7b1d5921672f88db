// How manifests and recipes spell each enumerator.
#pragma once

#include <string_view>

#include "thumbs/manifest.h"
#include "thumbs/variant.h"

namespace thumbs::manifest {

template <class Enum>
struct EnumName {
  std::string_view text;
  Enum value;
};

/// All names of an enumeration, in the order in which people are told them.
template <class Enum>
inline constexpr EnumName<Enum> k_names[] = {};

template <>
inline constexpr EnumName<Fit> k_names<Fit>[] = {{"inside", Fit::inside},
                                                 {"outside", Fit::outside},
                                                 {"cover", Fit::cover},
                                                 {"contain", Fit::contain},
                                                 {"fill", Fit::fill}};
template <>
inline constexpr EnumName<Position> k_names<Position>[] = {{"center", Position::center},
                                                           {"top", Position::top},
                                                           {"bottom", Position::bottom},
                                                           {"left", Position::left},
                                                           {"right", Position::right},
                                                           {"top-left", Position::top_left},
                                                           {"top-right", Position::top_right},
                                                           {"bottom-left", Position::bottom_left},
                                                           {"bottom-right", Position::bottom_right},
                                                           {"entropy", Position::entropy},
                                                           {"attention", Position::attention}};
template <>
inline constexpr EnumName<Kernel> k_names<Kernel>[] = {{"nearest", Kernel::nearest},   {"box", Kernel::box},
                                                       {"linear", Kernel::linear},     {"cubic", Kernel::cubic},
                                                       {"mitchell", Kernel::mitchell}, {"lanczos2", Kernel::lanczos2},
                                                       {"lanczos3", Kernel::lanczos3}};
template <>
inline constexpr EnumName<OutputFormat> k_names<OutputFormat>[] = {{"jpeg", OutputFormat::jpeg},
                                                                   {"png", OutputFormat::png},
                                                                   {"webp", OutputFormat::webp},
                                                                   {"avif", OutputFormat::avif},
                                                                   {"source", OutputFormat::source}};
template <>
inline constexpr EnumName<PictureFormat> k_names<PictureFormat>[] = {{"jpeg", PictureFormat::jpeg},
                                                                     {"png", PictureFormat::png},
                                                                     {"webp", PictureFormat::webp},
                                                                     {"avif", PictureFormat::avif}};
template <>
inline constexpr EnumName<ChromaSubsampling> k_names<ChromaSubsampling>[] = {
    {"4:2:0", ChromaSubsampling::s420}, {"4:2:2", ChromaSubsampling::s422}, {"4:4:4", ChromaSubsampling::s444}};
template <>
inline constexpr EnumName<Metadata> k_names<Metadata>[] = {
    {"strip", Metadata::strip}, {"copyright", Metadata::copyright}, {"all", Metadata::all}};
template <>
inline constexpr EnumName<ColourMode> k_names<ColourMode>[] = {{"srgb", ColourMode::srgb}, {"keep", ColourMode::keep}};
template <>
inline constexpr EnumName<FailOn> k_names<FailOn>[] = {
    {"none", FailOn::none}, {"truncated", FailOn::truncated}, {"error", FailOn::error}, {"warning", FailOn::warning}};
template <>
inline constexpr EnumName<SandboxMode> k_names<SandboxMode>[] = {
    {"auto", SandboxMode::automatic}, {"off", SandboxMode::off}, {"require", SandboxMode::required}};
template <>
inline constexpr EnumName<StatMode> k_names<StatMode>[] = {{"full", StatMode::full}, {"minimal", StatMode::minimal}};

template <class Enum>
constexpr std::string_view name_of(Enum value) {
  for (const auto& entry : k_names<Enum>) {
    if (entry.value == value) return entry.text;
  }
  return {};
}

}  // namespace thumbs::manifest
