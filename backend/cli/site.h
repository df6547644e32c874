// Site documents as files.
#pragma once

#include <filesystem>

#include "core/site_document.h"
#include "store/site_import.h"

namespace dcim::cli {

/// A site document (SiteDocument in api/openapi.yaml) written as TOML. The error names the line, or the field by its JSON Pointer.
base::Result<core::SiteDocument> read_site_file(const std::filesystem::path& file);

/// Audited as "cli". Throws DatabaseError.
boost::asio::awaitable<base::Result<store::ImportResult>> import_site_file(store::Connection& connection, std::filesystem::path file);

}  // namespace dcim::cli
