// Channels and routes of notifications: read as a whole, and edited. All functions throw DatabaseError.
#pragma once

#include "core/notifications.h"
#include "store/audit.h"
#include "store/pool.h"

namespace dcim::store {

/// With their secrets; by name. nullopt: of all sites.
asio::awaitable<std::vector<core::NotificationChannel>> load_notification_channels(Connection& connection, std::optional<core::SiteId> site);
asio::awaitable<std::vector<core::NotificationRoute>> load_notification_routes(Connection& connection, std::optional<core::SiteId> site);
asio::awaitable<std::optional<core::NotificationChannel>> find_notification_channel(Connection& connection, core::SiteId site, core::ChannelId id);

/// `conflict` when the site has one of that name. All that follow write their audit row: notification-channel.create, …
asio::awaitable<base::Result<core::NotificationChannel>> create_notification_channel(Connection& connection, const core::Site& site,
                                                                                     core::NotificationChannel channel, AuditContext who);
/// Replaces it where `channel.version` is still the version, else `conflict`; without a secret in it the old one stays. The type stays as it is.
asio::awaitable<base::Result<core::NotificationChannel>> update_notification_channel(Connection& connection, const core::Site& site,
                                                                                     core::NotificationChannel channel, AuditContext who);
/// `conflict` while a route leads to it. What it was still to be sent is dead.
asio::awaitable<base::Result<void>> delete_notification_channel(Connection& connection, const core::Site& site, core::ChannelId id, int version,
                                                                AuditContext who);

/// `invalid` when the channel is not the site's.
asio::awaitable<base::Result<core::NotificationRoute>> create_notification_route(Connection& connection, const core::Site& site,
                                                                                 core::NotificationRoute route, AuditContext who);
asio::awaitable<base::Result<core::NotificationRoute>> update_notification_route(Connection& connection, const core::Site& site,
                                                                                 core::NotificationRoute route, AuditContext who);
asio::awaitable<base::Result<void>> delete_notification_route(Connection& connection, const core::Site& site, core::RouteId id, int version,
                                                              AuditContext who);

}  // namespace dcim::store
