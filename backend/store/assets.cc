#include "store/assets.h"

#include <charconv>

#include "store/arrays.h"

namespace dcim::store {
namespace {

using base::Error;

template <class Id>
std::optional<Id> maybe_id(const Rows& rows, std::size_t row, int column) {
  return rows.null(row, column) ? std::nullopt : std::optional(Id{rows.i32(row, column)});
}

std::vector<AssetRow> all_of(const Rows& rows) {
  std::vector<AssetRow> out;
  out.reserve(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) out.push_back(asset_of(rows, i));
  return out;
}

std::string text_array(const std::vector<std::string>& texts) {
  TextArray out;
  for (const auto& text : texts) out.add(text);
  return out.done();
}

// LIKE takes % and _ for wildcards.
std::string like(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '%' || c == '_' || c == '\\') out += '\\';
    out += c;
  }
  return out;
}

// Conditions and their values, growing together.
class Where {
 public:
  std::string value(std::optional<std::string> v) {
    values_.push_back(std::move(v));
    return "$" + std::to_string(values_.size());
  }
  void add(const std::string& condition) { text_ += (text_.empty() ? " WHERE " : " AND ") + condition; }
  const std::string& text() const { return text_; }
  const Params& values() const { return values_; }

 private:
  std::string text_;
  Params values_;
};

// `types`: for each word those whose name it stands in.
Where where_of(const AssetFilter& filter, const std::vector<std::vector<core::DeviceTypeId>>& types) {
  Where out;
  out.add("d.site_id = " + out.value(param(filter.site)) + "::int");
  if (filter.room) out.add("d.room_id = " + out.value(param(*filter.room)) + "::int");
  if (filter.rack) out.add("d.rack_id = " + out.value(param(*filter.rack)) + "::int");
  if (filter.type) out.add("d.device_type_id = " + out.value(param(*filter.type)) + "::int");
  if (!filter.roles.empty()) out.add("d.type = ANY(" + out.value(text_array(filter.roles)) + "::text[])");
  if (!filter.statuses.empty()) out.add("d.status = ANY(" + out.value(text_array(filter.statuses)) + "::text[])");
  if (filter.owner) out.add("lower(d.owner) = lower(" + out.value(*filter.owner) + ")");
  if (filter.tag) out.add(out.value(*filter.tag) + " = ANY(d.tags)");
  for (std::size_t i = 0; i < filter.words.size(); ++i) {
    auto found = "d.search LIKE " + out.value("%" + like(filter.words[i]) + "%");
    // Their ids, not a question after them: what a type is not part of is then found by the index alone.
    if (!types[i].empty()) found = "(" + found + " OR d.device_type_id = ANY(" + out.value(ids_param(types[i])) + "::int[]))";
    out.add(found);
  }
  return out;
}

// The key that a page is sorted by: a text (in the order of its bytes, so that a cursor compares as the index does) or a number. What has
// none gets what comes last.
std::string key_of(const AssetOrder& order, const AssetFilter& filter, Where& where) {
  const auto text = [&](const std::string& of) {
    return "(coalesce(nullif(lower(" + of + "), ''), " + (order.descending ? "''" : "U&'\\+10FFFF'") + ") COLLATE \"C\")";
  };
  if (order.by.empty() && !filter.words.empty()) {
    std::string whole;
    for (const auto& word : filter.words) whole += (whole.empty() ? "" : " ") + word;
    const auto q = where.value(whole), line = where.value("%\n" + like(whole) + "\n%"), start = where.value("%\n" + like(whole) + "%");
    return "(CASE WHEN " + q +
           " IN (lower(d.serial), lower(d.asset_tag), host(d.ip), lower(d.name)) THEN '1' WHEN E'\\n' || d.search || E'\\n' LIKE " + line +
           " THEN '2' WHEN E'\\n' || d.search LIKE " + start + " THEN '3' ELSE '4' END || lower(d.name) COLLATE \"C\")";
  }
  if (order.by == "role") return text("d.type");
  if (order.by == "type") return text("t.manufacturer || ' ' || t.model");
  if (order.by == "room") return text("(SELECT m.name FROM rooms m WHERE m.id = d.room_id)");
  if (order.by == "rack") return text("(SELECT k.name FROM racks k WHERE k.id = d.rack_id)");
  if (order.by == "serial") return text("d.serial");
  if (order.by == "asset_tag") return text("d.asset_tag");
  if (order.by == "ip") return text("encode(inet_send(d.ip), 'hex')");
  if (order.by == "status") return text("d.status");
  if (order.by == "owner") return text("d.owner");
  if (order.by == "install_date") return text("d.install_date::text");
  if (order.by == "updated_at") return text("to_char(d.updated_at AT TIME ZONE 'UTC', 'YYYYMMDDHH24MISSUS')");
  const std::string none = order.descending ? "'-infinity'::float8" : "'infinity'::float8";
  if (order.by == "u") return "coalesce(lower(s.units)::float8, " + none + ")";
  if (order.by == "power") return "coalesce(live.watts, t.power_typical_w, " + none + ")";
  return text("d.name");
}

bool numeric(const AssetOrder& order) { return order.by == "u" || order.by == "power"; }

std::string measured_table(const AssetOrder& order, Where& where) {
  if (order.by != "power") return {};
  std::string ids = "{", watts = "{";
  for (const auto& each : order.measured) {
    ids += (ids.size() > 1 ? "," : "") + std::to_string(each.sensor.value);
    watts += (watts.size() > 1 ? "," : "") + param(each.watts);
  }
  return " LEFT JOIN unnest(" + where.value(ids + "}") + "::int[], " + where.value(watts + "}") +
         "::float8[]) AS live(sensor_id, watts) ON live.sensor_id = d.power_sensor_id ";
}

asio::awaitable<std::vector<std::vector<core::DeviceTypeId>>> types_with(Connection& connection, const std::vector<std::string>& words) {
  std::vector<std::vector<core::DeviceTypeId>> out(words.size());
  if (words.empty()) co_return out;
  TextArray patterns;
  for (const auto& word : words) patterns.add("%" + like(word) + "%");
  auto values = params(patterns.done());
  const auto rows = co_await connection.query(
      "SELECT w.i, t.id FROM unnest($1::text[]) WITH ORDINALITY AS w(pattern, i) JOIN device_types t ON lower(t.manufacturer || ' ' || t.model) LIKE "
      "w.pattern",
      std::move(values));
  for (std::size_t i = 0; i < rows.size(); ++i) out[static_cast<std::size_t>(rows.i64(i, 0)) - 1].push_back({rows.i32(i, 1)});
  co_return out;
}

}  // namespace

core::Position slot_of(const Rows& rows, std::size_t i, int column) {
  const auto faces = rows.i32(i, column + 3) - rows.i32(i, column + 2), sides = rows.i32(i, column + 5) - rows.i32(i, column + 4);
  core::Position out;
  out.u = rows.i32(i, column);
  out.height_u = rows.i32(i, column + 1);
  out.face = faces == 2 ? core::Face::both : rows.i32(i, column + 2) == 0 ? core::Face::front : core::Face::rear;
  out.side = sides == 2 ? core::Side::full : rows.i32(i, column + 4) == 0 ? core::Side::left : core::Side::right;
  return out;
}

std::string units_range(const core::Position& p) { return "[" + std::to_string(p.u) + "," + std::to_string(p.u + p.height_u) + ")"; }
std::string faces_range(const core::Position& p) { return p.face == core::Face::both ? "[0,2)" : p.face == core::Face::front ? "[0,1)" : "[1,2)"; }
std::string sides_range(const core::Position& p) { return p.side == core::Side::full ? "[0,2)" : p.side == core::Side::left ? "[0,1)" : "[1,2)"; }

AssetRow asset_of(const Rows& r, std::size_t i) {
  AssetRow out;
  auto& a = out.asset;
  a.id = {r.i32(i, 0)};
  a.version = r.i32(i, 1);
  a.site = {r.i32(i, 2)};
  a.room = maybe_id<core::RoomId>(r, i, 3);
  a.rack = maybe_id<core::RackId>(r, i, 4);
  a.name = r.text(i, 5);
  a.role = r.text(i, 6);
  a.type = maybe_id<core::DeviceTypeId>(r, i, 7);
  a.serial = r.maybe_text(i, 8);
  a.asset_tag = r.maybe_text(i, 9);
  a.ip = r.maybe_text(i, 10);
  a.status = r.text(i, 11);
  a.install_date = r.maybe_text(i, 12);
  a.owner = r.maybe_text(i, 13);
  a.warranty_until = r.maybe_text(i, 14);
  a.notes = r.maybe_text(i, 15);
  a.tags = lines(r.view(i, 16));
  a.feeds = r.maybe_text(i, 17);
  a.power_sensor = maybe_id<core::SensorId>(r, i, 18);
  const auto mount = r.view(i, 19);
  if (!r.null(i, 20)) {
    a.position = slot_of(r, i, 20);
    if (mount == "shelf") a.position->mount = core::Mount::shelf;
  } else if (mount == "side") {
    a.position = core::Position{core::Mount::side, 0, 0, r.view(i, 26) == "front" ? core::Face::front : core::Face::rear,
                                r.view(i, 27) == "left" ? core::Side::left : core::Side::right};
  }
  out.monitored = r.boolean(i, 28);
  out.sensors = r.i32(i, 29);
  out.updated_at = r.time(i, 30);
  if (a.type) {
    out.type = core::DeviceType{*a.type,          r.i32(i, 31),       r.text(i, 32),       r.text(i, 33),      r.text(i, 34),      r.i32(i, 35),
                                r.boolean(i, 36), r.boolean(i, 37),   r.maybe_text(i, 38), r.maybe_f64(i, 39), r.maybe_f64(i, 40), r.maybe_f64(i, 41),
                                r.i32(i, 42),     r.maybe_text(i, 43)};
  }
  return out;
}

asio::awaitable<std::optional<AssetRow>> asset(Connection& connection, core::DeviceId id) {
  auto values = params(id);
  const auto rows = co_await connection.query_prepared(std::string(kAssetColumns) + kAssetTables + "WHERE d.id = $1", std::move(values));
  if (rows.empty()) co_return std::nullopt;
  co_return asset_of(rows, 0);
}

asio::awaitable<std::vector<AssetRow>> assets_with_ids(Connection& connection, std::vector<core::DeviceId> ids) {
  auto values = params(ids_param(ids));
  const auto rows = co_await connection.query(
      std::string(kAssetColumns) + kAssetTables + "WHERE d.id = ANY($1::int[]) ORDER BY array_position($1::int[], d.id)", std::move(values));
  co_return all_of(rows);
}

asio::awaitable<std::vector<AssetRow>> assets_in_racks(Connection& connection, std::vector<core::RackId> racks) {
  auto values = params(ids_param(racks));
  const auto rows = co_await connection.query(
      std::string(kAssetColumns) + kAssetTables + "WHERE d.rack_id = ANY($1::int[]) ORDER BY d.rack_id, lower(s.units) DESC NULLS LAST, d.name",
      std::move(values));
  co_return all_of(rows);
}

asio::awaitable<base::Result<AssetPage>> list_assets(Connection& connection, AssetFilter filter, AssetOrder order, int limit,
                                                     std::optional<std::string> cursor) {
  const auto types = co_await types_with(connection, filter.words);
  auto where = where_of(filter, types);
  const auto counted = co_await connection.query("SELECT count(*) FROM devices d" + where.text(), where.values());
  AssetPage page;
  page.total = counted.i64(0, 0);
  const auto live = measured_table(order, where);
  const auto key = key_of(order, filter, where);
  const std::string direction = order.descending ? " DESC" : " ASC";
  if (cursor) {
    const auto dot = cursor->find('.');
    std::int32_t id = 0;
    const auto [end, failed] = std::from_chars(cursor->data(), cursor->data() + std::min(dot, cursor->size()), id);
    double number = 0;
    const char* last = cursor->data() + cursor->size();
    bool ours = dot != cursor->npos && failed == std::errc() && end == cursor->data() + dot;
    if (ours && numeric(order)) ours = std::from_chars(cursor->data() + dot + 1, last, number).ptr == last && dot + 1 < cursor->size();
    if (!ours) co_return Error::invalid("cursor", "is not one that a page of this order has given");
    const auto at = where.value(cursor->substr(dot + 1));
    where.add("(" + key + ", d.id) " + (order.descending ? "<" : ">") + " (" + at + (numeric(order) ? "::float8" : "::text") + ", " +
              where.value(param(id)) + "::int)");
  }
  auto sql = std::string(kAssetColumns) + ", " + key + kAssetTables + live + where.text() + " ORDER BY " + key + direction + ", d.id" + direction +
             " LIMIT " + where.value(param(limit + 1));
  const auto rows = co_await connection.query(std::move(sql), where.values());
  const auto count = std::min(rows.size(), static_cast<std::size_t>(limit));
  for (std::size_t i = 0; i < count; ++i) page.items.push_back(asset_of(rows, i));
  if (rows.size() > count) page.next_cursor = std::to_string(rows.i32(count - 1, 0)) + "." + rows.text(count - 1, 44);
  co_return page;
}

asio::awaitable<std::vector<AssetRow>> assets_named(Connection& connection, core::SiteId site, std::vector<core::DeviceId> ids,
                                                    std::vector<std::string> names, std::vector<std::string> asset_tags) {
  auto values = params(site, ids_param(ids), text_array(names), text_array(asset_tags));
  const auto rows = co_await connection.query(std::string(kAssetColumns) + kAssetTables +
                                                  "WHERE d.site_id = $1 AND (d.id = ANY($2::int[]) OR d.name = ANY($3::text[]) OR d.asset_tag = "
                                                  "ANY($4::text[])) ORDER BY d.id FOR UPDATE OF d",
                                              std::move(values));
  co_return all_of(rows);
}

asio::awaitable<AssetFacets> asset_facets(Connection& connection, core::SiteId site) {
  AssetFacets out;
  const auto rows = co_await connection.query(
      "SELECT 0, type FROM devices WHERE site_id = $1 GROUP BY 2 UNION ALL "
      "SELECT 1, owner FROM devices WHERE site_id = $1 AND owner IS NOT NULL GROUP BY 2 UNION ALL "
      "SELECT 2, tag FROM devices, unnest(tags) tag WHERE site_id = $1 GROUP BY 2 ORDER BY 1, 2",
      params(site));
  for (std::size_t i = 0; i < rows.size(); ++i) {
    auto& list = rows.i32(i, 0) == 0 ? out.roles : rows.i32(i, 0) == 1 ? out.owners : out.tags;
    list.push_back(rows.text(i, 1));
  }
  co_return out;
}

}  // namespace dcim::store
