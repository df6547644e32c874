// Strong ids: a SensorId cannot be given where a RackId is wanted.
#pragma once

#include <compare>
#include <cstdint>
#include <functional>

namespace dcim::base {

template <class Tag>
struct Id {
  std::int32_t value = 0;
  auto operator<=>(const Id&) const = default;
};

}  // namespace dcim::base

template <class Tag>
struct std::hash<dcim::base::Id<Tag>> {
  std::size_t operator()(dcim::base::Id<Tag> id) const noexcept { return std::hash<std::int32_t>{}(id.value); }
};
