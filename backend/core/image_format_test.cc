#include "core/image_format.h"

#include <gtest/gtest.h>

namespace dcim::core {
namespace {

using namespace std::string_literals;

std::string png(const std::string& width, const std::string& height) { return "\x89PNG\r\n\x1a\n\0\0\0\rIHDR"s + width + height + "\x08\x02\0\0\0"s; }

TEST(ImageFormat, IsReadFromTheBytes) {
  const auto holds = [](const std::string& bytes, std::string_view type, int width, int height) {
    const auto format = image_format(bytes);
    ASSERT_TRUE(format) << format.error().message;
    EXPECT_EQ(format->media_type, type);
    EXPECT_EQ(format->width, width);
    EXPECT_EQ(format->height, height);
  };
  holds(png("\0\0\x01\x40"s, "\0\0\0\x28"s), "image/png", 320, 40);
  // A JPEG with an APP0 and a table before its frame, and a fill byte.
  holds("\xff\xd8\xff\xe0\0\x04JF\xff\xff\xdb\0\x03\0\xff\xc2\0\x11\x08\0\x64\x02\x58\x03\x01\x22\0"s, "image/jpeg", 600, 100);
  holds("RIFF\x30\0\0\0WEBPVP8X\x0a\0\0\0\x10\0\0\0\x3f\x01\0\x27\0\0"s, "image/webp", 320, 40);
  holds("RIFF\x30\0\0\0WEBPVP8 \x20\0\0\0\0\0\0\x9d\x01\x2a\x40\x01\x28\0\0\0"s, "image/webp", 320, 40);
  holds("RIFF\x30\0\0\0WEBPVP8L\x20\0\0\0\x2f\x3f\xc1\x09\0\0\0\0\0\0"s, "image/webp", 320, 40);
}

TEST(ImageFormat, WhatIsNoneSaysWhy) {
  const auto why = [](const std::string& bytes) {
    const auto format = image_format(bytes);
    return format ? std::string() : format.error().message;
  };
  EXPECT_EQ(why(""), "the image is missing");
  for (const auto& text : {"<svg xmlns='http://www.w3.org/2000/svg'/>"s, "GIF89a\1\0\1\0"s, "{}"s, "RIFF\4\0\0\0WAVEfmt "s}) {
    EXPECT_EQ(why(text), "the file is no PNG, JPEG or WebP image") << text;
  }
  EXPECT_EQ(why(png("\0\0\x10\x01"s, "\0\0\0\x28"s)), "the image may have at most 4096 pixels to a side");
  EXPECT_EQ(why(png("\xff\xff\xff\xff"s, "\0\0\0\x28"s)), "the image may have at most 4096 pixels to a side");
  const auto damaged = "the image is damaged: it does not say how large it is";
  EXPECT_EQ(why(png("\0\0\0\0"s, "\0\0\0\x28"s)), damaged);
  // Cut off anywhere: refused or read, never beyond its end.
  for (const auto& whole : {png("\0\0\x01\x40"s, "\0\0\0\x28"s), "\xff\xd8\xff\xe0\0\x04JF\xff\xc2\0\x11\x08\0\x64\x02\x58\x03"s,
                            "RIFF\x30\0\0\0WEBPVP8X\x0a\0\0\0\x10\0\0\0\x3f\x01\0\x27\0\0"s}) {
    for (std::size_t size = 12; size + 5 < whole.size(); ++size) EXPECT_FALSE(image_format(whole.substr(0, size)) && size < 18) << size;
  }
  EXPECT_EQ(why("\xff\xd8\xff\xe0\0\0\0\0\0\0\0\0"s), damaged) << "a segment that does not go on";
}

}  // namespace
}  // namespace dcim::core
