// What an image is by its own first bytes, whatever its sender calls it. Reads sizes, and no pixels. Pure.
#pragma once

#include <string_view>

#include "base/error.h"

namespace dcim::core {

struct ImageFormat {
  std::string_view media_type;  // image/png, image/jpeg, image/webp
  int width = 0, height = 0;    // in pixels
};

inline constexpr int kLargestImageSide = 4096;

/// `invalid` says what it is not: one of these formats, whole in its head, or small enough for whoever draws it.
base::Result<ImageFormat> image_format(std::string_view bytes);

}  // namespace dcim::core
