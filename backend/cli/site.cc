// dcim site import: a site document as TOML, through the same checks and the same import as POST /api/sites/import.
#include <toml++/toml.h>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <cstdio>
#include <sstream>

#include "cli/site.h"
#include "cli/verbs.h"
#include "store/site_import.h"

namespace dcim::cli {
namespace {

namespace json = boost::json;
using base::Error;

base::Result<json::value> to_json(const toml::node& node, const std::string& pointer) {
  if (const auto* table = node.as_table()) {
    json::object out;
    for (const auto& [key, child] : *table) {
      auto value = to_json(child, pointer + "/" + std::string(key.str()));
      if (!value) return value.error();
      out.emplace(json::string_view(key.str().data(), key.str().size()), std::move(*value));
    }
    return json::value(std::move(out));
  }
  if (const auto* array = node.as_array()) {
    json::array out;
    for (std::size_t i = 0; i < array->size(); ++i) {
      auto value = to_json((*array)[i], pointer + "/" + std::to_string(i));
      if (!value) return value.error();
      out.push_back(std::move(*value));
    }
    return json::value(std::move(out));
  }
  if (const auto* text = node.as_string()) return json::value(text->get());
  if (const auto* integer = node.as_integer()) return json::value(integer->get());
  if (const auto* number = node.as_floating_point()) return json::value(number->get());
  if (const auto* boolean = node.as_boolean()) return json::value(boolean->get());
  return Error::invalid(pointer, "dates and times have no place in a site document");
}

}  // namespace

base::Result<core::SiteDocument> read_site_file(const std::filesystem::path& file) {
  try {
    const auto table = toml::parse_file(file.string());
    const auto value = to_json(table, "");
    if (!value) return value.error();
    return core::parse_site_document(*value);
  } catch (const toml::parse_error& error) {
    std::ostringstream what;
    what << file.string() << ", line " << error.source().begin.line << ": " << error.description();
    return Error::invalid("", what.str());
  }
}

boost::asio::awaitable<base::Result<store::ImportResult>> import_site_file(store::Connection& connection, std::filesystem::path file) {
  auto document = read_site_file(file);
  if (!document) co_return document.error();
  store::AuditContext who{"cli", "local"};
  co_return co_await store::import_site(connection, std::move(*document), std::move(who));
}

int import_site_file(const app::Options& options, const std::filesystem::path& file) {
  return with_database(options, [&file](store::Connection& connection) -> boost::asio::awaitable<int> {
    const auto result = co_await import_site_file(connection, file);
    if (!result) co_return fail(file.string() + ": " + (result.error().field.empty() ? "" : result.error().field + " ") + result.error().message);
    std::printf("site %s: %d created, %d updated, %d unchanged\n", result->site.c_str(), result->created, result->updated, result->unchanged);
    co_return 0;
  });
}

}  // namespace dcim::cli
