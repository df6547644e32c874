// Text that others must be able to read: what came from outside may be any bytes.
#pragma once

#include <string>
#include <string_view>

namespace dcim::base {

/// `bytes` with U+FFFD for whatever is not UTF-8 (RFC 3629), and for NUL, which PostgreSQL takes in no text.
std::string valid_utf8(std::string_view bytes);

}  // namespace dcim::base
