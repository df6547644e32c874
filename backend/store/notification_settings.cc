#include "store/notification_settings.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "base/log.h"

namespace dcim::store {
namespace {

using base::Error;
using core::NotificationChannel;
using core::NotificationRoute;

constexpr const char* kChannelColumns = "id, version, site_id, name, type, addresses, url, secret, enabled";
constexpr const char* kRouteColumns =
    "id, version, site_id, name, channel_id, severity_at_least, systems, room_id, after_min, repeat_min, tell_cleared, enabled";
constexpr int kMostOfASite = 200;

boost::json::string json_text(std::string_view s) { return boost::json::string(s.data(), s.size()); }

boost::json::array array_of(const std::vector<std::string>& texts) {
  boost::json::array out;
  for (const auto& text : texts) out.push_back(json_text(text));
  return out;
}
boost::json::array array_of(const std::vector<core::System>& systems) {
  boost::json::array out;
  for (const auto system : systems) out.push_back(json_text(core::name_of(system)));
  return out;
}

std::vector<std::string> texts_of(const Rows& rows, std::size_t i, int column) {
  std::vector<std::string> out;
  const auto json = boost::json::parse(rows.view(i, column));
  out.reserve(json.as_array().size());
  for (const auto& text : json.as_array()) out.emplace_back(text.as_string().data(), text.as_string().size());
  return out;
}

NotificationChannel channel_of(const Rows& rows, std::size_t i) {
  NotificationChannel out;
  out.id = {rows.i32(i, 0)};
  out.version = rows.i32(i, 1);
  out.site = {rows.i32(i, 2)};
  out.name = rows.text(i, 3);
  out.type = core::channel_type_from(rows.view(i, 4)).value_or(core::ChannelType::email);
  out.addresses = texts_of(rows, i, 5);
  out.url = rows.text(i, 6);
  out.secret = rows.maybe_text(i, 7);
  out.enabled = rows.boolean(i, 8);
  return out;
}

NotificationRoute route_of(const Rows& rows, std::size_t i) {
  NotificationRoute out;
  out.id = {rows.i32(i, 0)};
  out.version = rows.i32(i, 1);
  out.site = {rows.i32(i, 2)};
  out.name = rows.text(i, 3);
  out.channel = {rows.i32(i, 4)};
  out.severity_at_least = static_cast<core::Severity>(rows.i32(i, 5));
  for (const auto& name : texts_of(rows, i, 6)) {
    if (const auto system = core::system_from(name)) out.systems.push_back(*system);
  }
  if (!rows.null(i, 7)) out.room = core::RoomId{rows.i32(i, 7)};
  out.after_min = rows.i32(i, 8);
  out.repeat_min = rows.maybe_i32(i, 9);
  out.tell_cleared = rows.boolean(i, 10);
  out.enabled = rows.boolean(i, 11);
  return out;
}

// As the audit log keeps them: that there is a secret, never which.
boost::json::value json_of(const NotificationChannel& channel) {
  boost::json::object out;
  out["name"] = json_text(channel.name);
  out["type"] = json_text(core::name_of(channel.type));
  out["addresses"] = array_of(channel.addresses);
  out["url"] = json_text(channel.url);
  out["signed"] = channel.secret.has_value();
  out["enabled"] = channel.enabled;
  return out;
}
boost::json::value json_of(const NotificationRoute& route) {
  boost::json::object out;
  out["name"] = json_text(route.name);
  out["channel_id"] = route.channel.value;
  out["severity_at_least"] = json_text(core::name_of(route.severity_at_least));
  out["systems"] = array_of(route.systems);
  if (route.room) out["room_id"] = route.room->value;
  out["after_min"] = route.after_min;
  if (route.repeat_min) out["repeat_min"] = *route.repeat_min;
  out["tell_cleared"] = route.tell_cleared;
  out["enabled"] = route.enabled;
  return out;
}

std::string object_of(const NotificationChannel& channel) { return "notification channel " + std::to_string(channel.id.value); }
std::string object_of(const NotificationRoute& route) { return "notification route " + std::to_string(route.id.value); }

Error name_taken(const char* what) { return {base::ErrorCode::conflict, std::string("the site has a ") + what + " of this name already", "/name"}; }

// What the two have in common: one row of a table, held within the caller's transaction when it is still of the version that was read.
template <class T>
struct Table;
template <>
struct Table<NotificationChannel> {
  static constexpr const char* kName = "notification_channels";
  static constexpr const char* kColumns = kChannelColumns;
  static constexpr const char* kWord = "channel";
  static NotificationChannel row(const Rows& rows, std::size_t i) { return channel_of(rows, i); }
};
template <>
struct Table<NotificationRoute> {
  static constexpr const char* kName = "notification_routes";
  static constexpr const char* kColumns = kRouteColumns;
  static constexpr const char* kWord = "route";
  static NotificationRoute row(const Rows& rows, std::size_t i) { return route_of(rows, i); }
};

template <class T>
asio::awaitable<std::vector<T>> load(Connection& connection, std::optional<core::SiteId> site) {
  const auto rows = co_await connection.query(
      std::string("SELECT ") + Table<T>::kColumns + " FROM " + Table<T>::kName + " WHERE site_id = coalesce($1, site_id) ORDER BY name, id",
      params(site));
  std::vector<T> out;
  out.reserve(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) out.push_back(Table<T>::row(rows, i));
  co_return out;
}

template <class T>
asio::awaitable<base::Result<T>> lock(Connection& connection, core::SiteId site, std::int32_t id, int version) {
  const auto rows = co_await connection.query(
      std::string("SELECT ") + Table<T>::kColumns + " FROM " + Table<T>::kName + " WHERE id = $1 AND site_id = $2 FOR UPDATE", params(id, site));
  if (rows.empty()) co_return Error::not_found(std::string("there is no notification ") + Table<T>::kWord + " " + std::to_string(id));
  auto found = Table<T>::row(rows, 0);
  if (found.version != version) {
    co_return Error::conflict("somebody else has changed it meanwhile; it is version " + std::to_string(found.version));
  }
  co_return std::move(found);
}

template <class T>
asio::awaitable<base::Result<void>> room_for_one_more(Connection& connection, core::SiteId site) {
  const auto rows = co_await connection.query(std::string("SELECT count(*) FROM ") + Table<T>::kName + " WHERE site_id = $1", params(site));
  if (rows.i64(0, 0) >= kMostOfASite) co_return Error::conflict("a site has at most " + std::to_string(kMostOfASite));
  co_return base::Result<void>();
}

// Within the transaction, which it ends: commits with the audit row, or takes all back.
template <class T>
asio::awaitable<base::Result<T>> finish(Connection& connection, Transaction transaction, const core::Site& site, const char* verb,
                                        std::optional<T> before, Rows rows, AuditContext who) {
  if (rows.empty()) {
    co_await transaction.rollback();
    co_return name_taken(Table<T>::kWord);
  }
  auto made = Table<T>::row(rows, 0);
  AuditRow row{std::string("notification-") + Table<T>::kWord + "." + verb, object_of(made), site.code, before ? json_of(*before) : nullptr,
               json_of(made)};
  co_await write_audit(connection, std::move(who), std::move(row));
  co_await transaction.commit();
  co_return std::move(made);
}

template <class T>
asio::awaitable<base::Result<void>> remove(Connection& connection, const core::Site& site, std::int32_t id, int version, AuditContext who) {
  auto transaction = co_await Transaction::begin(connection);
  const auto before = co_await lock<T>(connection, site.id, id, version);
  if (!before) {
    co_await transaction.rollback();
    co_return before.error();
  }
  if constexpr (std::is_same_v<T, NotificationChannel>) {
    const auto used = co_await connection.query("SELECT name FROM notification_routes WHERE channel_id = $1 ORDER BY name LIMIT 1", params(id));
    if (!used.empty()) {
      const auto route = used.text(0, 0);
      co_await transaction.rollback();
      co_return Error::conflict("the route \"" + route + "\" leads to it");
    }
    co_await connection.query(
        "UPDATE notifications SET state = 'dead', last_error = 'the channel has been removed' WHERE channel_id = $1 AND state = 'pending'",
        params(id));
  }
  co_await connection.query(std::string("DELETE FROM ") + Table<T>::kName + " WHERE id = $1", params(id));
  AuditRow row{std::string("notification-") + Table<T>::kWord + ".delete", object_of(*before), site.code, json_of(*before), nullptr};
  co_await write_audit(connection, std::move(who), std::move(row));
  co_await transaction.commit();
  co_return base::Result<void>();
}

template <class T>
std::string name_is_free() {
  return std::string("NOT EXISTS (SELECT FROM ") + Table<T>::kName + " o WHERE o.site_id = $1 AND o.name = $2 AND o.id <> $3)";
}

// Holds the channel, so that it cannot be removed before the route is there.
asio::awaitable<base::Result<void>> check_places(Connection& connection, core::SiteId site, const NotificationRoute& route) {
  const auto channel =
      co_await connection.query("SELECT FROM notification_channels WHERE id = $1 AND site_id = $2 FOR SHARE", params(route.channel, site));
  if (channel.empty()) co_return Error::invalid("/channel_id", "is no channel of this site");
  if (route.room) {
    const auto room = co_await connection.query("SELECT FROM rooms WHERE id = $1 AND site_id = $2 FOR SHARE", params(*route.room, site));
    if (room.empty()) co_return Error::invalid("/room_id", "is no room of this site");
  }
  co_return base::Result<void>();
}

}  // namespace

asio::awaitable<std::vector<NotificationChannel>> load_notification_channels(Connection& connection, std::optional<core::SiteId> site) {
  return load<NotificationChannel>(connection, site);
}

asio::awaitable<std::vector<NotificationRoute>> load_notification_routes(Connection& connection, std::optional<core::SiteId> site) {
  return load<NotificationRoute>(connection, site);
}

asio::awaitable<std::optional<NotificationChannel>> find_notification_channel(Connection& connection, core::SiteId site, core::ChannelId id) {
  const auto rows = co_await connection.query(std::string("SELECT ") + kChannelColumns + " FROM notification_channels WHERE id = $1 AND site_id = $2",
                                              params(id, site));
  if (rows.empty()) co_return std::nullopt;
  co_return channel_of(rows, 0);
}

asio::awaitable<base::Result<NotificationChannel>> create_notification_channel(Connection& connection, const core::Site& site,
                                                                               NotificationChannel channel, AuditContext who) {
  auto transaction = co_await Transaction::begin(connection);
  const auto room = co_await room_for_one_more<NotificationChannel>(connection, site.id);
  if (!room) {
    co_await transaction.rollback();
    co_return room.error();
  }
  auto rows =
      co_await connection.query(std::string("INSERT INTO notification_channels (site_id, name, type, addresses, url, secret, enabled) "
                                            "VALUES ($1, $2, $3, $4, nullif($5, ''), $6, $7) ON CONFLICT (site_id, name) DO NOTHING RETURNING ") +
                                    kChannelColumns,
                                params(site.id, channel.name, core::name_of(channel.type), boost::json::serialize(array_of(channel.addresses)),
                                       channel.url, channel.secret, channel.enabled));
  std::optional<NotificationChannel> none;
  co_return co_await finish<NotificationChannel>(connection, std::move(transaction), site, "create", std::move(none), std::move(rows),
                                                 std::move(who));
}

asio::awaitable<base::Result<NotificationChannel>> update_notification_channel(Connection& connection, const core::Site& site,
                                                                               NotificationChannel channel, AuditContext who) {
  auto transaction = co_await Transaction::begin(connection);
  auto before = co_await lock<NotificationChannel>(connection, site.id, channel.id.value, channel.version);
  if (!before) {
    co_await transaction.rollback();
    co_return before.error();
  }
  if (before->type != channel.type) {
    co_await transaction.rollback();
    co_return Error::invalid("/type", "stays as it is: make another channel");
  }
  auto rows = co_await connection.query(
      "UPDATE notification_channels SET name = $2, addresses = $4, url = nullif($5, ''), secret = coalesce($6, secret), enabled = $7, "
      "version = version + 1, updated_at = now() WHERE id = $3 AND " +
          name_is_free<NotificationChannel>() + " RETURNING " + kChannelColumns,
      params(site.id, channel.name, channel.id, boost::json::serialize(array_of(channel.addresses)), channel.url, channel.secret, channel.enabled));
  std::optional<NotificationChannel> was(std::move(*before));
  co_return co_await finish<NotificationChannel>(connection, std::move(transaction), site, "update", std::move(was), std::move(rows), std::move(who));
}

asio::awaitable<base::Result<void>> delete_notification_channel(Connection& connection, const core::Site& site, core::ChannelId id, int version,
                                                                AuditContext who) {
  co_return co_await remove<NotificationChannel>(connection, site, id.value, version, std::move(who));
}

asio::awaitable<base::Result<NotificationRoute>> create_notification_route(Connection& connection, const core::Site& site, NotificationRoute route,
                                                                           AuditContext who) {
  auto transaction = co_await Transaction::begin(connection);
  auto checked = co_await check_places(connection, site.id, route);
  if (checked) checked = co_await room_for_one_more<NotificationRoute>(connection, site.id);
  if (!checked) {
    co_await transaction.rollback();
    co_return checked.error();
  }
  auto rows = co_await connection.query(
      std::string("INSERT INTO notification_routes (site_id, name, channel_id, severity_at_least, systems, room_id, after_min, repeat_min, "
                  "tell_cleared, enabled) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (site_id, name) DO NOTHING RETURNING ") +
          kRouteColumns,
      params(site.id, route.name, route.channel, static_cast<int>(route.severity_at_least), boost::json::serialize(array_of(route.systems)),
             route.room, route.after_min, route.repeat_min, route.tell_cleared, route.enabled));
  std::optional<NotificationRoute> none;
  co_return co_await finish<NotificationRoute>(connection, std::move(transaction), site, "create", std::move(none), std::move(rows), std::move(who));
}

asio::awaitable<base::Result<NotificationRoute>> update_notification_route(Connection& connection, const core::Site& site, NotificationRoute route,
                                                                           AuditContext who) {
  auto transaction = co_await Transaction::begin(connection);
  auto before = co_await lock<NotificationRoute>(connection, site.id, route.id.value, route.version);
  const auto checked = before ? co_await check_places(connection, site.id, route) : base::Result<void>(before.error());
  if (!checked) {
    co_await transaction.rollback();
    co_return checked.error();
  }
  auto rows = co_await connection.query(
      "UPDATE notification_routes SET name = $2, channel_id = $4, severity_at_least = $5, systems = $6, room_id = $7, after_min = $8, "
      "repeat_min = $9, tell_cleared = $10, enabled = $11, version = version + 1, updated_at = now() WHERE id = $3 AND " +
          name_is_free<NotificationRoute>() + " RETURNING " + kRouteColumns,
      params(site.id, route.name, route.id, route.channel, static_cast<int>(route.severity_at_least), boost::json::serialize(array_of(route.systems)),
             route.room, route.after_min, route.repeat_min, route.tell_cleared, route.enabled));
  std::optional<NotificationRoute> was(std::move(*before));
  co_return co_await finish<NotificationRoute>(connection, std::move(transaction), site, "update", std::move(was), std::move(rows), std::move(who));
}

asio::awaitable<base::Result<void>> delete_notification_route(Connection& connection, const core::Site& site, core::RouteId id, int version,
                                                              AuditContext who) {
  co_return co_await remove<NotificationRoute>(connection, site, id.value, version, std::move(who));
}

}  // namespace dcim::store
