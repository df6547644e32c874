// Devices as CSV: the columns, a device as a line, and a line as the change of a device that asset_from_json reads. Pure.
#pragma once

#include <boost/json/object.hpp>

#include "core/assets.h"
#include "core/csv.h"

namespace dcim::core {

inline constexpr std::array<std::string_view, 21> kAssetColumns{
    "id", "name",     "role", "device_type", "serial", "asset_tag",    "ip",    "status",         "room", "rack", "mount",
    "u",  "height_u", "face", "side",        "feeds",  "install_date", "owner", "warranty_until", "tags", "notes"};

std::string asset_csv_header();
/// `type`: manufacturer and model, or empty.
void append_asset_csv(std::string& out, const Asset& asset, const std::string& type, const std::string& room, const std::string& rack);

/// A column's name in an error of asset_from_json.
std::string asset_column(std::string_view pointer);

/// A file of devices. Columns may be in any order and may be missing: then what they say stays as it is. An empty cell clears.
class AssetCsv {
 public:
  /// `invalid` when it is no CSV, has an unknown column or one twice, or none that says which device a line is about.
  static base::Result<AssetCsv> parse(std::string_view text);

  std::size_t size() const { return rows_.size(); }
  int line(std::size_t row) const { return rows_[row].line; }
  /// Empty when there is no such column or cell.
  std::string cell(std::size_t row, std::string_view column) const;
  /// The change that asset_from_json reads. The error's field is the column.
  base::Result<boost::json::object> change(std::size_t row, SiteId site, const Inventory& inventory, const Catalogue& catalogue) const;

 private:
  bool has(std::string_view column) const;
  std::optional<int> number(std::size_t row, std::string_view column) const;
  void read_place(std::size_t row, SiteId site, const Inventory& inventory, boost::json::object& out) const;
  const Rack& rack(std::size_t row, const std::string& name, SiteId site, const Inventory& inventory) const;

  std::vector<CsvRow> rows_;
  std::vector<std::string> columns_;
};

}  // namespace dcim::core
