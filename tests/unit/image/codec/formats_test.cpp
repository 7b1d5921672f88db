// The table of formats is complete, has no duplicates, and agrees on reading and writing.
#include "image/codec/formats.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cctype>
#include <set>
#include <string>

#include "support/built_formats.h"
#include "thumbs/error.h"

namespace thumbs::image {
namespace {

TEST(Formats, EveryFormatHasARowWithNamesOfItsOwn) {
  std::set<std::string_view> keys, names;
  for (int i = 0; i <= static_cast<int>(FileFormat::ico); ++i) {
    const auto id = static_cast<FileFormat>(i);
    const Format& row = format_of(id);
    EXPECT_EQ(row.id, id);
    EXPECT_TRUE(keys.insert(row.key).second) << row.key;
    EXPECT_TRUE(names.insert(row.name).second) << row.name;
    EXPECT_THAT(row.key,
                testing::Each(testing::Truly([](unsigned char c) { return std::toupper(c) != c || c == ' '; })));
    EXPECT_EQ(key(id), row.key);
    EXPECT_EQ(name(id), row.name);
  }
}

TEST(Formats, TheUnknownHasNoKeyAndNoBytesMakeIt) {
  EXPECT_EQ(key(FileFormat::unknown), "");
  EXPECT_EQ(format_of(FileFormat::unknown).recognise, nullptr);
}

TEST(Formats, WhatIsWrittenIsRead) {
  struct Case {
    PictureFormat output;
    FileFormat file;
    bool built;
  };
  const Case cases[] = {{PictureFormat::jpeg, FileFormat::jpeg, true},
                        {PictureFormat::png, FileFormat::png, true},
                        {PictureFormat::webp, FileFormat::webp, built_formats().webp},
                        {PictureFormat::avif, FileFormat::avif, built_formats().avif}};
  for (const Case& c : cases) {
    const Format& row = format_of(c.output);
    SCOPED_TRACE(row.name);
    EXPECT_EQ(row.id, c.file);
    EXPECT_EQ(row.left_out(), !c.built);
    EXPECT_EQ(readable(c.file), c.built);
    EXPECT_EQ(encoder_library(c.output).empty(), !c.built);
    if (c.built)
      EXPECT_EQ(&codec_of(c.output), &*row.output);
    else
      EXPECT_THROW(codec_of(c.output), Error);
  }
}

}  // namespace
}  // namespace thumbs::image
