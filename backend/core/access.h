// Who may do what: roles, what each is allowed, and the sites a user is granted. Pure; the API's router asks here.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/inventory.h"

namespace dcim::core {

enum class Role : std::uint8_t { admin, site_manager, operator_, viewer };
inline constexpr std::array kRoles{Role::admin, Role::site_manager, Role::operator_, Role::viewer};

/// As written in the database and the API: admin, site-manager, operator, viewer.
std::string_view name_of(Role role);
std::optional<Role> role_from(std::string_view name);

/// What a route asks for. `open`: anyone, signed in or not. `own_session`: anyone signed in.
enum class Permission : std::uint8_t {
  open,
  own_session,
  view,                  // sites, rooms, racks, sensors, readings, overview, alarms and their rules, stream
  view_ingest_reports,   // discovered topics, rejected messages
  import_site,           // change a granted site by a document
  create_site,           // import a site that is not there yet
  work_on_alarms,        // acknowledge, note, reset
  edit_alarm_rules,      // of granted sites; those of all sites take an administrator
  edit_room_plans,       // where racks and units stand
  edit_assets,           // devices, racks and reservations of granted sites
  edit_device_types,     // the catalogue, which all sites share
  manage_notifications,  // channels, routes, what was sent
  view_audit_log,
  view_metrics,
};

/// Whether the role has the permission, on the sites that it is granted.
bool allows(Role role, Permission permission);

struct Principal {
  std::int32_t user_id = 0;
  std::string email;
  std::string name;
  Role role = Role::viewer;
  std::vector<SiteId> sites;  // granted; an administrator needs none
  bool operator==(const Principal&) const = default;
};

/// A site that is not seen is to be answered exactly as one that does not exist.
bool sees(const Principal& principal, SiteId site);

/// The address in lower case, as it is stored; nullopt when it is no e-mail address.
std::optional<std::string> normalized_email(std::string_view email);

}  // namespace dcim::core
