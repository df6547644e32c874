// The one table: what there is, who may do it, on which site, and what it writes into the audit log.
#include "api/handlers.h"

namespace dcim::api {
namespace {

using core::Permission;
using http::verb;

const Route kRoutes[] = {
    {.method = verb::post,
     .path = "/api/auth/login",
     .handler = login,
     .permission = Permission::open,
     .action = "auth.login",
     .body_limit = 8 << 10,
     .check_origin = true},
    {.method = verb::post,
     .path = "/api/auth/logout",
     .handler = logout,
     .permission = Permission::own_session,
     .action = "auth.logout",
     .csrf = true},
    {.method = verb::get, .path = "/api/auth/me", .handler = me, .permission = Permission::own_session},

    {.method = verb::get, .path = "/api/sites", .handler = list_sites, .permission = Permission::view},
    {.method = verb::post,
     .path = "/api/sites/import",
     .handler = import_site,
     .permission = Permission::import_site,
     .scope = SiteScope::document,
     .action = "site.import",
     .body_limit = 16 << 20,
     .csrf = true},
    {.method = verb::get, .path = "/api/rooms", .handler = list_rooms, .permission = Permission::view, .scope = SiteScope::query},
    {.method = verb::get, .path = "/api/racks", .handler = list_racks, .permission = Permission::view, .scope = SiteScope::query, .query = {"room"}},
    {.method = verb::get,
     .path = "/api/sensors",
     .handler = list_sensors,
     .permission = Permission::view,
     .scope = SiteScope::query,
     .query = {"room", "rack", "kind"}},
    {.method = verb::get, .path = "/api/sensors/{id}", .handler = get_sensor, .permission = Permission::view, .scope = SiteScope::sensor},
    {.method = verb::get,
     .path = "/api/sensors/{id}/readings",
     .handler = list_readings,
     .permission = Permission::view,
     .scope = SiteScope::sensor,
     .query = {"from", "to", "interval", "points"}},
    {.method = verb::get,
     .path = "/api/sensors/{id}/readings.csv",
     .handler = list_readings,
     .permission = Permission::view,
     .scope = SiteScope::sensor,
     .query = {"from", "to", "interval", "points"}},
    {.method = verb::get,
     .path = "/api/readings",
     .handler = list_readings_of_many,
     .permission = Permission::view,
     .scope = SiteScope::query,
     .query = {"sensors", "kind", "room", "combine", "from", "to", "interval", "points"}},
    {.method = verb::get, .path = "/api/overview", .handler = get_overview, .permission = Permission::view, .scope = SiteScope::query},

    {.method = verb::get,
     .path = "/api/discovered-topics",
     .handler = list_discovered_topics,
     .permission = Permission::view_ingest_reports,
     .scope = SiteScope::query},
    {.method = verb::get,
     .path = "/api/rejected-messages",
     .handler = list_rejected_messages,
     .permission = Permission::view_ingest_reports,
     .scope = SiteScope::query},
    {.method = verb::get, .path = "/api/audit-log", .handler = list_audit_log, .permission = Permission::view_audit_log},

    {.method = verb::get, .path = "/api/stream", .handler = nullptr, .permission = Permission::view, .check_origin = true, .kind = Kind::stream},
    {.method = verb::get, .path = "/api/health/live", .handler = health_live, .permission = Permission::open},
    {.method = verb::get, .path = "/api/health/ready", .handler = health_ready, .permission = Permission::open},
    {.method = verb::get, .path = "/metrics", .handler = metrics, .permission = Permission::view_metrics, .open_on_loopback = true},
};

}  // namespace

std::span<const Route> routes() { return kRoutes; }

}  // namespace dcim::api
