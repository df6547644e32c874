// Pictures of device types, front and rear. All functions throw DatabaseError.
#pragma once

#include "core/assets.h"
#include "core/image_format.h"
#include "store/audit.h"

namespace dcim::store {

/// What tells one image from another, where there is one.
struct ImageTags {
  std::optional<std::string> front, rear;
};
/// Of all types, or of one.
asio::awaitable<std::unordered_map<core::DeviceTypeId, ImageTags>> image_tags(Connection& connection, std::optional<core::DeviceTypeId> type);

struct DeviceTypeImage {
  std::string media_type, tag, bytes;
};
/// `face` is front or rear here and below.
asio::awaitable<std::optional<std::string>> image_tag(Connection& connection, core::DeviceTypeId type, std::string face);
asio::awaitable<std::optional<DeviceTypeImage>> device_type_image(Connection& connection, core::DeviceTypeId type, std::string face);

/// In a transaction of its own, with its audit row; none when it is that image already. not_found: there is no such type, or no image to remove.
asio::awaitable<base::Result<void>> put_image(Connection& connection, core::DeviceTypeId type, std::string face, core::ImageFormat format,
                                              std::string_view bytes, AuditContext who);
asio::awaitable<base::Result<void>> remove_image(Connection& connection, core::DeviceTypeId type, std::string face, AuditContext who);

}  // namespace dcim::store
