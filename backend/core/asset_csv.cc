#include "core/asset_csv.h"

#include <algorithm>
#include <boost/json/array.hpp>
#include <charconv>

namespace dcim::core {
namespace {

namespace json = boost::json;
using base::Error;

constexpr std::array<std::string_view, 5> kPosition{"mount", "u", "height_u", "face", "side"};
constexpr std::array<std::string_view, 11> kTexts{"name",  "role",  "serial",       "asset_tag",      "ip",   "status",
                                                  "feeds", "owner", "install_date", "warranty_until", "notes"};

std::string trimmed(const std::string& text) {
  const auto first = text.find_first_not_of(' ');
  return first == text.npos ? std::string() : text.substr(first, text.find_last_not_of(' ') - first + 1);
}

json::value text_or_null(const std::string& text) { return text.empty() ? json::value(nullptr) : json::value(text); }

}  // namespace

std::string asset_csv_header() {
  std::string out;
  for (const auto column : kAssetColumns) out += (out.empty() ? "" : ",") + std::string(column);
  return out + "\r\n";
}

void append_asset_csv(std::string& out, const Asset& a, const std::string& type, const std::string& room, const std::string& rack) {
  const auto text = [](const std::optional<std::string>& value) { return value.value_or(""); };
  std::string tags;
  for (const auto& tag : a.tags) tags += (tags.empty() ? "" : "; ") + tag;
  const auto& p = a.position;
  const bool units = p && p->takes_units();
  const std::array<std::string, kAssetColumns.size()> cells{std::to_string(a.id.value),
                                                            a.name,
                                                            a.role,
                                                            type,
                                                            text(a.serial),
                                                            text(a.asset_tag),
                                                            text(a.ip),
                                                            a.status,
                                                            room,
                                                            rack,
                                                            p ? std::string(name_of(p->mount)) : "",
                                                            units ? std::to_string(p->u) : "",
                                                            units ? std::to_string(p->height_u) : "",
                                                            p ? std::string(name_of(p->face)) : "",
                                                            p ? std::string(name_of(p->side)) : "",
                                                            text(a.feeds),
                                                            text(a.install_date),
                                                            text(a.owner),
                                                            text(a.warranty_until),
                                                            tags,
                                                            text(a.notes)};
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (i > 0) out += ',';
    append_csv(out, cells[i]);
  }
  out += "\r\n";
}

std::string asset_column(std::string_view pointer) {
  if (pointer.starts_with('/')) pointer.remove_prefix(1);
  if (pointer == "position") return "u";
  if (pointer.starts_with("position/")) return std::string(pointer.substr(9));
  if (pointer.starts_with("tags")) return "tags";
  if (pointer == "rack_id") return "rack";
  if (pointer == "room_id") return "room";
  if (pointer == "device_type_id") return "device_type";
  return std::string(pointer);
}

base::Result<AssetCsv> AssetCsv::parse(std::string_view text) {
  auto rows = parse_csv(text);
  if (!rows) return rows.error();
  if (rows->empty()) return Error::invalid("", "the file is empty: its first line names the columns");
  AssetCsv out;
  out.columns_ = std::move(rows->front().fields);
  for (auto it = out.columns_.begin(); it != out.columns_.end(); ++it) {
    *it = trimmed(*it);
    if (std::ranges::find(kAssetColumns, *it) == kAssetColumns.end()) return Error::invalid(*it, "is not a column of devices");
    if (std::find(out.columns_.begin(), it, *it) != it) return Error::invalid(*it, "is there twice");
  }
  if (!out.has("id") && !out.has("asset_tag") && !out.has("name")) {
    return Error::invalid("", "there must be a column id, asset_tag or name: it says which device a line is about");
  }
  rows->erase(rows->begin());
  out.rows_ = std::move(*rows);
  return out;
}

bool AssetCsv::has(std::string_view column) const { return std::ranges::find(columns_, column) != columns_.end(); }

std::string AssetCsv::cell(std::size_t row, std::string_view column) const {
  const auto at = static_cast<std::size_t>(std::ranges::find(columns_, column) - columns_.begin());
  return at < columns_.size() && at < rows_[row].fields.size() ? trimmed(rows_[row].fields[at]) : std::string();
}

std::optional<int> AssetCsv::number(std::size_t row, std::string_view column) const {
  const auto text = cell(row, column);
  if (text.empty()) return std::nullopt;
  int out = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), out);
  if (failed != std::errc() || end != text.data() + text.size())
    throw Error::invalid(std::string(column), "must be a whole number, not \"" + text + "\"");
  return out;
}

const Rack& AssetCsv::rack(std::size_t row, const std::string& name, SiteId site, const Inventory& inventory) const {
  const auto room = cell(row, "room");
  const Rack* found = nullptr;
  for (const auto& each : inventory.racks()) {
    if (each.site_id != site || each.name != name) continue;
    const auto* in = inventory.room(each.room_id);
    if (!room.empty() && in->name != room && in->code != room) continue;
    if (found) throw Error::invalid("rack", "more than one rack is called " + name + ": say the room too");
    found = &each;
  }
  if (!found) throw Error::invalid("rack", "there is no rack " + name + (room.empty() ? " in this site" : " in room " + room));
  return *found;
}

void AssetCsv::read_place(std::size_t row, SiteId site, const Inventory& inventory, json::object& out) const {
  const auto in_rack = cell(row, "rack"), in_room = cell(row, "room");
  if (!in_rack.empty()) {
    out["rack_id"] = rack(row, in_rack, site, inventory).id.value;
  } else {
    if (has("rack")) out["rack_id"] = nullptr;
    if (has("room")) {
      const auto it = std::ranges::find_if(inventory.rooms(),
                                           [&](const Room& each) { return each.site_id == site && (each.name == in_room || each.code == in_room); });
      if (!in_room.empty() && it == inventory.rooms().end()) throw Error::invalid("room", "there is no room " + in_room + " in this site");
      out["room_id"] = in_room.empty() ? json::value(nullptr) : json::value(it->id.value);
    }
  }
  if (std::ranges::none_of(kPosition, [&](auto column) { return has(column); })) return;
  json::object position;
  for (const auto column : {"mount", "face", "side"}) {
    if (const auto text = cell(row, column); !text.empty()) position[column] = text;
  }
  for (const auto column : {"u", "height_u"}) {
    if (const auto value = number(row, column)) position[column] = *value;
  }
  out["position"] = position.empty() ? json::value(nullptr) : json::value(std::move(position));
}

base::Result<json::object> AssetCsv::change(std::size_t row, SiteId site, const Inventory& inventory, const Catalogue& catalogue) const {
  try {
    if (rows_[row].fields.size() > columns_.size()) {
      throw Error::invalid(columns_.back(), "the line has " + std::to_string(rows_[row].fields.size()) + " cells, but there are " +
                                                std::to_string(columns_.size()) + " columns");
    }
    json::object out;
    for (const auto column : kTexts) {
      if (has(column)) out[json::string_view(column.data(), column.size())] = text_or_null(cell(row, column));
    }
    if (has("notes")) {  // blanks are its own
      const auto at = static_cast<std::size_t>(std::ranges::find(columns_, "notes") - columns_.begin());
      out["notes"] = text_or_null(at < rows_[row].fields.size() ? rows_[row].fields[at] : std::string());
    }
    if (has("device_type")) {
      const auto name = cell(row, "device_type");
      const auto* type = name.empty() ? nullptr : catalogue.find(name);
      if (!name.empty() && !type) throw Error::invalid("device_type", "there is no device type " + name);
      out["device_type_id"] = type ? json::value(type->id.value) : json::value(nullptr);
    }
    if (has("tags")) {
      json::array tags;
      const auto text = cell(row, "tags");
      for (std::size_t at = 0; at < text.size();) {
        const auto end = std::min(text.find(';', at), text.size());
        if (auto tag = trimmed(text.substr(at, end - at)); !tag.empty()) tags.emplace_back(std::move(tag));
        at = end + 1;
      }
      out["tags"] = std::move(tags);
    }
    read_place(row, site, inventory, out);
    return out;
  } catch (const Error& error) {
    return error;
  }
}

}  // namespace dcim::core
