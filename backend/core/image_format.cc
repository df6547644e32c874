#include "core/image_format.h"

#include <cstdint>
#include <optional>

namespace dcim::core {
namespace {

using base::Error;

constexpr std::string_view kPng("\x89PNG\r\n\x1a\n", 8);

int byte_at(std::string_view bytes, std::size_t at) { return static_cast<unsigned char>(bytes[at]); }

int big_endian(std::string_view bytes, std::size_t at, std::size_t count) {
  std::int64_t out = 0;
  for (std::size_t i = 0; i < count; ++i) out = out << 8 | byte_at(bytes, at + i);
  return out > kLargestImageSide ? kLargestImageSide + 1 : static_cast<int>(out);
}

int little_endian(std::string_view bytes, std::size_t at, std::size_t count) {
  int out = 0;
  for (std::size_t i = count; i > 0; --i) out = out << 8 | byte_at(bytes, at + i - 1);
  return out;
}

std::optional<ImageFormat> png(std::string_view bytes) {
  if (bytes.size() < 24 || bytes.substr(12, 4) != "IHDR") return std::nullopt;
  return ImageFormat{"image/png", big_endian(bytes, 16, 4), big_endian(bytes, 20, 4)};
}

// From segment to segment to the one that begins the frame.
std::optional<ImageFormat> jpeg(std::string_view bytes) {
  for (std::size_t at = 2; at + 9 <= bytes.size();) {
    if (byte_at(bytes, at) != 0xff) return std::nullopt;
    const int marker = byte_at(bytes, at + 1);
    if (marker == 0xff) {
      ++at;
      continue;
    }
    const bool frame = marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
    if (frame) return ImageFormat{"image/jpeg", big_endian(bytes, at + 7, 2), big_endian(bytes, at + 5, 2)};
    at += 2 + static_cast<std::size_t>(byte_at(bytes, at + 2) << 8 | byte_at(bytes, at + 3));
  }
  return std::nullopt;
}

std::optional<ImageFormat> webp(std::string_view bytes) {
  if (bytes.size() < 30) return std::nullopt;
  const auto chunk = bytes.substr(12, 4);
  if (chunk == "VP8X") return ImageFormat{"image/webp", little_endian(bytes, 24, 3) + 1, little_endian(bytes, 27, 3) + 1};
  if (chunk == "VP8 " && bytes.substr(23, 3) == "\x9d\x01\x2a") {
    return ImageFormat{"image/webp", little_endian(bytes, 26, 2) & 0x3fff, little_endian(bytes, 28, 2) & 0x3fff};
  }
  if (chunk == "VP8L" && byte_at(bytes, 20) == 0x2f) {
    const int bits = little_endian(bytes, 21, 3), more = byte_at(bytes, 24);
    return ImageFormat{"image/webp", (bits & 0x3fff) + 1, ((bits >> 14) | (more & 0x0f) << 10) + 1};
  }
  return std::nullopt;
}

}  // namespace

base::Result<ImageFormat> image_format(std::string_view bytes) {
  const bool is_png = bytes.starts_with(kPng), is_jpeg = bytes.starts_with("\xff\xd8\xff");
  const bool is_webp = bytes.starts_with("RIFF") && bytes.size() >= 12 && bytes.substr(8, 4) == "WEBP";
  if (!is_png && !is_jpeg && !is_webp) {
    if (bytes.empty()) return Error::invalid("", "the image is missing");
    return Error::invalid("", "the file is no PNG, JPEG or WebP image");
  }
  const auto format = is_png ? png(bytes) : is_jpeg ? jpeg(bytes) : webp(bytes);
  if (!format || format->width < 1 || format->height < 1) return Error::invalid("", "the image is damaged: it does not say how large it is");
  if (format->width > kLargestImageSide || format->height > kLargestImageSide) {
    return Error::invalid("", "the image may have at most " + std::to_string(kLargestImageSide) + " pixels to a side");
  }
  return *format;
}

}  // namespace dcim::core
