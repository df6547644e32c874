// Files that CMake compiles into the program (dcim_embed in CMakeLists.txt).
#pragma once

#include <span>
#include <string_view>

namespace dcim::base {

struct EmbeddedFile {
  std::string_view name;
  std::string_view text;
};

}  // namespace dcim::base
