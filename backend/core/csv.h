// Comma-separated values as people's programs write them (RFC 4180, and what spreadsheets make of it): a BOM, semicolons or tabs
// instead of commas, quotes, line breaks within them. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace dcim::core {

struct CsvRow {
  int line = 1;  // where it begins
  std::vector<std::string> fields;
};

/// All rows, blank lines left out. The separator is the one of , ; tab that the first line has most of outside of quotes. `invalid` says on which
/// line it stops being CSV, or that it is no UTF-8.
base::Result<std::vector<CsvRow>> parse_csv(std::string_view text);

/// Quoted where it has to be.
void append_csv(std::string& out, std::string_view field);
/// Always quoted.
std::string quoted_csv(std::string_view field);

}  // namespace dcim::core
